"""Following a run: its record is read again and again, and at once if the socket server tells news of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import frappe
import socketio
from frappe.utils import get_url

from advanced_bank_reconciliation.engine.pace import Pace
from advanced_bank_reconciliation.engine.states import WORKING_STATES, RunState
from advanced_bank_reconciliation.erpnext_adapter.publisher import COMPLETION_EVENT, PROGRESS_EVENT
from advanced_bank_reconciliation.erpnext_adapter.recovery import look_after_runs
from advanced_bank_reconciliation.erpnext_adapter.runs.run_view import describe_run
from advanced_bank_reconciliation.erpnext_adapter.runs.tables import RUN_DOCTYPE

POLL_SECONDS = 2.0
CONNECT_SECONDS = 5
# Who runs a command has no session: for live events they bring an API key of their own.
API_KEY_VARIABLE = "FRAPPE_API_KEY"
WORKING = frozenset(state.value for state in WORKING_STATES)


def follow(run_name: str, news: RunNews) -> Iterator[dict]:
	"""Yield what `describe_run` says of a run now and after all news, until no worker has to do with it.

	An event only wakes: what is told comes from the record, which is never behind and never out of order.
	`eta_seconds` is estimated from the progress that was seen here.
	"""
	pace = Pace(time.monotonic)
	while True:
		facts = _read(run_name)
		yield {**facts, "eta_seconds": _seconds_left(facts, pace)}
		if facts["status"] not in WORKING:
			return
		news.wait(POLL_SECONDS)


def _read(run_name: str) -> dict:
	# Without it the connection would go on to show the moment of its first read.
	frappe.db.rollback()
	look_after_runs([run_name])
	return describe_run(run_name)


def _seconds_left(facts: dict, pace: Pace) -> int | None:
	state, current = RunState(facts["status"]), facts["current"]
	if state is RunState.ROLLING_BACK:
		return pace.estimate(state, -current, current)
	return pace.estimate(state, current, facts["total"] - current)


class RunNews:
	"""The events of one run, in the room of its document. Listens inside the `with` block.

	api_key: key and secret of a user who may read the run, `key:secret`; without one nothing is heard
	problem: why nothing can be heard although there is a key; `wait` then only waits
	"""

	def __init__(self, run_name: str, api_key: str | None):
		self.run_name = run_name
		self.api_key = api_key
		self.problem = ""
		self._has_news = threading.Event()
		self._client = socketio.Client(reconnection=False, request_timeout=CONNECT_SECONDS)

	def __enter__(self) -> RunNews:
		if self.api_key:
			for event in (PROGRESS_EVENT, COMPLETION_EVENT):
				self._client.on(event, self._hear, namespace=_namespace())
			self.problem = self._connect(self.api_key)
		return self

	def __exit__(self, *_exception: object) -> None:
		self._client.disconnect()

	def wait(self, seconds: float) -> bool:
		"""Wait for news, `seconds` at most; returns whether there was any."""
		has_news = self._has_news.wait(seconds)
		self._has_news.clear()
		return has_news

	def _hear(self, event: dict) -> None:
		# The user of the key also hears of the runs that they started.
		if event.get("run") == self.run_name:
			self._has_news.set()

	def _connect(self, api_key: str) -> str:
		"""Connect to the first address that answers. Returns what did not, or an empty text."""
		headers = {
			"Authorization": f"token {api_key}",
			"Origin": get_url(),
			"X-Frappe-Site-Name": frappe.local.site,
		}
		for address in _addresses():
			try:
				self._client.connect(
					address, headers=headers, namespaces=[_namespace()], wait_timeout=CONNECT_SECONDS
				)
				self._client.emit("doc_subscribe", (RUN_DOCTYPE, self.run_name), namespace=_namespace())
				return ""
			except socketio.exceptions.SocketIOError:
				self._client.disconnect()
		return f"no socket server lets this key in at {' or '.join(_addresses())}"


def _addresses() -> list[str]:
	"""Where the socket server may be: on its own port, or behind the same proxy as the site."""
	host = urlsplit(get_url()).hostname
	return [f"http://{host}:{frappe.conf.socketio_port or 9000}", get_url()]


def _namespace() -> str:
	return f"/{frappe.local.site}"
