"""Hearing a run's events over Socket.IO."""

from __future__ import annotations

import queue
from types import TracebackType

import socketio

from advanced_bank_reconciliation.engine.progress import completion_of, progress_of
from advanced_bank_reconciliation.engine.states import WORKING_STATES
from sandbox.publisher import COMPLETION_EVENT, PROGRESS_EVENT
from sandbox.run_store import SqliteRunStore
from sandbox.workplace import Workplace

CONNECT_SECONDS = 10


class Listener:
	"""A client of the sandbox's socket server that keeps the events of one user in their order."""

	def __init__(self, workplace: Workplace, user: str):
		self.workplace = workplace
		self.credentials = {"user": user, "token": workplace.token}
		self.events: queue.Queue[dict] = queue.Queue()
		self.client = socketio.Client()
		self.client.on(PROGRESS_EVENT, self.events.put)
		self.client.on(COMPLETION_EVENT, self.events.put)

	def __enter__(self) -> Listener:
		address = f"http://127.0.0.1:{self.workplace.port_file.read_text()}"
		self.client.connect(address, auth=self.credentials, wait_timeout=CONNECT_SECONDS)
		return self

	def __exit__(
		self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
	) -> None:
		self.client.disconnect()

	def next_event(self, seconds: float) -> dict | None:
		"""The next event, or None after so many seconds of silence."""
		try:
			return self.events.get(timeout=seconds)
		except queue.Empty:
			return None

	def event_from_record(self, store: SqliteRunStore, run_name: str) -> dict:
		"""What the last event would have said, from the run's record, which is never lost."""
		run = store.lock_for_request(run_name)
		if run.state in WORKING_STATES:
			return progress_of(run).event()
		return completion_of(run, store.failures(run)).event()
