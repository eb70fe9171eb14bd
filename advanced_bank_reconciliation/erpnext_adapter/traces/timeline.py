"""The timeline of a document: which runs settled it, who started them, and how each ended."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.utils import escape_html, get_fullname, get_link_to_form

from advanced_bank_reconciliation.engine.reasons import read_reason
from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE
from advanced_bank_reconciliation.erpnext_adapter.runs.taken_away import find_taken_away, tell_taken_away
from advanced_bank_reconciliation.erpnext_adapter.traces.runs_of import runs_of

COLUMNS = ["name", "bank_transaction", "user", "state", "reason", "creation", "ended_at"]


def entries(doctype: str, name: str) -> list[dict]:
	"""What Frappe's hook `additional_timeline_content` wants: `{"creation", "content"}`, content in HTML."""
	runs = runs_of(doctype, name, COLUMNS)
	taken_away = find_taken_away([run.name for run in runs if run.state == RunState.COMPLETED.value])
	return [entry for run in runs for entry in _entries(run, taken_away.get(run.name, []))]


def _entries(run: frappe._dict, taken_away: list[dict]) -> Iterator[dict]:
	person, link = escape_html(get_fullname(run.user)), get_link_to_form(RUN_DOCTYPE, run.name)
	yield _entry(run.creation, _("{0} started bulk reconciliation {1}").format(person, link))
	if run.state == RunState.COMPLETED.value:
		yield _entry(run.ended_at, _("Bulk reconciliation {0} was completed").format(link))
	elif run.state == RunState.ROLLED_BACK.value:
		sentence = _("Bulk reconciliation {0} was undone: {1}")
		yield _entry(run.ended_at, sentence.format(link, escape_html(read_reason(run.reason or "").text(_))))
	if taken_away:
		yield _entry(run.ended_at, f"{link}: {escape_html(tell_taken_away(taken_away))}")


def _entry(when: object, content: str) -> dict:
	return {"creation": when, "content": content}
