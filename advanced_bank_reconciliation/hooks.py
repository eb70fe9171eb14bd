_events = "advanced_bank_reconciliation.erpnext_adapter.document_events"
_guards = f"{_events}.guards"
_traces = "advanced_bank_reconciliation.erpnext_adapter.traces"
_erpnext_tool = "erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool"

app_name = "advanced_bank_reconciliation"
app_title = "Advanced Bank Reconciliation"
app_publisher = "Advanced Bank Reconciliation contributors"
app_description = "Settle hundreds of open items with one line of a bank statement"
app_email = "maintainers@advanced-bank-reconciliation.example"
app_license = "gpl-3.0"
required_apps = ["frappe/erpnext"]

app_include_js = "advanced_bank_reconciliation.bundle.js"
doctype_js = {"Bank Reconciliation Tool": "public/js/bank_reconciliation_tool.js"}

doc_events = {
	"Bank Transaction": {
		"before_update_after_submit": [
			f"{_guards}.refuse_change_of_busy_bank_transaction",
			f"{_events}.half_unmatching.refuse_half_of_a_run",
		],
		"before_cancel": f"{_guards}.refuse_change_of_busy_bank_transaction",
		"on_trash": f"{_guards}.refuse_deletion_of_busy_bank_transaction",
	},
	("Payment Entry", "Journal Entry"): {
		"before_cancel": f"{_guards}.refuse_cancel_of_active_voucher",
	},
	"Payment Entry": {
		"validate": f"{_events}.marks.keep_marks_as_they_are",
		"before_update_after_submit": f"{_guards}.refuse_allocating_of_active_advance",
	},
	"Unreconcile Payment": {
		"before_submit": f"{_guards}.refuse_unreconciling_of_active_voucher",
	},
	("Sales Invoice", "Purchase Invoice"): {
		"before_cancel": f"{_guards}.refuse_cancel_of_paid_invoice",
	},
	"Payment Ledger Entry": {
		"on_submit": f"{_guards}.refuse_outdated_posting",
	},
}

override_whitelisted_methods = {
	f"{_erpnext_tool}.auto_reconcile_vouchers": f"{_events}.auto_reconcile.auto_reconcile_vouchers",
	"frappe.desk.notifications.get_open_count": f"{_traces}.connections.get_open_count",
}

override_doctype_dashboards = {
	"Bank Transaction": f"{_traces}.connections.of_bank_transaction",
	"Bank Account": f"{_traces}.connections.of_bank_account",
	"Customer": f"{_traces}.connections.of_customer",
	"Supplier": f"{_traces}.connections.of_supplier",
	"Sales Invoice": f"{_traces}.connections.of_voucher",
	"Purchase Invoice": f"{_traces}.connections.of_voucher",
	"Payment Entry": f"{_traces}.connections.of_voucher",
}
additional_timeline_content = {
	"Bank Transaction": f"{_traces}.timeline.entries",
	"Sales Invoice": f"{_traces}.timeline.entries",
	"Purchase Invoice": f"{_traces}.timeline.entries",
	"Payment Entry": f"{_traces}.timeline.entries",
}

scheduler_events = {
	"cron": {
		"* * * * *": ["advanced_bank_reconciliation.erpnext_adapter.jobs.recover_abandoned_runs"],
	},
}

# A run outlives the documents that it names.
ignore_links_on_delete = ["Bulk Reconciliation Run", "Bulk Reconciliation Item", "Remittance Advice"]

after_install = "advanced_bank_reconciliation.install.after_migrate"
after_migrate = "advanced_bank_reconciliation.install.after_migrate"
before_uninstall = "advanced_bank_reconciliation.install.before_uninstall"
