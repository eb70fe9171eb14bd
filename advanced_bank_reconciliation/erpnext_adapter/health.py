"""Whether a site has all that runs need: workers, a queue that moves, scheduler, socket server, database;
and what keeps them from being as fast as they can be.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import erpnext
import frappe
from frappe import _
from frappe.utils.background_jobs import get_queue, get_workers
from frappe.utils.scheduler import is_schduler_process_running, is_scheduler_inactive
from redis.exceptions import RedisError
from rq import Queue
from rq.job import Job

from advanced_bank_reconciliation.erpnext_adapter.job_queue import QUEUE
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.site_hooks import obstacles_of_site
from advanced_bank_reconciliation.erpnext_adapter.posting.patterns.switch import obstacle_of_differences
from advanced_bank_reconciliation.erpnext_adapter.settings import get_settings
from advanced_bank_reconciliation.tested_versions import TESTED, tested_on

LONGEST_WAIT = timedelta(minutes=10)
CONNECT_SECONDS = 2.0
ISOLATION = "REPEATABLE-READ"


@dataclass(frozen=True)
class Finding:
	"""What was found out about one thing.

	subject, text: for people; advice: what to do about it, empty if there is nothing to do
	"""

	subject: str
	text: str
	advice: str = ""

	@property
	def is_good(self) -> bool:
		return not self.advice


def examine() -> list[Finding]:
	"""Look at everything that runs need, as it is now. Writes nothing."""
	return [*_queue(), _scheduler(), _socket_server(), _isolation(), _fast_posting(), _versions()]


def _queue() -> list[Finding]:
	subject = _("Workers")
	try:
		queue = get_queue(QUEUE)
		return [_workers(subject, queue), _oldest_job(queue)]
	except RedisError as error:
		text = _("Redis cannot be reached: {0}").format(error)
		return [Finding(subject, text, _("Start the Redis server of the queues, then the workers."))]


def _workers(subject: str, queue: Queue) -> Finding:
	count = len(get_workers(queue))
	if count:
		return Finding(subject, _("{0} on the queue {1}").format(count, QUEUE))
	advice = _("Runs in the background wait for ever. Start one: bench worker --queue {0}").format(QUEUE)
	return Finding(subject, _("none on the queue {0}").format(QUEUE), advice)


def _oldest_job(queue: Queue) -> Finding:
	"""RQ notes in UTC when a job was queued, with or without saying so."""
	subject, job = _("Oldest waiting job"), _first_job(queue)
	if job is None:
		return Finding(subject, _("none waits on the queue {0}").format(QUEUE))
	waited = datetime.now(timezone.utc) - job.enqueued_at.replace(tzinfo=timezone.utc)
	text = _("waits for {0} minutes").format(int(waited / timedelta(minutes=1)))
	advice = _("The workers of the queue {0} are stuck or too few: look into their logs, start more.")
	return Finding(subject, text, advice.format(QUEUE) if waited > LONGEST_WAIT else "")


def _first_job(queue: Queue) -> Job | None:
	"""The next job of the queue that is still there."""
	jobs = (queue.fetch_job(name) for name in queue.job_ids)
	return next((job for job in jobs if job is not None and job.enqueued_at), None)


def _scheduler() -> Finding:
	subject = _("Scheduler")
	if is_scheduler_inactive(verbose=False):
		advice = _(
			"Nobody looks after runs while no Desk is open. Enable it: bench --site {0} scheduler enable"
		)
		return Finding(subject, _("switched off for this site"), advice.format(frappe.local.site))
	if not is_schduler_process_running():
		advice = _("With no Desk open nobody looks after runs. Start it: bench schedule")
		return Finding(subject, _("no process on this machine"), advice)
	return Finding(subject, _("runs"))


def _socket_server() -> Finding:
	"""On this machine, as Frappe itself has it."""
	subject, port = _("Socket server"), frappe.conf.socketio_port or 9000
	try:
		socket.create_connection(("127.0.0.1", int(port)), CONNECT_SECONDS).close()
	except OSError as error:
		text = _("port {0} does not answer: {1}").format(port, error)
		advice = _("Progress comes late, by polling. Start it: node apps/frappe/socketio.js")
		return Finding(subject, text, advice)
	return Finding(subject, _("answers on port {0}").format(port))


def _isolation() -> Finding:
	"""MariaDB has renamed the variable in version 11.1."""
	names = ("transaction_isolation", "tx_isolation")
	rows = dict(frappe.db.sql("show variables where variable_name in %s", (names,)))
	level = next((rows[name] for name in names if name in rows), "?")
	advice = _("Runs are tested with {0} alone. Set transaction_isolation in the database's configuration.")
	return Finding(_("Isolation"), level, "" if level == ISOLATION else advice.format(ISOLATION))


def _fast_posting() -> Finding:
	"""Everything that stands in its way by name, such as a hook of another app."""
	subject, difference = _("Fast posting"), obstacle_of_differences()
	if not get_settings().pattern_posting:
		return Finding(subject, _("switched off in the settings"))
	obstacles = [*([difference] if difference else []), *obstacles_of_site()]
	if not obstacles:
		return Finding(subject, _("nothing is in its way"))
	advice = _("Runs take longer. Do without these, or set Pattern Posting to Never if they are needed.")
	return Finding(subject, _("in its way: {0}").format(", ".join(obstacles)), advice)


def _versions() -> Finding:
	text = f"Frappe {frappe.__version__}, ERPNext {erpnext.__version__}"
	if int(frappe.__version__.split(".")[0]) in TESTED:
		return Finding(_("Versions"), _("{0}; tested on {1}").format(text, tested_on()))
	advice = _("Tested on {0}. Run the app's tests on a test site before you trust it.").format(tested_on())
	return Finding(_("Versions"), text, advice)
