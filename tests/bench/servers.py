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
		for name in ("mariadb", "redis_cache", "redis_queue"):
			stack.enter_context(_running(bench, name))
		yield


@contextmanager
def running_servers(bench: Bench) -> Iterator[None]:
	"""The databases, the web server and the socket server of a bench, for the time of the scope."""
	with running_databases(bench), _running(bench, "web"), _running(bench, "socketio"):
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


def port_of(bench: Bench, name: str) -> int:
	"""Where a server of the bench listens. name: mariadb, redis_cache, redis_queue, web or socketio"""
	config = bench.config
	if name == "mariadb":
		return int(config.get("db_port") or 3306)
	if name.startswith("redis_"):
		return urlparse(config[name]).port or 6379
	return config["webserver_port" if name == "web" else "socketio_port"]


def start_server(bench: Bench, name: str) -> subprocess.Popen:
	"""Start a server of the bench on this machine, and wait until it listens. name: see `port_of`"""
	process = start(bench, name, _command(bench, name))
	deadline = time.monotonic() + START_TIMEOUT
	while not is_listening(port_of(bench, name)):
		if process.poll() is not None or time.monotonic() > deadline:
			stop(process)
			raise ServerDidNotStart(f"{name} does not listen, see {bench.path}/logs/test-{name}.log")
		time.sleep(0.1)
	return process


def is_of_this_machine(bench: Bench, name: str) -> bool:
	"""Whether a server is for the tests to start: a database may be on another machine."""
	host = bench.config.get("db_host") or "127.0.0.1"
	return name != "mariadb" or host in ("127.0.0.1", "localhost")


@contextmanager
def _running(bench: Bench, name: str) -> Iterator[None]:
	"""Start a server that is down, and stop it again."""
	if is_listening(port_of(bench, name)) or not is_of_this_machine(bench, name):
		yield
		return
	process = start_server(bench, name)
	try:
		yield
	finally:
		stop(process)


def _command(bench: Bench, name: str) -> list[str]:
	port = str(port_of(bench, name))
	if name == "mariadb":
		_make_folder_of_mariadb()
		return [_program(bench, "mariadbd"), "--user=mysql"]
	if name.startswith("redis_"):
		return [_program(bench, "redis-server"), str(bench.path / f"config/{name}.conf"), "--port", port]
	if name == "web":
		return [*bench.arguments(), "serve", "--port", port, "--noreload"]
	return [_program(bench, "node"), str(bench.path / "apps/frappe/socketio.js")]


def _make_folder_of_mariadb() -> None:
	folder = Path("/run/mysqld")
	folder.mkdir(exist_ok=True)
	shutil.chown(folder, "mysql")


def _program(bench: Bench, name: str) -> str:
	"""The full path of a program that may lie in the bench, or where only root looks."""
	found = shutil.which(name, path=f"{bench.environment['PATH']}:/usr/sbin:/usr/local/sbin")
	if not found:
		raise ServerDidNotStart(f"{name} is not installed on this machine")
	return found
