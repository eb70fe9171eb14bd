"""The frame of every command: one site, one user, and errors as plain text."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import frappe
from frappe.commands import get_site

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


@contextmanager
def on_site(context: frappe._dict, user: str = "Administrator") -> Iterator[str]:
	"""Connect to the command's site as `user`; yields the site's name.

	Known errors end the command with exit status 1 and one message that lists all problems, without markup.
	What is not committed leaves nothing behind, no file on the disk either.
	"""
	site = _only_site(context)
	frappe.init(site=site)
	try:
		with _plain_errors():
			frappe.connect()
			_become(user)
			with _undone_by_errors():
				yield site
	finally:
		frappe.destroy()


def working_folders() -> list[Path]:
	"""Where a file with a relative path may be: where the user is, then the bench.

	`bench` itself goes to the folder "sites"; only the shell's variable still tells where it was called.
	"""
	bench_folder = Path.cwd().parent
	return [Path(os.environ.get("PWD") or bench_folder), Path.cwd(), bench_folder]


def plain_text(markup: str) -> str:
	"""A message of Frappe for a terminal: line breaks kept, other tags removed, entities resolved."""
	with_breaks = re.sub(r"<br\s*/?>|</(?:p|li|div)>", "\n", markup)
	text = html.unescape(re.sub(r"<[^>]*>", "", with_breaks))
	return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _only_site(context: frappe._dict) -> str:
	if len(context.sites or []) > 1:
		raise click.ClickException("This command works on one site. Name it: bench --site SITE …")
	return get_site(context)


def _become(user: str) -> None:
	if not frappe.db.get_value("User", user, "enabled"):
		raise click.ClickException(f"There is no enabled user {user}.")
	frappe.set_user(user)


@contextmanager
def _undone_by_errors() -> Iterator[None]:
	try:
		yield
	except BaseException:
		# Ending the connection would do, but not for files: Frappe removes those of a rollback alone.
		frappe.db.rollback()
		raise


@contextmanager
def _plain_errors() -> Iterator[None]:
	import pymysql
	import redis

	try:
		yield
	except (frappe.ValidationError, frappe.PermissionError) as error:
		raise click.ClickException(plain_text(_message_of(error))) from error
	except redis.exceptions.ConnectionError as error:
		raise click.ClickException(f"Redis cannot be reached: {error}") from error
	except pymysql.err.OperationalError as error:
		raise click.ClickException(f"The database refuses: {error}") from error


def _message_of(error: Exception) -> str:
	"""What an error says; some of Frappe's say it only in the log of messages for the browser."""
	logged = [message.get("message", "") for message in frappe.message_log if isinstance(message, dict)]
	return str(error) or "<br>".join(logged) or type(error).__name__
