frappe.ui.form.on("Remittance Format", {
	refresh: (frm) => advanced_bank_reconciliation.nameFields(frm.fields),
});
