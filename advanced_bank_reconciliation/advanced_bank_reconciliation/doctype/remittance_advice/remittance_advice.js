advanced_bank_reconciliation.translateFields("Remittance Advice", "format");
advanced_bank_reconciliation.translateFields("Remittance Advice Line", "reference_doctype", "confidence");

frappe.ui.form.on("Remittance Advice", {
	refresh(frm) {
		// Frappe hides the field that a document is named by; here it leads to the run.
		frm.toggle_display("run", true);
	},
});
