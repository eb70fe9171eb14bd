"""Which open items explain one line of an advice, and whether that is certain enough to take them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.remittance.advice import AdviceLine
from advanced_bank_reconciliation.remittance.payable_items import Candidates, Evidence, ItemIndex, Meanings


class Confidence(Enum):
	"""How sure a match is."""

	NUMBER_AND_AMOUNT = "number and amount"
	NUMBER = "number"
	CHOICE = "choice of a person"
	LEARNED_NAME = "learned name and amount"
	NONE = "none"


@dataclass(frozen=True)
class Explanation:
	"""What a line may mean.

	taken: place of each item and the amount that settles it; empty if it is not certain
	reason: a sentence; candidates: places of what it may mean otherwise, the likeliest first
	strong: whether the line has the complete number of what is taken
	"""

	taken: tuple[tuple[int, Decimal], ...]
	reason: Message
	candidates: tuple[int, ...] = ()
	confidence: Confidence = Confidence.NONE
	strong: bool = False


def explain(line: AdviceLine, index: ItemIndex) -> Explanation:
	"""Explain a line by its reference; unless that has the complete number, by its reference and text."""
	reference = index.of_reference(line.reference)
	first = _Explainer(line, index, reference).explain()
	if not line.text or (first.taken and first.strong):
		return first
	text = index.of_text(line.text)
	has_unknown = reference.has_unknown or text.has_unknown
	both = Meanings(reference.spans + text.spans, has_unknown, text.has_single)
	second = _Explainer(line, index, both).explain()
	return second if second.taken or second.candidates else first


class _Explainer:
	"""Explains one line by what its numbers may mean."""

	def __init__(self, line: AdviceLine, index: ItemIndex, meanings: Meanings):
		self.line, self.index, self.items = line, index, index.items
		self.spans, self.has_unknown = meanings.spans, meanings.has_unknown
		self.has_single = meanings.has_single
		self.evidence: Candidates = {}
		for span in self.spans:
			for place, evidence in span.items():
				self.evidence[place] = min(evidence, self.evidence.get(place, evidence))

	def explain(self) -> Explanation:
		if not self.spans:
			return Explanation((), message(_("No open item has this number.")))
		if self.has_unknown:
			return self._question()
		if self.line.gross is None:
			return self._without_amount()
		return next((one for one in self._with_amount(self.line.gross) if one), None) or self._question()

	def _with_amount(self, gross: Decimal) -> Iterator[Explanation | None]:
		"""Ways to explain a line, the most certain first."""
		own = [place for place, evidence in self.evidence.items() if evidence is Evidence.NUMBER]
		along = [place for place in own if self.items[place].amount * gross > 0]
		yield self._sum(own, gross)
		yield self._sum(self._only_ones(), gross)
		if along:
			# Who writes a complete number means it, whatever else stands there: a part of it, or a slip.
			return
		yield self._only_equal(gross)
		# An order that was delivered, and invoiced, in parts.
		yield self._sum(self._with_other_number(), gross)

	def _sum(self, places: Sequence[int], gross: Decimal) -> Explanation | None:
		total = sum((self.items[place].amount for place in places), Decimal(0))
		if not places or total != gross or not self._is_sure(places) or self._others_may_cancel(places):
			return None
		sentence = (
			_("Number and amount agree.") if len(places) == 1 else _("The numbers add up to the amount.")
		)
		return self._taken([(place, self.items[place].amount) for place in places], sentence)

	def _is_sure(self, places: Sequence[int]) -> bool:
		"""A few digits and an amount that many items have are no proof; several that add up are."""
		alone = places[0] if len(places) == 1 else None
		return (
			alone is None or self.evidence[alone] is not Evidence.BARE or self.index.has_unique_amount(alone)
		)

	def _others_may_cancel(self, places: Sequence[int]) -> bool:
		"""Whether the other numbers name both invoices and credit notes, which may come to nothing."""
		others = [span for span in self.spans if not span.keys() & set(places)]
		amounts = {self.items[place].amount for span in others for place in span}
		if self.has_single and any(self.index.has_amount(-amount) for amount in amounts):
			return True
		return len({amount > 0 for amount in amounts}) > 1

	def _with_other_number(self) -> list[int]:
		if len(self.spans) > 1:
			return []
		return [place for place, evidence in self.evidence.items() if evidence is Evidence.OTHER_NUMBER]

	def _only_ones(self) -> list[int]:
		"""What each number means, if each means one item."""
		if any(len(span) > 1 for span in self.spans):
			return []
		return list(self.evidence)

	def _only_equal(self, gross: Decimal) -> Explanation | None:
		equal = [place for place in self.evidence if self.items[place].amount == gross]
		return self._sum(equal, gross) if len(equal) == 1 else None

	def _without_amount(self) -> Explanation:
		places = [self._certain(span) for span in self.spans]
		if None in places:
			return self._question()
		taken = [(place, self.items[place].amount) for place in dict.fromkeys(places) if place is not None]
		return Explanation(
			tuple(taken),
			message(_("The number agrees; the advice has no amount.")),
			confidence=Confidence.NUMBER,
			strong=all(self.evidence[place] is Evidence.NUMBER for place, _amount in taken),
		)

	def _certain(self, span: Candidates) -> int | None:
		"""The item that has a number complete; None if there are several, or only ends of numbers agree."""
		own = [place for place, evidence in span.items() if evidence is Evidence.NUMBER] or list(span)
		return own[0] if len(own) == 1 and span[own[0]] < Evidence.SHORTENED else None

	def _taken(self, taken: Sequence[tuple[int, Decimal]], sentence: str) -> Explanation:
		whole = all(self.items[place].amount == amount for place, amount in taken)
		return Explanation(
			tuple(taken),
			message(sentence),
			confidence=Confidence.NUMBER_AND_AMOUNT if whole else Confidence.NUMBER,
			strong=all(self.evidence[place] is Evidence.NUMBER for place, _amount in taken),
		)

	def _question(self) -> Explanation:
		candidates = sorted(self.evidence, key=self._likelihood)
		if self.has_unknown:
			sentence = message(_("There are more numbers in it than open items are found."))
		elif len(candidates) > 1:
			sentence = message(_("{0} open items may be meant. Choose."), len(candidates))
		elif self.line.gross is None:
			sentence = message(_("Only the end of the number agrees, and the advice has no amount."))
		elif self.items[candidates[0]].amount == self.line.gross:
			sentence = message(_("The amount agrees, but only the end of the number does."))
		else:
			open_amount = self.items[candidates[0]].amount
			sentence = message(
				_("The number agrees, but {0} is open, not {1}."), open_amount, self.line.gross
			)
		return Explanation((), sentence, tuple(candidates))

	def _likelihood(self, place: int) -> tuple:
		item = self.items[place]
		return item.amount != self.line.gross, self.evidence[place], item.document
