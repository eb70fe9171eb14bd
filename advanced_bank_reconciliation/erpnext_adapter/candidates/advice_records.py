"""The record of a remittance advice: made with the run that was started with it, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import frappe
from frappe.utils import now

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_lines import COLUMNS, recorded_lines
from advanced_bank_reconciliation.erpnext_adapter.candidates.advice_sources import AdviceSource
from advanced_bank_reconciliation.erpnext_adapter.candidates.remittance_advice import (
	UnderstoodAdvice,
	understand,
)
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	ADVICE_DOCTYPE,
	ADVICE_LINE_DOCTYPE,
	ITEM_DOCTYPE,
)

FRAME = ("name", "creation", "modified", "owner", "modified_by", "parent", "parenttype", "parentfield", "idx")
COPIED = ("file", "text", "format", "total_lines", "open_lines")


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


def advice_of_start(bank_transaction: str, source: AdviceSource | None) -> AdviceOfStart | None:
	"""Read the advice that a start comes with, while what it names is still open; None for none.

	Raises `frappe.PermissionError`, `RemittanceAdviceError`.
	"""
	return AdviceOfStart(source, understand(bank_transaction, source)) if source else None


def copy_advice(former: str, run: str) -> None:
	"""Keep with a run that is started once more what the former one had, if it had any."""
	values = frappe.db.get_value(ADVICE_DOCTYPE, {"run": former}, COPIED, as_dict=True)
	if values and not frappe.db.exists(ADVICE_DOCTYPE, {"run": run}):
		rows = frappe.get_all(ADVICE_LINE_DOCTYPE, {"parent": former}, [*COLUMNS], order_by="idx")
		_write(run, values, rows)


def _paid_by(run: str) -> Set[DocumentKey]:
	fields = ["reference_doctype", "reference_name"]
	return {DocumentKey(*row) for row in frappe.get_all(ITEM_DOCTYPE, {"run": run}, fields, as_list=True)}


def _write(run: str, values: Mapping, rows: Sequence[Mapping]) -> None:
	record = frappe.new_doc(ADVICE_DOCTYPE)
	of_run = ("bank_transaction", "bank_account", "company")
	record.update({"run": run, **frappe.db.get_value("Bulk Reconciliation Run", run, of_run, as_dict=True)})
	record.update(values)
	record.insert(ignore_permissions=True)
	values_of_lines = list(_lines(run, rows))
	frappe.db.bulk_insert(ADVICE_LINE_DOCTYPE, [*FRAME, *COLUMNS], values_of_lines, chunk_size=1000)


def _lines(run: str, rows: Sequence[Mapping]) -> Iterator[tuple]:
	time, user = now(), frappe.session.user
	for number, row in enumerate(rows, 1):
		frame = (f"{run}-{number:05}", time, time, user, user, run, ADVICE_DOCTYPE, "lines", number)
		yield *frame, *(row[column] for column in COLUMNS)
