frappe.query_reports["Bulk Reconciliation Register"] = {
	filters: [
		{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
		{ fieldname: "bank_account", label: __("Bank Account"), fieldtype: "Link", options: "Bank Account" },
		{
			fieldname: "bank_transaction",
			label: __("Bank Transaction"),
			fieldtype: "Link",
			options: "Bank Transaction",
		},
		{
			fieldname: "state",
			label: __("State"),
			fieldtype: "Select",
			options: ["", "Queued", "Posting", "Matching", "Completed", "Rolling Back", "Rolled Back", "Attention"],
		},
		{ fieldname: "user", label: __("Started By"), fieldtype: "Link", options: "User" },
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -1),
		},
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date" },
		{ fieldname: "rows", label: __("Rows (0 for all)"), fieldtype: "Int", default: 500 },
	],
};
