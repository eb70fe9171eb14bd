"""Reasons that are the engine's own. They are kept with the run in English, since anybody may read them."""

from __future__ import annotations

from advanced_bank_reconciliation.engine.messages import Message, _, message

UNDONE_BY = _("Undone by {0}")
CANCELLED_BY = _("Cancelled by {0}")
GIVEN_UP = _("Given up after {0} attempts")
PLACE = "{0}"


def read_reason(text: str) -> Message:
	"""A reason as it is kept, as a sentence that can be translated. Any other text stays what it is."""
	for template in (UNDONE_BY, CANCELLED_BY, GIVEN_UP):
		before, after = template.split(PLACE)
		if text.startswith(before) and text.endswith(after):
			return message(template, text[len(before) : len(text) - len(after)])
	return message(PLACE, text)
