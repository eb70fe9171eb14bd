"""With a hook of any kind that a site can have, payments go one by one, and the hook is run for each."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any, NamedTuple

import erpnext
import frappe

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_hooks import OVERRIDES, RULES
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import ITEM_DOCTYPE
from advanced_bank_reconciliation.tests import factories, hooks_of_sites, scenes
from advanced_bank_reconciliation.tests.hooks_of_sites import (
	INVOICE,
	NAME,
	PAYMENT,
	PREFIX,
	USER,
	Kind,
	path_of,
)
from advanced_bank_reconciliation.tests.pattern_test_case import (
	COMPARED,
	FIRST,
	PatternTestCase,
	reasons_of,
	run_by,
)
from advanced_bank_reconciliation.tests.version import VERSION

COUNT = 3
NOTED = f"hook {path_of(hooks_of_sites.note)}"
TRANSACTION = "Bank Transaction"


class Case(NamedTuple):
	"""A kind of hook.

	reason: why payments go one by one, None if they do not
	times: how often it is run for each document, None for any number, 0 if it does nothing to a payment
	of: the type of the documents that it is run for
	"""

	reason: str | None
	install: Kind
	times: int | None = 1
	of: str = PAYMENT


def event(name: str, doctype: str, times: int | None = 1, of: str = PAYMENT) -> Case:
	# ERPNext saves the Bank Transaction whichever way payments go.
	reason = None if doctype == TRANSACTION else NOTED
	return Case(reason, partial(hooks_of_sites.event, name, doctype), times, of)


def hook(name: str, value: object, key: str = PAYMENT, reason: str = "", times: int | None = 1) -> Case:
	reason = f"hook {reason or f'{name}: {PAYMENT}'}"
	return Case(reason, partial(hooks_of_sites.hook, name, {key: value}), times)


def rule(doctype: str, install: Kind, times: int | None = 1, of: str = PAYMENT) -> Case:
	return Case(f"{doctype} {NAME}", install, times, of)


def naming(doctype: str, **values: Any) -> Case:
	named = hooks_of_sites.payments_like(name=("like", f"{PREFIX}%"))
	return rule(doctype, partial(hooks_of_sites.record, doctype, named, **values))


CASES: dict[str, Case] = {
	"doc_events of the payment": event("on_submit", PAYMENT),
	"doc_events of all": event("on_submit", "*", times=None),
	"doc_events of the ledger": event("on_submit", "GL Entry", 2),
	"doc_events of the payment ledger": event("on_submit", "Payment Ledger Entry"),
	"doc_events of the invoice": event("on_change", INVOICE, of=INVOICE),
	"doc_events of the Bank Transaction": event(
		"on_update_after_submit", TRANSACTION, times=None, of=TRANSACTION
	),
	"override_doctype_class": hook("override_doctype_class", [path_of(hooks_of_sites.OtherPaymentEntry)]),
	# Version 15 does not know it.
	"extend_doctype_class": hook(
		"extend_doctype_class", [path_of(hooks_of_sites.PaymentEntryExtension)], times=int(VERSION > 15)
	),
	"has_permission": hook("has_permission", [path_of(hooks_of_sites.note_permission)], times=None),
	"regional_overrides": hook(
		"regional_overrides",
		{hooks_of_sites.REGIONAL: [path_of(hooks_of_sites.note_regional)]},
		key=erpnext.get_region(),
		reason=hooks_of_sites.REGIONAL,
	),
	"Server Script": rule("Server Script", hooks_of_sites.server_script),
	"Webhook": rule("Webhook", hooks_of_sites.webhook),
	"Notification": rule("Notification", partial(hooks_of_sites.notification, PAYMENT, event="Submit")),
	"Notification of the invoice": rule(
		"Notification",
		partial(hooks_of_sites.notification, INVOICE, event="Value Change", value_changed="status"),
		of=INVOICE,
	),
	"Workflow": rule("Workflow", hooks_of_sites.workflow),
	"Assignment Rule": rule("Assignment Rule", hooks_of_sites.assignment_rule),
	"Document Naming Rule": naming(
		"Document Naming Rule", document_type=PAYMENT, prefix=PREFIX, prefix_digits=5
	),
	"Property Setter": naming(
		"Property Setter",
		doctype_or_field="DocType",
		doc_type=PAYMENT,
		property="autoname",
		property_type="Data",
		value=f"{PREFIX}.#####",
	),
	"Energy Point Rule": rule("Energy Point Rule", hooks_of_sites.energy_point_rule),
	"Milestone Tracker": rule("Milestone Tracker", hooks_of_sites.milestone_tracker, times=None),
	"Service Level Agreement": rule("Service Level Agreement", hooks_of_sites.level_agreement, times=None),
	"Auto Repeat": rule("Auto Repeat", hooks_of_sites.auto_repeat, times=0),
	"document follow": Case(f"document follow of {USER}", partial(hooks_of_sites.document_follow, USER)),
}


class TestPatternsOfHooks(PatternTestCase):
	def setUp(self) -> None:
		super().setUp()
		scenes.make_user("hooked", ["Accounts Manager"])
		customers = [f"Bulk Test Customer {party}" for party in (0, 1, 1)]
		self.deposit = self.scenario(*[factories.open_sales_invoice(one) for one in customers])

	def test_the_same_deposit_without_a_hook(self) -> None:
		"""The test of the one below."""
		frappe.set_user(USER)
		run_by("Automatic", self.deposit)
		self.assertEqual(reasons_of(self.deposit), [FIRST, COMPARED])

	def test_every_kind_is_here(self) -> None:
		self.assertLessEqual({*OVERRIDES, *(rule.doctype for rule in RULES)}, set(CASES))

	def test_each_kind(self) -> None:
		for name, case in CASES.items():
			if is_known(case):
				with self.subTest(name):
					self.check_case(case)

	def check_case(self, case: Case) -> None:
		frappe.db.savepoint("hook")
		hooks_of_sites.ran.clear()
		try:
			with case.install() as effect:
				frappe.set_user(USER)
				run_by("Automatic", self.deposit)
				found = effect()
			reasons = [case.reason] * COUNT if case.reason else [FIRST, COMPARED]
			self.assertEqual(reasons_of(self.deposit), reasons)
			self.check_effect(case, found)
		finally:
			frappe.set_user("Administrator")
			frappe.db.rollback(save_point="hook")
			hooks_of_sites.forget()

	def check_effect(self, case: Case, found: list[str]) -> None:
		documents = self.documents(case.of)
		if case.times is None:
			self.assertLessEqual(set(documents), set(found))
		else:
			counted = Counter(name for name in found if name in documents)
			self.assertEqual(counted, {name: case.times for name in documents if case.times})

	def documents(self, doctype: str) -> list[str]:
		"""What the run wrote or changed."""
		if doctype == TRANSACTION:
			return [self.deposit.bank_transaction.name]
		column = "voucher" if doctype == PAYMENT else "reference_name"
		filters = {"bank_transaction": self.deposit.bank_transaction.name}
		return frappe.get_all(ITEM_DOCTYPE, filters, pluck=column)


def is_known(case: Case) -> bool:
	"""Whether this version has the records of the kind."""
	if case.reason is None or not case.reason.endswith(NAME):
		return True
	return bool(frappe.db.exists("DocType", case.reason.removesuffix(f" {NAME}")))
