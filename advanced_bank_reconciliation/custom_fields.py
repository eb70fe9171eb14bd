"""The marks that the app puts on ERPNext's documents, and the choice of its e-mails.

A payment says which run it was posted for, and for which item of it: in the same INSERT, so that there is no
moment in which a payment of a run could not be found as such. Numbers and times are no identity: ERPNext may
give the number of a deleted payment to the next one, and an hour of local time comes twice each autumn.
"""

from __future__ import annotations

RUN_MARK = "bulk_reconciliation_run"
ITEM_MARK = "bulk_reconciliation_item"

_common = {"fieldtype": "Data", "read_only": 1, "no_copy": 1, "print_hide": 1, "length": 140}

CUSTOM_FIELDS: dict[str, list[dict]] = {
	"Payment Entry": [
		{
			**_common,
			"fieldname": RUN_MARK,
			"label": "Bulk Reconciliation Run",
			"insert_after": "clearance_date",
			"depends_on": f"eval:doc.{RUN_MARK}",
			"search_index": 1,
		},
		{
			**_common,
			"fieldname": ITEM_MARK,
			"label": "Bulk Reconciliation Item",
			"insert_after": RUN_MARK,
			"hidden": 1,
			# No item is ever posted by two payments, whatever the code above the database does.
			"unique": 1,
		},
	],
	"Notification Settings": [
		{
			"fieldname": "enable_email_bulk_reconciliation",
			"fieldtype": "Check",
			"label": "Bulk Reconciliation",
			"default": "1",
			"insert_after": "enable_email_share",
			"depends_on": "enable_email_notifications",
		}
	],
}
