"""What a deposit pays: what is proposed is what was paid, or nothing is proposed."""

from __future__ import annotations

import os
import time
from decimal import Decimal
from random import Random

import pytest

from advanced_bank_reconciliation.remittance.payable_items import PayableItem
from advanced_bank_reconciliation.remittance.proposals import (
	Deposit,
	Ground,
	Proposal,
	Proposer,
	without_rivals,
)

SALES = "Sales Invoice"
NAMES = {
	(SALES, "C-1"): "Stripe Payout Shop",
	(SALES, "C-2"): "Müller & Söhne GmbH",
	(SALES, "C-3"): "Acme Stores North",
	(SALES, "C-4"): "Acme Stores South",
	(SALES, "C-5"): "Acme",
}
DEPOSITS = int(os.environ.get("PROPOSAL_DEPOSITS", "1500"))


def item(number: int, party: str, amount: str, **values: object) -> PayableItem:
	return PayableItem(
		doctype=SALES, name=f"SINV-26-{number:05}", party=party, amount=Decimal(amount), **values
	)  # type: ignore[arg-type]


ITEMS = [
	item(1, "C-1", "100.00"),
	item(2, "C-1", "250.50"),
	item(3, "C-1", "-20.00"),
	item(4, "C-2", "100.00", other_numbers=("PO-7731",)),
	item(5, "C-2", "49.90"),
	item(6, "C-2", "49.90"),
	item(7, "C-4", "77.70"),
]


def proposed(amount: str, text: str = "", **values: object) -> Proposal | None:
	deposit = Deposit(name="BT", amount=Decimal(amount), text=text, **values)  # type: ignore[arg-type]
	return Proposer(ITEMS, NAMES, 2).propose(deposit)


def numbers(proposal: Proposal | None) -> list[int]:
	return [int(one.name[-5:]) for one in proposal.items] if proposal else []


@pytest.mark.parametrize(
	("amount", "text", "values", "expected", "ground"),
	[
		("350.50", "Payment SINV-26-00001, SINV-26-00002", {}, [1, 2], Ground.NUMBERS),
		("330.50", "SINV-26-00001 SINV-26-00002 less SINV-26-00003", {}, [1, 2, 3], Ground.NUMBERS),
		("100.00", "your order PO-7731", {}, [4], Ground.NUMBERS),
		("330.50", "STRIPE PAYOUT", {}, [1, 2, 3], Ground.WORDS),
		("80.00", "STRIPE PAYOUT", {}, [1, 3], Ground.WORDS),
		("99.80", "", {"payer": "MUELLER UND SOHNE"}, [], None),
		("99.80", "", {"payer": "MULLER UND SOHNE"}, [5, 6], Ground.NAME),
		("100.00", "", {"party": (SALES, "C-2")}, [4], Ground.PARTY),
		("100.00", "STRIPE PAYOUT", {"iban_party": (SALES, "C-2")}, [4], Ground.IBAN),
	],
)
def test_what_is_sure(
	amount: str, text: str, values: dict, expected: list[int], ground: Ground | None
) -> None:
	found = proposed(amount, text, **values)
	assert (numbers(found), found.ground if found else None) == (expected, ground)


@pytest.mark.parametrize(
	("amount", "text", "values"),
	[
		pytest.param("49.90", "", {"party": (SALES, "C-2")}, id="two invoices have the amount"),
		pytest.param("100.00", "SINV-26-00005", {"party": (SALES, "C-2")}, id="another one is named"),
		pytest.param("100.00", "SINV-26-00099", {"party": (SALES, "C-2")}, id="one that is paid is named"),
		pytest.param("100.00", "SINV-26-00001", {"party": (SALES, "C-2")}, id="of another party"),
		pytest.param("77.70", "ACME STORES", {}, id="two parties have both words"),
		pytest.param("77.70", "ACME STORES NORTH", {}, id="the one that is meant owes nothing"),
		pytest.param("350.50", "", {}, id="nothing says whose it is"),
		pytest.param("350.50", "credit card payout shop", {}, id="words that banks write"),
		pytest.param("350.51", "STRIPE PAYOUT", {}, id="a cent too much"),
		pytest.param("350.50", "00001 00002", {}, id="a few digits"),
	],
)
def test_what_is_not_sure(amount: str, text: str, values: dict) -> None:
	assert proposed(amount, text, **values) is None


def test_a_mere_amount_is_never_sure() -> None:
	"""It is told when one opens the deposit, and only if no other party has a set that comes to it."""
	proposer = Proposer(ITEMS, NAMES, 2)

	def by_amount(amount: str) -> Proposal | None:
		return proposer.propose_by_amount(Deposit(name="BT", amount=Decimal(amount)))

	found = by_amount("350.50")
	assert numbers(found) == [1, 2] and found is not None and not found.is_sure
	assert by_amount("100.00") is None and by_amount("49.90") is None
	paid = Deposit(name="BT", amount=Decimal("350.50"), text="SINV-26-00099")
	assert proposer.propose_by_amount(paid) is None


def test_two_deposits_that_claim_one_invoice_have_no_proposal() -> None:
	deposits = [
		Deposit(name=name, amount=Decimal(amount), party=(SALES, "C-1"))
		for name, amount in (("A", "100.00"), ("B", "100.00"), ("C", "250.50"))
	]
	found = [Proposer(ITEMS, NAMES, 2).propose(deposit) for deposit in deposits]
	assert [one.deposit.name for one in without_rivals([one for one in found if one])] == ["C"]


def test_no_random_deposit_is_explained_wrongly() -> None:
	"""Deposits made from items of a party, with all that texts have: what was paid, or nothing."""
	random, right = Random(11), 0
	for _number in range(DEPOSITS // 10):
		items = [
			item(
				number,
				f"P-{random.randrange(6)}",
				f"{random.choice([9.9, 49.9, random.uniform(-50, 900)]):.2f}",
			)
			for number in range(1, random.randint(6, 60))
		]
		names = {(SALES, f"P-{number}"): f"Trader Number {'abcdef'[number] * 4}" for number in range(6)}
		proposer = Proposer([one for one in items if one.amount], names, 2)
		for _deposit in range(10):
			right += explained_rightly(random, proposer, items)
	assert right > DEPOSITS // 4


def explained_rightly(random: Random, proposer: Proposer, items: list[PayableItem]) -> bool:
	party = random.choice(items).party
	open_of_party = [one for one in items if one.party == party and one.amount]
	paid = random.sample(open_of_party, random.randint(1, max(1, len(open_of_party))))
	amount = sum((one.amount for one in paid), Decimal(0))
	if amount <= 0:
		return False
	texts = {
		"named": " ".join(one.name for one in paid),
		"named in part": paid[0].name,
		"words": f"TRADER {'abcdef'[int(party[-1])] * 4} payment {random.randrange(10**6)}",
		"ends": " ".join(one.name[-5:] for one in paid),
		"stranger": f"invoice {random.randrange(10**6)}",
	}
	kind = random.choice(list(texts))
	known = (SALES, party) if random.random() < 0.4 else None
	found = proposer.propose(Deposit(name="BT", amount=amount, text=texts[kind], party=known))
	assert found is None or {one.name for one in found.items} == {one.name for one in paid}, (
		kind,
		texts[kind],
	)
	return found is not None


def test_a_hundred_deposits_against_thousands_of_open_items_take_less_than_seconds() -> None:
	random = Random(3)
	items = [
		item(number, f"C-{number % 150}", f"{random.uniform(5, 2_000):.2f}") for number in range(1, 6_001)
	]
	names = {(SALES, f"C-{number}"): f"Customer {number} of {random.random()}" for number in range(10_000)}
	deposits = [
		Deposit(
			name=str(number),
			amount=Decimal(f"{random.uniform(50, 30_000):.2f}"),
			text=f"TRANSFER {random.randrange(10**9)} Customer",
			party=(SALES, f"C-{number % 150}") if number % 2 else None,
		)
		for number in range(100)
	]
	started = time.monotonic()
	proposer = Proposer(items, names, 2)
	for deposit in deposits:
		proposer.propose(deposit)
	assert time.monotonic() - started < 20
