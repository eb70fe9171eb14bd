"""The Socket.IO server, `python -m sandbox.socket_server`: hands on what workers write to Redis.

It serves the sandbox's page as well.
"""

from __future__ import annotations

import os
import secrets

import socketio
from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.page_server import PageServer
from sandbox.workplace import Workplace


class QuietRequestHandler(WSGIRequestHandler):
	"""Does not log every poll of a client."""

	def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
		"""Say nothing."""


def create_server(workplace: Workplace) -> socketio.Server:
	"""A server whose clients hear the events of one user, if they know the workplace's token."""
	manager = socketio.RedisManager(workplace.redis_url)
	server = socketio.Server(async_mode="threading", client_manager=manager)

	@server.event
	def connect(session: str, _environment: dict, credentials: dict | None = None) -> bool:
		known = credentials or {}
		if not secrets.compare_digest(str(known.get("token", "")), workplace.token):
			return False
		server.enter_room(session, str(known.get("user", "")))
		return True

	return server


def main() -> None:
	workplace = Workplace.of(os.environ)
	application = socketio.WSGIApp(create_server(workplace), PageServer(workplace))
	server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=QuietRequestHandler)
	partial = workplace.port_file.with_suffix(".partial")
	partial.write_text(str(server.port))
	partial.rename(workplace.port_file)
	server.serve_forever()


if __name__ == "__main__":
	main()
