"""What every set of adapters keeps. Mixed into a test case that makes the harness."""

from __future__ import annotations

from advanced_bank_reconciliation.tests.conformance_grouping import GroupingTests
from advanced_bank_reconciliation.tests.conformance_outcomes import OutcomeTests
from advanced_bank_reconciliation.tests.conformance_starts import StartTests
from advanced_bank_reconciliation.tests.conformance_workers import WorkerTests


class ConformanceTests(StartTests, OutcomeTests, WorkerTests, GroupingTests):
	"""How runs start, how they end, and what becomes of them when workers fail."""
