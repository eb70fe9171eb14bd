"""The record of runs in MariaDB: states, checkpoints, and who may write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

import frappe
from frappe.query_builder import Case
from frappe.utils import now, strip_html

from advanced_bank_reconciliation.engine.errors import CheckpointConflict, ItemFailure
from advanced_bank_reconciliation.engine.facts import ItemCounts
from advanced_bank_reconciliation.engine.records import Item, Run, Voucher
from advanced_bank_reconciliation.engine.states import (
	ENDED_STATES,
	WORKING_STATES,
	ItemState,
	RunState,
	check_transition,
)
from advanced_bank_reconciliation.erpnext_adapter.runs import active_documents, run_items, run_leases
from advanced_bank_reconciliation.erpnext_adapter.runs.run_leases import database_time
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import (
	EXISTING_VOUCHER,
	ITEM_DOCTYPE,
	RUN_DOCTYPE,
	affected_rows,
)
from advanced_bank_reconciliation.erpnext_adapter.unit_of_work.transaction import (
	dropping_interrupted_connection,
	own_transaction,
)

MAX_REASON_LENGTH = 2000


class FrappeRunStore:
	"""The engine's RunStore port on the doctypes Bulk Reconciliation Run and Bulk Reconciliation Item.

	lease_seconds: how long a worker may be silent before another one takes its run over
	"""

	def __init__(self, lease_seconds: int):
		self.lease_seconds = lease_seconds

	def transaction(self) -> AbstractContextManager[None]:
		return own_transaction()

	def claim(self, run_name: str, worker: str) -> Run:
		return run_leases.claim(run_name, worker, self.lease_seconds)

	def lock(self, run: Run) -> Run:
		return run_leases.lock(run, self.lease_seconds)

	def release(self, run: Run) -> None:
		run_leases.release(run)

	def lock_for_request(self, run_name: str) -> Run:
		return run_leases.read_for_update(run_name)

	def change_state(self, run: Run, state: RunState, reason: str = "") -> Run:
		check_transition(run.name, run.state, state)
		if state is RunState.COMPLETED:
			self._require_complete(run)
		values: dict = {"state": state.value, "reason": _plain(reason), "attempts": 0}
		if state is RunState.POSTING:
			values["started_at"] = now()
		if state not in WORKING_STATES:
			values["lease_expires_at"] = None
		if state in ENDED_STATES:
			values |= {"ended_at": now(), "ended_at_utc": database_time(), "active_bank_transaction": None}
			active_documents.free(run)
		elif run.state in ENDED_STATES:
			active_documents.hold(run)
			values |= {"ended_at": None, "ended_at_utc": None}
		self._write(run, values)
		return replace(run, state=state, reason=values["reason"], attempts=0)

	def request_cancel(self, run: Run, user: str) -> Run:
		self._write(run, {"cancel_requested_by": user})
		return replace(run, cancel_requested_by=user)

	def record_posted(self, run: Run, vouchers: Mapping[str, Voucher]) -> Run:
		item = frappe.qb.DocType(ITEM_DOCTYPE)
		voucher_type, voucher = Case(), Case()
		for key, posted in vouchers.items():
			voucher_type = voucher_type.when(item.name == key, posted.doctype)
			voucher = voucher.when(item.name == key, posted.name)
		update = frappe.qb.update(item).set(item.voucher_type, voucher_type).set(item.voucher, voucher)
		self._move_items(update, run, list(vouchers), ItemState.PENDING, ItemState.POSTED)
		done = run.posted + len(vouchers)
		self._write(run, {"posted_items": done, "attempts": 0})
		return replace(run, posted=done, attempts=0)

	def record_undone(self, run: Run, items: Sequence[Item]) -> Run:
		update = frappe.qb.update(frappe.qb.DocType(ITEM_DOCTYPE))
		self._move_items(update, run, [item.key for item in items], ItemState.POSTED, ItemState.UNDONE)
		done = run.undone + len(items)
		self._write(run, {"undone_items": done, "attempts": 0})
		return replace(run, undone=done, attempts=0)

	def record_matched(self, run: Run, matched: bool) -> Run:
		self._write(run, {"matched": int(matched)})
		self._mark_existing_vouchers(run, ItemState.POSTED if matched else ItemState.UNDONE)
		return replace(run, matched=matched)

	def record_failures(self, run: Run, failures: Sequence[ItemFailure]) -> Run:
		item = frappe.qb.DocType(ITEM_DOCTYPE)
		for failure in failures:
			update = frappe.qb.update(item).set(item.reason, failure.reason[:MAX_REASON_LENGTH])
			self._move_items(update, run, [failure.item], ItemState.PENDING, ItemState.FAILED)
		return run

	def record_error(self, run: Run, error: str) -> Run:
		attempts, error = run.attempts + 1, _plain(error)
		self._write(run, {"attempts": attempts, "last_error": error})
		return replace(run, attempts=attempts, last_error=error)

	def pending_items(self, run: Run, size: int | None = None) -> Sequence[Item]:
		return run_items.pending(run.name, size)

	def posted_items(self, run: Run, size: int | None = None) -> Sequence[Item]:
		return run_items.posted_newest_first(run.name, size)

	def vouchers(self, run: Run) -> Sequence[Voucher]:
		return run_items.vouchers(run.name)

	def counts(self, run: Run, items: Sequence[Item] | None = None) -> ItemCounts:
		return run_items.counts(run.name, items)

	@dropping_interrupted_connection()
	def failures(self, run: Run) -> Sequence[Item]:
		return run_items.failed(run.name)

	def _require_complete(self, run: Run) -> None:
		counts = self.counts(run)
		if not 0 < run.total == counts.posted == counts.total:
			raise CheckpointConflict(
				f"Run {run.name} is not complete: {counts.posted} of {run.total} items are posted."
			)

	def _write(self, run: Run, values: dict) -> None:
		"""Change the run's row, unless another worker has taken the run over meanwhile."""
		table = frappe.qb.DocType(RUN_DOCTYPE)
		update = frappe.qb.update(table).set(table.modified, now())
		for column, value in values.items():
			update = update.set(table[column], value)
		update.where((table.name == run.name) & (table.fencing_token == run.fencing_token)).run()
		if affected_rows() != 1:
			raise CheckpointConflict(f"Run {run.name} was written by somebody else.")

	def _mark_existing_vouchers(self, run: Run, state: ItemState) -> None:
		"""For who reads statement and reports: they count towards the deposit as long as they are matched."""
		item = frappe.qb.DocType(ITEM_DOCTYPE)
		update = frappe.qb.update(item).set(item.state, state.value).set(item.modified, now())
		update.where((item.run == run.name) & (item.kind == EXISTING_VOUCHER)).run()

	def _move_items(
		self, update: frappe.qb, run: Run, keys: Sequence[str], before: ItemState, after: ItemState
	) -> None:
		"""Exactly the items of `keys` go from one state to the next: the guard of "posted at most once"."""
		item = frappe.qb.DocType(ITEM_DOCTYPE)
		moved = update.set(item.state, after.value).set(item.modified, now())
		moved.where(item.name.isin(keys) & (item.run == run.name) & (item.state == before.value)).run()
		if affected_rows() != len(keys):
			raise CheckpointConflict(f"Items of run {run.name} are not {before.value} any more.")


def _plain(text: str) -> str:
	"""What an error says, without the markup that ERPNext puts into it, and not too long."""
	return " ".join(strip_html(text).split())[:MAX_REASON_LENGTH]
