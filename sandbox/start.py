"""Starting a run in the sandbox: the engine's whole check, then the record."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace

from advanced_bank_reconciliation.engine.advance_rows import RequestedAdvance
from advanced_bank_reconciliation.engine.allocation import allocate
from advanced_bank_reconciliation.engine.books import (
	Allocation,
	EarlyDiscount,
	ExistingVoucher,
	OpenItem,
	PartyAccount,
	StatementLine,
)
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import BankTransactionBusy, Problem, SelectionRefused
from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.engine.records import Deduction, Run
from advanced_bank_reconciliation.engine.selection import Selection, read_selection
from sandbox.database import (
	COMPANY,
	CURRENCY,
	DEDUCTION_ACCOUNTS,
	DISCOUNT_ACCOUNT,
	PAYMENT_DOCTYPE,
	PRECISION,
	to_amount,
	to_minor_units,
	transaction,
)
from sandbox.run_items import PARTY_TYPE
from sandbox.run_store import run_from_row

BATCH_SIZE = 20


def start_run(
	connection: sqlite3.Connection,
	bank_transaction: str,
	invoices: object,
	vouchers: object = None,
	deductions: object = None,
	advance: object = None,
	*,
	grouping: object = None,
	user: str = "accountant",
	batch_size: int = BATCH_SIZE,
) -> Run:
	"""Check a selection and record a run for it, in a transaction of its own.

	invoices, vouchers, deductions, advance, grouping: see `read_selection`; vouchers are of the doctype
	Payment, and accounts of deductions are those of `DEDUCTION_ACCOUNTS`, without cost centers; an advance
	has its party and amount alone, and that party has had an invoice
	The same selection again gives back the run that has it. Raises `SelectionRefused` with every problem and
	`BankTransactionBusy`; nothing is written then.
	"""
	selected = (invoices, vouchers, deductions, None, grouping, advance)
	read = read_selection(*selected, precision=PRECISION, voucher_doctypes=[PAYMENT_DOCTYPE])
	problems = (*read.problems, *_account_problems(read), *_advance_problems(read))
	selection = replace(read, problems=problems)
	fingerprint = selection.fingerprint(bank_transaction)
	with transaction(connection):
		earlier = _run_of_same_selection(connection, bank_transaction, fingerprint)
		if earlier and not selection.problems:
			return earlier
		line = _read_line(connection, bank_transaction)
		allocations = _allocate(connection, line, selection, batch_size)
		advances = sum(one.is_advance for one in allocations)
		values = (bank_transaction, user, len(allocations), advances, batch_size, fingerprint)
		return _insert(connection, values, selection, allocations, inwards=line.amount > 0)


def _account_problems(selection: Selection) -> Iterator[Problem]:
	for one in selection.deductions:
		if one.account not in DEDUCTION_ACCOUNTS:
			yield Problem("Account", one.account, message(_("Account {0} does not exist."), one.account))
		for name in filter(None, (one.cost_center, one.project)):
			yield Problem("Cost Center", name, message(_("The sandbox knows no {0}: leave it out."), name))


def _advance_problems(selection: Selection) -> Iterator[Problem]:
	advance = selection.advance
	if not advance:
		return
	chosen = [advance.account, advance.cost_center, advance.project, advance.mode_of_payment]
	chosen += [advance.description, *(name for _field, name in advance.dimensions)]
	for name in filter(None, chosen):
		yield Problem("Account", name, message(_("The sandbox knows no {0}: leave it out."), name))


def _run_of_same_selection(
	connection: sqlite3.Connection, bank_transaction: str, fingerprint: str
) -> Run | None:
	rows = connection.execute("SELECT * FROM run WHERE bank_transaction = ?", (bank_transaction,)).fetchall()
	for row in rows:
		is_active = row["active_bank_transaction"] is not None
		if row["fingerprint"] == fingerprint and (is_active or row["state"] == "Completed"):
			return run_from_row(row)
		if is_active:
			text = f"Bank transaction {bank_transaction} is being reconciled by run {row['name']}."
			raise BankTransactionBusy(text, row["name"])
	return None


def _read_line(connection: sqlite3.Connection, name: str) -> StatementLine:
	row = connection.execute(
		"SELECT *, abs(amount) - (SELECT coalesce(sum(amount), 0) FROM bank_match"
		" WHERE bank_transaction = bank_transaction.name) AS unallocated"
		" FROM bank_transaction WHERE name = ?",
		(name,),
	).fetchone()
	return StatementLine(
		name=name,
		docstatus=2 if row["cancelled"] else 1,
		company=COMPANY,
		currency=CURRENCY,
		amount=to_amount(row["amount"]),
		unallocated=to_amount(row["unallocated"]),
	)


def _allocate(
	connection: sqlite3.Connection, line: StatementLine, selection: Selection, batch_size: int
) -> list[Allocation]:
	open_items = _open_items(connection, [invoice.document for invoice in selection.invoices])
	vouchers = _vouchers(connection, line, [voucher.name for voucher in selection.vouchers])
	party_account = _party_account(connection, selection.advance)
	return allocate(line, selection, open_items, vouchers, None, party_account, most_in_payment=batch_size)


def _party_account(connection: sqlite3.Connection, advance: RequestedAdvance | None) -> PartyAccount | None:
	"""That of a party which has had an invoice."""
	if not advance:
		return None
	doctypes = [doctype for doctype, party_type in PARTY_TYPE.items() if party_type == advance.party_type]
	query = "SELECT 1 FROM open_item WHERE doctype = ? AND party = ?"
	if not connection.execute(query, (*doctypes, advance.party)).fetchone():
		return None
	return PartyAccount(
		party_type=advance.party_type, party=advance.party, account=advance.party_type, currency=CURRENCY
	)


def _open_items(
	connection: sqlite3.Connection, documents: Sequence[DocumentKey]
) -> dict[DocumentKey, OpenItem]:
	"""These invoices, each with the run that holds it as its obstacle."""
	rows = connection.execute(
		"SELECT open_item.*, run AS holder FROM json_each(?) AS selected"
		" JOIN open_item ON open_item.doctype = json_extract(selected.value, '$[0]')"
		" AND open_item.name = json_extract(selected.value, '$[1]')"
		" LEFT JOIN run_item ON active_document = open_item.doctype || '/' || open_item.name",
		(json.dumps(documents),),
	)
	return {DocumentKey(row["doctype"], row["name"]): _open_item(row) for row in rows}


def _open_item(row: sqlite3.Row) -> OpenItem:
	return OpenItem(
		doctype=row["doctype"],
		name=row["name"],
		docstatus=2 if row["cancelled"] else 1,
		company=COMPANY,
		party_type=PARTY_TYPE[row["doctype"]],
		party=row["party"],
		party_account=PARTY_TYPE[row["doctype"]],
		currency=CURRENCY,
		outstanding=to_amount(row["outstanding"]),
		obstacle=_obstacle(row),
		discounts=_discounts(row),
	)


def _discounts(row: sqlite3.Row) -> tuple[EarlyDiscount, ...]:
	"""None of what was paid in part before."""
	if not row["discount"] or row["outstanding"] != row["amount"]:
		return ()
	amount = to_amount(row["discount"]) * (1 if row["doctype"] == "Sales Invoice" else -1)
	booked = Deduction(account=DISCOUNT_ACCOUNT, amount=amount, is_discount=True)
	return (EarlyDiscount(from_amount=to_amount(row["outstanding"]), deductions=(booked,)),)


def _obstacle(row: sqlite3.Row) -> Message | None:
	if not row["holder"]:
		return None
	return message(_("{0} {1} is being reconciled by run {2}."), row["doctype"], row["name"], row["holder"])


def _vouchers(
	connection: sqlite3.Connection, line: StatementLine, names: Sequence[str]
) -> dict[DocumentKey, ExistingVoucher]:
	"""These payments, with what of them is matched already."""
	rows = connection.execute(
		"SELECT payment.name, sum(line.amount) AS moved, (SELECT coalesce(sum(amount), 0) FROM bank_match"
		" WHERE payment = payment.name) AS matched, EXISTS (SELECT 1 FROM bank_match"
		" WHERE payment = payment.name AND bank_transaction = ?) AS is_on_line"
		" FROM json_each(?) AS selected JOIN payment ON payment.name = selected.value"
		" JOIN journal_line AS line ON line.payment = payment.name AND line.account = 'Bank'"
		" WHERE posted = 1 GROUP BY payment.name",
		(line.name, json.dumps(names)),
	)
	return {DocumentKey(PAYMENT_DOCTYPE, row["name"]): _voucher(row) for row in rows}


def _voucher(row: sqlite3.Row) -> ExistingVoucher:
	return ExistingVoucher(
		doctype=PAYMENT_DOCTYPE,
		name=row["name"],
		docstatus=1,
		company=COMPANY,
		moved=to_amount(row["moved"]),
		matched=to_amount(row["matched"]),
		is_on_line=bool(row["is_on_line"]),
	)


def _insert(
	connection: sqlite3.Connection,
	values: Sequence[object],
	selection: Selection,
	allocations: Sequence[Allocation],
	*,
	inwards: bool,
) -> Run:
	number = connection.execute(
		"INSERT INTO run (bank_transaction, user, total, advances, batch_size, fingerprint,"
		" active_bank_transaction) VALUES (?, ?, ?, ?, ?, ?, ?)",
		(*values, values[0]),
	).lastrowid
	name = f"RUN-{number:05}"
	job_id = f"bulk-reconciliation-{name}"
	connection.execute("UPDATE run SET name = ?, job_id = ? WHERE number = ?", (name, job_id, number))
	_insert_items(connection, name, [*_item_rows(allocations), *_voucher_rows(selection, inwards)])
	connection.executemany(
		"INSERT INTO run_deduction VALUES (?, ?, ?, ?)", _deduction_rows(name, allocations)
	)
	return run_from_row(connection.execute("SELECT * FROM run WHERE name = ?", (name,)).fetchone())


def _insert_items(connection: sqlite3.Connection, run: str, rows: Sequence[tuple]) -> None:
	"""Raises `SelectionRefused` if another run has one of the vouchers."""
	try:
		connection.executemany(
			"INSERT INTO run_item (key, run, position, group_number, kind, doctype, document, party,"
			" allocated_amount, cash_amount, active_document, former_clearance_date)"
			" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT clearance_date FROM payment WHERE name = ?))",
			[(f"{run}-{position:05}", run, position, *row, row[3]) for position, row in enumerate(rows)],
		)
	except sqlite3.IntegrityError as error:
		sentence = _("Another run has just taken one of the selected documents. Reload and select again.")
		raise SelectionRefused([Problem("", "", message(sentence))]) from error


def _item_rows(allocations: Sequence[Allocation]) -> list[tuple]:
	return [
		(
			one.group,
			"advance" if one.is_advance else "open item",
			one.open_item.doctype,
			one.open_item.name,
			one.open_item.party,
			to_minor_units(one.allocated_amount),
			to_minor_units(one.cash_amount),
			None if one.is_advance else f"{one.open_item.doctype}/{one.open_item.name}",
		)
		for one in allocations
	]


def _deduction_rows(run: str, allocations: Sequence[Allocation]) -> Iterator[tuple]:
	for position, allocation in enumerate(allocations):
		for one in allocation.deductions:
			yield f"{run}-{position:05}", one.account, to_minor_units(one.amount), one.description


def _voucher_rows(selection: Selection, inwards: bool) -> list[tuple]:
	rows = []
	for voucher in selection.vouchers:
		amount = to_minor_units(voucher.amount)
		cash = amount if inwards else -amount
		key = f"{voucher.doctype}/{voucher.name}"
		rows.append((0, "existing voucher", voucher.doctype, voucher.name, "", amount, cash, key))
	return rows
