"""The index of the checkpoint begins with run and state since a run posts two kinds of items."""

from frappe.database.utils import drop_index_if_exists


def execute() -> None:
	drop_index_if_exists("tabBulk Reconciliation Item", "run_kind_state_group_number_index")
