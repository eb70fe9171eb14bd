frappe.query_reports["Bulk Reconciliation Items"] = {
	filters: advanced_bank_reconciliation.reportFilters([
		{ fieldname: "run", label: __("Run"), fieldtype: "Link", options: "Bulk Reconciliation Run" },
		{
			fieldname: "state",
			label: __("State"),
			fieldtype: "Select",
			options: ["", "Pending", "Posted", "Failed", "Undone"],
		},
		{ fieldname: "party", label: __("Party"), fieldtype: "Data" },
		{ fieldname: "reference_name", label: __("Document"), fieldtype: "Data" },
		{ fieldname: "voucher", label: __("Voucher"), fieldtype: "Data" },
	], 500),
	formatter: advanced_bank_reconciliation.formatCell,
	after_datatable_render: advanced_bank_reconciliation.nameFilters,
};
