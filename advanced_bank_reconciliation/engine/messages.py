"""Sentences for people, kept apart from their arguments so that an adapter can translate them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


def _(sentence: str) -> str:
	"""Mark a sentence for translation. The adapter translates it when it is shown."""
	return sentence


@dataclass(frozen=True)
class Message:
	"""One sentence.

	template: the English sentence with places `{0}`, `{1}` …
	arguments: what goes into the places, in order; already text, never markup, or a word to be translated too
	"""

	template: str
	arguments: tuple[str | Message, ...] = ()

	def text(self, translate: Callable[[str], str] = str) -> str:
		"""Return the sentence in the language of `translate`, plain text without markup."""
		texts = (one.text(translate) if isinstance(one, Message) else one for one in self.arguments)
		return translate(self.template).format(*texts)

	def __str__(self) -> str:
		return self.text()


def message(template: str, *arguments: object) -> Message:
	"""Build a `Message` from a marked sentence and the values for its places."""
	return Message(template, tuple(one if isinstance(one, Message) else str(one) for one in arguments))


MAX_SENTENCES = 50
"""How many sentences one message names. Nobody reads more, and 20,000 of them are over a megabyte."""


def first_sentences(sentences: Sequence[str], translate: Callable[[str], str] = str) -> list[str]:
	"""The first 50 of `sentences`, and one more that counts the rest."""
	rest = len(sentences) - MAX_SENTENCES
	if rest <= 0:
		return list(sentences)
	return [*sentences[:MAX_SENTENCES], message(_("… and {0} more."), rest).text(translate)]
