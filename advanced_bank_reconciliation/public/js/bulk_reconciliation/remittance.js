// A remittance advice pasted as text: one number a line, or separated by commas, semicolons, tabs or "|".
const SEPARATORS = /[\n\r,;|\t]+/;
const DECIMALS = /[.,]\d{2,3}$/;

/**
 * The numbers of a pasted list without repetitions; empty if `text` is not a list.
 * @param {string} text
 * @param {function(string): boolean} isAmount whether a text is one amount, as the user's format writes it
 */
export function readNumbers(text, isAmount = () => false) {
	if (!SEPARATORS.test(text.trim()) || isAmount(text)) return [];
	const numbers = text
		.split(SEPARATORS)
		.map((number) => number.trim())
		.filter(Boolean)
		// Amounts beside the numbers are for *Match Pasted List*.
		.filter((number) => !(DECIMALS.test(number) && isAmount(number)));
	return [...new Map(numbers.map((number) => [number.toLowerCase(), number])).values()];
}

/**
 * Which numbers of a pasted list are to be ticked now. Each is ticked once, for who unticks a row afterwards
 * means it; and again if it comes with another list, or with any list after the selection was cleared.
 */
export class PastedNumbers {
	constructor() {
		this.listed = new Set();
		this.ticked = new Set();
		this.isCleared = false;
	}

	/** @param {string[]} numbers that are pasted now */
	fresh(numbers) {
		this.#notice(new Set(numbers));
		return this.isCleared ? [] : numbers.filter((number) => !this.ticked.has(number));
	}

	/** These are ticked, or cannot be. */
	settle(numbers) {
		for (const number of numbers) this.ticked.add(number);
	}

	/** The selection was cleared: what is listed now stays unticked, until the list is another one. */
	clear() {
		this.isCleared = true;
	}

	#notice(listed) {
		const isSame = listed.size === this.listed.size && [...listed].every((one) => this.listed.has(one));
		if (isSame) return;
		if (this.isCleared) this.ticked.clear();
		for (const number of this.ticked) if (!listed.has(number)) this.ticked.delete(number);
		this.isCleared = false;
		this.listed = listed;
	}
}

/**
 * Find unpaid invoices by their own number, or by the number that the other side has for them.
 * @param {string[]} numbers
 * @param {Candidate[]} candidates
 * @returns {{found: Candidate[], missing: string[], ambiguous: string[]}}
 */
export function findNumbers(numbers, candidates) {
	const result = { found: [], missing: [], ambiguous: [] };
	if (!numbers.length) return result;
	const index = indexByNumber(candidates.filter((candidate) => candidate.isInvoice));
	for (const number of numbers) {
		const hits = index.get(number.toLowerCase()) || [];
		if (hits.length === 1) result.found.push(hits[0]);
		else result[hits.length ? "ambiguous" : "missing"].push(number);
	}
	return result;
}

function indexByNumber(candidates) {
	const index = new Map();
	for (const candidate of candidates) {
		const numbers = [candidate.name, candidate.reference].filter(Boolean);
		for (const number of new Set(numbers.map((one) => one.toLowerCase()))) {
			index.set(number, [...(index.get(number) || []), candidate]);
		}
	}
	return index;
}
