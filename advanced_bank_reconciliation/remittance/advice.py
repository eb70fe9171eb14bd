"""A remittance advice: what a payer, a marketplace or a card processor says that a payment is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from advanced_bank_reconciliation.engine.messages import _, message
from advanced_bank_reconciliation.remittance.errors import AmbiguousAdvice

NOTHING = Decimal(0)


class AdviceDeduction(NamedTuple):
	"""What was kept back of a line: `code` as the file names it ("fee"), `amount` positive if kept back."""

	code: str
	amount: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class AdviceLine:
	"""One document, or one refund or fee, of an advice.

	number: the line of the file, from 1; reference: the document as the payer names it, "" for none
	text: what else could name it; date: the payer's, if it is certain
	gross: what is settled of the document, None if the file does not say; positive in the direction of the
	payment, a refund negative
	discount, deductions: what of it was not paid; net: what was paid; gross = net + discount + deductions
	currency: ISO code or ""; part: the payout or statement entry that the line belongs to, "" for the file
	"""

	number: int
	reference: str = ""
	text: str = ""
	date: date | None = None
	gross: Decimal | None = None
	discount: Decimal = NOTHING
	deductions: tuple[AdviceDeduction, ...] = ()
	net: Decimal | None = None
	currency: str = ""
	part: str = ""

	@property
	def names_nothing(self) -> bool:
		"""Whether it is a mere fee or the like: nothing of it settles a document."""
		return self.gross == 0


@dataclass(frozen=True, kw_only=True)
class Advice:
	"""All lines of a file; `format` is the name of the format that was recognised."""

	format: str
	lines: tuple[AdviceLine, ...]

	def net(self) -> Decimal | None:
		"""What was paid altogether; None if any line does not say."""
		return net_of(self.lines)

	def for_payment(self, amount: Decimal) -> Advice:
		"""The part of the advice that one payment is made of.

		amount: of the payment, positive
		A file of one part is taken as it is. Raises `AmbiguousAdvice` if it has several payouts or statement
		entries, and not exactly one of them comes to the amount.
		"""
		parts: dict[str, list[AdviceLine]] = {}
		for line in self.lines:
			parts.setdefault(line.part, []).append(line)
		if len(parts) < 2:
			return self
		fitting = [lines for lines in parts.values() if net_of(lines) == amount]
		if len(fitting) != 1:
			raise AmbiguousAdvice(message(self._question(len(fitting)), len(parts), len(fitting), amount))
		return Advice(format=self.format, lines=tuple(fitting[0]))

	def _question(self, fitting: int) -> str:
		if fitting:
			return _("The file has {0} payments, and {1} of them come to {2}. Keep only the lines of one.")
		return _("The file has {0} payments, and none comes to {2}. It belongs to another bank transaction.")


def net_of(lines: Sequence[AdviceLine]) -> Decimal | None:
	"""What the lines come to; None if any of them does not say."""
	total = NOTHING
	for line in lines:
		if line.net is None:
			return None
		total += line.net
	return total


def completed(line: AdviceLine) -> AdviceLine | None:
	"""Work out gross or net of a line from the other one; None if both are said and do not agree."""
	kept = line.discount + sum((one.amount for one in line.deductions), NOTHING)
	if line.gross is None and line.net is None:
		return line
	gross = line.net + kept if line.gross is None else line.gross  # type: ignore[operator]
	net = gross - kept if line.net is None else line.net
	return _with_amounts(line, gross, net) if gross - kept == net else None


def _with_amounts(line: AdviceLine, gross: Decimal, net: Decimal) -> AdviceLine:
	# Quicker than dataclasses.replace, which counts with ten thousand lines.
	return AdviceLine(
		number=line.number,
		reference=line.reference,
		text=line.text,
		date=line.date,
		gross=gross,
		discount=line.discount,
		deductions=line.deductions,
		net=net,
		currency=line.currency,
		part=line.part,
	)
