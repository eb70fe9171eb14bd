"""Sentences for people, kept apart from their arguments so that an adapter can translate them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _(sentence: str) -> str:
	"""Mark a sentence for translation. The adapter translates it when it is shown."""
	return sentence


@dataclass(frozen=True)
class Message:
	"""One sentence.

	template: the English sentence with places `{0}`, `{1}` …
	arguments: what goes into the places, in order; already text, never markup
	"""

	template: str
	arguments: tuple[str, ...] = ()

	def text(self, translate: Callable[[str], str] = str) -> str:
		"""Return the sentence in the language of `translate`, plain text without markup."""
		return translate(self.template).format(*self.arguments)

	def __str__(self) -> str:
		return self.text()


def message(template: str, *arguments: object) -> Message:
	"""Build a `Message` from a marked sentence and the values for its places."""
	return Message(template, tuple(str(argument) for argument in arguments))
