"""Who is who in the tests of rights, and what each may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

from tests.bench.bench import Bench
from tests.bench.desk_user import DeskUser

ALLOWED, FORBIDDEN, REFUSED = HTTPStatus.OK, HTTPStatus.FORBIDDEN, HTTPStatus.EXPECTATION_FAILED
TRANSACTION = ("read", "write", "submit")
PAYMENT = ("read", "write", "create", "submit")


@dataclass(frozen=True, kw_only=True)
class Person:
	"""Somebody with a login.

	roles: of ERPNext; permissions: by document type, of a role of their own; only: user permissions, the one
	document of a type that they may see; start, see, list, undo, offers, unmatch: how requests are answered
	"""

	roles: tuple[str, ...] = ()
	permissions: dict[str, tuple[str, ...]] = field(default_factory=dict)
	only: dict[str, str] = field(default_factory=dict)
	start: HTTPStatus = FORBIDDEN
	see: HTTPStatus = FORBIDDEN
	list: HTTPStatus = FORBIDDEN
	undo: HTTPStatus = FORBIDDEN
	offers: HTTPStatus = FORBIDDEN
	unmatch: HTTPStatus = FORBIDDEN

	@property
	def reads_deposits(self) -> bool:
		"""Any Bank Transactions at all, perhaps others than those of the tests."""
		return self.list is ALLOWED and "Auditor" not in self.roles


def _specialist(transaction: tuple[str, ...], payment: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
	records = ("Bulk Reconciliation Run", "Bulk Reconciliation Item")
	reading = ("Sales Invoice", "Bank Account", "Company", "Account", "Customer", *records)
	return {
		"Bank Transaction": transaction,
		"Payment Entry": payment,
		**{doctype: ("read",) for doctype in reading},
	}


LOOKING = {"see": ALLOWED, "list": ALLOWED, "offers": ALLOWED}
EVERYTHING = {**LOOKING, "start": ALLOWED, "undo": ALLOWED, "unmatch": ALLOWED}

PEOPLE = {
	"nobody": Person(),
	"stock": Person(roles=("Stock User",)),
	# Reads runs and invoices, but no Bank Transactions.
	"auditor": Person(roles=("Auditor",), see=ALLOWED, list=ALLOWED),
	"accountant": Person(roles=("Accounts User",), **EVERYTHING),
	"manager": Person(roles=("Accounts Manager",), **EVERYTHING),
	# Another company's accountant: an empty list, and nothing else.
	"elsewhere": Person(
		roles=("Accounts User",), only={"Company": "Another Bulk Test Company"}, list=ALLOWED
	),
	"other-bank-account": Person(
		roles=("Accounts User",), only={"Bank Account": "Current ABTC USD - Bulk Test Bank"}, list=ALLOWED
	),
	# The deposits of the tests pay invoices of several customers.
	"one-customer": Person(
		roles=("Accounts User",),
		only={"Customer": "Bulk Test Customer 0"},
		**{**EVERYTHING, "start": REFUSED},
	),
	"drafts-payments": Person(
		permissions=_specialist(TRANSACTION, ("read", "write", "create")), **LOOKING, unmatch=ALLOWED
	),
	"reads-transactions": Person(permissions=_specialist(("read",), (*PAYMENT, "cancel")), **LOOKING),
	"never-cancels": Person(
		permissions=_specialist(TRANSACTION, PAYMENT), **LOOKING, start=ALLOWED, unmatch=ALLOWED
	),
}


def log_in_everybody(bench: Bench) -> dict[str, DeskUser]:
	"""A session of each of `PEOPLE`."""
	bench.call("scenes.make_other_company")
	return {name: _log_in(bench, name, person) for name, person in PEOPLE.items()}


def _log_in(bench: Bench, name: str, person: Person) -> DeskUser:
	roles = [*person.roles]
	if person.permissions:
		roles.append(bench.call("scenes.make_role", name=f"Bulk Test {name}", permissions=person.permissions))
	user = bench.call("scenes.make_user", name=f"rights-{name}", roles=roles)
	for doctype, document in person.only.items():
		bench.call("scenes.confine", user=user["user"], doctype=doctype, name=document)
	return DeskUser(bench, **user)
