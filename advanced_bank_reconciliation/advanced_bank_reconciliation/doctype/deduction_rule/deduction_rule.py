"""To which account something is booked that a remittance advice says was kept back."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html


class DeductionRule(Document):
	"""One code of one company, for all users or for those of one role."""

	code: str | None

	def validate(self) -> None:
		"""One rule for each code and role; account and cost center are the company's own."""
		self.code = " ".join((self.code or "").split())
		role = self.role or ("is", "not set")
		same = {"company": self.company, "code": self.code, "role": role, "name": ("!=", self.name)}
		if frappe.db.exists("Deduction Rule", same):
			sentence = _("There is a Deduction Rule for {0} in {1} already.")
			frappe.throw(
				sentence.format(escape_html(self.code or _("everything else")), escape_html(self.company))
			)
		for doctype, name in (("Account", self.account), ("Cost Center", self.cost_center)):
			if name and frappe.get_cached_value(doctype, name, "company") != self.company:
				sentence = _("{0} {1} is of another company. Choose one of {2}.")
				texts = (_(doctype), escape_html(name), escape_html(self.company))
				frappe.throw(sentence.format(*texts))
