"""Servers of the bench that go away for a while, and workers that somebody keeps alive meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.bench.bench import APP, Bench
from tests.bench.servers import is_listening, is_of_this_machine, port_of, start, start_server, stop

STOP_SECONDS = 30.0
ENDS = ("Completed", "Rolled Back")


class Outages:
	"""Stops servers and starts them again, with those that fell along, as a supervisor does.

	Those that were the tests' own are stopped in the end. The socket server ends itself without its Redis.
	"""

	def __init__(self, bench: Bench):
		self.bench = bench
		self.own: list[subprocess.Popen] = []

	@contextmanager
	def without(self, name: str) -> Iterator[None]:
		"""Stop a server for the time of the scope. name: see `servers.port_of`"""
		port = port_of(self.bench, name)
		owner = pid_listening_on(port)
		if owner is None or not is_of_this_machine(self.bench, name):
			pytest.skip(f"{name} is not this machine's")
		is_own = _parent_of(owner) == os.getpid()
		os.kill(owner, signal.SIGTERM)
		_wait_until(lambda: not is_listening(port) and _is_gone(owner), f"the end of {name}")
		try:
			yield
		finally:
			process = start_server(self.bench, name)
			if is_own:
				self.own.append(process)
			self._start_what_fell_along()

	def _start_what_fell_along(self) -> None:
		time.sleep(1)
		if not is_listening(port_of(self.bench, "socketio")):
			self.own.append(start_server(self.bench, "socketio"))

	def stop_own(self) -> None:
		for process in self.own:
			stop(process)


class Workers:
	"""One worker of the queue `long` that is started again when it ends, as a supervisor does."""

	def __init__(self, bench: Bench, words: Sequence[str] = ("worker", "--queue", "long")):
		self.bench = bench
		self.words = words

	def __enter__(self) -> Workers:
		self.process = self._start()
		return self

	def __exit__(self, *_exception: object) -> None:
		self.kill()

	def keep_alive(self) -> None:
		if self.process.poll() is not None:
			self.process = self._start()

	def replace(self) -> None:
		"""Kill it with everything it started, as a power cut does, and start another one."""
		self.kill()
		self.process = self._start()

	def kill(self) -> None:
		# A work horse has a process group of its own.
		horses = children_of(self.process.pid)
		for pid in (self.process.pid, *horses):
			with suppress(ProcessLookupError):
				os.kill(pid, signal.SIGKILL)
		self.process.wait()

	def _start(self) -> subprocess.Popen:
		return start(self.bench, "worker-soak", self.bench.arguments(*self.words))


IMPATIENT = ("execute", f"{APP}.tests.impatient_worker.work")


def wait_for_end(bench: Bench, run: str, workers: Workers, timeout: float = 150) -> dict:
	"""Do what a supervisor and the scheduler do, until a run has ended; return its row."""
	deadline = time.monotonic() + timeout
	while True:
		row = bench.call("soak_scenes.run_rows", runs=[run])[run]
		if row["state"] in ENDS:
			return row
		assert time.monotonic() < deadline, f"{row} after {timeout} s"
		workers.keep_alive()
		bench.call("soak_scenes.recover", runs=[run])
		time.sleep(0.5)


def pid_listening_on(port: int) -> int | None:
	"""The process of this machine that listens on a TCP port."""
	inodes = {inode for local, state, inode in _sockets() if local == port and state == "0A"}
	return next((pid for pid in _all_processes() if _socket_inodes(pid) & inodes), None)


def ports_of(pid: int) -> list[int]:
	"""The ports from which a process has TCP connections."""
	inodes = _socket_inodes(pid)
	return [local for local, state, inode in _sockets() if inode in inodes and state == "01"]


def children_of(pid: int) -> list[int]:
	with suppress(OSError):
		return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
	return []


def _sockets() -> Iterator[tuple[int, str, str]]:
	"""Local port, state and inode of every TCP socket."""
	for table in ("/proc/net/tcp", "/proc/net/tcp6"):
		for line in Path(table).read_text().splitlines()[1:]:
			fields = line.split()
			yield int(fields[1].rpartition(":")[2], 16), fields[3], fields[9]


def _socket_inodes(pid: int) -> set[str]:
	inodes = set()
	with suppress(OSError):
		for descriptor in Path(f"/proc/{pid}/fd").iterdir():
			with suppress(OSError):
				target = os.readlink(descriptor)
				inodes.add(target.removeprefix("socket:[").removesuffix("]"))
	return inodes


def _all_processes() -> list[int]:
	return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _status_of(pid: int) -> list[str]:
	"""State, parent and what follows them in the kernel's line on a process."""
	return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _parent_of(pid: int) -> int:
	return int(_status_of(pid)[1])


def _is_gone(pid: int) -> bool:
	with suppress(OSError):
		return _status_of(pid)[0] == "Z"
	return True


def _wait_until(is_so: Callable[[], bool], what: str) -> None:
	deadline = time.monotonic() + STOP_SECONDS
	while not is_so():
		assert time.monotonic() < deadline, f"{what} did not come"
		time.sleep(0.05)
