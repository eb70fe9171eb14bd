"""Whether payments may be written by pattern at all, and how a difference turns that off."""

from __future__ import annotations

from collections.abc import Sequence

import frappe
from frappe import _

from advanced_bank_reconciliation import __version__
from advanced_bank_reconciliation.erpnext_adapter.settings import DOCTYPE

OFF_FOR = "patterns_off_for"


def obstacle_of_differences() -> str | None:
	"""That a difference has turned it off for these versions, as a translated phrase, or None."""
	if frappe.db.get_single_value(DOCTYPE, OFF_FOR, cache=False) == versions():
		return _("a difference was found with these versions")
	return None


def turn_off(differences: Sequence[str]) -> None:
	"""Write no more by pattern until the app, ERPNext or Frappe has another version; log what differed."""
	frappe.db.set_single_value(DOCTYPE, OFF_FOR, versions())
	frappe.clear_document_cache(DOCTYPE, DOCTYPE)
	frappe.log_error(title=_("Pattern Posting: a difference to ERPNext"), message="\n".join(differences))


def versions() -> str:
	"""The versions that a pattern depends on."""
	apps = {"frappe": frappe.__version__, "erpnext": frappe.get_attr("erpnext.__version__")}
	apps["advanced_bank_reconciliation"] = __version__
	return ", ".join(f"{app} {version}" for app, version in apps.items())
