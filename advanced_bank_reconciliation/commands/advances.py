"""What the options `--advance-…` of `start` say of an advance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import TypeVar

import click
import frappe

Command = TypeVar("Command", bound=Callable)
PARTY = "--advance-party"
OPTIONS = (
	(PARTY, "PARTY", "Leave what the Bank Transaction is too much as an advance of this customer, or, of a"
	" withdrawal, supplier. Without it the rest stays unallocated."),
	("--advance-amount", "AMOUNT", "What the rest should be: if it is not, the start is refused."),
	("--advance-account", "ACCOUNT", "Of the party, if not the one that ERPNext chooses."),
	("--advance-cost-center", "NAME", "Of the advance."),
	("--advance-project", "NAME", "Of the advance."),
	("--advance-mode-of-payment", "NAME", "Of the advance."),
	("--advance-description", "TEXT", "Of the advance."),
)  # fmt: skip
DIMENSION = "--advance-dimension"


def advance_options(command: Command) -> Command:
	"""Give a command the options, as arguments named `advance_…`."""
	options = [click.option(name, metavar=metavar, help=text) for name, metavar, text in OPTIONS]
	text = "An accounting dimension of the site's own, by its field of payments; again for each dimension."
	options.append(
		click.option(DIMENSION, "advance_dimensions", multiple=True, metavar="FIELD=NAME", help=text)
	)
	return reduce(lambda decorated, option: option(decorated), reversed(options), command)


def advance_of(bank_transaction: str, options: Mapping[str, str | tuple[str, ...] | None]) -> dict | None:
	"""The advance as a start takes it, None if none is asked for.

	options: by name of the argument, such as `advance_party`; the type of the party follows from the
	direction of the Bank Transaction. Raises `click.UsageError` for details without a party,
	`click.BadParameter` for a dimension without a name.
	"""
	given: dict = {name.removeprefix("advance_"): value for name, value in options.items() if value}
	if not given:
		return None
	if "party" not in given:
		raise click.UsageError(f"Say with {PARTY} whose advance it is.")
	if "dimensions" in given:
		given["dimensions"] = _dimensions(given["dimensions"])
	withdrawal = frappe.db.get_value("Bank Transaction", bank_transaction, "withdrawal")
	return {"party_type": "Supplier" if withdrawal else "Customer", **given}


def _dimensions(said: Sequence[str]) -> dict[str, str]:
	"""By field."""
	pairs = [one.partition("=") for one in said]
	fields = {field.strip() for field, _sign, _name in pairs}
	if len(fields) < len(pairs) or not all(field and name for field, _sign, name in pairs):
		raise click.BadParameter("give each dimension once, like branch=North", param_hint=DIMENSION)
	return {field.strip(): name.strip() for field, _sign, name in pairs}
