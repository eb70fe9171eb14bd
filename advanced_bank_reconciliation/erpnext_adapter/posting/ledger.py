"""The engine's Ledger port on ERPNext: Payment Entries, and the Bank Transaction they are matched to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from frappe import _

from advanced_bank_reconciliation.engine.books import OpenItem
from advanced_bank_reconciliation.engine.documents import DocumentKey
from advanced_bank_reconciliation.engine.errors import FailureKind, ItemFailure, ItemsRefused
from advanced_bank_reconciliation.engine.facts import StatementFacts, VoucherFacts
from advanced_bank_reconciliation.engine.records import Item, Run, Voucher
from advanced_bank_reconciliation.erpnext_adapter.books.misbooked import with_misbooked
from advanced_bank_reconciliation.erpnext_adapter.books.open_items import (
	lock_current,
	lock_outstanding,
	read_seen,
)
from advanced_bank_reconciliation.erpnext_adapter.books.run_vouchers import read_vouchers_of
from advanced_bank_reconciliation.erpnext_adapter.books.statement_lines import (
	LedgerStatementLine,
	read_statement,
	read_statement_line,
)
from advanced_bank_reconciliation.erpnext_adapter.books.voucher_snapshots import changed_meanwhile
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.document_reads import (
	reading_each_invoice_once,
)
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.party_reads import (
	asking_for_each_party_once,
)
from advanced_bank_reconciliation.erpnext_adapter.erpnext_patches.repeated_reads import reading_once
from advanced_bank_reconciliation.erpnext_adapter.posting import bank_matching, compensation, failures
from advanced_bank_reconciliation.erpnext_adapter.posting.controllers import Controllers
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.posting import PatternPosting
from advanced_bank_reconciliation.erpnext_adapter.posting.payment_terms import read_open_terms
from advanced_bank_reconciliation.erpnext_adapter.posting.quiet import dropping_messages
from advanced_bank_reconciliation.erpnext_adapter.posting.undo_patterns.undoing import PatternUndoing
from advanced_bank_reconciliation.erpnext_adapter.runs.posting_ways import one_by_one, record_ways

OpenItems = Mapping[DocumentKey, OpenItem]


class ErpnextLedger:
	"""Posts as ERPNext does, as the current user, inside the caller's transaction. One for each job."""

	def __init__(self) -> None:
		self._patterns = PatternPosting()
		self._undoing = PatternUndoing()

	@dropping_messages()
	def post(self, run: Run, items: Sequence[Item]) -> Mapping[str, Voucher]:
		current = lock_current(_documents(items))
		refused = _no_longer_payable(items, current)
		if refused:
			raise ItemsRefused(refused)
		_refuse_outdated_snapshot(current)
		statement_line = read_statement_line(run.bank_transaction)
		with reading_once(), reading_each_invoice_once(), asking_for_each_party_once():
			return self._post_groups(run, items, statement_line)

	@dropping_messages()
	def match(self, run: Run, vouchers: Sequence[Voucher]) -> None:
		existing = [voucher.key for voucher in vouchers if not voucher.is_own]
		if changed_meanwhile(existing):
			raise failures.OutdatedSnapshot(_("Somebody matched or cancelled one of the vouchers meanwhile."))
		bank_matching.match(run, vouchers)

	@dropping_messages()
	def unmatch(self, run: Run, vouchers: Sequence[Voucher]) -> None:
		bank_matching.unmatch(run, vouchers)

	@dropping_messages()
	def undo(self, run: Run, vouchers: Sequence[VoucherFacts]) -> None:
		documents = dict.fromkeys(document for facts in vouchers for document in facts.settled)
		_refuse_outdated_snapshot(lock_current(documents))
		compensation.cleanup_failed_reconciliation(run, vouchers, self._undoing)

	def recheck(self, run: Run, items: Sequence[Item]) -> Sequence[ItemFailure]:
		return _no_longer_payable(items, lock_current(_documents(items)))

	def outstanding(self, documents: Sequence[DocumentKey]) -> Mapping[DocumentKey, Decimal]:
		return lock_outstanding(documents)

	def vouchers_of(self, run: Run, marks: Collection[str] | None = None) -> Sequence[VoucherFacts]:
		return with_misbooked(run, read_vouchers_of(run.name, marks), marks)

	def statement(self, run: Run) -> StatementFacts:
		return read_statement(run.bank_transaction)

	def classify(self, error: BaseException) -> FailureKind:
		return failures.classify(error)

	def _post_groups(
		self, run: Run, items: Sequence[Item], statement_line: LedgerStatementLine
	) -> dict[str, Voucher]:
		"""Post by pattern what is fit for it, and all else by ERPNext's controllers."""
		groups = [list(members) for _group, members in groupby(items, key=lambda item: item.group)]
		advances = [group for group in groups if group[0].is_advance]
		groups = [group for group in groups if group not in advances]
		terms = read_open_terms([item for group in groups for item in group], statement_line)
		controllers = Controllers(run, statement_line, terms)
		written, ways = self._patterns.post(run, groups, statement_line, terms, controllers.post)
		for group in advances:
			controllers.post(group)
		if controllers.refused:
			raise ItemsRefused(controllers.refused)
		by_itself = one_by_one(_("advance"))
		record_ways(run.name, {**ways, **{group[0].key: by_itself for group in advances if ways}})
		return {**controllers.vouchers, **written}


def _documents(items: Sequence[Item]) -> list[DocumentKey]:
	"""The open items. What there is against an advance is ERPNext's to say when it is posted."""
	return [item.reference for item in items if not item.is_advance]


def _refuse_outdated_snapshot(locked: OpenItems) -> None:
	"""ERPNext computes what is outstanding from what this transaction sees: that must be the newest."""
	if read_seen(locked) != locked:
		raise failures.OutdatedSnapshot(_("Somebody posted to one of the invoices meanwhile."))


def _no_longer_payable(items: Sequence[Item], current: OpenItems) -> list[ItemFailure]:
	"""What changed since the start, each with its own reason."""
	open_items = (item for item in items if not item.is_advance)
	reasons = ((item, _changed(item, current.get(item.reference))) for item in open_items)
	return [ItemFailure(item.key, reason) for item, reason in reasons if reason]


def _changed(item: Item, current: OpenItem | None) -> str | None:
	label = (_(item.doctype), item.document)
	if current is None:
		return _("{0} {1} was deleted meanwhile.").format(*label)
	if current.docstatus != 1:
		return _("{0} {1} was cancelled meanwhile.").format(*label)
	if (
		abs(current.outstanding) < abs(item.allocated_amount)
		or current.outstanding * item.allocated_amount <= 0
	):
		return _("{0} {1} was paid meanwhile: {2} is outstanding, {3} was to be paid.").format(
			*label, current.outstanding, item.allocated_amount
		)
	return current.obstacle.text(_) if current.obstacle else None
