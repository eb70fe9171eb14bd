frappe.listview_settings["Remittance Advice"] = {
	formatters: { format: advanced_bank_reconciliation.translated },
};
