"""Why a remittance advice cannot be read, one class for each situation, each with one clear sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from advanced_bank_reconciliation.engine.messages import Message, first_sentences


class RemittanceError(Exception):
	"""Base of all that is wrong with a remittance advice; `message` is the sentence for the accountant."""

	def __init__(self, sentence: Message):
		self.message = sentence
		super().__init__(str(sentence))

	def text(self, translate: Callable[[str], str] = str) -> str:
		"""Return the sentence in the language of `translate`, plain text without markup."""
		return self.message.text(translate)


class UnknownFormat(RemittanceError):
	"""The file is of no kind that can be read, whatever its name says."""


class DamagedFile(RemittanceError):
	"""The file is of a known kind, but broken or cut off."""


class EncryptedFile(RemittanceError):
	"""The file is protected by a password."""


class FileTooLarge(RemittanceError):
	"""The file has more bytes or lines than a remittance advice can have."""


class UnsafeFile(RemittanceError):
	"""The file declares or contains what only attacks do: entities, or far more than its size lets expect."""


class MissingColumns(RemittanceError):
	"""No column says which documents are paid; `titles`: those that there are."""

	def __init__(self, sentence: Message, titles: Sequence[str] = ()):
		super().__init__(sentence)
		self.titles = tuple(titles)


class AmbiguousAdvice(RemittanceError):
	"""What the file says can be meant in two ways: the accountant is asked, nothing is guessed."""


class AmbiguousDecimal(AmbiguousAdvice):
	"""All amounts can be read in two ways; `titles`: of the file's columns, empty if it has none."""

	def __init__(self, sentence: Message, titles: Sequence[str] = ()):
		super().__init__(sentence)
		self.titles = tuple(titles)


class FaultyLines(RemittanceError):
	"""Lines of the file are no lines of an advice; `problems` has one sentence for each of them.

	Its text names the first 50.
	"""

	def __init__(self, problems: Sequence[Message]):
		self.problems = tuple(problems)
		super().__init__(problems[0])
		self.args = (self.text(),)

	def text(self, translate: Callable[[str], str] = str) -> str:
		"""All of them, a line each."""
		return "\n".join(first_sentences([problem.text(translate) for problem in self.problems], translate))
