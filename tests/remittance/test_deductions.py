"""What a payer or a service kept back, from the columns and rows of the file to the deductions of the run."""

from __future__ import annotations

from decimal import Decimal

import pytest

from advanced_bank_reconciliation.remittance.matching import MatchedAdvice, MatchState, match_advice
from advanced_bank_reconciliation.remittance.payable_items import PayableItem
from advanced_bank_reconciliation.remittance.reading import read_advice

FIRST, SECOND = "ACC-SINV-2026-00001", "ACC-SINV-2026-00002"
ITEMS = [
	PayableItem(doctype="Sales Invoice", name=FIRST, amount=Decimal("1190.00")),
	PayableItem(doctype="Sales Invoice", name=SECOND, amount=Decimal("250.00")),
]
OF_A_SETTLEMENT = "settlement-id,total-amount,currency,transaction-type,order-id,merchant-order-id,"
OF_A_SETTLEMENT += "adjustment-id,amount-type,amount-description,amount,posted-date"
OF_A_DATE_RANGE = "date/time,settlement id,type,order id,product sales,selling fees,total"
CHARGED_BACK = {
	"Stripe payout reconciliation": f"""
		balance_transaction_id,reporting_category,source_id,payment_metadata[order_id],gross,fee,net
		txn_1,charge,ch_1,{FIRST},1190.00,30.00,1160.00
		txn_2,charge,ch_2,{SECOND},250.00,5.00,245.00
		txn_3,dispute,du_1,{FIRST},-100.00,15.00,-115.00
		""",
	"Stripe balance history": f"""
		id,Type,Source,Amount,Fee,Net,order_id (metadata)
		txn_1,charge,ch_1,1190.00,30.00,1160.00,{FIRST}
		txn_2,charge,ch_2,250.00,5.00,245.00,{SECOND}
		txn_3,adjustment,du_1,-100.00,15.00,-115.00,{FIRST}
		""",
	"PayPal activity": f"""
		Type,Status,Gross,Fee,Net,Transaction ID,Invoice Number,Balance
		Express Checkout Payment,Completed,1190.00,-30.00,1160.00,1AB,{FIRST},
		Express Checkout Payment,Completed,250.00,-5.00,245.00,2AB,{SECOND},
		Chargeback,Completed,-100.00,0.00,-100.00,3AB,{FIRST},
		Chargeback Fee,Completed,-15.00,0.00,-15.00,4AB,,
		""",
	"Shopify payout transactions": f"""
		Transaction Date,Type,Order,Payout Date,Amount,Fee,Net
		2026-02-01,charge,{FIRST},2026-02-05,1190.00,30.00,1160.00
		2026-02-01,charge,{SECOND},2026-02-05,250.00,5.00,245.00
		2026-02-02,chargeback,{FIRST},2026-02-05,-100.00,15.00,-115.00
		""",
	"Amazon settlement": f"""
		{OF_A_SETTLEMENT}
		900,,USD,Order,303-1,{FIRST},,ItemPrice,Principal,1190.00,2026-01-21
		900,,USD,Order,303-1,{FIRST},,ItemFees,Commission,-30.00,2026-01-21
		900,,USD,Order,303-2,{SECOND},,ItemPrice,Principal,250.00,2026-01-21
		900,,USD,Order,303-2,{SECOND},,ItemFees,Commission,-5.00,2026-01-21
		900,,USD,Chargeback Refund,303-1,{FIRST},,ItemPrice,Principal,-100.00,2026-01-22
		900,,USD,Chargeback Refund,303-1,{FIRST},,ItemFees,Commission,-15.00,2026-01-22
		""",
	"Amazon date range": f"""
		{OF_A_DATE_RANGE}
		21 Jan 2026 10:00:00 UTC,900,Order,{FIRST},1190.00,-30.00,1160.00
		21 Jan 2026 10:00:00 UTC,900,Order,{SECOND},250.00,-5.00,245.00
		22 Jan 2026 10:00:00 UTC,900,Chargeback Refund,{FIRST},-100.00,-15.00,-115.00
		""",
}
CODES = {
	"Stripe balance history": {"adjustment": "100.00", "fee": "50.00"},
	"PayPal activity": {"chargeback": "100.00", "chargeback fee": "15.00", "fee": "35.00"},
	"Amazon settlement": {"chargeback": "100.00", "Commission": "50.00"},
	"Amazon date range": {"chargeback": "100.00", "selling fees": "50.00"},
}


def matched(content: str, amount: str = "1290.00", currency: str = "USD") -> MatchedAdvice:
	advice = read_advice(content.encode())
	return match_advice(advice, ITEMS, currency=currency, amount=Decimal(amount))


def deductions(content: str, amount: str = "1290.00") -> dict[str, str]:
	"""The sum of each code, as text."""
	return {one.code: str(one.amount) for one in matched(content, amount).deductions()}


def test_what_a_customer_keeps_back_becomes_deductions_with_their_codes():
	content = (
		"Invoice;Gross;Discount;Withholding Tax;Chargeback;Bank charges;Net\n"
		f"{FIRST};1.190,00;23,80;119,00;40,00;2,50;1.004,70\n"
		f"{SECOND};250,00;0,00;25,00;0,00;2,50;222,50\n"
	)
	expected = {
		"discount": "23.80",
		"withholding tax": "144.00",
		"chargeback": "40.00",
		"bank charges": "5.00",
	}
	assert deductions(content, "1227.20") == expected
	assert matched(content, "1227.20").net() == Decimal("1227.20")


@pytest.mark.parametrize(
	("title", "code"),
	[
		*(
			(title, "withholding tax")
			for title in ("WHT", "TDS", "TDS Amount", "Tax withheld", "Quellensteuer")
		),
		*((title, "withholding tax") for title in ("Retenue à la source", "Retención", "Ritenuta d'acconto")),
		*((title, "chargeback") for title in ("Chargebacks", "Rückbuchung", "Rückbelastungen")),
		*((title, "discount") for title in ("Skonto", "Early payment discount", "Escompte", "Sconto")),
		*((title, "bank charges") for title in ("Bank fee", "Bankspesen", "Frais bancaires")),
		*((title, "fee") for title in ("Processing fee", "Commissions", "Comisión")),
		("Adjustments", "adjustment"),
	],
)
def test_usual_titles_of_what_is_kept_back(title: str, code: str):
	content = f"Invoice,Gross,{title},Net\n{FIRST},1190.00,19.00,1171.00\n{SECOND},250.00,1.00,249.00\n"
	assert deductions(content, "1420.00") == {code: "20.00"}


@pytest.mark.parametrize("title", ["Skonto %", "WHT (%)", "Discount %"])
def test_a_rate_is_no_amount(title: str):
	assert deductions(f"Invoice,Gross,{title}\n{FIRST},1190.00,2\n{SECOND},250.00,3\n", "1440.00") == {}


@pytest.mark.parametrize("name", CHARGED_BACK)
def test_the_chargebacks_of_services_are_deductions_and_no_question(name: str):
	"""1,190.00 and 250.00 less 35.00 of fees, less a chargeback of 100.00 that cost 15.00."""
	content = "\n".join(line.strip() for line in CHARGED_BACK[name].strip().splitlines())
	assert read_advice(content.encode()).format == name
	read = matched(content)
	assert {one.item.name: one.amount for one in read.taken()} == {item.name: item.amount for item in ITEMS}
	assert read.count(MatchState.QUESTION, MatchState.NOT_FOUND) == 0
	assert deductions(content) == CODES.get(name, {"chargeback": "100.00", "fee": "50.00"})
	assert read.net() == Decimal("1290.00")


def test_a_chargeback_that_was_won_comes_back():
	content = "Transaction Date,Type,Order,Payout Date,Amount,Fee,Net\n"
	content += f"2026-02-01,charge,{SECOND},2026-02-05,250.00,5.00,245.00\n"
	content += "2026-02-02,chargeback won,#1,2026-02-05,40.00,0.00,40.00\n"
	assert deductions(content, "285.00") == {"chargeback": "-40.00", "fee": "5.00"}
