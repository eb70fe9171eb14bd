"""One bulk reconciliation: what was chosen, how far it is, who works on it, and how it ended."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder import Interval
from frappe.query_builder.functions import Now

from advanced_bank_reconciliation.engine.states import ENDED_STATES, RunState
from advanced_bank_reconciliation.erpnext_adapter.runs.statement import statement_of

ENDED = tuple(state.value for state in ENDED_STATES)


class BulkReconciliationRun(Document):
	"""The record is written by the run store alone; here is only what Frappe itself calls."""

	def on_trash(self) -> None:
		"""Refuse to forget a run that is not over; take its items along otherwise."""
		if RunState(self.state) not in ENDED_STATES:
			frappe.throw(
				_("Run {0} is {1}. Only a run that is completed or rolled back can be deleted.").format(
					self.name, _(self.state)
				)
			)
		frappe.db.delete("Bulk Reconciliation Item", {"run": self.name})
		if frappe.db.exists("Remittance Advice", self.name):
			frappe.delete_doc("Remittance Advice", self.name)

	def statement(self) -> frappe._dict:
		"""What its print format shows, see `statement_of`."""
		return statement_of(self)

	@staticmethod
	def clear_old_logs(days: int = 730) -> None:
		"""Delete the ended runs that nobody changed for `days` days. Called by Frappe's Log Settings."""
		run = frappe.qb.DocType("Bulk Reconciliation Run")
		item = frappe.qb.DocType("Bulk Reconciliation Item")
		is_old = run.state.isin(ENDED) & (run.modified < Now() - Interval(days=days))
		deduction = frappe.qb.DocType("Bulk Reconciliation Deduction")
		names = frappe.qb.from_(run).select(run.name).where(is_old)
		advice = frappe.qb.DocType("Remittance Advice")
		for name in frappe.qb.from_(advice).select(advice.name).where(advice.run.isin(names)).run(pluck=True):
			# With the file that is attached to it.
			frappe.delete_doc("Remittance Advice", name)
		frappe.qb.from_(deduction).delete().where(deduction.parent.isin(names)).run()
		frappe.qb.from_(item).delete().where(item.run.isin(names)).run()
		frappe.qb.from_(run).delete().where(is_old).run()


def on_doctype_update() -> None:
	"""Index what starting a run and the scheduler look for."""
	frappe.db.add_index("Bulk Reconciliation Run", ["state", "lease_expires_at"])
