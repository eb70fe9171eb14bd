"""The two ends that a run may have, judged from the tables."""

from __future__ import annotations

from decimal import Decimal

from tests.bench.bench import Bench


def read_books(bench: Bench, deposit: dict, run: str | None = None) -> dict:
	names = [invoice["name"] for invoice in deposit["invoices"]]
	return bench.call(
		"scenes.read_books", bank_transaction=deposit["bank_transaction"], invoices=names, run=run
	)


def check_all_paid(books: dict, deposit: dict, vouchers: list[dict] | None = None) -> None:
	"""Everything is posted once, balanced, matched and cleared; the ledgers agree with the invoices."""
	count = len(deposit["invoices"])
	amounts = [invoice["allocated_amount"] for invoice in deposit["invoices"]]
	amounts += [voucher["amount"] for voucher in vouchers or []]
	assert len(books["payments"]) == count
	assert set(books["payments_per_invoice"].values()) == {1}
	assert len(books["payments_per_invoice"]) == count
	assert books["status"] == {invoice["name"]: "Paid" for invoice in deposit["invoices"]}
	assert set(books["outstanding"].values()) == {0.0}
	assert set(books["ledger_outstanding"].values()) == {0.0}
	assert books["unbalanced"] == []
	assert books["orphans"] == []
	assert all(books["clearance"].values())
	assert books["transaction"]["status"] == "Reconciled"
	assert books["transaction"]["unallocated_amount"] == 0
	assert len(books["rows"]) == count + len(vouchers or [])
	assert _sum(row[2] for row in books["rows"]) == _sum(amounts)
	assert Decimal(str(books["bank_entries"])) == _sum(i["allocated_amount"] for i in deposit["invoices"])


def check_nothing_left(after: dict, before: dict, ignoring: frozenset[str] = frozenset()) -> None:
	"""The books are as they were. `ignoring`: invoices that somebody else changed meanwhile."""
	for part in ("transaction", "rows", "payments", "payments_per_invoice", "bank_entries"):
		assert after[part] == before[part], part
	for part in ("outstanding", "status", "ledger_outstanding"):
		left = {name: value for name, value in after[part].items() if name not in ignoring}
		assert left == {name: value for name, value in before[part].items() if name not in ignoring}, part
	assert after["orphans"] == []
	assert not after["item_states"].get("Posted")


def _sum(amounts: object) -> Decimal:
	return sum((Decimal(str(amount)) for amount in amounts), Decimal(0))  # type: ignore[attr-defined]
