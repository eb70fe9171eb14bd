"""Following a run: woken by the events of Frappe's socket server, and by the clock if none come."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

import frappe
import socketio
from frappe.utils import get_url, now

from advanced_bank_reconciliation.engine.states import WORKING_STATES
from advanced_bank_reconciliation.erpnext_adapter.publisher import COMPLETION_EVENT, PROGRESS_EVENT
from advanced_bank_reconciliation.erpnext_adapter.runs.run_view import describe_run

POLL_SECONDS = 2.0
CONNECT_SECONDS = 5
SESSION_SECONDS = 60
WORKING = frozenset(state.value for state in WORKING_STATES)


def follow(run_name: str, events: RunEvents) -> Iterator[dict]:
	"""Yield what `describe_run` says of a run now and after all news, until no worker has to do with it.

	An event only wakes: what is told comes from the record, which is never behind and never out of order.
	The estimate of the time left comes from the newest event, for the record has none.
	"""
	heard: dict = {}
	while True:
		facts = _read(run_name)
		yield {**facts, "eta_seconds": heard.get("eta_seconds")}
		if facts["status"] not in WORKING:
			return
		heard = events.wait(POLL_SECONDS) or heard


def _read(run_name: str) -> dict:
	# Without it the connection would go on to show the moment of its first read.
	frappe.db.rollback()
	return describe_run(run_name)


class RunEvents:
	"""The events of one run, as its user gets them. Listens inside the `with` block.

	problem: why nothing can be heard, empty if all is well; `wait` then only waits
	"""

	def __init__(self, run_name: str):
		self.run_name = run_name
		self.problem = ""
		self._heard: queue.Queue[dict] = queue.Queue()
		self._client = socketio.Client(reconnection=False, request_timeout=CONNECT_SECONDS)

	def __enter__(self) -> RunEvents:
		for event in (PROGRESS_EVENT, COMPLETION_EVENT):
			self._client.on(event, self._hear, namespace=_namespace())
		# Events go to the user who started the run and to nobody else.
		with brief_session(describe_run(self.run_name)["user"]) as sid:
			self.problem = self._connect(sid)
		return self

	def __exit__(self, *_exception: object) -> None:
		self._client.disconnect()

	def wait(self, seconds: float) -> dict | None:
		"""Wait for news, `seconds` at most; returns the newest event, None if there was none."""
		try:
			newest = self._heard.get(timeout=seconds)
			while not self._heard.empty():
				newest = self._heard.get_nowait()
		except queue.Empty:
			return None
		return newest

	def _hear(self, event: dict) -> None:
		if event.get("run") == self.run_name:
			self._heard.put(event)

	def _connect(self, sid: str) -> str:
		"""Connect to the first address that answers. Returns what did not, or an empty text."""
		headers = {"Cookie": f"sid={sid}", "Origin": get_url(), "X-Frappe-Site-Name": frappe.local.site}
		for address in _addresses():
			try:
				self._client.connect(
					address, headers=headers, namespaces=[_namespace()], wait_timeout=CONNECT_SECONDS
				)
				return ""
			except socketio.exceptions.ConnectionError:
				self._client.disconnect()
		return f"no socket server answers at {' or '.join(_addresses())}"


def _addresses() -> list[str]:
	"""Where the socket server may be: on its own port, or behind the same proxy as the site."""
	host = urlsplit(get_url()).hostname
	return [f"http://{host}:{frappe.conf.socketio_port or 9000}", get_url()]


def _namespace() -> str:
	return f"/{frappe.local.site}"


@contextmanager
def brief_session(user: str) -> Iterator[str]:
	"""A session of `user` that exists inside the block; yields its id.

	The socket server asks the web server once, while connecting, whom a session belongs to. The session is
	kept in the cache alone: it is no login, must not end the user's own sessions as a login may, and is void
	after a minute even if this process is killed.
	"""
	sid = frappe.generate_hash()
	frappe.cache.hset("session", sid, _session(user, sid))
	try:
		yield sid
	finally:
		for key in ("session", "last_db_session_update"):
			frappe.cache.hdel(key, sid)


def _session(user: str, sid: str) -> frappe._dict:
	"""What Frappe keeps of a session, see `frappe.sessions.Session`."""
	user_type, full_name = frappe.db.get_value("User", user, ["user_type", "full_name"]) or ("", "")
	end = datetime.now(tz=timezone.utc) + timedelta(seconds=SESSION_SECONDS)
	data = frappe._dict(user=user, user_type=user_type, full_name=full_name, session_ip=None)
	data.update(last_updated=now(), creation=now(), session_expiry="00:01:00", session_end=end.isoformat())
	return frappe._dict(user=user, sid=sid, data=data)
