import { Candidate } from "./candidate.js";
import { Selection } from "./selection.js";

/** A selection, and the remittance advice that it came from, as a text. */
export function stored(selection, adviceSource) {
	const { bankLine, allocations, deductions, advance, rates, grouping } = selection;
	const rows = { ticked: [...allocations.values()], deductions: deductions.rows, advance: advance.row };
	return JSON.stringify({ bankLine, ...rows, rates: [...rates.rates], grouping, adviceSource });
}

/**
 * @param {string} text see `stored`
 * @returns {Array} the selection and its advice
 */
export function restored(text) {
	const { bankLine, ticked, deductions, advance, rates, grouping, adviceSource } = JSON.parse(text);
	const selection = new Selection(bankLine);
	for (const { candidate, amount, discount } of ticked) selection.tick(new Candidate(candidate), amount, discount);
	selection.deductions.rows = deductions;
	selection.advance.row = advance;
	selection.rates.rates = new Map(rates);
	selection.grouping = grouping;
	return [selection, adviceSource];
}
