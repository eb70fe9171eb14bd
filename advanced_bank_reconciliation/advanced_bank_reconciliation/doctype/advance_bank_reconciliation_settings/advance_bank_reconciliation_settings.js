frappe.ui.form.on("Advance Bank Reconciliation Settings", {
	/** Offer in each row what can be booked to, which the server checks again. */
	setup(frm) {
		const ofCompany = (others) => (_doc, cdt, cdn) => {
			const { company } = locals[cdt][cdn];
			return { filters: { company, is_group: 0, disabled: 0, ...others } };
		};
		const account = ofCompany({ account_type: ["not in", ["Receivable", "Payable", "Bank"]] });
		frm.set_query("account", "deduction_defaults", account);
		frm.set_query("cost_center", "deduction_defaults", ofCompany({}));
	},

	refresh: (frm) => advanced_bank_reconciliation.nameFields(frm.fields),
});
