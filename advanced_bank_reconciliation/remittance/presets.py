"""The payout reports of services, as data.

Each names the public description that it follows. Titles are column keys (`table_format.column_key`). In
all of them refunds are negative. Whether fees are positive or negative differs, and is told from the figures.
"""

from __future__ import annotations

from typing import Any

from advanced_bank_reconciliation.remittance.table_format import TableFormat

STRIPE_REFERENCES = (
	"payment metadata invoice",
	"payment metadata order id",
	"invoice number",
	"order id",
	"source id",
)

# The payout itself is a row of its own report.
PAYOUT = {"type": frozenset({"payout"})}


def _with_fees(**values: Any) -> TableFormat:
	"""A report whose lines have a fee and what is left of the amount after it."""
	return TableFormat(deductions={"fee": "fee"}, net=("net",), currency=("currency",), **values)


PRESETS = (
	# https://docs.stripe.com/reports/payout-reconciliation ("Itemized payout reconciliation")
	_with_fees(
		name="Stripe payout reconciliation",
		signature=("balance transaction id", "reporting category", "gross", "fee", "net"),
		reference=STRIPE_REFERENCES,
		text=("description",),
		date=("created utc", "created"),
		gross=("gross",),
		part=("automatic payout id",),
		left_out={"reporting category": frozenset({"payout"})},
		# https://docs.stripe.com/reports/reporting-categories
		kept_back=(
			"reporting category",
			{"dispute": "chargeback", "dispute reversal": "chargeback", "fee": "fee"},
		),
	),
	# https://docs.stripe.com/reports/balance ("Balance history", the export of the Dashboard)
	_with_fees(
		name="Stripe balance history",
		signature=("id", "type", "source", "amount", "fee", "net"),
		reference=(
			"invoice metadata",
			"order id metadata",
			"order metadata",
			"invoice number metadata",
			"source",
		),
		text=("description",),
		date=("created utc",),
		gross=("amount",),
		part=("transfer",),
		left_out=PAYOUT,
		# https://docs.stripe.com/reports/balance-transaction-types
		kept_back=("type", {"stripe fee": "fee", "adjustment": "adjustment"}),
	),
	# https://developer.paypal.com/docs/reports/ ("Activity download", comma or tab separated)
	_with_fees(
		name="PayPal activity",
		signature=("transaction id", "gross", "fee", "net", "balance"),
		reference=("invoice number", "invoice id", "custom number"),
		text=("item title", "subject", "note"),
		date=("date",),
		gross=("gross",),
		left_out={
			"type": frozenset(
				{"general withdrawal", "user initiated withdrawal", "general withdrawal bank account"}
			),
			"status": frozenset({"pending", "denied", "canceled"}),
			"balance impact": frozenset({"memo"}),
		},
		kept_back=(
			"type",
			{
				"chargeback": "chargeback",
				"chargeback reversal": "chargeback",
				"chargeback fee": "chargeback fee",
			},
		),
	),
	# https://help.shopify.com/en/manual/payments/shopify-payments/payouts ("Export payout transactions")
	_with_fees(
		name="Shopify payout transactions",
		signature=("transaction date", "type", "order", "payout date", "amount", "fee", "net"),
		reference=("order",),
		text=("checkout",),
		date=("transaction date",),
		gross=("amount",),
		part=("payout id",),
		left_out=PAYOUT,
		kept_back=(
			"type",
			{"chargeback": "chargeback", "chargeback won": "chargeback", "adjustment": "adjustment"},
		),
	),
	# https://developer-docs.amazon.com/sp-api/docs/settlement-reports-attributes (flat file, version 2)
	TableFormat(
		name="Amazon settlement",
		signature=("settlement id", "transaction type", "order id", "amount type", "amount description"),
		reference=("merchant order id", "order id"),
		text=("order id",),
		date=("posted date",),
		deductions={},
		currency=("currency",),
		part=("settlement id",),
		left_out={},
		amounts_by_kind=("amount type", "amount", frozenset({"itemprice", "promotion"})),
		kind_text="amount description",
		kept_back=("transaction type", {"chargeback refund": "chargeback"}),
		same_document=("settlement id", "transaction type", "order id", "adjustment id"),
	),
	# https://sellercentral.amazon.com/help/hub/reference/G201725240 ("Date range reports", transactions)
	TableFormat(
		name="Amazon date range",
		signature=("date time", "settlement id", "order id", "product sales", "selling fees", "total"),
		reference=("order id",),
		text=("description",),
		date=("date time",),
		gross=(
			"product sales",
			"product sales tax",
			"shipping credits",
			"shipping credits tax",
			"gift wrap credits",
			"giftwrap credits tax",
			"promotional rebates",
			"promotional rebates tax",
		),
		deductions={
			"regulatory fee": "regulatory fee",
			"tax on regulatory fee": "regulatory fee",
			"marketplace withheld tax": "withheld tax",
			"selling fees": "selling fees",
			"fba fees": "fba fees",
			"other transaction fees": "other transaction fees",
			"other": "other",
		},
		net=("total",),
		part=("settlement id",),
		left_out={"type": frozenset({"transfer"})},
		kept_back=("type", {"chargeback refund": "chargeback"}),
	),
)
