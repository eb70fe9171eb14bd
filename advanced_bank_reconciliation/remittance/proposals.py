"""What a deposit pays, as far as it is certain without a remittance advice. Only proposed, never taken."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.engine.unique_sums import NotUnique, only_set
from advanced_bank_reconciliation.remittance.advice import AdviceLine
from advanced_bank_reconciliation.remittance.explaining import explain
from advanced_bank_reconciliation.remittance.party_names import Owner, PartyNames
from advanced_bank_reconciliation.remittance.payable_items import Evidence, ItemIndex, PayableItem

WRITTEN_NUMBER = re.compile(r"[\w/-]*\d")
TRAILING_DIGITS = re.compile(r"\d+$")


class Ground(Enum):
	"""What a proposal stands on, the most certain first."""

	NUMBERS = "numbers"
	PARTY = "party"
	IBAN = "iban"
	NAME = "name"
	WORDS = "words"
	AMOUNT = "amount"
	"""Nothing but that no other set of one party comes to it: never sure."""


REASONS = {
	Ground.NUMBERS: _("The bank's text names them, and they come to the amount."),
	Ground.PARTY: _(
		"{0} is the party of the Bank Transaction; nothing else that is open comes to the amount."
	),
	Ground.IBAN: _(
		"{0} has the IBAN of the Bank Transaction; nothing else that is open comes to the amount."
	),
	Ground.NAME: _("The bank names {0}; nothing else that is open comes to the amount."),
	Ground.WORDS: _("The bank's text reads like {0}; nothing else that is open comes to the amount."),
	Ground.AMOUNT: _("Only the amount says so: of {0}, and of nobody else, open items come to it."),
}


@dataclass(frozen=True, kw_only=True)
class Deposit:
	"""A Bank Transaction, in either direction.

	amount: what is unallocated, positive; text: what the bank has written; payer: its name for the other side
	party: who it is said to be, iban_party: whose the IBAN is; None if unknown
	"""

	name: str
	amount: Decimal
	text: str = ""
	payer: str = ""
	party: Owner | None = None
	iban_party: Owner | None = None


@dataclass(frozen=True, kw_only=True)
class Proposal:
	"""What a deposit pays: items that come to its amount, each in full, and why these."""

	deposit: Deposit
	items: tuple[PayableItem, ...]
	ground: Ground
	reason: Message

	@property
	def is_sure(self) -> bool:
		return self.ground is not Ground.AMOUNT


class Proposer:
	"""Made once for all deposits of a bank account that run in one direction.

	items: all that they could pay; names: of all parties, those included that owe nothing
	precision: decimals of the currency
	"""

	def __init__(self, items: Sequence[PayableItem], names: Mapping[Owner, str], precision: int):
		self._items, self._names, self._precision = items, names, precision
		self._index = ItemIndex(items)
		self._party_names = PartyNames(names)
		self._places: dict[Owner, list[int]] = defaultdict(list)
		for place, item in enumerate(items):
			self._places[owner_of(item)].append(place)
		self._numbers = {item.name.casefold() for item in items}
		self._series = {TRAILING_DIGITS.sub("", number) for number in self._numbers} - {""}

	def propose(self, deposit: Deposit) -> Proposal | None:
		"""What is sure, None if nothing is."""
		if self._names_what_is_not_open(deposit.text):
			return None
		known = self._known_party(deposit)
		named = self._by_numbers(deposit, known)
		if named or not known:
			return named
		owner, ground = known
		return self._proposal(deposit, self._only_set_of(owner, deposit), ground)

	def propose_by_amount(self, deposit: Deposit) -> Proposal | None:
		"""The only set of one party that comes to the amount, if nothing says whose the deposit is."""
		if self._known_party(deposit) or self._names_what_is_not_open(deposit.text):
			return None
		try:
			sets = [self._set_of(owner, deposit) for owner in self._places]
		except NotUnique:
			return None
		found = [places for places in sets if places]
		return self._proposal(deposit, found[0], Ground.AMOUNT) if len(found) == 1 else None

	def _known_party(self, deposit: Deposit) -> tuple[Owner, Ground] | None:
		if deposit.party:
			return deposit.party, Ground.PARTY
		if deposit.iban_party:
			return deposit.iban_party, Ground.IBAN
		by_name = self._party_names.meant_by(deposit.payer)
		if by_name:
			return by_name, Ground.NAME
		by_words = self._party_names.meant_by(f"{deposit.payer} {deposit.text}")
		return (by_words, Ground.WORDS) if by_words else None

	def _by_numbers(self, deposit: Deposit, known: tuple[Owner, Ground] | None) -> Proposal | None:
		"""By what the text names: complete numbers, or of one party those of the other side, too."""
		line = AdviceLine(number=1, text=deposit.text, gross=deposit.amount)
		explained = explain(line, self._index)
		places = [place for place, _amount in explained.taken]
		owners = {owner_of(self._items[place]) for place in places}
		if known and owners - {known[0]}:
			return None
		if not explained.strong and (len(owners) > 1 or not self._are_telling(deposit.text, places)):
			return None
		return self._proposal(deposit, places, Ground.NUMBERS)

	def _are_telling(self, text: str, places: Iterable[int]) -> bool:
		"""Whether more than a few digits stand for each of the items."""
		evidence: dict[int, Evidence] = {}
		for span in self._index.of_text(text).spans:
			for place, kind in span.items():
				evidence[place] = min(kind, evidence.get(place, kind))
		return all(evidence[place] < Evidence.BARE for place in places)

	def _names_what_is_not_open(self, text: str) -> bool:
		"""Whether a text has a number of our own that is not among the items: then they are not meant."""
		written = (word.casefold() for word in WRITTEN_NUMBER.findall(text))
		return any(
			word not in self._numbers and TRAILING_DIGITS.sub("", word) in self._series for word in written
		)

	def _only_set_of(self, owner: Owner, deposit: Deposit) -> list[int]:
		"""The only set of a party, unless the text names something else; empty if there is none."""
		try:
			places = self._set_of(owner, deposit)
		except NotUnique:
			return []
		return places if self._named_in(deposit.text) <= set(places) else []

	def _set_of(self, owner: Owner, deposit: Deposit) -> list[int]:
		"""Raises `NotUnique`."""
		places = self._places.get(owner, [])
		amounts = [self._units(self._items[place].amount) for place in places]
		return [places[index] for index in only_set(amounts, self._units(deposit.amount)) or ()]

	def _named_in(self, text: str) -> set[int]:
		"""Items whose complete number stands in a text."""
		spans = self._index.of_text(text).spans
		return {place for span in spans for place, kind in span.items() if kind is Evidence.NUMBER}

	def _units(self, amount: Decimal) -> int:
		return int(amount.scaleb(self._precision))

	def _proposal(self, deposit: Deposit, places: Sequence[int], ground: Ground) -> Proposal | None:
		items = tuple(self._items[place] for place in places)
		if not items:
			return None
		owner = owner_of(items[0])
		reason = message(REASONS[ground], self._names.get(owner) or owner[1])
		return Proposal(deposit=deposit, items=items, ground=ground, reason=reason)


def owner_of(item: PayableItem) -> Owner:
	"""Whose an item is."""
	return item.doctype, item.party


def without_rivals(proposals: Sequence[Proposal]) -> list[Proposal]:
	"""Only those whose items no other deposit claims: of two deposits one is for something else."""
	claims = Counter(item.document for proposal in proposals for item in proposal.items)
	return [one for one in proposals if all(claims[item.document] == 1 for item in one.items)]
