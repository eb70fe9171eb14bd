import { toMinorUnits } from "./amounts.js";
import { isInvoice } from "./other_invoices.js";

/** What was selected for a run that was undone, without what was in its way: to be ticked again. */
export class FormerSelection {
	/** @param {object[]} items of the run, see `itemsOf` */
	constructor(items = []) {
		this.items = items.filter(({ state }) => state !== "Failed");
	}

	hasInvoices(doctype) {
		return this.items.some((item) => isInvoice(item) && item.reference_doctype === doctype);
	}

	/**
	 * Tick with the former amounts what there still is; an amount that does not fit any more becomes the whole.
	 * @returns {string[]} what is not there any more
	 */
	tickIn(selection, candidates) {
		const byKey = new Map(candidates.map((candidate) => [candidate.key, candidate]));
		const missing = [];
		for (const item of this.items) {
			const candidate = byKey.get(keyOf(item));
			if (!candidate) missing.push(item.reference_name);
			else tick(selection, candidate, item.allocated_amount);
		}
		return missing;
	}
}

function tick(selection, candidate, amount) {
	selection.tick(candidate);
	selection.allocate(candidate.key, toMinorUnits(amount, selection.bankLine.precision));
}

/** The key of the candidate that an item of a run was. */
function keyOf(item) {
	return `${isInvoice(item) ? "Unpaid " : ""}${item.reference_doctype}/${item.reference_name}`;
}
