"""From the lines of an advice to open items: each with its reason; what is not certain is a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cached_property

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.remittance.advice import NOTHING, Advice, AdviceDeduction, AdviceLine
from advanced_bank_reconciliation.remittance.choices import LearnedNames, Party, explain_choice
from advanced_bank_reconciliation.remittance.explaining import Confidence, Explanation, explain
from advanced_bank_reconciliation.remittance.likeliest import MOST, Likeliest, Suggestions
from advanced_bank_reconciliation.remittance.numbers import key_of, runs_of
from advanced_bank_reconciliation.remittance.payable_items import ItemIndex, PayableItem

DISCOUNT = "discount"


class MatchState(Enum):
	"""What became of a line."""

	MATCHED = "Matched"
	QUESTION = "Question"
	NOT_FOUND = "Not Found"
	NO_DOCUMENT = "No Document"
	"""It settles nothing: a fee of the whole payment."""


@dataclass(frozen=True, kw_only=True)
class TakenItem:
	"""An open item and how much of it a line settles, in the direction of the payment."""

	item: PayableItem
	amount: Decimal


@dataclass(frozen=True, kw_only=True)
class LineMatch:
	"""A line and what it means.

	candidates: at most three that it may mean, if it is not matched
	slips: for those whose number is the line's but for one slip of who typed it, a phrase that says which
	"""

	line: AdviceLine
	state: MatchState
	reason: Message
	confidence: Confidence = Confidence.NONE
	taken: tuple[TakenItem, ...] = ()
	candidates: tuple[PayableItem, ...] = ()
	slips: Mapping[DocumentKey, Message] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MatchedAdvice:
	"""All lines of an advice with what they mean, in the order of the file."""

	lines: tuple[LineMatch, ...]

	def taken(self) -> list[TakenItem]:
		"""Each item once, with all that the lines settle of it."""
		totals: dict[DocumentKey, Decimal] = defaultdict(Decimal)
		items = {}
		for one in (one for match in self.lines for one in match.taken):
			totals[one.item.document] += one.amount
			items[one.item.document] = one.item
		return [TakenItem(item=items[document], amount=amount) for document, amount in totals.items()]

	def deductions(self, of_invoices: Decimal = NOTHING) -> list[AdviceDeduction]:
		"""What was kept back in lines that are matched or settle nothing, one sum for each code.

		of_invoices: how much of the discounts belongs to the invoices themselves, and is left out
		"""
		totals: dict[str, Decimal] = defaultdict(Decimal, {DISCOUNT: -of_invoices})
		for match in self.lines:
			if match.state in (MatchState.MATCHED, MatchState.NO_DOCUMENT):
				totals[DISCOUNT] += match.line.discount
				for code, amount in match.line.deductions:
					totals[code] += amount
		return [AdviceDeduction(code, amount) for code, amount in totals.items() if amount]

	def count(self, *states: MatchState) -> int:
		"""How many lines are in one of the states."""
		return sum(match.state in states for match in self.lines)

	def net(self) -> Decimal:
		"""What the payment is, as far as it is explained: what is taken less what was kept back."""
		gross = sum((one.amount for one in self.taken()), NOTHING)
		return gross - sum((one.amount for one in self.deductions()), NOTHING)


def match_advice(
	advice: Advice,
	items: Sequence[PayableItem],
	*,
	currency: str,
	amount: Decimal | None = None,
	choices: Mapping[int, DocumentKey] | None = None,
	names: Mapping[str, Party] | None = None,
) -> MatchedAdvice:
	"""Match lines to open items.

	items: all that the payment could settle; currency: of the payment and of the items
	amount: of the payment, positive. If the advice has no amounts, numbers of which only the ends agree are
	taken if all together come to it.
	choices: what a person chose, by the place of the line, from 0; names: see `LearnedNames`
	"""
	index, learned = ItemIndex(items), LearnedNames(names or {}, items)
	explained = [_explain(line, index, learned, currency) for line in advice.lines]
	places = {item.document: place for place, item in enumerate(items)} if choices else {}
	for number, document in (choices or {}).items():
		if document in places and 0 <= number < len(explained):
			explained[number] = explain_choice(advice.lines[number], places[document], items)
	confirmed = _confirmed_by_total(advice.lines, explained, items, amount)
	return _Settlement(advice.lines, confirmed or explained, items).matched()


def _explain(line: AdviceLine, index: ItemIndex, learned: LearnedNames, currency: str) -> Explanation:
	found = explain(line, index)
	if not found.taken and not found.candidates:
		found = learned.explain(line) or found
	if line.currency and line.currency != currency and not line.names_nothing:
		sentence = _("The line is in {0}, the payment in {1}.")
		candidates = tuple(place for place, _amount in found.taken) or found.candidates
		return Explanation((), message(sentence, line.currency, currency), candidates)
	return found


def _confirmed_by_total(
	lines: Sequence[AdviceLine],
	explained: Sequence[Explanation],
	items: Sequence[PayableItem],
	amount: Decimal | None,
) -> list[Explanation] | None:
	"""Bare numbers without amounts, each of another item, that together come to the payment."""
	if amount is None or any(line.gross is not None for line in lines):
		return None
	places = [_only_place(one) for one in explained]
	if None in places or not 1 < len(places) == len(set(places)):
		return None
	if sum((items[place].amount for place in places if place is not None), NOTHING) != amount:
		return None
	reason = message(_("All numbers together come to the payment."))
	return [
		Explanation(((place, items[place].amount),), reason, confidence=Confidence.NUMBER_AND_AMOUNT)
		for place in places
		if place is not None
	]


def _only_place(explanation: Explanation) -> int | None:
	places = [place for place, _amount in explanation.taken] or list(explanation.candidates)
	return places[0] if len(places) == 1 else None


class _Settlement:
	"""Gives the items to the lines. No item is given twice: who names it completely comes first."""

	def __init__(
		self, lines: Sequence[AdviceLine], explained: Sequence[Explanation], items: Sequence[PayableItem]
	):
		self._lines, self._explained, self._items = lines, explained, items
		self._left = [item.amount for item in items]
		self._takers: dict[int, int] = {}
		self._doubtful = self._claimed_by_different_numbers()

	def matched(self) -> MatchedAdvice:
		results: dict[int, LineMatch] = {}
		for strong in (True, False):
			for number, explanation in enumerate(self._explained):
				if explanation.strong is strong:
					results[number] = self._settle(number, explanation)
		return MatchedAdvice(lines=tuple(results[number] for number in range(len(self._lines))))

	def _claimed_by_different_numbers(self) -> set[int]:
		"""Items that lines with different numbers mean, none of them completely: one of them is wrong."""
		claims: dict[int, set[str]] = defaultdict(set)
		for line, explanation in zip(self._lines, self._explained, strict=True):
			if not explanation.strong:
				for place, _amount in explanation.taken:
					claims[place].add(key_of(runs_of(f"{line.reference} {line.text}")))
		return {place for place, numbers in claims.items() if len(numbers) > 1}

	def _settle(self, number: int, explanation: Explanation) -> LineMatch:
		line = self._lines[number]
		# An invoice and its credit note come to nothing as well; who means them writes their numbers.
		if line.names_nothing and not (explanation.taken and explanation.strong):
			sentence = message(_("A deduction of the whole payment."))
			return LineMatch(line=line, state=MatchState.NO_DOCUMENT, reason=sentence)
		if not explanation.taken:
			return self._open(line, explanation.reason, explanation.candidates)
		places = [place for place, _amount in explanation.taken]
		refusal = self._refusal(explanation)
		if refusal:
			return self._open(line, refusal, places)
		for place, amount in explanation.taken:
			self._left[place] -= amount
			self._takers.setdefault(place, line.number)
		return LineMatch(
			line=line,
			state=MatchState.MATCHED,
			reason=explanation.reason,
			confidence=explanation.confidence,
			taken=tuple(TakenItem(item=self._items[place], amount=of) for place, of in explanation.taken),
		)

	def _refusal(self, explanation: Explanation) -> Message | None:
		for place, amount in explanation.taken:
			if not explanation.strong and place in self._doubtful:
				return message(_("Several lines may mean {0}. Choose."), self._items[place].name)
			if abs(amount) > abs(self._left[place]) or amount * self._left[place] < 0:
				sentence = _("{0} is settled by line {1} already.")
				return message(sentence, self._items[place].name, self._takers.get(place, "-"))
		return None

	@cached_property
	def _likeliest(self) -> Likeliest:
		return Likeliest(self._items)

	def _open(self, line: AdviceLine, reason: Message, places: Iterable[int]) -> LineMatch:
		named = tuple(places)[:MOST]
		if not named:
			return self._undecided(line, MatchState.NOT_FOUND, reason, self._likeliest.suggestions(line))
		if any(self._items[place].amount == line.gross for place in named):
			return self._undecided(line, MatchState.QUESTION, reason, dict.fromkeys(named))
		near = self._likeliest.near_and_equal(line)
		others = dict.fromkeys(place for place in named if place not in near)
		return self._undecided(line, MatchState.QUESTION, reason, {**near, **others})

	def _undecided(
		self, line: AdviceLine, state: MatchState, reason: Message, suggested: Suggestions
	) -> LineMatch:
		items = {self._items[place]: slip for place, slip in [*suggested.items()][:MOST]}
		slips = {item.document: slip for item, slip in items.items() if slip}
		return LineMatch(line=line, state=state, reason=reason, candidates=tuple(items), slips=slips)
