"""The payout report of the sandbox's deposit: a file as marketplaces send them, read as an advice."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from pathlib import Path

from advanced_bank_reconciliation.remittance.matching import MatchedAdvice, match_advice
from advanced_bank_reconciliation.remittance.payable_items import PayableItem
from advanced_bank_reconciliation.remittance.reading import read_advice
from sandbox.database import CURRENCY, to_amount
from sandbox.seed import Deposit

SHIPPED = Path(__file__).parent / "payout.csv"
SHIPPED_INVOICES = 150
"""How many the demonstration has if nobody asks for another number."""


def payout_report(deposit: Deposit) -> bytes:
	"""The file that is shipped, or one like it for another number of invoices. deposit: of a new database"""
	is_shipped = len(deposit.selection) == SHIPPED_INVOICES
	return SHIPPED.read_bytes() if is_shipped else written_report(deposit)


def written_report(deposit: Deposit) -> bytes:
	"""Delimited text: a line for each invoice that the deposit pays, in no order of the books."""
	rows = sorted(deposit.selection, key=lambda row: row["name"][::-1])
	lines = [f"{row['name']};{row['allocated_amount'].replace('.', ',')}" for row in rows]
	return "\n".join(["Invoice number;Amount", *lines, ""]).encode()


def match_report(connection: sqlite3.Connection, report: bytes, amount: Decimal) -> MatchedAdvice:
	"""Match a report to all that is open. amount: of the deposit"""
	rows = connection.execute("SELECT doctype, name, party, outstanding FROM open_item WHERE outstanding > 0")
	items = [
		PayableItem(doctype=doctype, name=name, party=party, amount=to_amount(outstanding))
		for doctype, name, party, outstanding in rows
	]
	return match_advice(read_advice(report), items, currency=CURRENCY, amount=amount)


def selection_of(matched: MatchedAdvice) -> list[dict]:
	"""What is matched, as a start takes it."""
	return [
		{"doctype": one.item.doctype, "name": one.item.name, "allocated_amount": str(one.amount)}
		for one in matched.taken()
	]
