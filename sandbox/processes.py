"""Child processes that never outlive the one that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from sandbox.workplace import ENVIRONMENT_VARIABLE, Workplace

PR_SET_PDEATHSIG = 1
# Loaded before any fork: a child between fork and exec should not have to load anything.
C_LIBRARY = ctypes.CDLL(None)


def die_with_parent(parent: int) -> None:
	"""Have the kernel kill this process when its parent ends, however that happens. Linux only.

	parent: the parent's process id, for it may have ended before the kernel was told
	"""
	if sys.platform != "linux":
		return
	C_LIBRARY.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
	if os.getppid() != parent:
		os.kill(os.getpid(), signal.SIGKILL)


def start_process(workplace: Workplace, name: str, arguments: Sequence[str]) -> subprocess.Popen:
	"""Start a child in a session of its own, so that Ctrl-C reaches only the parent; its output is logged."""
	with workplace.log(name).open("ab") as log:
		return subprocess.Popen(  # noqa: S603 the arguments are the sandbox's own
			arguments,
			env={**os.environ, ENVIRONMENT_VARIABLE: str(workplace.folder)},
			stdin=subprocess.DEVNULL,
			stdout=log,
			stderr=subprocess.STDOUT,
			start_new_session=True,
			# Safe here: the parent has one thread while it starts children.
			preexec_fn=partial(die_with_parent, os.getpid()),
		)


def start_module(workplace: Workplace, name: str) -> subprocess.Popen:
	"""Start `python -m sandbox.NAME`."""
	return start_process(workplace, name, [sys.executable, "-m", f"sandbox.{name}"])


def stop_process(process: subprocess.Popen) -> None:
	"""End a child at once: nothing of a sandbox outlives it, and a run survives the death of its worker."""
	with suppress(ProcessLookupError):
		os.killpg(process.pid, signal.SIGKILL)
	process.wait()
