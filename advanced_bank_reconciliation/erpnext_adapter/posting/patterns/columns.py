"""Which columns of the tables of a payment vary within a kind, and where their values come from.

Each column of the tables stands here, or is a field that the site added; with any other column nothing is
written by pattern, for nobody has looked at it. Checked on ERPNext 15.99; the columns that 16 has in
addition are those of its reporting currency and of tax withholding.

A value is taken from the first source that gives the pattern's own row its value, so that a row says itself
which side of the ledger it is. A row with a value from none of its sources is no pattern.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeVar


class Source(Enum):
	"""Where a value comes from.

	CONSTANT: the pattern's row; EMPTY: the pattern's row, which has none there
	DRAWN: a name by lot; REFERENCE: that of the payment's reference; NOW: time of the writing
	CHANGES: what its submit has changed in the draft, see `versions.py`
	all others: the payment, see `facts.py`
	"""

	CONSTANT = auto()
	EMPTY = auto()
	DRAWN = auto()
	NOW = auto()
	NAME = auto()
	REFERENCE = auto()
	CHANGES = auto()
	ITEM = auto()
	PARTY = auto()
	PARTY_NAME = auto()
	PARTY_BANK_ACCOUNT = auto()
	CONTACT_PERSON = auto()
	CONTACT_EMAIL = auto()
	DOCUMENT = auto()
	DUE_DATE = auto()
	BILL_NO = auto()
	TOTAL = auto()
	OUTSTANDING_AFTER = auto()
	AMOUNT = auto()
	MINUS_AMOUNT = auto()
	TITLE = auto()
	REMARKS = auto()
	IN_WORDS = auto()
	BASE_IN_WORDS = auto()


Facts = Mapping[Source, Any]
Sources = tuple[Source, ...]
Columns = Mapping[str, Sources]


AnySource = TypeVar("AnySource")


def each(source: AnySource, *columns: str) -> Mapping[str, tuple[AnySource, ...]]:
	"""Columns whose values come from one source alone."""
	return dict.fromkeys(columns, (source,))


_COMMON: Columns = {
	"creation": (Source.NOW,),
	"modified": (Source.NOW,),
	**each(Source.CONSTANT, "owner", "modified_by", "docstatus", "idx"),
	**each(Source.EMPTY, "_user_tags", "_comments", "_assign", "_liked_by", "_seen"),
}
_DRAWN: Columns = {**_COMMON, "name": (Source.DRAWN,)}
_AMOUNT_OF_ONE_SIDE: Sources = (Source.AMOUNT, Source.EMPTY)

PAYMENT_ENTRY: Columns = {
	**_COMMON,
	"name": (Source.NAME,),
	"bulk_reconciliation_item": (Source.ITEM,),
	"party": (Source.PARTY,),
	"party_name": (Source.PARTY_NAME,),
	"party_bank_account": (Source.PARTY_BANK_ACCOUNT,),
	"contact_person": (Source.CONTACT_PERSON,),
	"contact_email": (Source.CONTACT_EMAIL,),
	"title": (Source.TITLE,),
	"remarks": (Source.REMARKS,),
	"in_words": (Source.IN_WORDS,),
	"base_in_words": (Source.BASE_IN_WORDS,),
	**each(Source.AMOUNT, "paid_amount", "paid_amount_after_tax", "base_paid_amount"),
	**each(Source.AMOUNT, "base_paid_amount_after_tax", "received_amount", "received_amount_after_tax"),
	**each(Source.AMOUNT, "base_received_amount", "base_received_amount_after_tax"),
	**each(Source.AMOUNT, "total_allocated_amount", "base_total_allocated_amount"),
	**each(Source.CONSTANT, "bulk_reconciliation_run", "naming_series", "payment_type", "company"),
	**each(Source.CONSTANT, "payment_order_status", "posting_date", "mode_of_payment", "party_type"),
	**each(Source.CONSTANT, "bank_account", "bank", "bank_account_no", "letter_head", "print_heading"),
	**each(Source.CONSTANT, "paid_from", "paid_from_account_type", "paid_from_account_currency"),
	**each(Source.CONSTANT, "paid_to", "paid_to_account_type", "paid_to_account_currency"),
	**each(Source.CONSTANT, "source_exchange_rate", "target_exchange_rate", "reference_no"),
	**each(Source.CONSTANT, "reference_date", "project", "cost_center", "status", "is_opening"),
	**each(Source.EMPTY, "book_advance_payments_in_separate_party_account", "custom_remarks"),
	**each(Source.EMPTY, "reconcile_on_advance_payment_date", "clearance_date", "party_balance"),
	**each(Source.EMPTY, "paid_from_account_balance", "paid_to_account_balance", "unallocated_amount"),
	**each(Source.EMPTY, "difference_amount", "purchase_taxes_and_charges_template"),
	**each(Source.EMPTY, "sales_taxes_and_charges_template", "apply_tax_withholding_amount"),
	**each(Source.EMPTY, "tax_withholding_category", "base_total_taxes_and_charges"),
	**each(Source.EMPTY, "total_taxes_and_charges", "payment_order", "auto_repeat", "amended_from"),
	**each(Source.EMPTY, "apply_tds", "tax_withholding_group", "ignore_tax_withholding_threshold"),
	**each(Source.EMPTY, "override_tax_withholding_entries"),
}

PAYMENT_ENTRY_REFERENCE: Columns = {
	**_COMMON,
	"name": (Source.REFERENCE,),
	"parent": (Source.NAME,),
	"reference_name": (Source.DOCUMENT,),
	"due_date": (Source.DUE_DATE,),
	"bill_no": (Source.BILL_NO,),
	"total_amount": (Source.TOTAL,),
	"outstanding_amount": (Source.OUTSTANDING_AFTER,),
	"allocated_amount": (Source.AMOUNT,),
	**each(Source.CONSTANT, "parentfield", "parenttype", "reference_doctype", "exchange_rate", "account"),
	**each(Source.EMPTY, "payment_term", "payment_term_outstanding", "account_type", "payment_type"),
	**each(Source.EMPTY, "reconcile_effect_on", "exchange_gain_loss", "payment_request"),
	**each(Source.EMPTY, "advance_voucher_type", "advance_voucher_no"),
}

GL_ENTRY: Columns = {
	**_DRAWN,
	"voucher_no": (Source.NAME,),
	"party": (Source.PARTY, Source.EMPTY),
	"against": (Source.PARTY, Source.CONSTANT),
	"against_voucher": (Source.DOCUMENT, Source.EMPTY),
	"debit": _AMOUNT_OF_ONE_SIDE,
	"debit_in_account_currency": _AMOUNT_OF_ONE_SIDE,
	"debit_in_transaction_currency": _AMOUNT_OF_ONE_SIDE,
	"credit": _AMOUNT_OF_ONE_SIDE,
	"credit_in_account_currency": _AMOUNT_OF_ONE_SIDE,
	"credit_in_transaction_currency": _AMOUNT_OF_ONE_SIDE,
	"debit_in_reporting_currency": _AMOUNT_OF_ONE_SIDE,
	"credit_in_reporting_currency": _AMOUNT_OF_ONE_SIDE,
	"remarks": (Source.REMARKS,),
	**each(Source.CONSTANT, "reporting_currency_exchange_rate"),
	**each(Source.CONSTANT, "posting_date", "fiscal_year", "account", "account_currency", "party_type"),
	**each(Source.CONSTANT, "voucher_type", "voucher_subtype", "against_voucher_type", "cost_center"),
	**each(Source.CONSTANT, "project", "finance_book", "company", "is_opening", "is_advance"),
	**each(Source.CONSTANT, "to_rename", "transaction_currency", "transaction_exchange_rate"),
	**each(Source.EMPTY, "transaction_date", "due_date", "voucher_detail_no", "is_cancelled"),
	**each(Source.EMPTY, "advance_voucher_type", "advance_voucher_no"),
}

PAYMENT_LEDGER_ENTRY: Columns = {
	**_DRAWN,
	"voucher_no": (Source.NAME,),
	"party": (Source.PARTY,),
	"against_voucher_no": (Source.DOCUMENT,),
	"amount": (Source.AMOUNT, Source.MINUS_AMOUNT),
	"amount_in_account_currency": (Source.AMOUNT, Source.MINUS_AMOUNT),
	"remarks": (Source.REMARKS,),
	**each(Source.CONSTANT, "posting_date", "company", "account_type", "account", "party_type"),
	**each(Source.CONSTANT, "cost_center", "project", "finance_book", "voucher_type"),
	**each(Source.CONSTANT, "against_voucher_type", "account_currency"),
	**each(Source.EMPTY, "due_date", "voucher_detail_no", "delinked"),
}

VERSION: Columns = {
	**_DRAWN,
	"docname": (Source.NAME,),
	"data": (Source.CHANGES,),
	**each(Source.CONSTANT, "ref_doctype"),
}


@dataclass(frozen=True)
class Table:
	"""One of the tables of a payment.

	name, doctype: the columns that name the payment and its document type; "" if all rows are of payments
	counts: how many rows an ordinary payment has
	"""

	name: str
	doctype: str
	counts: tuple[int, ...]
	columns: Columns


# In the order in which ERPNext writes them. A site may keep no versions of payments.
TABLES: Mapping[str, Table] = {
	"Payment Entry": Table("name", "", (1,), PAYMENT_ENTRY),
	"Payment Entry Reference": Table("parent", "parenttype", (1,), PAYMENT_ENTRY_REFERENCE),
	"Payment Ledger Entry": Table("voucher_no", "voucher_type", (1,), PAYMENT_LEDGER_ENTRY),
	"GL Entry": Table("voucher_no", "voucher_type", (2,), GL_ENTRY),
	"Version": Table("docname", "ref_doctype", (0, 1), VERSION),
}
# Tables in which an ordinary payment leaves nothing, with the column that would name it.
UNTOUCHED_TABLES: Mapping[str, str] = {
	"Comment": "reference_name",
	"Communication": "reference_name",
	"ToDo": "reference_name",
	"File": "attached_to_name",
	"Transaction Log": "document_name",
	"Journal Entry Account": "reference_name",
	"Advance Payment Ledger Entry": "voucher_no",
	"Payment Entry Deduction": "parent",
	"Advance Taxes and Charges": "parent",
	"Tax Withholding Entry": "parent",
	# From these ERPNext and Frappe take a payment that is deleted.
	"Repost Accounting Ledger Items": "voucher_no",
	"Repost Payment Ledger Items": "voucher_no",
	"Tag Link": "document_name",
	"Unreconcile Payment": "voucher_no",
	"Unreconcile Payment Entries": "reference_name",
}
