"""*Pattern Posting* is *Automatic* in a new installation, and so it is where nobody has chosen *Never*.

An installation that is older than the setting has no value, and without one it could save none of its
settings; an earlier upgrade made that *Never*. The settings keep their versions: whoever has changed the
field is in one of them, and what they chose stays. What an upgrade changes it says, in a comment on the
settings.
"""

import frappe
from frappe import _

SETTINGS = "Advance Bank Reconciliation Settings"


def execute() -> None:
	of_it = {"doctype": SETTINGS, "field": "pattern_posting"}
	# The table of all singles has no times to order by.
	value = frappe.db.get_value("Singles", of_it, "value", order_by=None)
	if value == "Automatic" or (value and _is_chosen()):
		return
	frappe.db.set_single_value(SETTINGS, "pattern_posting", "Automatic")
	told = _(
		"Pattern Posting was Never, which nobody had chosen, and is Automatic since an upgrade of the app."
	)
	frappe.get_doc(SETTINGS).add_comment("Info", told)


def _is_chosen() -> bool:
	changed = {"ref_doctype": SETTINGS, "docname": SETTINGS, "data": ("like", '%"pattern_posting"%')}
	return bool(frappe.db.exists("Version", changed))
