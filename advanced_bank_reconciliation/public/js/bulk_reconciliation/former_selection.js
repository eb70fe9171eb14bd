import { toMinorUnits } from "./amounts.js";
import { keyOf } from "./candidate.js";
import { isInvoice } from "./other_invoices.js";

const MOST_NAMES = 10;

/** What was selected for a run that was undone, without what was in its way: to be ticked again. */
export class FormerSelection {
	/**
	 * @param {object[]} items of the run, and
	 * @param {object[]} deductions of it,
	 * @param {?object} advance whose the rest was, see `Advance`, null if it stayed unallocated,
	 * @param {string} grouping of it, see `selectedFor`, and
	 * @param {?string} run its name
	 */
	constructor({ items = [], deductions = [], advance = null, grouping = "", run = null } = {}) {
		/** The remittance advice of the run, if it had one. */
		this.adviceSource = run && { run };
		this.grouping = grouping;
		this.items = items.filter(({ state }) => state !== "Failed");
		this.deductions = deductions;
		this.advance = advance;
	}

	/** Whether something of it is owed in another currency than the bank account's. */
	get hasForeign() {
		return this.items.some(({ allocated_currency, currency }) => allocated_currency && allocated_currency !== currency);
	}

	hasInvoices(doctype) {
		return this.items.some((item) => isInvoice(item) && item.reference_doctype === doctype);
	}

	/**
	 * Tick with the former amounts and early payment discounts what there still is; an amount that does not fit any
	 * more becomes the whole, without a discount.
	 * Deduct again what was deducted, also what was deducted from an invoice that is not there any more.
	 * @returns {string[]} what is not there any more
	 */
	tickIn(selection, candidates) {
		if (this.grouping) selection.grouping = this.grouping;
		const byKey = new Map(candidates.map((candidate) => [candidate.key, candidate]));
		const missing = [];
		for (const item of this.items) {
			const candidate = byKey.get(keyOfItem(item));
			if (!candidate) missing.push(item.reference_name);
			else tick(selection, candidate, item);
		}
		for (const row of putTogether(this.deductions, selection.bankLine)) selection.deductions.add(row);
		if (this.advance) selection.advance.leave(this.advance.party, this.advance);
		return missing;
	}
}

/**
 * @param {string[]} missing what was selected before, and is not there any more
 * @returns {string[]} sentences
 */
export function missingTexts(missing) {
	if (!missing.length) return [];
	const names = missing.slice(0, MOST_NAMES).join(", ");
	return [__("{0} of the former selection are not open any more: {1}", [missing.length, names])];
}

/** The parts of a deduction that several payments had, as the one row that was typed. */
function putTogether(parts, { precision }) {
	const rows = new Map();
	for (const { account, cost_center, description, amount } of parts) {
		const texts = { account, cost_center: cost_center || "", description: description || "" };
		const key = JSON.stringify(texts);
		const former = rows.get(key)?.amount || 0;
		rows.set(key, { ...texts, amount: former + toMinorUnits(amount, precision) });
	}
	return [...rows.values()];
}

function tick(selection, candidate, { allocated_amount, discount = "0" }) {
	const [amount, letOff] = [allocated_amount, discount].map((text) => toMinorUnits(text, selection.bankLine.precision));
	if (!candidate.isInvoice || !candidate.fits(amount)) selection.tick(candidate);
	else selection.tick(candidate, amount, candidate.discount ? letOff : 0);
}

/** The key of the candidate that an item of a run was. */
function keyOfItem(item) {
	return keyOf({ doctype: item.reference_doctype, name: item.reference_name, isInvoice: isInvoice(item) });
}
