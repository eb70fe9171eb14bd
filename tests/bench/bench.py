"""Finding a bench, and running things in it from outside."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

APP = "advanced_bank_reconciliation"
CHECKOUT = Path(__file__).resolve().parents[2]
COMMAND_TIMEOUT = 900
LEFT_OUT = frozenset({"CI", "PYTHONDONTWRITEBYTECODE"})


class CommandFailed(Exception):
	"""A bench command ended with an error; the message has its output."""


def find_bench() -> Path | None:
	"""The bench with ERPNext and a site: `$FRAPPE_BENCH`, else `~/frappe-bench`, else None."""
	return _with_site(Path(os.environ.get("FRAPPE_BENCH") or Path.home() / "frappe-bench"))


def find_bench_16() -> Path | None:
	"""The second bench, with version 16: `$FRAPPE_BENCH_16`, else `~/bench16`, else None."""
	return _with_site(Path(os.environ.get("FRAPPE_BENCH_16") or Path.home() / "bench16"))


def _with_site(path: Path) -> Path | None:
	has_site = any(path.glob("sites/*/site_config.json"))
	return path if (path / "apps/erpnext").is_dir() and has_site else None


@dataclass(frozen=True)
class Bench:
	"""One bench and the site that is tested on: `$ABR_TEST_SITE`, else the bench's default site."""

	path: Path
	site: str

	@classmethod
	def at(cls, path: Path) -> Bench:
		config = json.loads((path / "sites/common_site_config.json").read_text())
		return cls(path, os.environ.get("ABR_TEST_SITE") or config["default_site"])

	@property
	def config(self) -> dict[str, Any]:
		"""The bench's common settings, the site's own on top, and on top of these the environment's.

		With `$FRAPPE_REDIS_QUEUE`, `$FRAPPE_REDIS_CACHE`, `$FRAPPE_SOCKETIO_PORT` and `$ABR_TEST_WEB_PORT`
		the tests have servers of their own, apart from those of a bench that is in use.
		"""
		common = json.loads((self.path / "sites/common_site_config.json").read_text())
		own = json.loads((self.path / "sites" / self.site / "site_config.json").read_text())
		config = {**common, **own}
		for name in ("redis_queue", "redis_cache"):
			config[name] = os.environ.get(f"FRAPPE_{name.upper()}", config[name])
		config["webserver_port"] = int(os.environ.get("ABR_TEST_WEB_PORT", config["webserver_port"]))
		config["socketio_port"] = int(os.environ.get("FRAPPE_SOCKETIO_PORT", config["socketio_port"]))
		return config

	@property
	def environment(self) -> dict[str, str]:
		"""The environment of the bench's processes.

		Without CI: with it, Frappe's workers behave as in tests. What Python has compiled is kept: or each
		process would compile Frappe and ERPNext anew. The bench's own programs come first, since a version of
		Frappe may need another Node.js than the machine's.
		"""
		kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
		return {**kept, "PATH": os.pathsep.join([str(self.python.parent), kept.get("PATH", os.defpath)])}

	@property
	def python(self) -> Path:
		return self.path / "env/bin/python"

	def arguments(self, *words: str) -> list[str]:
		"""The command line that `bench` itself would run for a site command."""
		return [str(self.python), "-m", "frappe.utils.bench_helper", "frappe", "--site", self.site, *words]

	def run(
		self, *words: str, timeout: float = COMMAND_TIMEOUT, check: bool = True
	) -> subprocess.CompletedProcess:
		"""Run a site command to its end. Raises `CommandFailed` for an exit status other than 0."""
		process = subprocess.run(
			self.arguments(*words),
			cwd=self.path / "sites",
			env=self.environment,
			stdin=subprocess.DEVNULL,
			capture_output=True,
			text=True,
			timeout=timeout,
		)
		if check and process.returncode:
			raise CommandFailed(f"{' '.join(words)}\n{process.stdout[-4000:]}\n{process.stderr[-4000:]}")
		return process

	def call(self, function: str, **arguments: Any) -> Any:
		"""Call a Python function on the site as Administrator, commit, and return its result through JSON."""
		words = ["execute", f"{APP}.tests.{function}"]
		output = self.run(*words, "--kwargs", repr(arguments)).stdout.strip()
		return json.loads(output.splitlines()[-1]) if output else None
