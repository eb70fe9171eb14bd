"""Frappe's base class of tests inside a site, and its change of settings: each version has its own place."""

from __future__ import annotations

import warnings

try:
	from frappe.deprecation_dumpster import FrappeDeprecationWarning as Deprecated  # version 16
	from frappe.tests import IntegrationTestCase, change_settings
except ImportError:
	from frappe.tests.utils import FrappeTestCase as IntegrationTestCase  # version 15
	from frappe.tests.utils import change_settings

	Deprecated = DeprecationWarning

__all__ = ["SiteTestCase", "change_settings"]

APP = "advanced_bank_reconciliation"


class SiteTestCase(IntegrationTestCase):
	"""Frappe's own; whatever the app uses that a later version of Frappe will not have is an error in it."""

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		# Here and not at the import: what runs the tests sets filters of its own before them.
		warnings.filterwarnings("error", category=Deprecated, module=APP)
