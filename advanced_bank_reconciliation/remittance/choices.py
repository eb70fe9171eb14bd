"""What people said about lines: the document that they chose, and whose name it is that they chose before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.remittance.advice import AdviceLine
from advanced_bank_reconciliation.remittance.explaining import Confidence, Explanation
from advanced_bank_reconciliation.remittance.numbers import key_of, runs_of
from advanced_bank_reconciliation.remittance.payable_items import PayableItem

LONGEST_ALIAS = 140
Party = tuple[str, str]
"""Type of the documents, and name of the party that owes or is owed them."""


def alias_of(line: AdviceLine) -> str:
	"""What a line calls its party, without what differs in writing; "" if it says nothing."""
	return key_of(runs_of(line.reference or line.text))[:LONGEST_ALIAS]


def explain_choice(line: AdviceLine, place: int, items: Sequence[PayableItem]) -> Explanation:
	"""A line for which a person chose an item. It settles what the line says, or all that is open."""
	item = items[place]
	amount = item.amount if line.gross is None else line.gross
	if amount * item.amount <= 0 or abs(amount) > abs(item.amount):
		sentence = message(_("Of {0} {1} is open, not {2}."), item.name, item.amount, amount)
		return Explanation((), sentence, (place,))
	reason = message(_("Chosen by hand."))
	return Explanation(((place, amount),), reason, confidence=Confidence.CHOICE, strong=True)


class LearnedNames:
	"""Explains lines without a known number by the party that people chose for the same words before."""

	def __init__(self, names: Mapping[str, Party], items: Sequence[PayableItem]):
		self._names, self._items = names, items
		self._places: dict[Party, list[int]] = defaultdict(list)
		for place, item in enumerate(items if names else ()):
			self._places[item.doctype, item.party].append(place)

	def explain(self, line: AdviceLine) -> Explanation | None:
		"""Taken is the only open item of the party that has the line's amount; else it is a question."""
		party = self._names.get(alias_of(line))
		places = self._places.get(party, []) if party else []
		if not party or not places or not line.gross:
			return None
		equal = [place for place in places if self._items[place].amount == line.gross]
		if len(equal) == 1:
			sentence = _("{0} was chosen for this name before, and one open item of theirs has the amount.")
			taken = ((equal[0], line.gross),)
			return Explanation(taken, message(sentence, party[1]), confidence=Confidence.LEARNED_NAME)
		sentence = _("{0} was chosen for this name before. Choose one of their open items.")
		return Explanation((), message(sentence, party[1]), tuple(equal or places))
