import { call, callErpnext } from "./endpoints.js";
import { INVOICE_FIELDS } from "./dialog_fields.js";

/** The unpaid invoices of the types that are ticked in a dialog. filters: see the server's `InvoiceFilters` */
export function askForInvoices({ dialog, bank_transaction_name }, filters) {
	const doctypes = Object.keys(INVOICE_FIELDS)
		.filter((fieldname) => dialog.get_value(fieldname))
		.map((fieldname) => INVOICE_FIELDS[fieldname]);
	return call("get_open_invoices", { bank_transaction_name, doctypes, filters }, { type: "GET" });
}

/** ERPNext's vouchers of the types that are ticked in the dialog of `manager`. */
export async function askForVouchers(manager) {
	const types = manager.get_selected_attributes().filter((field) => !(field in INVOICE_FIELDS));
	if (!types.length) return [];
	return callErpnext("get_linked_payments", {
		bank_transaction_name: manager.bank_transaction_name,
		document_types: types.filter((type) => type !== "exact_match"),
		from_date: manager.bank_statement_from_date,
		to_date: manager.bank_statement_to_date,
		filter_by_reference_date: manager.filter_by_reference_date,
		from_reference_date: manager.from_reference_date,
		to_reference_date: manager.to_reference_date,
	});
}
