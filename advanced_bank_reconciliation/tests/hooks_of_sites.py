"""Each kind of hook that a site can have on payments, really installed: by another app, or as a record.

A kind is installed in a scope, which gives a function: of which payments the hook did something visible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import product
from typing import Any
from unittest.mock import patch

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import PaymentEntry
from erpnext.support.doctype.service_level_agreement import service_level_agreement
from frappe.cache_manager import clear_doctype_map
from frappe.model.document import Document
from frappe.utils import nowdate, safe_exec

from advanced_bank_reconciliation.tests import factories
from advanced_bank_reconciliation.tests.other_apps import hook_of_another_app

PAYMENT, INVOICE = "Payment Entry", "Sales Invoice"
# Rules that Frappe remembers by the document type that they are for.
MAPPED = ("Assignment Rule", "Document Naming Rule", "Energy Point Rule", "Milestone Tracker")
ENERGY_POINTS = "Energy Point Settings"
NAME = "Bulk Test Hook"
PREFIX = "HOOKED-"
USER = "hooked@bulk-test.example"
REGIONAL = "erpnext.accounts.doctype.payment_entry.payment_entry.add_regional_gl_entries"

Effect = Callable[[], list[str]]
Kind = Callable[[], AbstractContextManager[Effect]]

# What the hooks of this module were called for.
ran: list[str] = []


def note(document: Document, method: str) -> None:
	"""A hook of an event; of a ledger's entry it notes the payment."""
	ran.append(document.get("voucher_no") or document.name)


def note_permission(doc: Document, **asked: Any) -> bool:
	"""A hook that is asked and denies nobody anything."""
	if doc.name:
		ran.append(doc.name)
	return True


def note_regional(gl_entries: list, doc: Document) -> None:
	ran.append(doc.name)


class OtherPaymentEntry(PaymentEntry):
	"""The class of another app."""

	def on_submit(self) -> None:
		super().on_submit()
		ran.append(self.name)


class PaymentEntryExtension:
	"""What another app adds to the class, from version 16 on."""

	def on_submit(self) -> None:
		super().on_submit()  # type: ignore[misc]
		ran.append(self.name)  # type: ignore[attr-defined]


def path_of(thing: Any) -> str:
	return f"{__name__}.{thing.__name__}"


@contextmanager
def event(event: str, doctype: str) -> Iterator[Effect]:
	with hook_of_another_app(event, note, doctype):
		yield lambda: ran


@contextmanager
def hook(name: str, value: dict) -> Iterator[Effect]:
	"""One of another app's hooks.py."""
	get_hooks = frappe.get_hooks

	def get_with_another(asked: str | None = None, *args: Any, **kwargs: Any) -> Any:
		found = get_hooks(asked, *args, **kwargs)
		return {**(found or {}), **value} if asked == name else found

	classes = frappe.controllers.setdefault(frappe.local.site, {})
	with patch.object(frappe, "get_hooks", get_with_another), patch.dict(classes):
		classes.pop(PAYMENT, None)
		yield lambda: ran


@contextmanager
def record(doctype: str, effect: Effect | None = None, **values: Any) -> Iterator[Effect]:
	"""A record of the site, entered as an administrator does it."""
	document = frappe.get_doc({"doctype": doctype, **values})
	document.insert(set_name=NAME)
	yield effect or (lambda: [])


@contextmanager
def bare_record(doctype: str, effect: Effect | None = None, **values: Any) -> Iterator[Effect]:
	"""The same without what saving it does beside: new columns, which would end the transaction."""
	document = frappe.get_doc({"doctype": doctype, **values})
	document.set_new_name(set_name=NAME)
	document.db_insert()
	for child in document.get_all_children():
		child.parent = NAME
		child.db_insert()
	forget()
	yield effect or (lambda: [])


def named_in(doctype: str, column: str, **filters: Any) -> Effect:
	"""What records of a type name in a column."""
	return partial(frappe.get_all, doctype, filters, pluck=column)


def payments_like(**filters: Any) -> Effect:
	return named_in(PAYMENT, "name", **filters)


def forget() -> None:
	"""What Frappe and ERPNext remember of records; to forget all would take seconds."""
	for doctype in (PAYMENT, INVOICE):
		frappe.clear_cache(doctype=doctype)
		for rule in MAPPED:
			clear_doctype_map(rule, doctype)
	# Version 16 has some in the cache of the process.
	caches = (frappe.cache, getattr(frappe, "client_cache", frappe.cache))
	for cache, key in product(caches, ("server_script_map", "webhooks", "doctypes_with_active_sla")):
		cache.delete_value(key)
	for doctype, name in (("User", USER), *[(rule, NAME) for rule in MAPPED]):
		frappe.clear_document_cache(doctype, name)
	frappe.clear_document_cache(ENERGY_POINTS, ENERGY_POINTS)


@contextmanager
def server_script() -> Iterator[Effect]:
	values = {"script_type": "DocType Event", "reference_doctype": PAYMENT, "doctype_event": "After Submit"}
	script = f'doc.add_comment("Comment", "{NAME}")'
	effect = named_in("Comment", "reference_name", reference_doctype=PAYMENT, content=NAME)
	enabled = patch.object(safe_exec, "is_safe_exec_enabled", return_value=True)
	with enabled, record("Server Script", effect, **values, script=script) as found:
		yield found


@contextmanager
def webhook() -> Iterator[Effect]:
	"""What waits for the commit to be sent."""

	def waiting() -> list[str]:
		return [one.doc.name for one in getattr(frappe.local, "_webhook_queue", [])]

	values = {"webhook_doctype": PAYMENT, "webhook_docevent": "on_submit", "enabled": 1}
	with record("Webhook", waiting, **values, request_url="http://127.0.0.1:1/") as found:
		try:
			yield found
		finally:
			frappe.local._webhook_queue = []


def notification(document_type: str, **values: Any) -> AbstractContextManager[Effect]:
	recipients = [{"receiver_by_role": "System Manager"}]
	values |= {"channel": "System Notification", "message": "1", "subject": NAME, "enabled": 1}
	logged = partial(frappe.get_all, "Notification Log", {"subject": NAME}, pluck="document_name", distinct=1)
	return record("Notification", logged, document_type=document_type, recipients=recipients, **values)


def workflow() -> AbstractContextManager[Effect]:
	"""Its states are kept in a field that a payment has and nobody else writes."""
	field, states = "payment_order_status", ("Initiated", "Payment Ordered")
	for state in states:
		if not frappe.db.exists("Workflow State", state):
			frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": state}).insert()
	rows = [{"state": state, "doc_status": str(n), "allow_edit": "All"} for n, state in enumerate(states)]
	values = {"workflow_name": NAME, "document_type": PAYMENT, "is_active": 1, "workflow_state_field": field}
	transition = {"state": states[0], "action": "Approve", "next_state": states[1], "allowed": "All"}
	effect = payments_like(payment_order_status=states[1])
	return bare_record("Workflow", effect, states=rows, transitions=[transition], **values)


def assignment_rule() -> AbstractContextManager[Effect]:
	days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
	return record(
		"Assignment Rule",
		named_in("ToDo", "reference_name", reference_type=PAYMENT),
		document_type=PAYMENT,
		description=NAME,
		assign_condition="docstatus == 1",
		rule="Round Robin",
		users=[{"user": "Administrator"}],
		assignment_days=[{"day": day} for day in days],
	)


@contextmanager
def energy_point_rule() -> Iterator[Effect]:
	frappe.db.set_single_value(ENERGY_POINTS, "enabled", 1)
	forget()
	values = {"rule_name": NAME, "reference_doctype": PAYMENT, "enabled": 1, "for_doc_event": "Submit"}
	effect = named_in("Energy Point Log", "reference_name", rule=NAME)
	with record(
		"Energy Point Rule", effect, points=1, user_field="owner", apply_only_once=1, **values
	) as found:
		yield found


def milestone_tracker() -> AbstractContextManager[Effect]:
	effect = named_in("Milestone", "reference_name", milestone_tracker=NAME)
	return record("Milestone Tracker", effect, document_type=PAYMENT, track_field="payment_type")


@contextmanager
def level_agreement() -> Iterator[Effect]:
	"""Saving it would add columns. ERPNext looks at each payment, and as none has these it does nothing."""

	def looked_at(document: Document) -> None:
		ran.append(document.name)

	looking = patch.object(service_level_agreement, "remove_sla_if_applied", looked_at)
	with looking, bare_record("Service Level Agreement", document_type=PAYMENT, enabled=1):
		yield lambda: ran


@contextmanager
def auto_repeat() -> Iterator[Effect]:
	"""It copies the payment that it names, and is nothing to others."""
	payment = factories.create_test_advance(10)
	values = {"reference_doctype": PAYMENT, "reference_document": payment.name, "frequency": "Monthly"}
	with record("Auto Repeat", **values, start_date=nowdate()) as found:
		yield found


@contextmanager
def document_follow(user: str) -> Iterator[Effect]:
	frappe.db.set_value("User", user, {"document_follow_notify": 1, "follow_created_documents": 1})
	forget()
	yield named_in("Document Follow", "ref_docname", ref_doctype=PAYMENT, user=user)
