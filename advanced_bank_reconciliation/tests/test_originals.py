"""What the app wraps of Frappe and ERPNext is what it was when the wrapping was written."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable

import frappe
from erpnext.accounts.doctype.payment_entry import payment_entry
from frappe.database.database import Database
from frappe.desk import notifications
from frappe.model.document import Document
from frappe.utils import background_jobs

from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches import document_reads, number_series
from advanced_bank_reconciliation.tests.site_test_case import SiteTestCase

# For each function the digests of those that were read and fit, by the major version of Frappe and ERPNext:
# frappe 15.101 and erpnext 15.99, frappe 16.10 and erpnext 16.7.
READ: dict[str, tuple[Callable, dict[int, str]]] = {
	"frappe.get_doc": (document_reads.load, {15: "04cacad764c853bd", 16: "09aa7bfb1bbcebad"}),
	"Document.db_set": (Document.db_set, {15: "fee3a88170ca4759", 16: "986e677b2f5a896a"}),
	"Document.get_doc_before_save": (
		Document.get_doc_before_save,
		{15: "f5f325c048d9ce73", 16: "209083f52fafc76f"},
	),
	"Database.sql": (Database.sql, {15: "5fb75327a5253c41", 16: "a6488bb40d223f0c"}),
	"Database.sql_ddl": (Database.sql_ddl, {15: "8c9925653aa4ad80", 16: "2eaefca92a5a8abd"}),
	"update_naming_series": (number_series.set_back, {15: "5952b158ac7d9ead", 16: "5952b158ac7d9ead"}),
	"Database.commit": (Database.commit, {15: "6a3509ed620e707d", 16: "592484406a0d0131"}),
	"Database.rollback": (Database.rollback, {15: "a3b44d9aba887e04", 16: "a1874571e5870a52"}),
	"Database.begin": (Database.begin, {15: "f6df693418bd6344", 16: "f6df693418bd6344"}),
	"Database.close": (Database.close, {15: "d7a814f0a262cce8", 16: "d7a814f0a262cce8"}),
	"_check_queue_size": (
		background_jobs._check_queue_size,
		{15: "e368212a808b7156", 16: "ea9ca297a163b349"},
	),
	"PaymentEntry.update_payment_schedule": (
		payment_entry.PaymentEntry.update_payment_schedule,
		{15: "55e3df3244c3818c", 16: "55e3df3244c3818c"},
	),
	"get_split_invoice_rows": (
		payment_entry.get_split_invoice_rows,
		{15: "0f74bff32f974cc6", 16: "f15e2aa2f7cd00df"},
	),
	"get_open_count": (notifications.get_open_count, {15: "32fb161c8cbdeec6", 16: "32fb161c8cbdeec6"}),
	"get_negative_outstanding_invoices": (
		payment_entry.get_negative_outstanding_invoices,
		{15: "b3c61e00f6498a3d", 16: "b3c61e00f6498a3d"},
	),
	"get_orders_to_be_billed": (
		payment_entry.get_orders_to_be_billed,
		{15: "e4c24bf5c32aa7b6", 16: "e4c24bf5c32aa7b6"},
	),
}


def digest(function: Callable) -> str:
	"""Of the source, spaces and lines aside."""
	source = inspect.getsource(inspect.unwrap(function))
	return hashlib.sha256("".join(source.split()).encode()).hexdigest()[:16]


class TestOriginals(SiteTestCase):
	def test_nothing_that_is_wrapped_has_changed(self) -> None:
		"""If this fails: read the new function, see whether `erpnext_patches` still fits, add its digest."""
		version = int(frappe.__version__.partition(".")[0])
		found = {name: digest(function) for name, (function, _known) in READ.items()}
		changed = {name: one for name, one in found.items() if one != READ[name][1].get(version)}
		self.assertEqual(changed, {})
