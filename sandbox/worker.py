"""The sandbox's RQ worker: `python -m sandbox.worker`, on the queue `long`, a work horse for each job."""

from __future__ import annotations

import os
from functools import partial

from rq import Queue, Worker

from sandbox.job_queue import QUEUE
from sandbox.processes import die_with_parent
from sandbox.workplace import Workplace

# Imported here once, so that each work horse has it from its birth.
__import__("sandbox.jobs")


def main() -> None:
	os.register_at_fork(after_in_child=partial(die_with_parent, os.getpid()))
	connection = Workplace.of(os.environ).connect_redis()
	Worker([Queue(QUEUE, connection=connection)], connection=connection).work()


if __name__ == "__main__":
	main()
