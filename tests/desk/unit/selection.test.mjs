import assert from "node:assert/strict";
import { test } from "node:test";

import { Candidate, CandidateFilter, findNumbers, FormerSelection, PastedNumbers } from "./source.mjs";
import { readNumbers, restored, Selection, stored } from "./source.mjs";

const DEPOSIT = { precision: 2, isDeposit: true, unallocated: 10000 };

function invoice(name, outstanding, values = {}, bankLine = DEPOSIT) {
	const row = { doctype: "Sales Invoice", name, outstanding, party: "Ann", due_date: "2026-01-01", ...values };
	return Candidate.ofInvoice(row, bankLine);
}

function voucher(name, paid_amount) {
	const row = { doctype: "Payment Entry", name, paid_amount, party: "Bob", reference_no: "CHQ-1" };
	return Candidate.ofVoucher(row, DEPOSIT);
}

test("totals are exact and follow every tick", () => {
	const selection = new Selection(DEPOSIT);
	const rows = [invoice("A", "0.10"), invoice("B", "0.20"), invoice("C", "99.70")];
	selection.tickAll(rows);
	assert.equal(selection.difference, 0);
	selection.untick(rows[1].key);
	assert.equal(selection.difference, 20);
	selection.untick(rows[1].key);
	assert.equal(selection.total, 9980);
});

test("what is shown is what is sent", () => {
	const selection = new Selection(DEPOSIT);
	selection.tickAll([invoice("A", 110.28999999999996), invoice("B", "-10.29"), voucher("P", 5)]);
	selection.allocate("Unpaid Sales Invoice/A", 5000);
	assert.deepEqual(selection.payload(), {
		invoices: [
			{ doctype: "Sales Invoice", name: "B", allocated_amount: "-10.29" },
			{ doctype: "Sales Invoice", name: "A", allocated_amount: "50.00" },
		].sort((one, other) => (one.name < other.name ? 1 : -1)),
		vouchers: [{ payment_doctype: "Payment Entry", payment_name: "P", amount: "5.00" }],
		deductions: [],
		advance: null,
	});
	assert.equal(selection.total, 5000 - 1029 + 500);
});

test("signs follow the cash", () => {
	const withdrawal = { precision: 2, isDeposit: false, unallocated: 10000 };
	const cash = (doctype, outstanding, bankLine) => {
		const candidate = invoice("A", outstanding, { doctype }, bankLine);
		return candidate.cashOf(candidate.open);
	};
	assert.equal(cash("Sales Invoice", "5", DEPOSIT), 500);
	assert.equal(cash("Sales Invoice", "-5", DEPOSIT), -500);
	assert.equal(cash("Purchase Invoice", "-5", DEPOSIT), 500);
	assert.equal(cash("Purchase Invoice", "5", withdrawal), 500);
	assert.equal(cash("Purchase Invoice", "-5", withdrawal), -500);
	assert.equal(cash("Sales Invoice", "-5", withdrawal), 500);
});

test("an allocation keeps the sign and the size of what is open", () => {
	const selection = new Selection(DEPOSIT);
	const row = invoice("A", "50.00");
	selection.tick(row);
	for (const amount of [0, -100, 5001, null]) assert.equal(selection.allocate(row.key, amount), false);
	assert.equal(selection.allocated(row.key), 5000);
	assert.equal(selection.allocate(row.key, 1), true);
	assert.equal(selection.allocate("Unpaid Sales Invoice/never ticked", 1), false);
});

test("vouchers that exist are matched in full", () => {
	const selection = new Selection(DEPOSIT);
	const row = voucher("P", 20);
	selection.tick(row);
	assert.equal(selection.allocate(row.key, 100), false);
});

test("fill oldest first stops at the cent", () => {
	const selection = new Selection(DEPOSIT);
	const rows = [
		invoice("young", "80.00", { due_date: "2026-03-01" }),
		invoice("old", "70.00", { due_date: "2026-01-01" }),
		invoice("middle", "29.99", { due_date: "2026-02-01" }),
		invoice("credit", "-5.00", { due_date: "2025-01-01" }),
	];
	const outcome = { ticked: 3, isPartial: true, younger: 0, against: 1, foreign: 0, vouchers: 0 };
	assert.deepEqual(selection.fillOldestFirst(rows), outcome);
	assert.deepEqual(
		selection.payload().invoices.map(({ name, allocated_amount }) => [name, allocated_amount]),
		[
			["old", "70.00"],
			["middle", "29.99"],
			["young", "0.01"],
		]
	);
	assert.equal(selection.difference, 0);
});

test("fill respects what is ticked already", () => {
	const selection = new Selection(DEPOSIT);
	const rows = [invoice("A", "60.00"), invoice("B", "60.00"), invoice("C", "60.00")];
	selection.tick(rows[2], 1000);
	const outcome = { ticked: 2, isPartial: true, younger: 0, against: 0, foreign: 0, vouchers: 0 };
	assert.deepEqual(selection.fillOldestFirst(rows), outcome);
	const nothing = { ticked: 0, isPartial: false, younger: 1, against: 0, foreign: 0, vouchers: 1 };
	assert.deepEqual(selection.fillOldestFirst([invoice("D", "1.00"), voucher("P", 5)]), nothing);
	assert.deepEqual(
		rows.map(({ key }) => selection.allocated(key)),
		[6000, 3000, 1000]
	);
});

test("a filter changes what is shown and never what is selected", () => {
	const rows = [invoice("A-1", "10.00"), invoice("A-2", "20.00", { party: "Ben" }), invoice("B-1", "30.00")];
	const selection = new Selection(DEPOSIT);
	const shown = new CandidateFilter({ text: "ben" }).apply(rows);
	selection.tickAll(shown);
	assert.deepEqual(
		selection.payload().invoices.map(({ name }) => name),
		["A-2"]
	);
	const filters = [
		[{ text: " a-1" }, ["A-1"]],
		[{ party: "ann" }, ["A-1", "B-1"]],
		[{ least: 2000 }, ["A-2", "B-1"]],
		[{ most: 2000, text: "unpaid" }, ["A-1", "A-2"]],
		[{ exact: 3000 }, ["B-1"]],
		[{ from: "2026-01-02" }, []],
		[{ only: new Set(["Unpaid Sales Invoice/B-1"]) }, ["B-1"]],
	];
	for (const [values, names] of filters)
		assert.deepEqual(
			new CandidateFilter(values).apply(rows).map(({ name }) => name),
			names
		);
});

test("rows are known by document when the list is loaded again", () => {
	const selection = new Selection(DEPOSIT);
	selection.tickAll([invoice("A", "10.00"), invoice("B", "20.00"), invoice("C", "30.00")]);
	selection.allocate("Unpaid Sales Invoice/C", 500);
	const again = [invoice("C", "30.00"), invoice("B", "15.00")];
	selection.renew(new Map(again.map((candidate) => [candidate.key, candidate])));
	const amounts = Object.fromEntries(
		selection.payload().invoices.map(({ name, allocated_amount }) => [name, allocated_amount])
	);
	// A is not in the new list, perhaps because of a filter: it stays selected.
	assert.deepEqual(amounts, { A: "10.00", B: "15.00", C: "5.00" });
});

test("a remittance advice in any of the usual forms", () => {
	const lists = ["A-1\nA-2\r\nB-9", "A-1, A-2,B-9", "A-1|A-2|B-9|", "A-1;A-2\tB-9", " A-1\n\nA-2,, B-9\na-1"];
	for (const text of lists)
		assert.deepEqual(
			readNumbers(text).map((number) => number.toUpperCase()),
			["A-1", "A-2", "B-9"]
		);
	assert.deepEqual(readNumbers("A-1"), []);
	assert.deepEqual(readNumbers("two words\n"), []);
});

test("an amount as a table writes it is no list", () => {
	const isAmount = (text) => text === "1,875.00";
	assert.deepEqual(readNumbers("1,875.00", isAmount), []);
	assert.deepEqual(readNumbers("1,875.01", isAmount), ["1", "875.01"]);
	const rows = [invoice("A", "1875.00"), invoice("B", "18.75"), invoice("C-1,875.00", "1.00")];
	assert.deepEqual(
		new CandidateFilter({ text: "1,875.00", amount: 187500 }).apply(rows).map(({ name }) => name),
		["A", "C-1,875.00"]
	);
});

test("amounts beside the numbers of a list are no numbers", () => {
	const isAmount = (text) => ["100.00", "5"].includes(text);
	assert.deepEqual(readNumbers("A-1\t100.00\nA-2\t5", isAmount), ["A-1", "A-2", "5"]);
});

// What is done in turn, and what is to be ticked by it: a list that is pasted, or "clear", or "again" if
// something else has changed.
const PASTES = [
	["a first list", ["A B C", "A B C"]],
	["nothing twice", ["A B C", "A B C"], ["again", ""]],
	["a longer list", ["A B", "A B"], ["A B C", "C"]],
	["the same list after it was cleared", ["A B C", "A B C"], ["clear", ""], ["again", ""], ["", ""], ["A B C", "A B C"]],
	["another list after it was cleared", ["A B C", "A B C"], ["clear", ""], ["B C D", "B C D"]],
	["fewer after it was cleared", ["A B C", "A B C"], ["clear", ""], ["A B", "A B"]],
	["a number that was gone", ["A B", "A B"], ["C", "C"], ["A B", "A B"]],
	["cleared twice", ["A", "A"], ["clear", ""], ["B", "B"], ["clear", ""], ["A B", "A B"]],
];

test("a pasted list is ticked once, and again after the selection was cleared", () => {
	for (const [title, ...steps] of PASTES) {
		const pasted = new PastedNumbers();
		let list = [];
		for (const [step, expected] of steps) {
			if (step === "clear") pasted.clear();
			else if (step !== "again") list = step.split(" ").filter(Boolean);
			const fresh = pasted.fresh(list);
			assert.deepEqual(fresh, expected.split(" ").filter(Boolean), `${title}: ${step}`);
			pasted.settle(fresh);
		}
	}
});

test("the sign of a typed allocation is the document's, and another one is refused", () => {
	const [debt, credit] = [invoice("A", "50.00"), invoice("B", "-50.00")];
	assert.equal(debt.allocationOf(500), 500);
	assert.equal(debt.allocationOf(-500), null);
	assert.equal(debt.allocationOf(null), null);
	assert.equal(credit.allocationOf(500), -500);
	assert.equal(credit.allocationOf(-500), -500);
});

test("a former selection is ticked again with its amounts, without what was in its way", () => {
	const item = (reference_name, allocated_amount, values = {}) => ({
		kind: "Open Item",
		state: "Undone",
		reference_doctype: "Sales Invoice",
		reference_name,
		allocated_amount,
		...values,
	});
	const former = new FormerSelection({ items: [
		item("A", 10),
		item("B", 5.5),
		item("C", 1, { state: "Failed" }),
		item("D", 2),
		item("E", 9),
		item("P", 5, { kind: "Existing Voucher", reference_doctype: "Payment Entry" }),
	] });
	const selection = new Selection(DEPOSIT);
	const rows = [invoice("A", "10.00"), invoice("B", "20.00"), invoice("C", "1.00"), invoice("E", "4.00"), voucher("P", 5)];
	assert.deepEqual(former.tickIn(selection, rows), ["D"]);
	const amounts = selection.payload().invoices.map(({ name, allocated_amount }) => [name, allocated_amount]);
	assert.deepEqual(Object.fromEntries(amounts), { A: "10.00", B: "5.50", E: "4.00" });
	assert.equal(selection.payload().vouchers.length, 1);
	assert.equal(former.hasInvoices("Sales Invoice"), true);
	assert.equal(former.hasInvoices("Purchase Invoice"), false);
});

test("what was grouped by party is so again, and what was not keeps what the site offers", () => {
	for (const [former, expected] of [["Party", "Party"], ["Invoice", "Invoice"], ["", "Party"], [undefined, "Party"]]) {
		const selection = new Selection(DEPOSIT);
		assert.equal(selection.grouping, "Invoice");
		selection.grouping = "Party";
		new FormerSelection({ grouping: former }).tickIn(selection, []);
		assert.equal(selection.grouping, expected);
	}
});

test("pasted numbers are found exactly, and the others are named", () => {
	const rows = [
		invoice("A-1", "10.00"),
		invoice("A-10", "10.00"),
		invoice("A-2", "10.00", { reference: "PO-7" }),
		invoice("A-3", "10.00", { reference: "PO-7" }),
		voucher("P", 5),
	];
	const { found, missing, ambiguous } = findNumbers(["a-1", "X-1", "PO-7", "P"], rows);
	assert.deepEqual(
		found.map(({ name }) => name),
		["A-1"]
	);
	assert.deepEqual(missing, ["X-1", "P"]);
	assert.deepEqual(ambiguous, ["PO-7"]);
});

test("ten thousand rows are selected, summed and filtered in a few milliseconds", () => {
	const rows = Array.from({ length: 10000 }, (_, number) => invoice(`A-${number}`, "12.34"));
	const times = Array.from({ length: 5 }, () => {
		const selection = new Selection(DEPOSIT);
		const began = performance.now();
		selection.tickAll(rows);
		assert.equal(new CandidateFilter({ text: "a-77" }).apply(rows).length, 111);
		assert.equal(selection.payload().invoices.length, 10000);
		assert.equal(selection.total, 12340000);
		return performance.now() - began;
	});
	// Somebody else may be busy on the machine.
	assert.ok(Math.min(...times) < 500, times.join());
});

test("what is not open any more is unticked, if anybody knows", () => {
	const selection = new Selection(DEPOSIT);
	const rows = [invoice("A", "1.00"), invoice("B", "2.00"), invoice("C", "4.00"), voucher("P", 8)];
	selection.tickAll(rows);
	const current = new Map([[rows[0].key, rows[0]]]);
	assert.deepEqual(selection.untickGone(current, () => false), []);
	assert.deepEqual(selection.untickGone(current, ({ isInvoice }) => isInvoice), ["B", "C"]);
	assert.equal(selection.total, 900);
});

test("a selection is the same after it was a text", () => {
	const selection = new Selection({ ...DEPOSIT, currency: "USD" });
	selection.tickAll([invoice("A", "10.00", { currency: "EUR" }), invoice("B", "5.00"), voucher("P", 8)]);
	selection.allocate("Unpaid Sales Invoice/B", 123);
	selection.deductions.add({ account: "Fees", amount: 50 });
	selection.deductions.add({ account: "Fees", amount: null });
	selection.advance.leave("Ann", { cost_center: "Main" });
	selection.rates.offer({ EUR: "1.1" });
	const [again, advice] = restored(stored(selection, { text: "A,1" }));
	assert.deepEqual(advice, { text: "A,1" });
	assert.deepEqual(again.payload(), selection.payload());
	assert.deepEqual(again.deductions.rows.map(({ amount }) => amount), [50, null]);
	assert.deepEqual([again.total, again.rest, again.rates.rateOf("EUR")], [selection.total, selection.rest, "1.1"]);
});
