"""What the app wraps of Frappe and ERPNext is what it was when the wrapping was written."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable

from erpnext.accounts.doctype.bank_transaction.bank_transaction import BankTransaction
from erpnext.accounts.doctype.payment_entry import payment_entry
from frappe.database.database import Database
from frappe.desk import notifications
from frappe.model.base_document import BaseDocument
from frappe.model.document import Document
from frappe.utils import background_jobs

from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches import (
	document_reads,
	links_of_deleted,
	number_series,
)
from advanced_bank_reconciliation.tests.site_test_case import SiteTestCase
from advanced_bank_reconciliation.tests.version import VERSION

# For each function the digests of those that were read and fit, by the major version of Frappe and ERPNext:
# frappe 15.101 and erpnext 15.99, frappe 16.10 and erpnext 16.7.
READ: dict[str, tuple[Callable, dict[int, str]]] = {
	"frappe.get_doc": (document_reads.load, {15: "04cacad764c853bd", 16: "09aa7bfb1bbcebad"}),
	"Document.db_set": (Document.db_set, {15: "fee3a88170ca4759", 16: "986e677b2f5a896a"}),
	"Document.get_doc_before_save": (
		Document.get_doc_before_save,
		{15: "f5f325c048d9ce73", 16: "209083f52fafc76f"},
	),
	"BaseDocument.db_insert": (BaseDocument.db_insert, {15: "6a3a08fa23cf30b2", 16: "a0e9abcbff231e65"}),
	"BaseDocument.db_update": (BaseDocument.db_update, {15: "58a6b227a64aae85", 16: "e6c9f2ded19ef23b"}),
	"BaseDocument.get_invalid_links": (
		BaseDocument.get_invalid_links,
		{15: "055180b59f1b1518", 16: "3575d0a4e187957e"},
	),
	"Document.update_child_table": (
		Document.update_child_table,
		{15: "96e4703b3de2a209", 16: "5d625122fdbc0e71"},
	),
	"Database.sql": (Database.sql, {15: "5fb75327a5253c41", 16: "a6488bb40d223f0c"}),
	"Database.sql_ddl": (Database.sql_ddl, {15: "8c9925653aa4ad80", 16: "2eaefca92a5a8abd"}),
	"Database.mogrify": (Database.mogrify, {15: "0b8c26db20cbbdfa", 16: "0b8c26db20cbbdfa"}),
	"delete_doc": (links_of_deleted.delete_doc.delete_doc, {15: "2cff752ad8f499b9", 16: "da31fbb278a3d7bd"}),
	"delete_from_table": (
		links_of_deleted.delete_doc.delete_from_table,
		{15: "fd4c19d547b4e3db", 16: "fd4c19d547b4e3db"},
	),
	"delete_dynamic_links": (
		links_of_deleted.delete_doc.delete_dynamic_links,
		{15: "77c2bc9d7e1cf069", 16: "77c2bc9d7e1cf069"},
	),
	"Document.load_doc_before_save": (
		Document.load_doc_before_save,
		{15: "74b3e3417b9a4e40", 16: "d5a11a90ac97267e"},
	),
	"BankTransaction.before_update_after_submit": (
		BankTransaction.before_update_after_submit,
		{15: "57ccfb7db7c0239b", 16: "57ccfb7db7c0239b"},
	),
	"BankTransaction.delink_old_payment_entries": (
		BankTransaction.delink_old_payment_entries,
		{15: "70ebe1007a35c20f", 16: "70ebe1007a35c20f"},
	),
	"BankTransaction.allocate_payment_entries": (
		BankTransaction.allocate_payment_entries,
		{15: "1d62d387a7e10dd0", 16: "1d62d387a7e10dd0"},
	),
	"PaymentEntry.set_missing_ref_details": (
		payment_entry.PaymentEntry.set_missing_ref_details,
		{15: "24a208115d467176", 16: "9d503c735e7f33e2"},
	),
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
		found = {name: digest(function) for name, (function, _known) in READ.items()}
		changed = {name: one for name, one in found.items() if one != READ[name][1].get(VERSION)}
		self.assertEqual(changed, {})
