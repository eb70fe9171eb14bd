"""Workers that live side by side, each going on by one transaction when it is its turn."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from advanced_bank_reconciliation.engine.errors import LeaseHeld, LeaseLost
from advanced_bank_reconciliation.tests.conformance_harness import Ports, work
from advanced_bank_reconciliation.tests.faults import Calls, Fault, Killed, numbered


class Turn:
	"""A gate at which a worker waits until it is told to go on, or to die."""

	def __init__(self) -> None:
		self.may_go = threading.Semaphore(0)
		self.has_stopped = threading.Semaphore(0)
		self.is_killed = False

	def wait(self) -> None:
		self.has_stopped.release()
		self.may_go.acquire()
		if self.is_killed:
			raise Killed


class StoreWithTurns:
	"""A RunStore that waits for its turn before each transaction."""

	def __init__(self, store: object, turn: Turn):
		self._store = store
		self._turn = turn

	def __getattr__(self, name: str) -> Any:
		return getattr(self._store, name)

	@contextmanager
	def transaction(self) -> Iterator[None]:
		self._turn.wait()
		with self._store.transaction():  # type: ignore[attr-defined]
			yield


class Worker:
	"""A thread that works on one run; between its turns it stands outside of every transaction.

	fault: what goes wrong with it by itself; surprises: errors that came out of it and have no such cause
	"""

	def __init__(self, ports: Ports, run: str, fault: Fault):
		self.turn = Turn()
		store: Any = StoreWithTurns(ports.store, self.turn)
		self.ports = numbered(Ports(ports.ledger, store, ports.publisher, ports.queue), Calls(fault))
		self.run, self.fault = run, fault
		self.surprises: list[Exception] = []
		self.is_ending = False
		self.thread = threading.Thread(target=self._work, daemon=True)
		self.thread.start()
		self.turn.has_stopped.acquire()

	@property
	def is_alive(self) -> bool:
		return self.thread.is_alive()

	def step(self) -> None:
		"""Let it do one transaction, or come to its end."""
		self.turn.may_go.release()
		self.turn.has_stopped.acquire()
		if self.is_ending:
			self.thread.join()

	def kill(self) -> None:
		"""Let it die where it stands."""
		self.turn.is_killed = True
		self.step()

	def _work(self) -> None:
		try:
			work(self.ports, self.run, slice_seconds=1e9)
		except (LeaseHeld, LeaseLost, Killed):
			pass
		except Exception as error:
			if not isinstance(error, type(self.fault.error())):
				self.surprises.append(error)
		finally:
			self.is_ending = True
			self.turn.has_stopped.release()
