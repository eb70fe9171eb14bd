"""Rows as they come in from a browser or a file, and how they are shown in a message."""

from __future__ import annotations

import json
from decimal import Decimal

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.engine.money import NotAnAmount, TooManyDecimals, parse_amount

# As long as a document's name may be: of what is longer, a message shows the beginning.
MAX_SHOWN_LENGTH = 140


def read_list(rows: object, problems: list[Problem], not_a_list: str) -> list:
	"""The rows of a list, of its JSON, or of None. What cannot be read is added to `problems`.

	not_a_list: the sentence for what is neither
	"""
	if isinstance(rows, str):
		try:
			rows = json.loads(rows, parse_float=Decimal)
		except (ValueError, ArithmeticError, RecursionError) as error:
			problems.append(Problem("", "", message(_("The selection is not valid JSON: {0}."), error)))
			return []
	if rows is None:
		return []
	if not isinstance(rows, list | tuple):
		problems.append(Problem("", "", message(not_a_list)))
		return []
	return list(rows)


def shown(value: object) -> str:
	"""A text of what came in: not too long for a message, and one that a database can be asked for."""
	try:
		text = str(value).encode(errors="replace").decode()
	except ValueError:
		# Python writes no integer of thousands of digits.
		return "…"
	return text if len(text) <= MAX_SHOWN_LENGTH else text[: MAX_SHOWN_LENGTH - 1] + "…"


def read_amount(document: DocumentKey, asked: object, precision: int) -> tuple[Decimal, Message | None]:
	"""The amount, or zero and what is wrong with it."""
	amount, problem = read_number(document, asked, precision)
	if asked is None or problem or amount:
		return amount, problem
	return amount, message(_("{0} {1}: the amount is zero."), *document)


def read_number(document: DocumentKey, asked: object, precision: int) -> tuple[Decimal, Message | None]:
	"""The amount, which may be zero, or zero and what is wrong with it."""
	if asked is None:
		# Said already.
		return Decimal(0), None
	try:
		return parse_amount(asked, precision), None
	except NotAnAmount:
		return Decimal(0), message(_("{0} {1}: {2} is not an amount."), *document, shown(asked))
	except TooManyDecimals:
		sentence = _("{0} {1}: {2} has more decimals than the currency, which has {3}.")
		return Decimal(0), message(sentence, *document, shown(asked), precision)
