import assert from "node:assert/strict";
import { test } from "node:test";

import { book, bookable, Candidate, FormerSelection, obstaclesOf, Selection, toDecimalText } from "./source.mjs";

const FORMATS = { currencyText: (units) => toDecimalText(units, 2), example: "1,234.56" };
const STANDARD = { account: "Bank Charges", account_name: "Bank Charges", cost_center: "Main" };

/** What is ticked, in cents: `outstanding` of one invoice, on a deposit unless it is a withdrawal. */
function ticked(unallocated, outstanding, { isDeposit = true, voucher = 0 } = {}) {
	const bankLine = { precision: 2, isDeposit, unallocated };
	const selection = new Selection(bankLine);
	const doctype = isDeposit ? "Sales Invoice" : "Purchase Invoice";
	if (outstanding) selection.tick(Candidate.ofInvoice({ doctype, name: "A", outstanding }, bankLine));
	if (voucher) selection.tick(Candidate.ofVoucher({ doctype: "Payment Entry", name: "P", paid_amount: voucher }, bankLine));
	return selection;
}

function sentences(selection) {
	return obstaclesOf(selection, FORMATS, (sentence, values = []) =>
		sentence.replace(/\{(\d)\}/g, (_place, index) => values[index])
	);
}

test("a fee is less of a deposit, and more of a withdrawal", () => {
	for (const [isDeposit, unallocated, amount] of [
		[true, 9750, 250],
		[true, 10002, -2],
		[false, 10250, 250],
		[false, 9990, -10],
	]) {
		const selection = ticked(unallocated, "100.00", { isDeposit });
		assert.equal(selection.difference, unallocated - 10000);
		assert.equal(selection.deductions.amountFor(selection.difference), amount);
		selection.deductions.add({ account: "Bank Charges", amount });
		assert.equal(selection.net, unallocated);
		assert.equal(selection.difference, 0);
		assert.deepEqual(sentences(selection), []);
	}
});

test("amounts that floats cannot add are exact, and are sent as they are shown", () => {
	const selection = ticked(10, "0.30");
	selection.deductions.add({ account: "A", amount: 10, description: "card" });
	selection.deductions.add({ account: "B", cost_center: "Main", amount: 10 });
	assert.equal(selection.difference, 0);
	const others = { cost_center: "", project: "", description: "" };
	assert.deepEqual(selection.payload().deductions, [
		{ ...others, account: "A", amount: "0.10", description: "card" },
		{ ...others, account: "B", amount: "0.10", cost_center: "Main" },
	]);
});

test("what is in the way of the submit is said, all of it", () => {
	const selection = ticked(9750, "100.00");
	assert.match(sentences(selection)[0], /^The selection is 2\.50 more than what is unallocated\./);
	selection.deductions.add({ amount: 250 });
	const row = selection.deductions.add({ account: "A", amount: null });
	selection.deductions.add({ account: "A" });
	assert.deepEqual(sentences(selection), [
		"Deduction 1: choose an account.",
		"Deduction 2: that is no amount. Type it as 1,234.56.",
		"Deduction 3: type its amount.",
	]);
	selection.deductions.remove(row);
	assert.deepEqual(sentences(selection), ["Deduction 1: choose an account.", "Deduction 2: type its amount."]);
});

test("nothing is deducted from vouchers that exist, nor all there is", () => {
	const vouchers = ticked(9750, null, { voucher: 100 });
	vouchers.deductions.add({ account: "A", amount: 250 });
	assert.deepEqual(sentences(vouchers), ["A deduction is booked with the payment of an invoice. Select one."]);
	const all = ticked(9750, "100.00");
	all.deductions.add({ account: "A", amount: 10000 });
	assert.deepEqual(sentences(all), ["What is selected comes to nothing for the Bank Transaction."]);
	assert.deepEqual(sentences(ticked(9750, null)), ["Select at least one document."]);
});

// The tolerance, in currency and per cent, and whether a fee of 2.50 on 100.00 is within it.
const TOLERANCES = [
	["2.50", "0", true],
	["2.49", "0", false],
	["0", "2.5", true],
	["0", "2.49", false],
	["5.0", "2", false],
	["2", "5.0", false],
	["5.0", "2.5", true],
	["0.0", "0.0", false],
];

test("the tolerance is an amount, a percentage, or both", () => {
	for (const [tolerance, tolerance_percent, expected] of TOLERANCES) {
		const standard = { ...STANDARD, tolerance, tolerance_percent };
		assert.equal(bookable(ticked(9750, "100.00"), standard).isWithin, expected, `${tolerance}, ${tolerance_percent} %`);
		assert.equal(bookable(ticked(10250, "100.00"), standard).isWithin, expected, "a surplus");
	}
	assert.equal(bookable(ticked(10000, "100.00"), { ...STANDARD, tolerance: "5", tolerance_percent: "0" }), null);
	assert.equal(bookable(ticked(9750, "100.00"), null), null);
});

test("one click books the difference, and another one keeps to the tolerance", () => {
	const standard = { ...STANDARD, tolerance: "3", tolerance_percent: "0" };
	const selection = ticked(9750, "100.00");
	const offer = () => bookable(selection, standard);
	book(offer(), selection, standard);
	assert.deepEqual(
		selection.deductions.rows.map(({ account, cost_center, amount }) => [account, cost_center, amount]),
		[["Bank Charges", "Main", 250]]
	);
	assert.equal(selection.difference, 0);
	selection.allocate("Unpaid Sales Invoice/A", 9900);
	book(offer(), selection, standard);
	assert.deepEqual([selection.deductions.rows.length, selection.deductions.total], [1, 150]);
	selection.allocate("Unpaid Sales Invoice/A", 9750);
	assert.equal(offer().amount, 0);
	book(offer(), selection, standard);
	assert.deepEqual([selection.deductions.rows, selection.difference], [[], 0]);
});

test("fill oldest first counts what is deducted", () => {
	const selection = ticked(9750, null);
	selection.deductions.add({ account: "A", amount: 250 });
	const { bankLine } = selection;
	const rows = ["60.00", "60.00"].map((outstanding, number) =>
		Candidate.ofInvoice({ doctype: "Sales Invoice", name: `A-${number}`, outstanding }, bankLine)
	);
	selection.fillOldestFirst(rows);
	assert.deepEqual([selection.total, selection.net, selection.difference], [10000, 9750, 0]);
});

test("what was deducted is deducted again, in one row however many payments had it", () => {
	const part = (amount, others = {}) => ({ account: "A", cost_center: "Main", description: null, amount, ...others });
	const parts = [part(99.99), part(0.02), part(-1.5, { description: "rebate" })];
	const selection = ticked(9750, null);
	assert.deepEqual(new FormerSelection({ deductions: parts }).tickIn(selection, []), []);
	const others = { account: "A", cost_center: "Main", project: "" };
	assert.deepEqual(selection.deductions.payload(), [
		{ ...others, description: "", amount: "100.01" },
		{ ...others, description: "rebate", amount: "-1.50" },
	]);
});
