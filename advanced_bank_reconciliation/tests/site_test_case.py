"""Frappe's base class of tests inside a site, and its change of settings: each version has its own place."""

from __future__ import annotations

try:
	from frappe.tests import IntegrationTestCase as SiteTestCase  # version 16
	from frappe.tests import change_settings
except ImportError:
	from frappe.tests.utils import FrappeTestCase as SiteTestCase  # version 15
	from frappe.tests.utils import change_settings

__all__ = ["SiteTestCase", "change_settings"]
