"""Which columns of the tables of a payment its undo changes or writes, and where the new values come from.

A column that is not named here stays as it is in the row that it is in, or in the row that a new one is the
reverse of; if ERPNext has changed it in the first payment of a kind, nothing is undone by pattern. Checked
on ERPNext 15.99; the columns of a reporting currency are those of 16.

A value is taken from the first source that gives the value of the pattern's own row.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import NamedTuple

from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.columns import VERSION, each


class Source(Enum):
	"""Where a value comes from.

	SAME: the row itself, or that which it is the reverse of
	SWAPPED: the column of the other side of that; MINUS: this column of that, with the other sign
	BECOMES: the pattern's row; RENAMED: the pattern's row, with the name of the payment in the other's place
	DRAWN: a name by lot; NOW: time of the writing; NAME: of the payment
	OUTSTANDING: what is outstanding of the invoice without the payment
	CHANGES: what the cancelling has changed in the payment, as a Version tells it
	DOCUMENT: the cancelled payment, from which Frappe restores a deleted one
	"""

	SAME = auto()
	SWAPPED = auto()
	MINUS = auto()
	BECOMES = auto()
	RENAMED = auto()
	DRAWN = auto()
	NOW = auto()
	NAME = auto()
	OUTSTANDING = auto()
	CHANGES = auto()
	DOCUMENT = auto()


Columns = Mapping[str, tuple[Source, ...]]

_TOUCHED: Columns = {"modified": (Source.SAME, Source.NOW), "modified_by": (Source.SAME, Source.BECOMES)}
# The rows of an immutable ledger stay in effect.
_STATE = (Source.SAME, Source.BECOMES)
_CANCELLED: Columns = {**_TOUCHED, "docstatus": _STATE}
_NEW: Columns = {
	"name": (Source.DRAWN,),
	**each(Source.NOW, "creation", "modified"),
	**each(Source.BECOMES, "owner", "modified_by"),
}
SIDES = ("debit", "credit")
CURRENCIES = ("", "_in_account_currency", "_in_transaction_currency", "_in_reporting_currency")

# What changes in the rows that a payment has, by table.
CHANGED: Mapping[str, Columns] = {
	"Payment Entry": {**_CANCELLED, "status": _STATE},
	"Payment Entry Reference": {**_CANCELLED, "outstanding_amount": (Source.OUTSTANDING,)},
	"Payment Ledger Entry": {**_TOUCHED, "delinked": _STATE},
	"GL Entry": {**_TOUCHED, "is_cancelled": _STATE},
	"Version": {},
}
# What is not as it was in the rows that it gets, by table. A ledger's are the reverse of those that it has.
ADDED: Mapping[str, Columns] = {
	"Payment Ledger Entry": {
		**_NEW,
		"delinked": (Source.BECOMES,),
		"amount": (Source.MINUS,),
		"amount_in_account_currency": (Source.MINUS,),
		"remarks": (Source.SAME, Source.RENAMED),
	},
	"GL Entry": {
		**_NEW,
		**{side + currency: (Source.SWAPPED,) for side in SIDES for currency in CURRENCIES},
		"is_cancelled": (Source.BECOMES,),
		# It gets its lasting name within the hour, those that it is the reverse of may have theirs.
		"to_rename": (Source.BECOMES,),
		"remarks": (Source.SAME, Source.RENAMED),
	},
	"Version": {
		**each(Source.BECOMES, *VERSION),
		**_NEW,
		"docname": (Source.NAME,),
		"data": (Source.CHANGES,),
	},
}


class Trace(NamedTuple):
	"""A table to which Frappe writes one row for a payment that it deletes.

	name: the column that names the payment, alone or in a sentence
	"""

	name: str
	columns: Columns


_TRACE: Columns = {
	**_NEW,
	**each(Source.BECOMES, "docstatus", "idx", "_user_tags", "_comments", "_assign", "_liked_by", "_seen"),
}
TRACES: Mapping[str, Trace] = {
	"Deleted Document": Trace(
		"deleted_name",
		{
			**_TRACE,
			"deleted_name": (Source.NAME,),
			"data": (Source.DOCUMENT,),
			**each(Source.BECOMES, "deleted_doctype", "restored", "new_name"),
		},
	),
	"Comment": Trace(
		"subject",
		{
			**_TRACE,
			"subject": (Source.RENAMED,),
			**each(Source.BECOMES, "comment_type", "comment_email", "comment_by", "published", "seen"),
			**each(Source.BECOMES, "reference_doctype", "reference_name", "reference_owner"),
			**each(Source.BECOMES, "content", "ip_address"),
		},
	),
}
# By table the column that tells which row of it a new one is the reverse of.
REVERSED_BY: Mapping[str, str] = {"Payment Ledger Entry": "account", "GL Entry": "account"}


def other_side(column: str) -> str:
	"""The column of the other side of the ledger: `credit` of `debit`."""
	side, _underscore, currency = column.partition("_")
	(other,) = (one for one in SIDES if one != side)
	return f"{other}_{currency}" if currency else other
