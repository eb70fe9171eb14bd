"""What a piece of work takes: time, statements, memory."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

import frappe


@dataclass(frozen=True, kw_only=True)
class Measurement:
	"""What one piece of work took for each of its invoices.

	seconds, cpu_seconds: an invoice, by the clock and of this process; queries: statements an invoice
	peak: most memory that the process had so far, in MB
	"""

	seconds: float
	cpu_seconds: float
	queries: float
	peak: float


def measured(work: Callable[[], object], count: int) -> Measurement:
	"""Do a work of `count` invoices and tell what it took."""
	with CountingStatements() as statements:
		began, cpu_began = time.perf_counter(), time.process_time()
		work()
		seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
	return Measurement(
		seconds=seconds / count,
		cpu_seconds=cpu_seconds / count,
		queries=len(statements) / count,
		peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
	)


class CountingStatements:
	"""Collect every statement that goes to the database while the scope lasts."""

	def __enter__(self) -> list[None]:
		self.original = frappe.db.sql
		statements: list[None] = []

		def sql(*arguments: object, **options: object) -> object:
			statements.append(None)
			return self.original(*arguments, **options)

		frappe.db.sql = sql
		return statements

	def __exit__(self, *_exception: object) -> None:
		frappe.db.sql = self.original


def in_another_process(site: str, measure: Callable[[int], Measurement], count: int) -> Measurement:
	"""Call `measure` with `count` in a fork of this process, as a worker forks one for each job: so its
	memory is its own, and it begins with no connection and none of the caches that Frappe keeps in a request.
	"""
	with multiprocessing.get_context("fork").Pool(1, _connect, (site,)) as pool:
		return pool.apply(measure, (count,))


def _connect(site: str) -> None:
	frappe.init(site=site, sites_path=".", force=True)
	frappe.connect()
	frappe.set_user("Administrator")
