"""Dates as files write them. A date only supports a match: what is not certain is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

ISO = re.compile(r"^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:\D|$)", re.ASCII)
DOTTED = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\D|$)", re.ASCII)
SLASHED = re.compile(r"^(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:\D|$)", re.ASCII)


class DateReader:
	"""Reads the dates of one file, which all have the same order of day and month."""

	def __init__(self, texts: Iterable[str]):
		found = [match for text in texts if (match := SLASHED.match(text.strip()))]
		self._day_first = any(int(match[1]) > 12 for match in found)
		self._month_first = any(int(match[2]) > 12 for match in found)

	def read(self, value: object) -> date | None:
		"""The date of a cell, or None if there is none or it can be read in two ways."""
		if isinstance(value, datetime):
			return value.date()
		if isinstance(value, date) or not isinstance(value, str):
			return value if isinstance(value, date) else None
		text = value.strip()
		if match := ISO.match(text):
			return _date(match[1], match[2], match[3])
		if match := DOTTED.match(text):
			return _date(match[3], match[2], match[1])
		match = SLASHED.match(text)
		if not match or self._day_first == self._month_first:
			return None
		day, month = (match[1], match[2]) if self._day_first else (match[2], match[1])
		return _date(match[3], month, day)


def _date(year: str, month: str, day: str) -> date | None:
	try:
		return date(int(year), int(month), int(day))
	except ValueError:
		return None
