"""How a document is named: by its type and its name, never by its position in a list."""

from __future__ import annotations

from typing import NamedTuple


class DocumentKey(NamedTuple):
	"""What finds one document: `doctype` such as "Sales Invoice", `name` such as "SINV-0001".

	Equal to the plain tuple of both, so that a row of a query can be compared with it.
	"""

	doctype: str
	name: str
