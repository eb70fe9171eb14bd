// ERPNext's own tool gets the same dialog: the bundle puts its classes in the place of ERPNext's.
frappe.ui.form.on("Bank Reconciliation Tool", {
	setup(frm) {
		const bundles = ["bank-reconciliation-tool.bundle.js", "bulk_reconciliation.bundle.js"];
		frappe.require([...bundles, "bulk_reconciliation.bundle.css"], () => {
			// The form may have been quicker.
			if (frm.bank_reconciliation_data_table_manager) frm.trigger("render");
		});
	},
});
