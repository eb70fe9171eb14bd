import assert from "node:assert/strict";
import { test } from "node:test";

import { Advice, Candidate, FormerSelection, obstaclesOf, Selection } from "./source.mjs";

const BANK_LINE = { precision: 2, isDeposit: true, unallocated: 14800 };
const KEY = "Unpaid Sales Invoice/A";

function invoice(name, outstanding, discount, bankLine = BANK_LINE) {
	return Candidate.ofInvoice({ doctype: "Sales Invoice", name, outstanding, discount }, bankLine);
}

function selected() {
	const selection = new Selection(BANK_LINE);
	const [early, late] = [invoice("A", "100.00", "2.00"), invoice("B", "50.00", null)];
	selection.tickAll([early, late]);
	return { selection, early, late };
}

function figures({ total, discounts, net, difference }) {
	return { total, discounts, net, difference };
}

test("a discount is taken and given back to the cent, and is sent", () => {
	const { selection, early } = selected();
	const without = { total: 15000, discounts: 0, net: 15000, difference: -200 };
	assert.deepEqual(figures(selection), without);
	selection.toggleDiscount(early);
	assert.deepEqual(figures(selection), { total: 15000, discounts: 200, net: 14800, difference: 0 });
	const rows = Object.fromEntries(selection.payload().invoices.map((row) => [row.name, row]));
	assert.deepEqual(rows.A, { doctype: "Sales Invoice", name: "A", allocated_amount: "100.00", discount: "2.00" });
	assert.deepEqual(Object.keys(rows.B), ["doctype", "name", "allocated_amount"]);
	selection.toggleDiscount(early);
	assert.deepEqual(figures(selection), without);
	selection.toggleDiscount(early);
	selection.untick(early.key);
	assert.deepEqual(figures(selection), { total: 5000, discounts: 0, net: 5000, difference: 9800 });
});

test("a discount is for who pays all of it: it ticks the row in full, and another amount gives it back", () => {
	const selection = new Selection(BANK_LINE);
	const early = invoice("A", "100.00", "2.00");
	selection.toggleDiscount(early);
	assert.deepEqual([selection.allocated(KEY), selection.discountOf(KEY)], [10000, 200]);
	assert.ok(selection.allocate(KEY, 10000));
	assert.equal(selection.discountOf(KEY), 200);
	assert.ok(selection.allocate(KEY, 4000));
	assert.deepEqual([selection.net, selection.discountOf(KEY)], [4000, 0]);
	selection.toggleDiscount(early);
	assert.deepEqual([selection.net, selection.allocated(KEY)], [9800, 10000]);
});

test("who has no discount cannot take one; bills of a withdrawal take less out", () => {
	const { selection, late } = selected();
	selection.toggleDiscount(late);
	assert.equal(selection.discounts, 0);
	const bankLine = { ...BANK_LINE, isDeposit: false };
	const row = { doctype: "Purchase Invoice", name: "P", outstanding: "80.00", discount: "1.60" };
	const bill = Candidate.ofInvoice(row, bankLine);
	const paying = new Selection(bankLine);
	paying.toggleDiscount(bill);
	assert.deepEqual(figures(paying), { total: 8000, discounts: 160, net: 7840, difference: 6960 });
});

test("loaded again a row keeps its discount while it has one and all of it is paid", () => {
	const outcomes = [
		[invoice("A", "100.00", "2.00"), 200],
		[invoice("A", "100.00", null), 0],
		[invoice("A", "60.00", "2.00"), 0],
	];
	for (const [again, expected] of outcomes) {
		const { selection, early } = selected();
		selection.toggleDiscount(early);
		selection.renew(new Map([[again.key, again]]));
		assert.equal(selection.discountOf(KEY), expected);
		assert.equal(selection.discounts, expected);
	}
});

test("what is chosen again has its discount, unless it is not there any more", () => {
	const item = { kind: "Invoice", reference_doctype: "Sales Invoice", reference_name: "A" };
	for (const [candidate, expected] of [
		[invoice("A", "100.00", "2.00"), 200],
		[invoice("A", "100.00", null), 0],
		[invoice("A", "90.00", "2.00"), 0],
	]) {
		const selection = new Selection(BANK_LINE);
		const former = new FormerSelection({ items: [{ ...item, allocated_amount: 100, discount: "2.000000" }] });
		assert.deepEqual(former.tickIn(selection, [candidate]), []);
		assert.equal(selection.discountOf(KEY), expected);
	}
});

test("the discounts of an advice stand with their invoices", () => {
	const { selection, early, late } = selected();
	const invoices = [
		{ doctype: "Sales Invoice", name: "A", allocated_amount: "100.00", discount: "2.00" },
		{ doctype: "Sales Invoice", name: "B", allocated_amount: "50.00" },
	];
	new Advice({ invoices, lines: [], deductions: [], message: "" }).takeTo(selection, [early, late]);
	assert.deepEqual([selection.difference, selection.discountOf(KEY)], [0, 200]);
	assert.deepEqual(obstaclesOf(selection, { currencyText: String }, (text) => text), []);
});
