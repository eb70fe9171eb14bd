frappe.query_reports["Bulk Reconciliation Health"] = {
	after_datatable_render: advanced_bank_reconciliation.nameFilters,
};
