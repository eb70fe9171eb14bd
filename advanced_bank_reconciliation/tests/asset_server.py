"""A web server for the site's style sheets: what makes a PDF fetches them, and in tests no site is served."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from unittest.mock import patch

import frappe


class _Quiet(SimpleHTTPRequestHandler):
	def log_message(self, *args: Any) -> None:
		pass


@contextmanager
def served_assets() -> Iterator[None]:
	"""Serve them in the scope, where Frappe's own addresses name this server."""
	handler = partial(_Quiet, directory=frappe.local.sites_path)
	with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
		Thread(target=server.serve_forever, daemon=True).start()
		try:
			with patch.dict(frappe.local.conf, host_name=f"http://127.0.0.1:{server.server_port}"):
				yield
		finally:
			server.shutdown()
