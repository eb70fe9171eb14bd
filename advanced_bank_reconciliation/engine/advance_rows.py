"""An advance as a user asks for it, with every problem of its form found at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import Problem
from advanced_bank_reconciliation.engine.messages import Message, _, message
from advanced_bank_reconciliation.engine.rows import read_amount, shown

PARTY_TYPES = ("Customer", "Supplier")
TEXTS = ("party_type", "party", "account", "cost_center", "project", "mode_of_payment", "description")
KEYS = (*TEXTS, "amount", "dimensions")
Dimensions = tuple[tuple[str, str], ...]
"""Accounting dimensions of the site's own: pairs of a field of payments and a name, by field."""


@dataclass(frozen=True, kw_only=True)
class RequestedAdvance:
	"""What a Bank Transaction is more than its invoices, to be left as an advance of a party.

	amount: in the currency of the bank account, positive; None for the whole rest
	account: of the party; empty for the one that the books choose
	cost_center, project, mode_of_payment: names, or empty; description: for people to read
	"""

	party_type: str
	party: str
	amount: Decimal | None = None
	account: str = ""
	cost_center: str = ""
	project: str = ""
	mode_of_payment: str = ""
	description: str = ""
	dimensions: Dimensions = ()

	@property
	def document(self) -> DocumentKey:
		"""The party."""
		return DocumentKey(self.party_type, self.party)

	def texts(self) -> list[str]:
		"""All of it, to be compared by."""
		texts = [*(getattr(self, key) for key in TEXTS), "" if self.amount is None else str(self.amount)]
		return [*texts, *("=".join(pair) for pair in self.dimensions)]


def read_advance(asked: object, precision: int, problems: list[Problem]) -> RequestedAdvance | None:
	"""Read an advance as it came in.

	asked: `{"party_type", "party", "amount", "account", "cost_center", "project", "mode_of_payment",
	"description", "dimensions"}`, its JSON, or None; only the first two are needed; dimensions:
	`{field: name}`
	precision: decimal places of the bank account's currency
	What cannot be read is added to `problems`.
	"""
	row = _read_row(asked, problems)
	if not row:
		return None
	texts = {key: shown(row[key]).strip() if row.get(key) else "" for key in TEXTS}
	found = [*_form_problems(row, texts)]
	amount, problem = _read_amount(row.get("amount"), texts["party"], precision)
	dimensions, unreadable = _read_dimensions(row.get("dimensions"))
	found += [one for one in (problem, unreadable) if one]
	problems += [Problem(texts["party_type"], texts["party"], one) for one in found]
	return None if found else RequestedAdvance(**texts, amount=amount, dimensions=dimensions)


def _read_row(asked: object, problems: list[Problem]) -> Mapping:
	"""The row, or nothing and what is wrong with it."""
	if isinstance(asked, str):
		try:
			asked = json.loads(asked, parse_float=Decimal) if asked.strip() else None
		except (ValueError, ArithmeticError, RecursionError) as error:
			problems.append(Problem("", "", message(_("The advance is not valid JSON: {0}."), error)))
			return {}
	if asked is None:
		return {}
	if not isinstance(asked, Mapping) or not asked:
		problems.append(Problem("", "", message(_("The advance must name a party_type and a party."))))
		return {}
	return asked


def _form_problems(row: Mapping, texts: Mapping[str, str]) -> list[Message]:
	unknown = [shown(key) for key in row if key not in KEYS]
	missing = [key for key in ("party_type", "party") if not texts[key]]
	problems = []
	if unknown:
		# A misspelt amount would leave all of the rest.
		sentence = _("Advance: {0} is not known. It takes {1}.")
		problems.append(message(sentence, ", ".join(unknown), ", ".join(KEYS)))
	if missing:
		problems.append(message(_("Advance: {0} is missing."), ", ".join(missing)))
	if texts["party_type"] and texts["party_type"] not in PARTY_TYPES:
		sentence = _("Advance: {0} is no type of party that pays in advance. Choose {1}.")
		problems.append(message(sentence, texts["party_type"], ", ".join(PARTY_TYPES)))
	return problems


def _read_amount(asked: object, party: str, precision: int) -> tuple[Decimal | None, Message | None]:
	"""None for what was left out."""
	if asked is None or asked == "":
		return None, None
	amount, problem = read_amount(DocumentKey("Advance", party), asked, precision)
	if not problem and amount < 0:
		problem = message(
			_("Advance {0}: {1} is negative. Leave the amount out for all of the rest."), party, amount
		)
	return amount, problem


def _read_dimensions(asked: object) -> tuple[Dimensions, Message | None]:
	"""Without what is left empty."""
	if not asked:
		return (), None
	if not isinstance(asked, Mapping):
		sentence = _("Advance: dimensions must be names by the fields of payments, not {0}.")
		return (), message(sentence, shown(asked))
	texts = {shown(field).strip(): shown(name).strip() for field, name in asked.items() if name}
	return tuple(sorted((field, name) for field, name in texts.items() if name)), None
