"""What the sandbox's worker and scheduler run."""

from __future__ import annotations

import logging
import os
from contextlib import closing, suppress

from advanced_bank_reconciliation.engine.errors import IllegalTransition, LeaseHeld, LeaseLost, RunNotFound
from advanced_bank_reconciliation.engine.limits import Limits
from advanced_bank_reconciliation.engine.requests import request_resume
from advanced_bank_reconciliation.engine.runner import Runner
from sandbox.job_queue import LongQueue
from sandbox.ledger import SqliteLedger
from sandbox.pace import PacedPublisher, milliseconds_an_invoice
from sandbox.publisher import SocketPublisher
from sandbox.run_store import SqliteRunStore
from sandbox.workplace import Workplace

LEASE_SECONDS = float(os.environ.get("BULK_RECONCILIATION_LEASE_SECONDS", "3"))

logger = logging.getLogger(__name__)


def process_bulk_reconciliation(run_name: str) -> None:
	"""The job on the queue `long`: drive one run as far as this job may."""
	workplace = Workplace.of(os.environ)
	with closing(workplace.connect_database()) as connection:
		runner = Runner(
			ledger=SqliteLedger(connection),
			store=SqliteRunStore(connection, LEASE_SECONDS),
			publisher=PacedPublisher(SocketPublisher(workplace), milliseconds_an_invoice()),
			queue=LongQueue(workplace),
			limits=Limits(),
		)
		try:
			runner.work_on(run_name, worker=f"process {os.getpid()}")
		except (LeaseHeld, LeaseLost, RunNotFound) as error:
			logger.info("%s", error)


def recover_abandoned_runs(workplace: Workplace) -> list[str]:
	"""Queue every run that needs work and that no worker has; return their names."""
	with closing(workplace.connect_database()) as connection:
		store, queue = SqliteRunStore(connection, LEASE_SECONDS), LongQueue(workplace)
		names = store.abandoned_runs()
		for name in names:
			# A run may end between being found and being looked after.
			with suppress(IllegalTransition, RunNotFound):
				request_resume(name, store, queue)
		return names
