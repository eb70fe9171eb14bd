advanced_bank_reconciliation.translateFields(
	"Bulk Reconciliation Item",
	"reference_doctype",
	"party_type",
	"voucher_type"
);

frappe.ui.form.on("Bulk Reconciliation Item", {
	refresh(frm) {
		// Also for who may write everything: the record belongs to its run.
		frm.disable_form();
		const indicator = frappe.get_indicator(frm.doc);
		frm.page.set_indicator(indicator[0], indicator[1]);
		if (frm.doc.state === "Failed") {
			frm.set_intro(frappe.utils.escape_html(frm.doc.reason), "red");
		}
	},
});
