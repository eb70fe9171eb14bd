"""Reading the items of a run, and holding their documents for it."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from advanced_bank_reconciliation.engine.batches import last_group
from advanced_bank_reconciliation.engine.facts import ItemCounts
from advanced_bank_reconciliation.engine.records import Deduction, Item, Run, Voucher
from advanced_bank_reconciliation.engine.states import ItemState
from sandbox.database import PAYMENT_DOCTYPE, to_amount

PARTY_TYPE = {"Sales Invoice": "Customer", "Purchase Invoice": "Supplier"}
OPEN_ITEMS = "SELECT * FROM run_item WHERE run = :run AND kind <> 'existing voucher' AND state = :state"


def pending(connection: sqlite3.Connection, run: str, size: int | None = None) -> Sequence[Item]:
	"""See `RunStore.pending_items`. Groups are posted in order, so that the pending ones are consecutive."""
	values: dict[str, object] = {"run": run, "state": ItemState.PENDING.value}
	batch = ""
	if size is not None:
		values["last"] = _last_group(connection, values, size, "ASC")
		batch = "AND group_number <= :last"
	rows = connection.execute(f"{OPEN_ITEMS} {batch} ORDER BY position", values)
	return _with_deductions(connection, [item_from_row(row) for row in rows])


def posted_newest_first(connection: sqlite3.Connection, run: str, size: int | None = None) -> Sequence[Item]:
	"""See `RunStore.posted_items`."""
	values: dict[str, object] = {"run": run, "state": ItemState.POSTED.value}
	batch = ""
	if size is not None:
		values["last"] = _last_group(connection, values, size, "DESC")
		batch = "AND group_number >= :last"
	rows = connection.execute(f"{OPEN_ITEMS} {batch} ORDER BY position DESC", values)
	return [item_from_row(row) for row in rows]


def _last_group(connection: sqlite3.Connection, values: dict[str, object], size: int, order: str) -> int:
	"""Of a batch; 0 if there is nothing left."""
	query = f"SELECT group_number FROM ({OPEN_ITEMS}) ORDER BY group_number {order} LIMIT :most"
	groups = [group for (group,) in connection.execute(query, {**values, "most": size + 1})]
	return last_group(groups, size) if groups else 0


def failed(connection: sqlite3.Connection, run: str) -> Sequence[Item]:
	"""The failed items of a run, in order."""
	values = {"run": run, "state": ItemState.FAILED.value}
	return [item_from_row(row) for row in connection.execute(f"{OPEN_ITEMS} ORDER BY position", values)]


def vouchers(connection: sqlite3.Connection, run: str) -> Sequence[Voucher]:
	"""See `RunStore.vouchers`."""
	rows = connection.execute(
		"SELECT voucher AS name, abs(sum(cash_amount)) AS amount, 1 AS is_own, min(position) AS first"
		" FROM run_item WHERE run = :run AND kind <> 'existing voucher' AND state = 'Posted' GROUP BY voucher"
		" UNION ALL SELECT document, allocated_amount, 0, position FROM run_item"
		" WHERE run = :run AND kind = 'existing voucher' ORDER BY is_own DESC, first",
		{"run": run},
	)
	return [
		Voucher(
			doctype=PAYMENT_DOCTYPE,
			name=row["name"],
			amount=to_amount(row["amount"]),
			is_own=bool(row["is_own"]),
		)
		for row in rows
	]


def _with_deductions(connection: sqlite3.Connection, items: Sequence[Item]) -> Sequence[Item]:
	"""Items, each with what is deducted from it."""
	query = "SELECT * FROM run_deduction WHERE run_item IN (SELECT value FROM json_each(?)) ORDER BY rowid"
	deductions: dict[str, list[Deduction]] = defaultdict(list)
	for row in connection.execute(query, (_keys(items),)):
		amount = to_amount(row["amount"])
		one = Deduction(account=row["account"], amount=amount, description=row["description"])
		deductions[row["run_item"]].append(one)
	return [replace(item, deductions=tuple(deductions[item.key])) for item in items]


def counts(connection: sqlite3.Connection, run: str, items: Sequence[Item] | None = None) -> ItemCounts:
	"""See `RunStore.counts`."""
	# The plus keeps SQLite from reading the whole run: the keys' own index finds these few.
	of_items = "+run = :run AND key IN (SELECT value FROM json_each(:keys))"
	chosen = "run = :run" if items is None else of_items
	rows = connection.execute(
		f"SELECT state, count(*) FROM run_item WHERE {chosen} AND kind <> 'existing voucher' GROUP BY state",
		{"run": run, "keys": _keys(items or ())},
	)
	return ItemCounts(**{state.lower(): count for state, count in rows})


def _keys(items: Sequence[Item]) -> str:
	return json.dumps([item.key for item in items])


def free(connection: sqlite3.Connection, run: str) -> None:
	"""Let other runs have the documents of a run."""
	connection.execute("UPDATE run_item SET active_document = NULL WHERE run = ?", (run,))


def holder(connection: sqlite3.Connection, run: Run) -> str | None:
	"""The active run that has the bank transaction or a document of an ended run, if there is one."""
	row = connection.execute(
		"SELECT name FROM run WHERE active_bank_transaction = :bank_transaction"
		" UNION ALL SELECT held.run FROM run_item JOIN run_item AS held"
		" ON held.active_document = run_item.doctype || '/' || run_item.document WHERE run_item.run = :run",
		{"bank_transaction": run.bank_transaction, "run": run.name},
	).fetchone()
	return row[0] if row else None


def hold(connection: sqlite3.Connection, run: str) -> None:
	"""Take the documents of an ended run again. An advance holds nothing."""
	update = "UPDATE run_item SET active_document = doctype || '/' || document"
	connection.execute(f"{update} WHERE run = ? AND kind <> 'advance'", (run,))


def item_from_row(row: sqlite3.Row) -> Item:
	"""A row of the table `run_item` as the engine's record."""
	return Item(
		key=row["key"],
		position=row["position"],
		group=row["group_number"],
		doctype=row["doctype"],
		document=row["document"],
		# The document of an advance is its party.
		party_type=row["doctype"] if row["kind"] == "advance" else PARTY_TYPE.get(row["doctype"], ""),
		party=row["party"],
		allocated_amount=to_amount(row["allocated_amount"]),
		cash_amount=to_amount(row["cash_amount"]),
		state=ItemState(row["state"]),
		voucher_type=PAYMENT_DOCTYPE if row["voucher"] else None,
		voucher=row["voucher"],
		reason=row["reason"],
		is_advance=row["kind"] == "advance",
	)
