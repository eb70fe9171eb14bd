"""Ask once for each party of a batch what else is open between it and the company.

To check one payment of one invoice, ERPNext reads all credit notes and all orders of its party
(get_outstanding_reference_documents): the more the party has ever bought, the longer each payment takes.
Within `asking_for_each_party_once` the first answer is kept and handed out again. Payments of the batch
change no order, and a credit note only in the one voucher that it is netted in, so that the answer stays
right for all others. The scope is one thread and one batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from erpnext.accounts.doctype.payment_entry import payment_entry

# The orders are filtered by the arguments of the whole check, which name the invoice: it plays no part there.
PLAYS_NO_PART = "filters"

_answers: ContextVar[dict[tuple, list] | None] = ContextVar("answers_about_parties", default=None)


@contextmanager
def asking_for_each_party_once() -> Iterator[None]:
	"""Hand out answers about a party from the first time, for the calling thread, until the scope is left."""
	token = _answers.set({})
	try:
		yield
	finally:
		_answers.reset(token)


def _once(ask: Callable[..., list]) -> Callable[..., list]:
	"""`ask`, which outside of the scope does what it always did."""

	@wraps(ask)
	def asked(*args: Any, **kwargs: Any) -> list:
		answers = _answers.get()
		if answers is None:
			return ask(*args, **kwargs)
		words = sorted((name, value) for name, value in kwargs.items() if name != PLAYS_NO_PART)
		question = (ask.__name__, args, *words)
		if question not in answers:
			answers[question] = ask(*args, **kwargs)
		return [row.copy() for row in answers[question]]

	return asked


payment_entry.get_negative_outstanding_invoices = _once(payment_entry.get_negative_outstanding_invoices)
payment_entry.get_orders_to_be_billed = _once(payment_entry.get_orders_to_be_billed)
