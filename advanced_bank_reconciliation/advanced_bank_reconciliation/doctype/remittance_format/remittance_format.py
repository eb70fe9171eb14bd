"""How the columns of a payer's files are meant, as a person said once."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from advanced_bank_reconciliation.remittance.presets import PRESETS


class RemittanceFormat(Document):
	"""For one company, and if they are given for one of its bank accounts and for one customer."""

	def validate(self) -> None:
		"""The bank account is the company's own."""
		if self.bank_account and self.company != frappe.db.get_value(
			"Bank Account", self.bank_account, "company"
		):
			sentence = _("{0} {1} is of another company. Choose one of {2}.")
			texts = (_("Bank Account"), escape_html(self.bank_account), escape_html(self.company))
			frappe.throw(sentence.format(*texts))


@frappe.whitelist(methods=["GET"])
def get_known_formats() -> list[str]:
	"""Names of the payout reports that are read without a record, for who may read the list of formats."""
	frappe.has_permission("Remittance Format", "read", throw=True)
	return [preset.name for preset in PRESETS]
