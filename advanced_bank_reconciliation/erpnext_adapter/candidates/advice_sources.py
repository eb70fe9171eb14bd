"""Where a remittance advice comes from: a file of the site, a pasted text, or a file that is at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, escape_html

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.erpnext_adapter.candidates.invoice_filters import from_json
from advanced_bank_reconciliation.erpnext_adapter.permissions import check_may_use_bank_transaction
from advanced_bank_reconciliation.remittance.errors import RemittanceError
from advanced_bank_reconciliation.remittance.limits import check_length

# What the dialog's chooser takes. A camt or an X12 file may have any of them.
KINDS = (".csv", ".txt", ".tsv", ".xlsx", ".xml", ".x12", ".edi", ".820")
MOST_OFFERED = 3


class RemittanceAdviceError(frappe.ValidationError):
	"""The advice cannot be read, or has to be asked about; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class AdviceSource:
	"""An advice and what a person said about it.

	file: name of a File; text: what was pasted; content: of a file that is at hand; run: whose advice is
	meant once more, see `FormerAdvice`; one of the four is given
	decimal, columns: see `Options`
	choices: which document a person chose for a line, by the line's place in the advice, from 0
	"""

	file: str = ""
	text: str = ""
	content: bytes = b""
	run: str = ""
	decimal: str | None = None
	columns: Mapping[str, str] | None = None
	choices: Mapping[int, DocumentKey] = field(default_factory=dict)

	def read(self) -> bytes:
		"""The bytes. Raises `frappe.PermissionError`, `RemittanceAdviceError`."""
		return _content_of(self.file) if self.file else self.content or self.text.encode()

	def file_url(self) -> str:
		"""By which people open the file; empty for a text."""
		return frappe.db.get_value("File", self.file, "file_url") if self.file else ""


def read_source(given: str | Mapping[str, Any]) -> AdviceSource:
	"""Read what came over HTTP.

	given: `{"file" or "text" or "run", "decimal", "columns", "choices"}`, or its JSON; columns also as JSON
	choices: list of `{"line", "doctype", "name"}`, line being the place in the answer's `lines`, from 0
	Raises `RemittanceAdviceError` unless it has one of file, text and run.
	"""
	values = from_json(given, Mapping) or {}
	file, text, run = (str(values.get(key) or "") for key in ("file", "text", "run"))
	if sum(map(bool, (file, text, run))) != 1:
		frappe.throw(_("Give a file or a text."), RemittanceAdviceError)
	choices = from_json(values.get("choices"), list) or []
	return AdviceSource(
		file=file,
		text=text,
		run=run,
		decimal=values.get("decimal") or None,
		columns=from_json(values.get("columns"), Mapping),
		choices={
			cint(one.get("line")): DocumentKey(str(one.get("doctype")), str(one.get("name")))
			for one in choices
			if isinstance(one, Mapping)
		},
	)


def attached_advices(bank_transaction: str) -> list[dict]:
	"""Files that are attached to a Bank Transaction and may be advices, the newest of each name first.

	Who may read a document may read its files, as in Desk. Raises `frappe.PermissionError`.
	"""
	check_may_use_bank_transaction(bank_transaction, "read")
	attached = {"attached_to_doctype": "Bank Transaction", "attached_to_name": bank_transaction}
	rows = frappe.get_all("File", attached, ["name", "file_name"], order_by="creation desc")
	readable = (row for row in rows if Path(row.file_name or "").suffix.lower() in KINDS)
	newest: dict[str, dict] = {}
	for row in readable:
		newest.setdefault(row.file_name, row)
	return list(newest.values())[:MOST_OFFERED]


def _content_of(file: str) -> bytes:
	"""The bytes of a File of this site. Raises `frappe.PermissionError`."""
	frappe.has_permission("File", "read", doc=file, throw=True)
	document = frappe.get_doc("File", file)
	if document.is_folder or document.is_remote_file:
		sentence = _("{0} is no file of this site. Upload it.")
		frappe.throw(sentence.format(escape_html(document.file_name)), RemittanceAdviceError)
	path = Path(document.get_full_path())
	if not path.is_file():
		sentence = _("File {0} is not there any more. Upload it again.")
		frappe.throw(sentence.format(escape_html(document.file_name)), RemittanceAdviceError)
	try:
		check_length(path.stat().st_size)
	except RemittanceError as error:
		frappe.throw(error.text(_), RemittanceAdviceError)
	return path.read_bytes()
