"""A mail server on the loopback that keeps what it is given: enough of SMTP for one sender at a time."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

import frappe


class _Conversation(socketserver.StreamRequestHandler):
	def handle(self) -> None:
		self._say("220 loopback")
		while line := self.rfile.readline():
			command = line[:4].upper()
			if command == b"DATA":
				self._say("354 go on")
				self.server.letters.append(self._letter())  # type: ignore[attr-defined]
			self._say("250 loopback" if command != b"QUIT" else "221 bye")
			if command == b"QUIT":
				return

	def _letter(self) -> EmailMessage:
		lines = []
		while (line := self.rfile.readline()) != b".\r\n":
			lines.append(line.removeprefix(b"."))
		return message_from_bytes(b"".join(lines), policy=policy.default)

	def _say(self, words: str) -> None:
		self.wfile.write(f"{words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
	daemon_threads = True

	def __init__(self) -> None:
		super().__init__(("127.0.0.1", 0), _Conversation)
		self.letters: list[EmailMessage] = []


@contextmanager
def mail_server() -> Iterator[tuple[int, list[EmailMessage]]]:
	"""Its port, and the letters that it has got."""
	with _Server() as server:
		threading.Thread(target=server.serve_forever, daemon=True).start()
		try:
			yield server.server_address[1], server.letters
		finally:
			server.shutdown()


@contextmanager
def outgoing_account(port: int) -> Iterator[None]:
	"""Let the site send its e-mails to this port of the loopback. Committed, and removed again."""
	values: dict = {"email_account_name": "Bulk Test Mail", "email_id": "site@bulk-test.example"}
	values |= {"smtp_server": "127.0.0.1", "smtp_port": port, "no_smtp_authentication": 1}
	former = frappe.get_all("Email Account", {"default_outgoing": 1}, pluck="name")
	frappe.db.set_value("Email Account", {"name": ("in", former)}, "default_outgoing", 0)
	account = frappe.get_doc(
		{"doctype": "Email Account", **values, "enable_outgoing": 1, "default_outgoing": 1}
	).insert()
	frappe.db.commit()
	try:
		yield
	finally:
		frappe.db.rollback()
		frappe.delete_doc("Email Account", account.name, force=True)
		frappe.db.set_value("Email Account", {"name": ("in", former)}, "default_outgoing", 1)
		frappe.db.commit()
