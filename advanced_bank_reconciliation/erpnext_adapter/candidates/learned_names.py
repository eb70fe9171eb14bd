"""What payers call a party: learned from the documents that people chose for lines of earlier advices."""

from __future__ import annotations

import frappe
from frappe.query_builder.functions import Count, Max

from advanced_bank_reconciliation.engine.states import RunState
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	ADVICE_DOCTYPE,
	ADVICE_LINE_DOCTYPE,
	RUN_DOCTYPE,
)
from advanced_bank_reconciliation.remittance.choices import Party


def learned_names(company: str) -> dict[str, Party]:
	"""The party of each name for which people always chose it. A run that was undone teaches nothing."""
	line, advice = frappe.qb.DocType(ADVICE_LINE_DOCTYPE), frappe.qb.DocType(ADVICE_DOCTYPE)
	run = frappe.qb.DocType(RUN_DOCTYPE)
	query = frappe.qb.from_(line).join(advice).on(advice.name == line.parent)
	query = query.join(run).on(run.name == advice.run).where(run.state == RunState.COMPLETED.value)
	query = query.where((line.learned_name > "") & (advice.company == company))
	query = query.select(line.learned_name, Max(line.reference_doctype), Max(line.party)).groupby(
		line.learned_name
	)
	query = query.having(
		(Count(line.party).distinct() == 1) & (Count(line.reference_doctype).distinct() == 1)
	)
	return {name: (doctype, party) for name, doctype, party in query.run()}
