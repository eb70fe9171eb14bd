"""The record of a remittance advice: made with the run that was started with it, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import escape_html, now

from advanced_bank_reconciliation.engine.allocation import CASH_SIGN
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import read_statement_line
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_lines import (
	COLUMNS,
	count_open,
	lines_for_another_run,
	recorded_lines,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_sources import (
	AdviceSource,
	RemittanceAdviceError,
)
from advanced_bank_reconciliation.erpnext_adapter.candidates.remittance_advice import (
	UnderstoodAdvice,
	understand,
)
from advanced_bank_reconciliation.erpnext_adapter.new_table_rows import insert_rows
from advanced_bank_reconciliation.erpnext_adapter.permissions import check_may_see_run
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	ADVICE_DOCTYPE,
	ADVICE_LINE_DOCTYPE,
	ITEM_DOCTYPE,
	RUN_DOCTYPE,
)

FRAME = ("name", "creation", "modified", "owner", "modified_by", "parent", "parenttype", "parentfield", "idx")
COPIED = ("file", "text", "format", "total_lines")


@dataclass(frozen=True)
class AdviceOfStart:
	"""What an advice meant before the start paid anything, to be kept with the run."""

	source: AdviceSource
	understood: UnderstoodAdvice

	def keep(self, run: str) -> None:
		"""Write the record: a few statements, however many lines. run: of this transaction"""
		rows = list(recorded_lines(self.understood, _paid_by(run)))
		matched = self.understood.matched
		values = {
			"file": self.source.file_url(),
			"text": self.source.text,
			"format": self.understood.format,
			"total_lines": len(matched.lines),
			"open_lines": sum(row["is_open"] for row in rows),
		}
		_write(run, values, rows)


@dataclass(frozen=True)
class FormerAdvice:
	"""The advice of a run that was undone, for one that takes its place, maybe without some invoices."""

	former: str

	def keep(self, run: str) -> None:
		"""Write the record, if the former run has one. run: of this transaction"""
		values = frappe.db.get_value(ADVICE_DOCTYPE, {"run": self.former}, COPIED, as_dict=True)
		if values:
			rows = frappe.get_all(ADVICE_LINE_DOCTYPE, {"parent": self.former}, [*COLUMNS], order_by="idx")
			lines = lines_for_another_run(rows, _paid_by(run))
			_write(run, {**values, "open_lines": count_open(lines)}, lines)


KeptAdvice = AdviceOfStart | FormerAdvice


def advice_of_start(bank_transaction: str, source: AdviceSource | None) -> KeptAdvice | None:
	"""Read the advice that a start comes with, while what it names is still open; None for none.

	Raises `frappe.PermissionError`, `RemittanceAdviceError`.
	"""
	if not source:
		return None
	if not source.run:
		return AdviceOfStart(source, understand(bank_transaction, source))
	check_may_see_run(source.run)
	if frappe.db.get_value(RUN_DOCTYPE, source.run, "bank_transaction") != bank_transaction:
		sentence = _("Run {0} is of another Bank Transaction.")
		frappe.throw(sentence.format(escape_html(source.run)), RemittanceAdviceError)
	return FormerAdvice(source.run)


def _paid_by(run: str) -> Mapping[DocumentKey, float]:
	"""What a run settles of each document, in the direction of the payment."""
	fields = ["reference_doctype", "reference_name", "allocated_amount"]
	rows = frappe.get_all(ITEM_DOCTYPE, {"run": run}, fields, as_list=True)
	bank_transaction = frappe.db.get_value(RUN_DOCTYPE, run, "bank_transaction")
	direction = 1 if read_statement_line(bank_transaction).is_deposit else -1
	return {
		DocumentKey(doctype, name): amount * CASH_SIGN.get(doctype, 1) * direction
		for doctype, name, amount in rows
	}


def _write(run: str, values: Mapping, rows: Sequence[Mapping]) -> None:
	record = frappe.new_doc(ADVICE_DOCTYPE)
	of_run = ("bank_transaction", "bank_account", "company")
	record.update({"run": run, **frappe.db.get_value("Bulk Reconciliation Run", run, of_run, as_dict=True)})
	record.update(values)
	record.insert(ignore_permissions=True)
	insert_rows(ADVICE_LINE_DOCTYPE, [*FRAME, *COLUMNS], list(_lines(run, rows)))


def _lines(run: str, rows: Sequence[Mapping]) -> Iterator[tuple]:
	time, user = now(), frappe.session.user
	for number, row in enumerate(rows, 1):
		frame = (f"{run}-{number:05}", time, time, user, user, run, ADVICE_DOCTYPE, "lines", number)
		yield *frame, *(row[column] for column in COLUMNS)
