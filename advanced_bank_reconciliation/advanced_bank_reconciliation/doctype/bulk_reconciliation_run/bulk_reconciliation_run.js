// The form of one run: how far it is, what failed, its items, and what can be done about it.
advanced_bank_reconciliation.translateFields("Bulk Reconciliation Run", "advance_party_type");
advanced_bank_reconciliation.translateFields("Bulk Reconciliation Deduction", "reference_doctype");

frappe.ui.form.on("Bulk Reconciliation Run", {
	async refresh(frm) {
		// Also for who may write everything: the record belongs to the workers.
		frm.disable_form();
		const indicator = frappe.get_indicator(frm.doc);
		frm.page.set_indicator(indicator[0], indicator[1]);
		frm.run_page?.close();
		await advanced_bank_reconciliation.loadRunPage();
		frm.run_page?.close();
		frm.run_page = new advanced_bank_reconciliation.RunPage(frm);
		frm.run_page.open();
	},
});
