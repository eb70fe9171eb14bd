import { toMinorUnits } from "./amounts.js";
import { keyOf } from "./candidate.js";

const MOST_LINES = 10;
const OPEN_STATES = ["Question", "Not Found"];

/** What the server makes of a remittance advice, see `read_remittance_advice`. */
export class Advice {
	constructor(answer) {
		this.answer = answer;
		this.open = answer.lines.filter(({ state }) => OPEN_STATES.includes(state));
	}

	/**
	 * Tick what it names and nothing else, with the early payment discounts that the terms allow, and deduct what
	 * else it says was kept back.
	 * @returns {string[]} what it names and is not offered here
	 */
	takeTo(selection, candidates) {
		const byKey = new Map(candidates.map((candidate) => [candidate.key, candidate]));
		const missing = [];
		selection.clear();
		for (const { doctype, name, allocated_amount, discount = "0" } of this.answer.invoices) {
			const candidate = byKey.get(keyOf({ doctype, name, isInvoice: true }));
			if (candidate) selection.tick(candidate, units(allocated_amount, selection), units(discount, selection));
			else missing.push(name);
		}
		this.#deduct(selection);
		return missing;
	}

	/**
	 * What is to be told: how many lines are matched, and each one that is to be looked at.
	 * @param {string[]} missing see `takeTo`
	 * @param {function} __ translates
	 */
	texts(missing, __) {
		const rest = this.open.length - MOST_LINES;
		return [
			this.answer.message,
			...this.open.slice(0, MOST_LINES).map((line) => lineText(line, __)),
			rest > 0 && __("… and {0} more.", [rest]),
			missing.length && __("Not among the documents below: {0}", [missing.join(", ")]),
		].filter(Boolean);
	}

	#deduct(selection) {
		const { deductions } = selection;
		for (const row of deductions.rows.filter(({ isOfAdvice }) => isOfAdvice)) deductions.remove(row);
		for (const { account, cost_center, description, amount } of this.answer.deductions)
			deductions.add({ account, cost_center, description, amount: units(amount, selection), isOfAdvice: true });
	}
}

function units(amount, { bankLine }) {
	return toMinorUnits(amount, bankLine.precision);
}

function lineText({ number, reference, text, gross, reason, candidates }, __) {
	const named = [reference || text, gross].filter(Boolean).join(" ");
	const told = __("Line {0} ({1}): {2}", [number, named, reason]);
	if (!candidates.length) return told;
	return `${told} ${__("Maybe: {0}", [candidates.map(({ name }) => name).join(", ")])}`;
}
