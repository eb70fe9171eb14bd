// ERPNext's own tool gets the same dialog: the bundle puts its classes in the place of ERPNext's.
frappe.ui.form.on("Bank Reconciliation Tool", {
	async setup(frm) {
		await advanced_bank_reconciliation.loadDialogs();
		// The form may have been quicker.
		if (frm.bank_reconciliation_data_table_manager) frm.trigger("render");
	},
});
