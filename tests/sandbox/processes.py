"""Looking at the processes of this machine from outside."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path


def wait_until(is_so: Callable[[], object], seconds: float = 30, what: str = "it") -> None:
	"""Wait until something is so; fail if it does not come."""
	deadline = time.monotonic() + seconds
	while not is_so():
		assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
		time.sleep(0.01)


def processes_of(mark: str) -> list[int]:
	"""The processes whose environment or command line contains `mark`, but this one."""
	return [pid for pid in _all_processes() if pid != os.getpid() and mark.encode() in _description(pid)]


def children_of(pid: int) -> list[int]:
	return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_of(pid: int) -> bytes:
	"""The command line of a process, its words ended by null bytes."""
	return Path(f"/proc/{pid}/cmdline").read_bytes()


def _all_processes() -> list[int]:
	return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _description(pid: int) -> bytes:
	try:
		folder = Path(f"/proc/{pid}")
		return (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
	except OSError:
		return b""
