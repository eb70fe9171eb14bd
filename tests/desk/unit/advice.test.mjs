import assert from "node:assert/strict";
import { test } from "node:test";
import { Advice, Candidate, Selection } from "./source.mjs";

const bankLine = { unallocated: 14750, precision: 2, isDeposit: true };
const translate = (text, values = []) => text.replace(/\{(\d)\}/g, (_, index) => values[index]);

function candidate(name, outstanding) {
	return Candidate.ofInvoice({ doctype: "Sales Invoice", name, outstanding }, bankLine);
}

function textsOf(notices) {
	return notices.map(({ text }) => text);
}

function answer(changes = {}) {
	return {
		message: "2 of 3 lines matched, 1 to look at.",
		lines: [
			{ number: 1, state: "Matched", reference: "A", candidates: [] },
			{
				number: 3,
				state: "Question",
				reference: "77",
				gross: "5.00",
				reason: "2 open items may be meant. Choose.",
				candidates: [
					{ doctype: "Sales Invoice", name: "B77" },
					{ doctype: "Sales Invoice", name: "C77", slip: "two characters are swapped" },
				],
			},
		],
		invoices: [
			{ doctype: "Sales Invoice", name: "A", allocated_amount: "100.00" },
			{ doctype: "Sales Invoice", name: "B", allocated_amount: "50.00" },
		],
		deductions: [{ code: "fee", account: "Fees", cost_center: "", description: "fee", amount: "2.50" }],
		difference: "0.00",
		...changes,
	};
}

test("an advice ticks what it names and nothing else, and nothing is left", () => {
	const candidates = [candidate("A", "100.00"), candidate("B", "50.00"), candidate("C", "9.00")];
	const selection = new Selection(bankLine);
	selection.tick(candidates[2]);
	assert.deepEqual(new Advice(answer()).takeTo(selection, candidates), []);
	assert.deepEqual(selection.candidates.map(({ name }) => name), ["A", "B"]);
	assert.equal(selection.difference, 0);
	assert.equal(selection.deductions.rows[0].amount, 250);
});

test("an advice that is read again for what was chosen before deducts nothing twice", () => {
	const selection = new Selection(bankLine);
	const restored = { account: "Fees", cost_center: "", description: "fee", amount: 250 };
	const typed = { account: "Fees", description: "card", amount: 100 };
	for (const row of [restored, typed]) selection.deductions.add(row);
	new Advice(answer()).takeTo(selection, []);
	assert.deepEqual(selection.deductions.rows.map(({ description }) => description), ["card", "fee"]);
	assert.equal(selection.deductions.total, 350);
});

test("a second advice replaces the deductions of the first one, and leaves those that were typed", () => {
	const selection = new Selection(bankLine);
	selection.deductions.add({ account: "Typed", amount: 100 });
	new Advice(answer()).takeTo(selection, []);
	new Advice(answer()).takeTo(selection, []);
	assert.deepEqual(selection.deductions.rows.map(({ account }) => account), ["Typed", "Fees"]);
});

test("what is not offered is told, and so is each line that is to be looked at", () => {
	const advice = new Advice(answer());
	const missing = advice.takeTo(new Selection(bankLine), [candidate("A", "100.00")]);
	assert.deepEqual(missing, ["B"]);
	assert.deepEqual(textsOf(advice.notices(missing, translate)), [
		"2 of 3 lines matched, 1 to look at.",
		"Line 3 (77 5.00): 2 open items may be meant. Choose.",
		"Not among the documents below: B",
	]);
});

test("of many lines the first ten are told, and how many more there are", () => {
	const [, line] = answer().lines;
	const texts = textsOf(new Advice(answer({ lines: Array(12).fill(line) })).notices([], translate));
	assert.equal(texts.length, 12);
	assert.equal(texts.at(-1), "… and 2 more.");
});

test("what a line may mean can be chosen: the advice is read again with it, one choice for a line", () => {
	const former = { line: 1, doctype: "Sales Invoice", name: "C77" };
	const source = { file: "F1", choices: [former, { ...former, line: 0 }] };
	const [, { choices }] = new Advice(answer(), source).notices([], translate);
	assert.deepEqual(choices.map(({ name }) => name), ["B77", "C77 (two characters are swapped)"]);
	assert.deepEqual(choices[0].source, { file: "F1", choices: [{ ...former, line: 0 }, { ...former, name: "B77" }] });
});
