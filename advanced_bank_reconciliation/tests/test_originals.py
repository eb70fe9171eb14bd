"""What the app wraps of Frappe and ERPNext is what it was when the wrapping was written."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable

from erpnext.accounts.doctype.payment_entry import payment_entry
from frappe.database.database import Database
from frappe.model.document import Document
from frappe.tests.utils import FrappeTestCase

from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches import document_reads, number_series

# For each function the digests of those that were read and fit: frappe 15.101, erpnext 15.99.
READ = {
	"frappe.get_doc": (document_reads.load, {"04cacad764c853bd"}),
	"Document.db_set": (Document.db_set, {"fee3a88170ca4759"}),
	"Document.get_doc_before_save": (Document.get_doc_before_save, {"f5f325c048d9ce73"}),
	"Database.sql": (Database.sql, {"5fb75327a5253c41"}),
	"update_naming_series": (number_series.set_back, {"5952b158ac7d9ead"}),
	"Database.commit": (Database.commit, {"6a3509ed620e707d"}),
	"Database.rollback": (Database.rollback, {"a3b44d9aba887e04"}),
	"Database.begin": (Database.begin, {"f6df693418bd6344"}),
	"Database.close": (Database.close, {"d7a814f0a262cce8"}),
	"get_negative_outstanding_invoices": (
		payment_entry.get_negative_outstanding_invoices,
		{"b3c61e00f6498a3d"},
	),
	"get_orders_to_be_billed": (payment_entry.get_orders_to_be_billed, {"e4c24bf5c32aa7b6"}),
}


def digest(function: Callable) -> str:
	"""Of the source, spaces and lines aside."""
	source = inspect.getsource(inspect.unwrap(function))
	return hashlib.sha256("".join(source.split()).encode()).hexdigest()[:16]


class TestOriginals(FrappeTestCase):
	def test_nothing_that_is_wrapped_has_changed(self) -> None:
		"""If this fails: read the new function, see whether `erpnext_patches` still fits, add its digest."""
		found = {name: digest(function) for name, (function, _known) in READ.items()}
		changed = {name: one for name, one in found.items() if one not in READ[name][1]}
		self.assertEqual(changed, {})
