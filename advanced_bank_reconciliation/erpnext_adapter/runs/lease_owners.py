"""Which process owns a lease, and whether it is certain that it is gone.

Only a process of the same machine (of the same container) can be proven to be gone; of any other one nothing
is known before its lease ends. Linux alone tells what is needed, in /proc.
"""

from __future__ import annotations

import hashlib
import os
import socket
from contextlib import suppress
from pathlib import Path

MAX_HOST_LENGTH = 60
ENDED = frozenset("ZX")


def this_process() -> str:
	"""A name for a lease, for people and for `is_gone`: host, process id, start of the process, machine.

	The start, in clock ticks since the machine was booted, tells the process from a later one of the same id.
	"""
	pid = os.getpid()
	status = _status_of(pid)
	host = socket.gethostname()[:MAX_HOST_LENGTH]
	return f"{host} {pid} {status[1]} {_machine()}" if status else f"{host} {pid}"


def is_gone(owner: str | None) -> bool:
	"""Whether the process that `this_process` named `owner` has certainly ended.

	False for a process of another machine, also if that one is gone.
	"""
	words = (owner or "").split()
	if len(words) != 4 or not words[1].isdigit() or words[3] != _machine():
		return False
	pid, start = int(words[1]), words[2]
	if not _exists(pid):
		return True
	status = _status_of(pid)
	return status is not None and (status[0] in ENDED or status[1] != start)


def _exists(pid: int) -> bool:
	"""Ask the kernel itself: /proc may hide the processes of other users."""
	try:
		os.kill(pid, 0)
	except ProcessLookupError:
		return False
	except OSError:
		return True
	return True


def _status_of(pid: int) -> tuple[str, str] | None:
	"""State and start of a process, see proc(5); None if this machine does not tell."""
	with suppress(OSError):
		# The name of the program, in parentheses, may hold anything.
		fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
		return fields[0], fields[19]
	return None


def _machine() -> str:
	"""What two processes have in common if one's process ids mean the same to the other."""
	with suppress(OSError):
		boot = Path("/proc/sys/kernel/random/boot_id").read_text()
		return hashlib.sha256(f"{boot} {os.readlink('/proc/self/ns/pid')}".encode()).hexdigest()[:12]
	return ""
