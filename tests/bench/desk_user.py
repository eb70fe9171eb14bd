"""A user of the site, seen from outside: real logins, real HTTP, real socket events."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

import requests
import socketio

from tests.bench.bench import APP, Bench

TOOL = f"{APP}.{APP}.doctype.advance_bank_reconciliation_tool.advance_bank_reconciliation_tool"
REQUEST_TIMEOUT = 120


class DeskUser:
	"""One logged-in user.

	bench: whose web server is running; user, password: of a User of the site
	"""

	def __init__(self, bench: Bench, user: str, password: str):
		self.bench = bench
		self.user = user
		self.origin = f"http://{bench.site}:{bench.config['webserver_port']}"
		self.session = requests.Session()
		self.session.headers["X-Frappe-Site-Name"] = bench.site
		self.call("login", usr=user, pwd=password).raise_for_status()

	def call(self, method: str, **arguments: Any) -> requests.Response:
		"""POST to a whitelisted method, given by its full path."""
		return self.session.post(f"{self._methods}/{method}", json=arguments, timeout=REQUEST_TIMEOUT)

	def get(self, method: str, **arguments: Any) -> requests.Response:
		"""GET a whitelisted method."""
		return self.session.get(f"{self._methods}/{method}", params=arguments, timeout=REQUEST_TIMEOUT)

	def page(self, path: str, **arguments: Any) -> requests.Response:
		"""GET a page of the site."""
		return self.session.get(f"{self.origin}/{path}", params=arguments, timeout=REQUEST_TIMEOUT)

	def list(self, doctype: str, **filters: Any) -> list[dict]:
		"""What Desk's list of a document type shows; nothing if it may not be read at all."""
		parameters = {"filters": json.dumps(filters)}
		answer = self.session.get(
			f"{self.origin}/api/resource/{doctype}", params=parameters, timeout=REQUEST_TIMEOUT
		)
		return answer.json()["data"] if answer.ok else []

	def tool(self, method: str, **arguments: Any) -> requests.Response:
		"""POST to an endpoint of the tool."""
		return self.call(f"{TOOL}.{method}", **arguments)

	def start(self, deposit: dict, vouchers: list[dict] | None = None) -> requests.Response:
		"""Start a run over the whole deposit, as the dialog does."""
		return self.tool(
			"create_payment_entries_bulk",
			bank_transaction_name=deposit["bank_transaction"],
			invoices=deposit["invoices"],
			regular_vouchers=vouchers,
		)

	def attach(self, bank_transaction: str, name: str, content: bytes) -> str:
		"""Attach a file to a Bank Transaction, as the dialog does; returns the name of the File."""
		place = {"is_private": "1", "doctype": "Bank Transaction", "docname": bank_transaction}
		files = {"file": (name, content)}
		address = f"{self._methods}/upload_file"
		answer = self.session.post(address, data=place, files=files, timeout=REQUEST_TIMEOUT)
		assert answer.ok, answer.text
		return answer.json()["message"]["name"]

	def state(self, run: str) -> dict:
		"""What the endpoint says of a run."""
		answer = self.get(f"{TOOL}.get_bulk_reconciliation", run=run)
		answer.raise_for_status()
		return answer.json()["message"]

	def wait_for(self, run: str, *states: str, timeout: float) -> dict:
		"""Wait until a run is in one of `states`; return what the endpoint says of it then."""
		deadline = time.monotonic() + timeout
		while True:
			state = self.state(run)
			if state["status"] in states:
				return state
			assert time.monotonic() < deadline, f"{run} is still {state} after {timeout} s"
			time.sleep(0.2)

	def wait_until_posted(self, run: str, count: int, timeout: float = 60) -> None:
		"""Wait until at least `count` invoices of a run are posted, and it still goes on."""
		deadline = time.monotonic() + timeout
		while (state := self.state(run))["current"] < count:
			assert state["status"] in ("Queued", "Posting"), state
			assert time.monotonic() < deadline, f"{run} is still {state} after {timeout} s"
			time.sleep(0.05)

	@property
	def _methods(self) -> str:
		return f"{self.origin}/api/method"


@dataclass
class Listener:
	"""A python-socketio client of Frappe's socket server that keeps what it hears."""

	desk_user: DeskUser
	progress: list[dict] = field(default_factory=list)
	completions: list[dict] = field(default_factory=list)

	def __post_init__(self) -> None:
		self.client = socketio.Client(reconnection=False)
		namespace = f"/{self.desk_user.bench.site}"
		self.client.on("bulk_reconciliation_progress", self.progress.append, namespace=namespace)
		self.client.on("bulk_reconciliation_complete", self.completions.append, namespace=namespace)

	def __enter__(self) -> Listener:
		bench = self.desk_user.bench
		cookie = f"sid={self.desk_user.session.cookies['sid']}"
		self.client.connect(
			f"http://{bench.site}:{bench.config['socketio_port']}",
			headers={"Cookie": cookie, "Origin": self.desk_user.origin},
			namespaces=[f"/{bench.site}"],
			wait_timeout=15,
		)
		return self

	def __exit__(self, *_exception: object) -> None:
		self.client.disconnect()

	def wait_for_completion(self, timeout: float = 10) -> dict:
		"""The first completion that was heard."""
		deadline = time.monotonic() + timeout
		while not self.completions:
			assert time.monotonic() < deadline, "no completion was heard"
			time.sleep(0.05)
		return self.completions[0]
