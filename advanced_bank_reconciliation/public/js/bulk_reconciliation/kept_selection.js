/** What was selected for Bank Transactions whose dialog was closed, by their names, as long as Desk is not loaded anew. */
const kept = new Map();

/** Keep a selection for when the dialog of its Bank Transaction is opened again; an empty one is nothing to keep. */
export function keepSelection(bankTransaction, selection, adviceSource) {
	if (isEmpty(selection)) kept.delete(bankTransaction);
	else kept.set(bankTransaction, new KeptSelection(selection, adviceSource));
}

export function forgetSelection(bankTransaction) {
	kept.delete(bankTransaction);
}

/** Undefined if nothing is kept. */
export function keptSelection(bankTransaction) {
	return kept.get(bankTransaction);
}

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
