frappe.ui.form.on("Deduction Rule", {
	refresh: (frm) => advanced_bank_reconciliation.nameFields(frm.fields),
});
