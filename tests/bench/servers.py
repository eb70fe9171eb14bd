"""Starting the servers of a bench that are not running, and stopping only those."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlparse

from tests.bench.bench import Bench

START_TIMEOUT = 60.0
STOP_TIMEOUT = 10.0


class ServerDidNotStart(Exception):
	"""A server does not listen; the message names its log."""


@contextmanager
def running_databases(bench: Bench) -> Iterator[None]:
	"""MariaDB and both Redis of a bench, for the time of the scope: all that site commands need."""
	with ExitStack() as stack:
		stack.enter_context(_database(bench))
		for name in ("redis_cache", "redis_queue"):
			port = urlparse(bench.config[name]).port or 6379
			settings = [str(bench.path / f"config/{name}.conf"), "--port", str(port)]
			stack.enter_context(_listening(bench, name, port, [_program("redis-server"), *settings]))
		yield


@contextmanager
def running_servers(bench: Bench) -> Iterator[None]:
	"""The databases, the web server and the socket server of a bench, for the time of the scope."""
	web_port, socket_port = bench.config["webserver_port"], bench.config["socketio_port"]
	web = [*bench.arguments(), "serve", "--port", str(web_port), "--noreload"]
	node = [_program("node"), str(bench.path / "apps/frappe/socketio.js")]
	with running_databases(bench):
		with _listening(bench, "web", web_port, web), _listening(bench, "socketio", socket_port, node):
			yield


@contextmanager
def running_worker(bench: Bench, queues: str = "long") -> Iterator[subprocess.Popen]:
	"""A real worker of the bench, as `bench worker --queue long` starts it; stopped with its work horse."""
	words = [str(bench.python), "-m", "frappe.utils.bench_helper", "frappe", "worker", "--queue", queues]
	process = start(bench, f"worker-{queues.replace(',', '-')}", words)
	try:
		yield process
	finally:
		stop(process)


@contextmanager
def running_scheduler(bench: Bench) -> Iterator[subprocess.Popen]:
	"""Frappe's real scheduler, as `bench schedule` starts it."""
	words = [str(bench.python), "-m", "frappe.utils.bench_helper", "frappe", "schedule"]
	process = start(bench, "schedule", words)
	try:
		yield process
	finally:
		stop(process)


def start(bench: Bench, name: str, arguments: Sequence[str]) -> subprocess.Popen:
	"""Start a process of the bench in a session of its own, its output in the bench's logs."""
	log = (bench.path / "logs" / f"test-{name}.log").open("ab")
	with log:
		return subprocess.Popen(
			arguments,
			cwd=bench.path / "sites",
			# Without DEV_SERVER the browser looks for the socket server behind the web server's port.
			env={**bench.environment, "DEV_SERVER": "1"},
			stdin=subprocess.DEVNULL,
			stdout=log,
			stderr=subprocess.STDOUT,
			start_new_session=True,
		)


def stop(process: subprocess.Popen) -> None:
	"""End a process and all that it started."""
	for kind in (signal.SIGTERM, signal.SIGKILL):
		try:
			os.killpg(process.pid, kind)
		except ProcessLookupError:
			break
		try:
			process.wait(STOP_TIMEOUT)
		except subprocess.TimeoutExpired:
			continue
	process.poll()


def is_listening(port: int, host: str = "127.0.0.1") -> bool:
	with socket.socket() as connection:
		connection.settimeout(1)
		return connection.connect_ex((host, port)) == 0


@contextmanager
def _listening(bench: Bench, name: str, port: int, arguments: Sequence[str]) -> Iterator[None]:
	if is_listening(port):
		yield
		return
	process = start(bench, name, arguments)
	try:
		_wait_until_listening(bench, name, port, process)
		yield
	finally:
		stop(process)


def _wait_until_listening(bench: Bench, name: str, port: int, process: subprocess.Popen) -> None:
	deadline = time.monotonic() + START_TIMEOUT
	while not is_listening(port):
		if process.poll() is not None or time.monotonic() > deadline:
			raise ServerDidNotStart(
				f"{name} does not listen on {port}, see {bench.path}/logs/test-{name}.log"
			)
		time.sleep(0.1)


@contextmanager
def _database(bench: Bench) -> Iterator[None]:
	"""MariaDB of this machine, where the bench uses one and it is down."""
	config = bench.config
	host, port = config.get("db_host") or "127.0.0.1", int(config.get("db_port") or 3306)
	is_local = host in ("127.0.0.1", "localhost")
	if not is_local or is_listening(port):
		yield
		return
	folder = Path("/run/mysqld")
	folder.mkdir(exist_ok=True)
	shutil.chown(folder, "mysql")
	with _listening(bench, "mariadb", port, [_program("mariadbd"), "--user=mysql"]):
		yield


def _program(name: str) -> str:
	"""The full path of a program that may lie where only root looks."""
	found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
	if not found:
		raise ServerDidNotStart(f"{name} is not installed on this machine")
	return found
