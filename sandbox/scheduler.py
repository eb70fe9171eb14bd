"""What Frappe's scheduler does for the product, but every second: `python -m sandbox.scheduler`."""

from __future__ import annotations

import logging
import os
import time

from sandbox.jobs import recover_abandoned_runs
from sandbox.workplace import Workplace

INTERVAL_SECONDS = float(os.environ.get("BULK_RECONCILIATION_SCHEDULER_SECONDS", "1"))


def main() -> None:
	workplace = Workplace.of(os.environ)
	while True:
		time.sleep(INTERVAL_SECONDS)
		try:
			recover_abandoned_runs(workplace)
		except Exception:
			# Redis or the database may be away for a while: the next tick tries again.
			logging.exception("Abandoned runs could not be looked after")


if __name__ == "__main__":
	main()
