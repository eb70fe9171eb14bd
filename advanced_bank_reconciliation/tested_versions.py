"""The versions that the tests inside a site ran on, for whoever asks before they trust the app."""

from __future__ import annotations

# Major version -> app -> version.
TESTED = {
	15: {"frappe": "15.101.1", "erpnext": "15.99.1"},
	16: {"frappe": "16.10.7", "erpnext": "16.7.3"},
}


def tested_on() -> str:
	"""One line: "Frappe 15.101.1 with ERPNext 15.99.1, …"."""
	return ", ".join(f"Frappe {apps['frappe']} with ERPNext {apps['erpnext']}" for apps in TESTED.values())
