"""Advices in the formats of the samples, written for given documents. See samples/README.md."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from tests.remittance.test_tables import workbook

CURRENCY = "USD"


class Row(NamedTuple):
	"""A document of an advice: what of it is settled, what of that was kept back, what was paid."""

	name: str
	gross: Decimal
	fee: Decimal
	net: Decimal


def rows_of(report: Iterable[Sequence[Any]]) -> list[Row]:
	"""report: of `desk_scenes.make_payout`, name, gross, fee and net of each line"""
	return [Row(str(name), *(Decimal(f"{amount:.2f}") for amount in amounts)) for name, *amounts in report]


def stripe(rows: list[Row]) -> bytes:
	titles = "automatic_payout_id,balance_transaction_id,created_utc,currency,gross,fee,net,"
	titles += "reporting_category,source_id,description,payment_metadata[order_id]"
	head = ["po_1", "txn", "2026-02-01 09:12:44", "usd"]
	lines = [
		[*head, row.gross, row.fee, row.net, _kind(row), f"ch_3Oq{number}Lm2e", "Payment", row.name]
		for number, row in enumerate(rows)
	]
	payout = [*head, -_net(rows), "0.00", -_net(rows), "payout", "po_1", "STRIPE PAYOUT", ""]
	return _delimited([titles.split(","), *lines, payout])


def stripe_balance(rows: list[Row]) -> bytes:
	"""The balance history, as the Dashboard exports it; the payout takes out what the others bring in."""
	titles = "id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description,Transfer,"
	titles += "Transfer Date (UTC),order_id (metadata)"
	booked, paid = ["usd", "2026-02-01 09:12", "2026-02-03 00:00"], ["po_1", "2026-02-05 00:00"]
	lines = [
		[f"txn_{number}", _kind(row), f"ch_3Oq{number}Lm2e", *row[1:], *booked, "Payment", *paid, row.name]
		for number, row in enumerate(rows)
	]
	taken_out = ["txn_po", "payout", "po_1", -_net(rows), "0.00", -_net(rows)]
	return _delimited([titles.split(","), *lines, [*taken_out, *booked, "STRIPE PAYOUT", *paid, ""]])


def paypal(rows: list[Row]) -> bytes:
	titles = "Type,Date,Status,Currency,Gross,Fee,Net,Transaction ID,Invoice Number,Balance,Balance Impact"
	booked = ["13/02/2026", "Completed", CURRENCY]
	lines = [
		[_kind(row), *booked, *map(_european, (row.gross, -row.fee, row.net)), number, row.name, "", "Credit"]
		for number, row in enumerate(rows)
	]
	withdrawn = map(_european, (-_net(rows), Decimal(0), -_net(rows)))
	last = ["General Withdrawal", *booked, *withdrawn, len(rows), "", "", "Debit"]
	return _delimited([titles.split(","), *lines, last])


def shopify(rows: list[Row]) -> bytes:
	titles = "Transaction Date,Payout Date,Payout ID,Currency,Type,Order,Amount,Fee,Net"
	head = ["2026-02-01 10:00:00 +0100", "2026-02-05", "77", CURRENCY]
	lines = [[*head, _kind(row), row.name, row.gross, row.fee, row.net] for row in rows]
	return _delimited([titles.split(","), *lines])


def amazon(rows: list[Row]) -> bytes:
	titles = "settlement-id,total-amount,currency,transaction-type,order-id,merchant-order-id,adjustment-id,"
	titles += "amount-type,amount-description,amount,posted-date"
	lines = [["900", _net(rows), CURRENCY, *[""] * 8]]
	for number, row in enumerate(rows):
		kind, order = "Refund" if row.gross < 0 else "Order", f"{3038800000 + number}"
		document = ["900", "", "", kind, order, row.name, ""]
		lines.append([*document, "ItemPrice", "Principal", row.gross, "2026-01-21"])
		if row.fee:
			lines.append([*document, "ItemFees", "Commission", -row.fee, "2026-01-21"])
	return _delimited([titles.split(","), *lines], "\t")


def amazon_date_range(rows: list[Row]) -> bytes:
	"""The date range report of transactions, with its notes above; the price apart from its tax."""
	titles = "date/time,settlement id,type,order id,description,product sales,product sales tax,"
	titles += "marketplace withheld tax,selling fees,fba fees,other transaction fees,other,total"
	notes = [["Includes Amazon Marketplace transactions"], [f"All amounts in {CURRENCY}, unless specified"]]
	head, nothing = ["21 Jan 2026 10:00:00 UTC", "900"], ["0.00"] * 3
	lines = []
	for row in rows:
		kind, tax = "Refund" if row.gross < 0 else "Order", (row.gross / 11).quantize(Decimal("0.01"))
		price = [row.gross - tax, tax, "0.00"]
		lines.append([*head, kind, row.name, "Lamp", *price, -row.fee, *nothing, row.net])
	transfer = [*head, "Transfer", "", "To account ending in 123", *["0.00"] * 6, -_net(rows), -_net(rows)]
	return _delimited([*notes, titles.split(","), *lines, transfer])


def camt052_structured(rows: list[Row]) -> bytes:
	"""As the notification, in a report of the day that is not over yet."""
	return _statement("camt.052.001.08", "BkToCstmrAcctRpt", "Rpt", _net(rows), _one_of_structured(rows))


def camt054_structured(rows: list[Row]) -> bytes:
	"""The first transaction of a batch names documents in its structured remittance information."""
	details = _one_of_structured(rows)
	return _statement("camt.054.001.08", "BkToCstmrDbtCdtNtfctn", "Ntfctn", _net(rows), details)


def camt054_unstructured(rows: list[Row]) -> bytes:
	"""As the statement, in a notification."""
	details = _many_unstructured(rows)
	return _statement("camt.054.001.08", "BkToCstmrDbtCdtNtfctn", "Ntfctn", _net(rows), details)


def camt053_unstructured(rows: list[Row]) -> bytes:
	"""A batch whose transactions name their documents in a text; what runs back is a debit among credits."""
	return _statement("camt.053.001.08", "BkToCstmrStmt", "Stmt", _net(rows), _many_unstructured(rows))


def x12(rows: list[Row]) -> bytes:
	body = [f"BPR*I*{_net(rows)}*C*ACH*CTX", "TRN*1*PAY-77", f"CUR*PR*{CURRENCY}", "ENT*1"]
	for row in rows:
		body.append(f"RMR*{'CM' if row.gross < 0 else 'IV'}*{row.name}**{row.net}*{row.gross}")
		body += [f"ADX*{-row.fee}*01"] if row.fee else []
	payment = ["ST*820*0001", *body, f"SE*{len(body) + 2}*0001"]
	party = "*".join(["00", " " * 10, "00", " " * 10, "ZZ", "PAYER".ljust(15), "ZZ", "PAYEE".ljust(15)])
	head = [f"ISA*{party}*260205*1200*U*00401*000000001*0*P*>", "GS*RA*PAYER*PAYEE*20260205*1200*1*X*004010"]
	return ("~\n".join([*head, *payment, "GE*1*1", "IEA*1*000000001"]) + "~\n").encode()


def decimal_comma(rows: list[Row]) -> bytes:
	lines = [[row.name, *map(_european, row[1:])] for row in rows]
	return _delimited([["Rechnungsnr.", "Bruttobetrag", "Bank charges", "Zahlbetrag"], *lines], ";")


def xlsx(rows: list[Row]) -> bytes:
	lines = [[row.name, *map(float, row[1:])] for row in rows]
	return workbook(["Payout of February"], ["Invoice", "Gross", "Bank charges", "Net"], *lines)


WRITERS: dict[str, Callable[[list[Row]], bytes]] = {
	"stripe.csv": stripe,
	"paypal.csv": paypal,
	"shopify.csv": shopify,
	"amazon.txt": amazon,
	"camt054.xml": camt054_structured,
	"camt053.xml": camt053_unstructured,
	"820.x12": x12,
	"decimal_comma.csv": decimal_comma,
	"payout.xlsx": xlsx,
	"stripe_balance.csv": stripe_balance,
	"amazon_date_range.csv": amazon_date_range,
	"camt052.xml": camt052_structured,
	"camt054_text.xml": camt054_unstructured,
}
"""By the name that such a file might have."""
NOT_IN_A_BROWSER = frozenset(
	{"stripe_balance.csv", "amazon_date_range.csv", "camt052.xml", "camt054_text.xml"}
)
"""What a browser does with these it does with another one of the same service or bank; they go over HTTP."""
WITHOUT_FEES = frozenset({"camt053.xml", "camt054_text.xml"})
"""A bank tells of a transaction without structured information only what has arrived."""


def _net(rows: list[Row]) -> Decimal:
	return sum((row.net for row in rows), Decimal(0))


def _kind(row: Row) -> str:
	return "refund" if row.gross < 0 else "charge"


def _european(amount: Decimal) -> str:
	return f"{amount:,}".translate(str.maketrans(",.", ".,"))


def _delimited(lines: Iterable[Iterable[object]], delimiter: str = ",") -> bytes:
	text = io.StringIO()
	csv.writer(text, delimiter=delimiter).writerows(lines)
	return text.getvalue().encode()


def _statement(message: str, frame: str, part: str, amount: Decimal, details: str) -> bytes:
	entry = f"<Ntry><Amt Ccy='{CURRENCY}'>{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
	entry += f"<BookgDt><Dt>2026-02-05</Dt></BookgDt><NtryDtls>{details}</NtryDtls></Ntry>"
	space = f"urn:iso:std:iso:20022:tech:xsd:{message}"
	statement = f"<{frame}><{part}><Id>1</Id>{entry}</{part}></{frame}>"
	return f"<Document xmlns='{space}'>{statement}</Document>".encode()


def _one_of_structured(rows: list[Row]) -> str:
	information = "".join(map(_structured, rows))
	return f"<TxDtls><Amt Ccy='{CURRENCY}'>{_net(rows)}</Amt><RmtInf>{information}</RmtInf></TxDtls>"


def _many_unstructured(rows: list[Row]) -> str:
	return "".join(
		f"<TxDtls><Amt Ccy='{CURRENCY}'>{abs(row.net)}</Amt><CdtDbtInd>{'DBIT' if row.net < 0 else 'CRDT'}"
		f"</CdtDbtInd><RmtInf><Ustrd>Invoice {row.name}, thank you</Ustrd></RmtInf></TxDtls>"
		for row in rows
	)


def _structured(row: Row) -> str:
	return f"<Strd>{''.join(_elements(row))}</Strd>"


def _elements(row: Row) -> Iterator[str]:
	is_credit_note = row.gross < 0
	kind = "CREN" if is_credit_note else "CINV"
	yield f"<RfrdDocInf><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Nb>{row.name}</Nb></RfrdDocInf>"
	if is_credit_note:
		yield f"<RfrdDocAmt><CdtNoteAmt Ccy='{CURRENCY}'>{-row.gross}</CdtNoteAmt></RfrdDocAmt>"
		return
	yield f"<RfrdDocAmt><DuePyblAmt Ccy='{CURRENCY}'>{row.gross}</DuePyblAmt>"
	adjusted = f"<Amt Ccy='{CURRENCY}'>{row.fee}</Amt><Rsn>bank charges</Rsn>"
	yield f"<AdjstmntAmtAndRsn>{adjusted}</AdjstmntAmtAndRsn>"
	yield f"<RmtdAmt Ccy='{CURRENCY}'>{row.net}</RmtdAmt></RfrdDocAmt>"
