import { toDecimalText, toMinorUnits } from "./amounts.js";
import { call } from "./endpoints.js";

// More places than any currency has: sums of what the record of a run says are exact.
const PLACES = 6;
const FIELDS = [
	"kind",
	"state",
	"position",
	"reference_doctype",
	"reference_name",
	"allocated_amount",
	"allocated_currency",
	"cash_amount",
	"currency",
];

/**
 * What was selected for a run: its items in their order, see FIELDS, each with the early payment discount that was
 * taken of it, its deductions, the exchange rates that were entered, whose an advance was, and which invoices share a
 * payment.
 */
export async function selectedFor(run) {
	const [all, details] = await Promise.all([itemsOf(run), detailsOf(run)]);
	const items = withDiscounts(all.filter(({ kind }) => kind !== "Advance"), details.deductions);
	return { ...details, items, deductions: details.deductions.filter(({ is_discount }) => !is_discount) };
}

function itemsOf(run) {
	const args = { filters: { run }, fields: FIELDS, order_by: "position asc", limit: 0 };
	return frappe.db.get_list("Bulk Reconciliation Item", args);
}

/**
 * What was deducted in a run: rows as they are sent, each with the position of the item that carried it; and the
 * exchange rates that were entered, by currency, and the grouping.
 */
async function detailsOf(run) {
	const record = await frappe.db.get_doc("Bulk Reconciliation Run", run);
	const { deductions, exchange_rates, grouping } = record;
	const rows = deductions.map(({ item_position, account, cost_center, amount, description, is_discount }) => {
		return { item_position, account, cost_center, amount, description, is_discount };
	});
	return { deductions: rows, rates: JSON.parse(exchange_rates || "{}"), advance: advanceOf(record), grouping };
}

/** Whose the rest was, with what was chosen beside the party; null if it stayed unallocated. */
function advanceOf(record) {
	const { advance_party: party, advance_cost_center: cost_center, advance_project: project } = record;
	const { advance_mode_of_payment: mode_of_payment, advance_dimensions: dimensions } = record;
	return party ? { party, mode_of_payment, cost_center, project, dimensions: JSON.parse(dimensions || "{}") } : null;
}

/** The selection of a run without the invoices that were in its way, and the question before it is started. */
export async function othersOf({ run, currency }) {
	const { items, deductions, rates, advance, grouping } = await selectedFor(run);
	const others = items.filter(({ state }) => state !== "Failed");
	// What was deducted from an invoice that is left out is deducted from the others.
	const failed = new Set(items.filter(({ state }) => state === "Failed").map(({ position }) => position));
	const moved = deductions.filter(({ item_position }) => failed.has(item_position));
	const cash = sum(others) - moved.reduce((total, { amount }) => total + toMinorUnits(amount, PLACES), 0);
	const exchange_rates = ratesFor(others, rates);
	const question = questionOf(items, others, cash, currency);
	// What is left is more by now than was agreed.
	if (advance) question.push(__("No advance of {0} is left: what stays unallocated is another amount.", [advance.party]));
	return { items: others, deductions, exchange_rates, grouping, question };
}

/** No discount goes to another invoice. */
function withDiscounts(items, deductions) {
	const discounts = new Map();
	for (const { item_position, amount } of deductions.filter(({ is_discount }) => is_discount))
		discounts.set(item_position, (discounts.get(item_position) || 0) + toMinorUnits(amount, PLACES));
	return items.map((item) => {
		const units = Math.abs(discounts.get(item.position) || 0);
		return units ? { ...item, discount: toDecimalText(units, PLACES) } : item;
	});
}

/** Start a run over those items; it keeps the remittance advice of the former one. */
export function startOthers({ bank_transaction, run }, { items, deductions, exchange_rates, grouping }) {
	const invoices = items.filter(isInvoice).map(asInvoice);
	const regular_vouchers = items.filter((item) => !isInvoice(item)).map(asVoucher);
	const selected = { invoices, regular_vouchers, deductions, exchange_rates, grouping };
	const args = { bank_transaction_name: bank_transaction, ...selected, advice: { run } };
	return call("create_payment_entries_bulk", args, { freeze: true });
}

/** A rate for a currency that takes no part any more would be refused as a slip. */
function ratesFor(items, rates) {
	const taking = new Set(items.flatMap(({ allocated_currency, currency }) => [allocated_currency, currency]));
	return Object.fromEntries(Object.entries(rates).filter(([currency]) => taking.has(currency)));
}

export function isInvoice({ kind }) {
	return kind !== "Existing Voucher";
}

function questionOf(items, others, cash, currency) {
	// What comes in is positive in the record, what goes out negative; a person reads sizes.
	const money = (units) => format_currency(Math.abs(units) / 10 ** PLACES, currency);
	const rest = sum(items) - cash;
	return [
		__("Start a new run with the {0} invoices that were not in the way, for {1}?", [
			others.filter(isInvoice).length.toLocaleString(),
			money(cash),
		]),
		__("{0} of the Bank Transaction then stay unallocated. Invoices that are left out: {1}.", [
			money(rest),
			(items.length - others.length).toLocaleString(),
		]),
	];
}

function sum(items) {
	return items.reduce((total, { cash_amount }) => total + toMinorUnits(cash_amount, PLACES), 0);
}

function asInvoice({ reference_doctype, reference_name, allocated_amount, discount }) {
	const document = { doctype: reference_doctype, name: reference_name };
	return { ...document, allocated_amount: String(allocated_amount), ...(discount && { discount }) };
}

function asVoucher({ reference_doctype, reference_name, allocated_amount }) {
	return { payment_doctype: reference_doctype, payment_name: reference_name, amount: String(allocated_amount) };
}
