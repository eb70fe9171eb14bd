"""One long-lived process of the site that answers calls, if a new process for each would take too long."""

from __future__ import annotations

import json
import sys
import traceback

import frappe

PACKAGE = "advanced_bank_reconciliation.tests"
MARK = "answer: "


def answer_calls() -> None:
	"""Read `{"function", "arguments"}` line by line; answer each with its `result` or its `error`.

	Each call has connections of its own, so that it survives an outage between two of them.
	"""
	site = frappe.local.site
	for line in sys.stdin:
		request = json.loads(line)
		print(f"{MARK}{json.dumps(_answer(site, **request), default=str)}", flush=True)


def _answer(site: str, function: str, arguments: dict) -> dict:
	try:
		frappe.destroy()
		frappe.init(site=site, force=True)
		frappe.connect()
		result = frappe.get_attr(f"{PACKAGE}.{function}")(**arguments)
		frappe.db.commit()
		return {"result": result}
	except Exception:
		return {"error": traceback.format_exc()}
