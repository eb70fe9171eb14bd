"""The sandbox's page: its files, the product's own progress modules, and a small API over the books."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from typing import Any

from werkzeug.exceptions import Forbidden, HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.utils import send_from_directory
from werkzeug.wrappers import Request, Response

from advanced_bank_reconciliation.engine.errors import ReconciliationError
from advanced_bank_reconciliation.engine.requests import request_undo
from sandbox.books_view import count_of_invoices, describe_books, describe_run, latest_deposit
from sandbox.job_queue import LongQueue
from sandbox.jobs import LEASE_SECONDS
from sandbox.run_store import SqliteRunStore
from sandbox.seed import seed_deposit
from sandbox.start import start_run
from sandbox.workplace import Workplace

USER = "accountant"
PAGE = Path(__file__).with_name("page")
PUBLIC = Path(__file__).parents[1] / "advanced_bank_reconciliation/public"
FOLDERS = {"page": PAGE, "modules": PUBLIC / "js/bulk_reconciliation", "assets": PUBLIC / "css"}

ADDRESSES = Map(
	[
		Rule("/", endpoint="index", methods=["GET"]),
		Rule("/<any(page, modules, assets):folder>/<path:name>", endpoint="file", methods=["GET"]),
		Rule("/api/books", endpoint="books", methods=["GET"]),
		Rule("/api/run", endpoint="run", methods=["GET"]),
		Rule("/api/start", endpoint="start", methods=["POST"]),
		Rule("/api/undo", endpoint="undo", methods=["POST"]),
		Rule("/api/another", endpoint="another", methods=["POST"]),
	]
)


class PageServer:
	"""A WSGI application over one workplace. The API wants the workplace's token."""

	def __init__(self, workplace: Workplace):
		self.workplace = workplace

	def __call__(self, environment: dict, start_response: Callable) -> Iterable[bytes]:
		request = Request(environment)
		try:
			response = self.answer(request)
		except ReconciliationError as error:
			response = answer_json({"message": str(error)}, HTTPStatus.UNPROCESSABLE_ENTITY)
		except HTTPException as error:
			response = answer_json({"message": error.description}, error.code or 500)
		return response(environment, start_response)

	def answer(self, request: Request) -> Response:
		endpoint, values = ADDRESSES.bind_to_environ(request.environ).match()
		if endpoint == "index":
			return send_from_directory(PAGE, "index.html", request.environ)
		if endpoint == "file":
			return send_from_directory(FOLDERS[values["folder"]], values["name"], request.environ)
		self.check_token(request)
		with closing(self.workplace.connect_database()) as connection:
			return answer_json(getattr(self, endpoint)(request, connection))

	def check_token(self, request: Request) -> None:
		known = request.headers.get("Authorization", "").removeprefix("Bearer ")
		if not secrets.compare_digest(known, self.workplace.token):
			raise Forbidden("Open the address that the demo has printed.")

	def books(self, _request: Request, connection: sqlite3.Connection) -> dict:
		return describe_books(connection)

	def run(self, request: Request, connection: sqlite3.Connection) -> dict:
		return describe_run(SqliteRunStore(connection), run_name(request))

	def start(self, _request: Request, connection: sqlite3.Connection) -> dict:
		"""Reconcile the newest deposit with everything that it was seeded for."""
		bank_transaction, selection = latest_deposit(connection)
		run = start_run(connection, bank_transaction, selection, user=USER)
		LongQueue(self.workplace).enqueue(run)
		return describe_run(SqliteRunStore(connection), run.name)

	def undo(self, request: Request, connection: sqlite3.Connection) -> dict:
		store = SqliteRunStore(connection, LEASE_SECONDS)
		run = request_undo(run_name(request), USER, store, LongQueue(self.workplace))
		return describe_run(store, run.name)

	def another(self, _request: Request, connection: sqlite3.Connection) -> dict:
		seed_deposit(connection, count_of_invoices(connection))
		return describe_books(connection)


def run_name(request: Request) -> str:
	name = request.args.get("run")
	if not name:
		raise NotFound("Which run?")
	return name


def answer_json(body: Any, status: int = HTTPStatus.OK) -> Response:
	return Response(json.dumps(body), status, content_type="application/json")
