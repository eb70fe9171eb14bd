"""What a site does beside ERPNext when a payment is posted: hooks, scripts, rules. With any of it, all goes
through the controllers, which run it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import chain
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.permissions import get_user_permissions

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.columns import TABLES, Source

WRITTEN = tuple(TABLES)
SAME_IN_ALL = frozenset({Source.CONSTANT, Source.EMPTY})
CHANGED = ("Sales Invoice", "Purchase Invoice")
DOCUMENTS = (*WRITTEN, *CHANGED)
_events = "advanced_bank_reconciliation.erpnext_adapter.document_events."
# The app's own: they let pass what a run writes.
OURS = frozenset(
	{
		f"{_events}marks.keep_marks_as_they_are",
		f"{_events}guards.refuse_outdated_posting",
		f"{_events}guards.refuse_allocating_of_active_advance",
		f"{_events}guards.refuse_cancel_of_active_voucher",
		f"{_events}guards.refuse_cancel_of_paid_invoice",
	}
)
# Hooks of Frappe and ERPNext 15 and 16 that are known to write nothing for a payment, or what is looked at
# here (rules, workflows) or in the rows of the first payment (Transaction Log).
KNOWN_HANDLERS = frozenset(
	{
		"frappe.desk.notifications.clear_doctype_notifications",
		"frappe.workflow.doctype.workflow_action.workflow_action.process_workflow_actions",
		"frappe.core.doctype.file.utils.attach_files_to_document",
		"frappe.automation.doctype.assignment_rule.assignment_rule.apply",
		"frappe.automation.doctype.assignment_rule.assignment_rule.update_due_date",
		"frappe.core.doctype.user_type.user_type.apply_permissions_for_non_standard_user_type",
		"frappe.core.doctype.permission_log.permission_log.make_perm_log",
		"frappe.search.sqlite_search.update_doc_index",
		"frappe.search.sqlite_search.delete_doc_index",
		"frappe.social.doctype.energy_point_rule.energy_point_rule.process_energy_points",
		"frappe.automation.doctype.milestone_tracker.milestone_tracker.evaluate_milestone",
		"erpnext.support.doctype.service_level_agreement.service_level_agreement.apply",
		"erpnext.setup.doctype.transaction_deletion_record.transaction_deletion_record.check_for_running_deletion_job",
		"erpnext.accounts.doctype.accounting_period.accounting_period.validate_accounting_period_on_doc_save",
		"erpnext.regional.check_deletion_permission",
		"erpnext.regional.create_transaction_log",
		"erpnext.regional.italy.utils.sales_invoice_on_submit",
		"erpnext.regional.italy.utils.sales_invoice_on_cancel",
		"erpnext.regional.united_arab_emirates.utils.update_grand_total_for_rcm",
		"erpnext.regional.united_arab_emirates.utils.validate_returns",
	}
)
# What only a cancelling calls, a deletion, and what nothing calls that is done by pattern.
OF_CANCELLING = frozenset({"before_cancel", "on_cancel", "after_cancel"})
OF_DELETION = frozenset({"on_trash", "after_delete"})
OF_NOTHING = frozenset({"after_rename"})
# What Frappe writes for a document that is deleted.
TRACES = ("Deleted Document", "Comment")


class Work(Enum):
	"""What is done to payments by pattern; its value: the events that are no part of it."""

	POSTING = OF_CANCELLING | OF_DELETION | OF_NOTHING
	CANCELLING = OF_DELETION | OF_NOTHING
	DELETING = OF_NOTHING

	@property
	def traces(self) -> tuple[str, ...]:
		"""The document types that it writes beside those of `WRITTEN`."""
		return TRACES if self is Work.DELETING else ()


# A payment does not save its invoice but writes two columns of it (Document.db_set): rules for what is saved
# matter to what is written alone, and these notifications of an invoice are not for a change of it.
OF_CHANGES: Mapping[str, Any] = {"event": ("not in", ("New", "Submit", "Days Before", "Days After"))}


class Rule(NamedTuple):
	"""Records that make a site do more.

	column: names a document type, one of `documents` or of the traces; filters: when they count
	"""

	doctype: str
	column: str
	filters: Mapping[str, Any]
	documents: tuple[str, ...] = DOCUMENTS


RULES = (
	Rule("Server Script", "reference_doctype", {"disabled": 0, "script_type": "DocType Event"}),
	Rule("Webhook", "webhook_doctype", {"enabled": 1}),
	Rule("Notification", "document_type", {"enabled": 1}, WRITTEN),
	Rule("Notification", "document_type", {"enabled": 1, **OF_CHANGES}, CHANGED),
	Rule("Workflow", "document_type", {"is_active": 1}, WRITTEN),
	Rule("Assignment Rule", "document_type", {"disabled": 0}, WRITTEN),
	Rule("Document Naming Rule", "document_type", {"disabled": 0}, WRITTEN),
	Rule("Energy Point Rule", "reference_doctype", {"enabled": 1}),
	Rule("Milestone Tracker", "document_type", {"disabled": 0}),
	Rule("Service Level Agreement", "document_type", {"enabled": 1}, WRITTEN),
	Rule("Auto Repeat", "reference_doctype", {"disabled": 0}, WRITTEN),
	Rule("Property Setter", "doc_type", {"property": ("in", ("fetch_from", "autoname"))}),
)
# Hooks that ERPNext asks what is in the rows of a ledger, and an index that documents are put into.
ASKED = ("update_gl_dict_with_app_based_fields", "voucher_subtypes", "sqlite_search")
OVERRIDES = ("override_doctype_class", "extend_doctype_class", "has_permission")
SETTER = "Property Setter"
# What one may change of a field without a payment being another one.
HARMLESS_PROPERTIES = (
	*(
		"label",
		"description",
		"hidden",
		"read_only",
		"depends_on",
		"bold",
		"columns",
		"width",
		"search_index",
	),
	*("print_hide", "print_hide_if_no_value", "print_width", "report_hide", "no_copy", "translatable"),
	*("in_list_view", "in_standard_filter", "in_preview", "in_global_search", "allow_in_quick_entry"),
)
# What ERPNext gives a payment of its contact also if only the site has a field for it
# (`complete_contact_details`).
OF_CONTACT = frozenset(f"contact_{of}" for of in ("display", "mobile", "phone", "designation", "department"))
PLAIN_FIELDS = frozenset(
	("Data", "Link", "Select", "Check", "Int", "Float", "Currency", "Date", "Small Text", "Text", "Percent")
)


def obstacle_of_site(work: Work = Work.POSTING) -> str | None:
	"""Why nothing is done by pattern for this site and user, as a translated sentence, or None."""
	return obstacle_of_apps(work) or obstacle_of_records(work)


def obstacle_of_apps(work: Work) -> str | None:
	"""The same of what the process has in its memory, and of the user."""
	return next(chain(_obstacles_of_apps(work), _user()), None)


def obstacle_of_records(work: Work) -> str | None:
	"""The same of what is in the tables of `site_state`."""
	return next(_obstacles_of_records(work), None)


def obstacles_of_site() -> list[str]:
	"""All that keeps any user's payments from being written by pattern, as translated phrases."""
	return [*_obstacles_of_apps(Work.POSTING), *_obstacles_of_records(Work.POSTING)]


def _obstacles_of_apps(work: Work) -> Iterator[str]:
	of_work = (_handlers_of_others, _overrides, _custom_fields, _searched)
	return chain.from_iterable(find(work) for find in of_work)


def _obstacles_of_records(work: Work) -> Iterator[str]:
	yield from _rules(work)
	yield from _changed_fields()
	yield from _balances()


def _balances() -> Iterator[str]:
	"""Version 16 keeps no balances in payments, and has no such settings."""
	settings = frappe.get_meta("Accounts Settings")
	for setting, obstacle in (
		("show_party_balance", _("balances of parties are kept in payments")),
		("show_account_balance", _("balances of accounts are kept in payments")),
	):
		if settings.has_field(setting) and frappe.db.get_single_value("Accounts Settings", setting):
			yield obstacle


def _changed_fields() -> Iterator[str]:
	"""Fields whose values are not those of the first payment: what the site demands of them, say that there
	is a value, or rounds them to, it demands of each payment.
	"""
	for doctype, fields in _varying_fields().items():
		is_changed: dict[str, Any] = {"doc_type": doctype, "field_name": ("in", sorted(fields))}
		is_changed["property"] = ("not in", HARMLESS_PROPERTIES)
		for name in frappe.get_all(SETTER, filters=is_changed, pluck="name", limit=1):
			yield f"{_(SETTER)} {name}"


def _varying_fields() -> Mapping[str, set[str]]:
	varying: dict[str, set[str]] = {
		doctype: {column for column, sources in table.columns.items() if not SAME_IN_ALL.issuperset(sources)}
		for doctype, table in TABLES.items()
	}
	return {**varying, **{doctype: {"outstanding_amount", "status"} for doctype in CHANGED}}


def _handlers_of_others(work: Work) -> Iterator[str]:
	hooks = frappe.get_doc_hooks()
	for document in ("*", *DOCUMENTS, *work.traces):
		no_matter = work.value | OF_DELETION if document in CHANGED else work.value
		for event, handlers in hooks.get(document, {}).items():
			for handler in handlers:
				if event not in no_matter and handler not in KNOWN_HANDLERS and handler not in OURS:
					yield _("hook {0}").format(handler)
	yield from (_("hook {0}").format(hook) for hook in ASKED if frappe.get_hooks(hook))


def _overrides(work: Work) -> Iterator[str]:
	for hook in OVERRIDES:
		documents = {"*", *DOCUMENTS, *work.traces}.intersection(frappe.get_hooks(hook, {}))
		for document in sorted(documents):
			yield _("hook {0}").format(f"{hook}: {document}")
	for overrides in frappe.get_hooks("regional_overrides", {}).values():
		for function, others in overrides.items():
			is_known = all(other.startswith("erpnext.") for other in others)
			if ".payment_entry." in function or not is_known:
				yield _("hook {0}").format(function)


def _rules(work: Work) -> Iterator[str]:
	for rule in RULES:
		if frappe.db.exists("DocType", rule.doctype) and frappe.db.table_exists(rule.doctype):
			documents = (*rule.documents, *work.traces)
			name = frappe.db.exists(rule.doctype, {**rule.filters, rule.column: ("in", documents)})
			if name:
				yield f"{_(rule.doctype)} {name}"


def _custom_fields(work: Work) -> Iterator[str]:
	"""Fields that the site added have the same value in all payments of a kind, or are an obstacle."""
	for doctype in (*WRITTEN, *work.traces):
		for field in frappe.get_meta(doctype).get_custom_fields():
			if field.fieldtype in frappe.model.no_value_fields and field.fieldtype not in (
				frappe.model.table_fields
			):
				continue
			is_plain = field.fieldtype in PLAIN_FIELDS and field.fieldname not in OF_CONTACT
			if not is_plain or field.fetch_from:
				yield _("custom field {0}").format(f"{doctype}.{field.fieldname}")


def _searched(work: Work) -> Iterator[str]:
	"""Of what is written, payments alone are put into the index of the search."""
	for doctype in (*WRITTEN, *work.traces):
		is_payment = doctype in ("Payment Entry", "Payment Entry Reference")
		if not is_payment and frappe.get_meta(doctype).get_global_search_fields():
			yield _("search in {0}").format(_(doctype))


def _user() -> Iterator[str]:
	"""ERPNext asks for each payment what a user may do; by pattern it is asked for the first of a kind."""
	if get_user_permissions(frappe.session.user):
		yield _("user permissions of {0}").format(frappe.session.user)
	defaults = frappe.defaults.get_defaults()
	for field in frappe.get_meta("Payment Entry").get_link_fields():
		# A payment without a value gets that of the user or the site (create_new.get_user_default_value).
		if field.fieldname in _varying_fields()["Payment Entry"] and defaults.get(field.fieldname):
			yield _("a default of the site or user for the field {0}").format(_(field.label))
	follows = ("document_follow_notify", "follow_created_documents")
	if all(frappe.db.get_value("User", frappe.session.user, follows) or [0]):
		yield _("document follow of {0}").format(frappe.session.user)
	for doctype in DOCUMENTS:
		# Only version 16 hides values from users, and then from ERPNext as well.
		masked_fields = getattr(frappe.get_meta(doctype), "get_masked_fields", None)
		if masked_fields and masked_fields():
			yield _("fields of {0} that are masked").format(_(doctype))
