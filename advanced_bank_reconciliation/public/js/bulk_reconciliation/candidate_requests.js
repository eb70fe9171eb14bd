import { call, callErpnext, RequestRefused } from "./endpoints.js";
import { INVOICE_FIELDS } from "./dialog_fields.js";

/**
 * What can be ticked in the dialog of `manager`: promises the answer of `get_open_invoices` and ERPNext's vouchers,
 * null if there was no answer. filters: see the server's `InvoiceFilters`
 */
export async function askForCandidates(manager, filters) {
	try {
		return await Promise.all([askForInvoices(manager, filters), askForVouchers(manager)]);
	} catch (error) {
		if (!(error instanceof RequestRefused)) throw error;
		return null;
	}
}

/** The unpaid invoices of the types that are ticked. What is pasted may be too long for an address. */
function askForInvoices({ dialog, bank_transaction_name }, filters) {
	const doctypes = Object.keys(INVOICE_FIELDS)
		.filter((fieldname) => dialog.get_value(fieldname))
		.map((fieldname) => INVOICE_FIELDS[fieldname]);
	const type = filters ? "POST" : "GET";
	return call("get_open_invoices", { bank_transaction_name, doctypes, filters }, { type });
}

/** ERPNext's vouchers of the types that are ticked. */
async function askForVouchers(manager) {
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

/** What tells of a candidate whether it is of a kind that is asked for now. */
export function askedFor(manager, everyCurrency) {
	const fields = new Set(manager.get_selected_attributes());
	return ({ isInvoice, isForeign, doctype }) => {
		if (!isInvoice) return fields.has(frappe.scrub(doctype));
		return fields.has(`unpaid_${frappe.scrub(doctype)}`) && (everyCurrency || !isForeign);
	};
}

/** Ask for the rates of the date, once for each currency; what was entered stays. */
export async function offerRates(manager, candidates) {
	const { selection, askedRates, bank_transaction_name } = manager;
	const found = new Set(candidates.filter(({ isForeign }) => isForeign).map(({ currency }) => currency));
	const currencies = selection.rates.missing(found).filter((currency) => !askedRates.has(currency));
	if (!currencies.length) return;
	for (const currency of currencies) askedRates.add(currency);
	const rates = await call("get_exchange_rates", { bank_transaction_name, currencies }, { type: "GET" });
	selection.rates.offer(rates);
	if (selection === manager.selection) manager.panel.applyFilter();
}
