import { toMinorUnits } from "./amounts.js";
import { keyOf } from "./candidate.js";

const MOST_LINES = 10;
const OPEN_STATES = ["Question", "Not Found"];

/** What the server makes of a remittance advice, see `read_remittance_advice`. */
export class Advice {
	/** source: what was read, `{file}` or `{text}`, with what a person chose for its lines as `choices` */
	constructor(answer, source = {}) {
		Object.assign(this, { answer, source });
		const lines = answer.lines.map((line, place) => ({ ...line, place }));
		this.open = lines.filter(({ state }) => OPEN_STATES.includes(state));
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
	 * @returns {{text: string, choices: {name: string, source: object}[]}[]} what a line may mean, with the slip that
	 * was made then, and what is to
	 * be read if somebody chooses that
	 */
	notices(missing, __) {
		const rest = this.open.length - MOST_LINES;
		const lines = this.open.slice(0, MOST_LINES).map((line) => this.#noticeOf(line, __));
		const more = [
			rest > 0 && __("… and {0} more.", [rest]),
			missing.length && __("Not among the documents below: {0}", [missing.join(", ")]),
		];
		return [notice(this.answer.message), ...lines, ...more.filter(Boolean).map((text) => notice(text))];
	}

	#noticeOf({ place, number, reference, text, gross, reason, candidates }, __) {
		const named = [reference || text, gross].filter(Boolean).join(" ");
		const told = __("Line {0} ({1}): {2}", [number, named, reason]);
		const choices = candidates.map(({ doctype, name, slip }) => ({
			name: slip ? `${name} (${slip})` : name,
			source: this.#choosing(place, doctype, name),
		}));
		return notice(told, choices);
	}

	#choosing(line, doctype, name) {
		const { choices = [] } = this.source;
		const others = choices.filter((choice) => choice.line !== line);
		return { ...this.source, choices: [...others, { line, doctype, name }] };
	}

	/** Rows of an advice that was read before, also for a run that was undone since, are not deducted twice. */
	#deduct(selection) {
		const { deductions } = selection;
		const told = new Set(this.answer.deductions.map(purposeOf));
		const former = deductions.rows.filter((row) => row.isOfAdvice || told.has(purposeOf(row)));
		for (const row of former) deductions.remove(row);
		for (const { account, cost_center, description, amount } of this.answer.deductions)
			deductions.add({ account, cost_center, description, amount: units(amount, selection), isOfAdvice: true });
	}
}

function purposeOf({ account, cost_center, description }) {
	return JSON.stringify([account, cost_center || "", description || ""]);
}

function units(amount, { bankLine }) {
	return toMinorUnits(amount, bankLine.precision);
}

function notice(text, choices = []) {
	return { text, choices };
}
