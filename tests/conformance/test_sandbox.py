"""The sandbox keeps what every set of adapters keeps."""

from __future__ import annotations

from unittest import TestCase

from advanced_bank_reconciliation.tests.conformance import ConformanceTests
from tests.conformance.sandbox_harness import SandboxHarness


class TestSandbox(ConformanceTests, TestCase):
	"""The conformance tests, each on a database file of its own."""

	def setUp(self) -> None:
		self.harness = SandboxHarness()
		self.addCleanup(self.harness.close)
