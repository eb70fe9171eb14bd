frappe.query_reports["Bulk Reconciliation Register"] = {
	filters: advanced_bank_reconciliation.reportFilters([
		{
			fieldname: "state",
			label: __("State"),
			fieldtype: "Select",
			options: ["", "Queued", "Posting", "Matching", "Completed", "Rolling Back", "Rolled Back", "Attention"],
		},
		{ fieldname: "user", label: __("Started By"), fieldtype: "Link", options: "User" },
	], 100),
	formatter: advanced_bank_reconciliation.formatCell,
	after_datatable_render: advanced_bank_reconciliation.nameFilters,
};
