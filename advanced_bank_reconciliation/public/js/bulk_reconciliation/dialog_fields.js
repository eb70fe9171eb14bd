/** The fields by which unpaid invoices are chosen, and the documents that each stands for. */
export const INVOICE_FIELDS = { unpaid_sales_invoice: "Sales Invoice", unpaid_purchase_invoice: "Purchase Invoice" };

// ERPNext has these words in few languages.
const ACTIONS = () => ({
	"Match Against Voucher": __("Match Against Voucher"),
	"Create Voucher": __("Create Voucher"),
	"Update Bank Transaction": __("Update Bank Transaction"),
});

export function invoiceFields(onchange) {
	const labels = [__("Unpaid Sales Invoice"), __("Unpaid Purchase Invoice")];
	return Object.keys(INVOICE_FIELDS).map((fieldname, index) => {
		return { fieldtype: "Check", fieldname, label: labels[index], onchange };
	});
}

/** Change one of ERPNext's fields. exactOnly(isOnly): only rows of the exact amount are to be shown */
export function arrange(field, { company, exactOnly }) {
	// Our own rows tell the amount, so that ERPNext's server need not filter by it.
	if (field.fieldname === "exact_match")
		Object.assign(field, { label: __("Show Only Exact Amount"), onchange: exactOnly });
	if (field.fieldname === "details_section") field.depends_on = "eval:doc.action!='Match Against Voucher'";
	if (field.fieldname === "no_matching_vouchers") field.hidden = 1;
	// ERPNext's own asks an unbound `this` for the company, and version 16 asks at every change of the value.
	if (field.fieldname === "bank_account")
		field.get_query = () => ({ filters: { is_company_account: 1, company: company() } });
}

/** What ERPNext's dialog calls itself and its actions, in the user's language. */
export function nameActions(dialog) {
	dialog.set_title(__("Reconcile the Bank Transaction"));
	const { df } = dialog.get_field("action");
	const options = df.options.split("\n").map((value) => ({ value, label: ACTIONS()[value] || __(value) }));
	dialog.set_df_property("action", "options", options);
}
