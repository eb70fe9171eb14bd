"""What the doctor finds, each thing once as it should be and once not."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

import frappe
from filelock import FileLock
from frappe.desk.query_report import run as run_report
from frappe.utils import scheduler
from frappe.utils.background_jobs import get_redis_conn
from redis import Redis
from rq import Queue, Worker

from advanced_bank_reconciliation.commands.drawing import lines_of
from advanced_bank_reconciliation.erpnext_adapter import health
from advanced_bank_reconciliation.erpnext_adapter.health import Finding
from advanced_bank_reconciliation.erpnext_adapter.job_queue import QUEUE
from advanced_bank_reconciliation.tests import scenes
from advanced_bank_reconciliation.tests.bulk_test_case import BulkTestCase
from advanced_bank_reconciliation.tests.other_apps import hook_of_another_app
from advanced_bank_reconciliation.tests.settings import changed_settings


class TestHealth(BulkTestCase):
	def setUp(self) -> None:
		"""A queue that nobody else uses."""
		self.queue = Queue(f"health-{frappe.generate_hash(length=8)}", connection=get_redis_conn())
		patcher = patch.object(health, "get_queue", return_value=self.queue)
		patcher.start()
		self.addCleanup(patcher.stop)

	def find(self, subject: str) -> Finding:
		(finding,) = [one for one in health.examine() if one.subject == subject]
		return finding

	def assert_good(self, subject: str, text: str) -> None:
		finding = self.find(subject)
		self.assertEqual((finding.is_good, finding.advice), (True, ""), finding)
		self.assertIn(text, finding.text)

	def assert_bad(self, subject: str, text: str, advice: str) -> None:
		finding = self.find(subject)
		self.assertFalse(finding.is_good, finding)
		self.assertIn(text, finding.text)
		self.assertIn(advice, finding.advice)

	def test_workers(self) -> None:
		self.assert_bad("Workers", f"none on the queue {QUEUE}", f"bench worker --queue {QUEUE}")
		worker = Worker([self.queue], connection=self.queue.connection)
		worker.register_birth()
		self.addCleanup(worker.register_death)
		self.assert_good("Workers", f"1 on the queue {QUEUE}")

	def test_without_redis(self) -> None:
		with self.open_port() as port:
			self.queue.connection = Redis(port=port)
		self.assert_bad("Workers", "Redis cannot be reached", "Start the Redis server")

	def test_the_oldest_job(self) -> None:
		self.assert_good("Oldest waiting job", "none waits")
		job = self.queue.enqueue("frappe.ping")
		self.addCleanup(self.queue.delete)
		self.assert_good("Oldest waiting job", "waits for 0 minutes")
		job.enqueued_at = datetime.now(timezone.utc) - timedelta(minutes=11)
		job.save()
		self.assert_bad("Oldest waiting job", "waits for 11 minutes", "stuck or too few")

	def test_the_scheduler(self) -> None:
		frappe.db.set_single_value("System Settings", "enable_scheduler", 0)
		frappe.clear_document_cache("System Settings", "System Settings")
		self.assert_bad("Scheduler", "switched off", f"bench --site {frappe.local.site} scheduler enable")
		frappe.db.set_single_value("System Settings", "enable_scheduler", 1)
		frappe.clear_document_cache("System Settings", "System Settings")
		with patch.dict(frappe.local.conf, {"pause_scheduler": 0, "maintenance_mode": 0}):
			self.assert_bad("Scheduler", "no process", "bench schedule")
			with FileLock(scheduler._get_scheduler_lock_file()):
				self.assert_good("Scheduler", "runs")

	def test_the_socket_server(self) -> None:
		with self.open_port() as port, patch.dict(frappe.local.conf, {"socketio_port": port}):
			self.assert_good("Socket server", f"answers on port {port}")
		with patch.dict(frappe.local.conf, {"socketio_port": port}):
			self.assert_bad("Socket server", "does not answer", "node apps/frappe/socketio.js")

	@contextmanager
	def open_port(self) -> Iterator[int]:
		"""A port that answers for the time of the scope, and not after it."""
		with socket.create_server(("127.0.0.1", 0)) as server:
			yield server.getsockname()[1]

	def test_isolation(self) -> None:
		self.assert_good("Isolation", "REPEATABLE-READ")
		frappe.db.sql("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
		try:
			self.assert_bad("Isolation", "READ-COMMITTED", "Set transaction_isolation")
		finally:
			frappe.db.sql("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")

	def test_fast_posting(self) -> None:
		with changed_settings(pattern_posting="Automatic"):
			self.assert_good("Fast posting", "nothing is in its way")
			difference = patch.object(health, "obstacle_of_differences", return_value="a difference")
			with hook_of_another_app("on_submit", of_another_app), difference:
				hook = f"hook {__name__}.of_another_app"
				self.assert_bad("Fast posting", f"in its way: a difference, {hook}", "Never")
		with changed_settings(pattern_posting="Never"):
			self.assert_good("Fast posting", "switched off")

	def test_the_report_says_what_the_doctor_says(self) -> None:
		found = run_report("Bulk Reconciliation Health", {})["result"]
		words = [(row["subject"], row["finding"], row["advice"]) for row in found]
		self.assertEqual(words, [(one.subject, one.text, one.advice) for one in health.examine()])
		states = {row["subject"]: row["state"] for row in found}
		self.assertEqual((states["Workers"], states["Versions"]), ("To Do", "OK"))
		frappe.set_user(scenes.make_user("health-accountant", ["Accounts Manager"])["user"])
		with self.assertRaises(frappe.PermissionError):
			run_report("Bulk Reconciliation Health", {})

	def test_versions(self) -> None:
		self.assert_good("Versions", frappe.__version__)
		with patch.object(health, "TESTED", {}):
			self.assert_bad("Versions", frappe.__version__, "on a test site")

	def test_what_is_printed(self) -> None:
		findings = [Finding("Workers", "1 on the queue"), Finding("Scheduler", "off", "Enable it.")]
		self.assertEqual(
			lines_of(findings), "ok   Workers: 1 on the queue\nBAD  Scheduler: off\n     Enable it."
		)


def of_another_app(_document: object, _event: str) -> None:
	"""A hook that another app would have."""
