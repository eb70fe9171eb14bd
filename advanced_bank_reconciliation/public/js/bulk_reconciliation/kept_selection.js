import { restored, stored } from "./plain_selection.js";
import { StoredTexts } from "./stored_texts.js";

/** What was selected for Bank Transactions whose dialog was closed, by their names. */
const kept = new Map();
// The number changes with the form of what is stored: a page may be loaded anew since the app was updated.
const storage = new StoredTexts("bulk-selection-1");
let keepOpen = () => {};

/** Keep a selection for when the dialog of its Bank Transaction is opened again; an empty one is nothing to keep. */
export function keepSelection(bankTransaction, selection, adviceSource) {
	takeStored();
	if (isEmpty(selection)) kept.delete(bankTransaction);
	else kept.set(bankTransaction, new KeptSelection(selection, adviceSource));
}

export function forgetSelection(bankTransaction) {
	takeStored();
	kept.delete(bankTransaction);
}

/** Undefined if nothing is kept, also from before the page was loaded anew. */
export function keptSelection(bankTransaction) {
	takeStored();
	return kept.get(bankTransaction);
}

/** keep: keeps what is selected in the dialog that is open */
export function keepOnLeave(keep) {
	keepOpen = keep;
}

/** What is kept outlives its page in the tab's storage, and is nowhere else as long as there is a page. */
function takeStored() {
	for (const [bankTransaction, text] of storage.take())
		if (!kept.has(bankTransaction)) kept.set(bankTransaction, new KeptSelection(...restored(text)));
}

window.addEventListener("pagehide", () => {
	keepOpen();
	for (const [bankTransaction, { selection, adviceSource }] of kept)
		storage.put(bankTransaction, stored(selection, adviceSource));
});

/** What was ticked and typed in a dialog that was closed: to be there again. See `FormerSelection`. */
export class KeptSelection {
	isKept = true;

	constructor(selection, adviceSource = null) {
		Object.assign(this, { selection, adviceSource });
	}

	get hasForeign() {
		return this.selection.candidates.some(({ isForeign }) => isForeign);
	}

	hasInvoices(doctype) {
		return this.selection.candidates.some((candidate) => candidate.isInvoice && candidate.doctype === doctype);
	}

	/**
	 * Tick with the same amounts what there still is, an amount that does not fit any more as a whole; what was typed
	 * beside it is there again. isKnown: see `Selection.untickGone`
	 * @returns {string[]} what is not there any more
	 */
	tickIn(selection, candidates, isKnown) {
		const { allocations, deductions, advance, rates, grouping } = this.selection;
		const current = new Map(candidates.map((candidate) => [candidate.key, candidate]));
		for (const { candidate, amount, discount } of allocations.values()) selection.tick(candidate, amount, discount);
		const gone = selection.untickGone(current, isKnown);
		selection.renew(current);
		selection.grouping = grouping;
		selection.deductions.rows = deductions.rows.map(readable);
		selection.advance.row = advance.row;
		selection.rates.rates = rates.rates;
		return gone;
	}
}

/** What was no amount is typed anew. */
function readable(row) {
	return row.amount === null ? { ...row, amount: undefined } : row;
}

function isEmpty({ size, deductions, advance }) {
	return !size && !deductions.rows.length && !advance.row;
}
