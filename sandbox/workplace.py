"""The folder of one sandbox: where its processes find each other. Two sandboxes share nothing."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import redis

from sandbox.database import open_database

ENVIRONMENT_VARIABLE = "BULK_RECONCILIATION_SANDBOX"


@dataclass(frozen=True)
class Workplace:
	"""Paths and addresses inside one folder."""

	folder: Path

	@classmethod
	def of(cls, environment: Mapping[str, str]) -> Workplace:
		"""The workplace that a process was started for."""
		return cls(Path(environment[ENVIRONMENT_VARIABLE]))

	@property
	def database(self) -> Path:
		return self.folder / "books.sqlite"

	@property
	def redis_socket(self) -> Path:
		return self.folder / "redis.sock"

	@property
	def redis_url(self) -> str:
		return f"unix://{self.redis_socket}"

	@property
	def port_file(self) -> Path:
		"""Where the socket server writes the port that it was given."""
		return self.folder / "socket-server.port"

	@property
	def token(self) -> str:
		"""What a client must know to hear events; made on first use."""
		path = self.folder / "token"
		if not path.exists():
			path.touch(mode=0o600)
			path.write_text(secrets.token_urlsafe())
		return path.read_text()

	@property
	def page_address(self) -> str:
		"""Where the page is, once the socket server runs."""
		return f"http://127.0.0.1:{self.port_file.read_text()}/?token={self.token}"

	def log(self, name: str) -> Path:
		return self.folder / f"{name}.log"

	def connect_database(self) -> sqlite3.Connection:
		return open_database(self.database)

	def connect_redis(self) -> redis.Redis:
		return redis.Redis(unix_socket_path=str(self.redis_socket))
