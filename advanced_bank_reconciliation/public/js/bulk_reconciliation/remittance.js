// A remittance advice pasted as text: one number a line, or separated by commas, semicolons, tabs or "|".
const SEPARATORS = /[\n\r,;|\t]+/;

/** The numbers of a pasted list without repetitions; empty if `text` is not a list. */
export function readNumbers(text) {
	if (!SEPARATORS.test(text.trim())) return [];
	const numbers = text
		.split(SEPARATORS)
		.map((number) => number.trim())
		.filter(Boolean);
	return [...new Map(numbers.map((number) => [number.toLowerCase(), number])).values()];
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
