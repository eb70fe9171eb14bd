import assert from "node:assert/strict";
import { test } from "node:test";

import { Candidate, FormerSelection, obstaclesOf, Selection, toDecimalText } from "./source.mjs";

const FORMATS = { currencyText: (units) => toDecimalText(units, 2), example: "1,234.56" };

/** A Bank Transaction in cents, with one invoice of each party ticked: 100.00 each. */
function ticked(unallocated, parties, isDeposit = true, dimensions = []) {
	const bankLine = { precision: 2, isDeposit, unallocated, dimensions };
	const selection = new Selection(bankLine);
	const doctype = isDeposit ? "Sales Invoice" : "Purchase Invoice";
	for (const [index, party] of parties.entries())
		selection.tick(Candidate.ofInvoice({ doctype, name: `I-${index}`, party, outstanding: "100.00" }, bankLine));
	return selection;
}

function sentences(selection) {
	return obstaclesOf(selection, FORMATS, (sentence) => sentence);
}

test("the rest of a deposit is a customer's, of a withdrawal a supplier's", () => {
	for (const [isDeposit, party_type] of [
		[true, "Customer"],
		[false, "Supplier"],
	]) {
		const selection = ticked(11250, ["A"], isDeposit);
		assert.deepEqual([selection.rest, selection.difference, selection.payload().advance], [1250, 1250, null]);
		selection.advance.leave("A");
		assert.deepEqual([selection.rest, selection.advanceAmount, selection.difference], [1250, 1250, 0]);
		assert.deepEqual(sentences(selection), []);
		assert.deepEqual(selection.payload().advance, { party_type, party: "A", amount: "12.50" });
	}
});

test("a party is preset only if all invoices are of one", () => {
	for (const [parties, preset] of [
		[["A", "A"], "A"],
		[["A", "B"], ""],
	]) {
		const selection = ticked(30000, parties);
		assert.equal(selection.advance.partyOf(selection.candidates), preset);
	}
});

test("what cannot be sent is said", () => {
	const selection = ticked(11250, ["A", "B"]);
	selection.advance.leave();
	assert.deepEqual(sentences(selection)[0], "Nothing is left for an advance. Remove it.");
	selection.untick(selection.candidates[1].key);
	assert.deepEqual(sentences(selection), ["Advance: choose a customer."]);
	selection.advance.remove();
	assert.deepEqual(sentences(selection), []);
});

test("filling takes invoices first, and the advance what is left", () => {
	const selection = ticked(25000, ["A"]);
	const { bankLine } = selection;
	selection.advance.leave("A");
	const more = Candidate.ofInvoice({ doctype: "Sales Invoice", name: "M", party: "A", outstanding: "100.00" }, bankLine);
	selection.fillOldestFirst([more]);
	assert.deepEqual([selection.size, selection.advanceAmount], [2, 5000]);
});

test("an advance of an undone run is chosen again", () => {
	const selection = ticked(11250, ["A"]);
	const chosen = { mode_of_payment: "Wire", cost_center: null, project: "", dimensions: { branch: "North" } };
	new FormerSelection({ advance: { party: "A", ...chosen } }).tickIn(selection, []);
	const sent = { party_type: "Customer", party: "A", amount: "12.50", mode_of_payment: "Wire" };
	assert.deepEqual(selection.payload().advance, { ...sent, dimensions: { branch: "North" } });
});

test("a dimension that is mandatory has the company's default, or has to be chosen", () => {
	const branch = { field: "branch", label: "Branch", default: "", is_mandatory: true };
	const region = { field: "region", label: "Region", default: "West", is_mandatory: true };
	const selection = ticked(11250, ["A"], true, [branch, region]);
	selection.advance.leave("A");
	assert.deepEqual(sentences(selection), ["Advance: choose its {0}."]);
	selection.advance.row.dimensions.branch = "North";
	assert.deepEqual(sentences(selection), []);
	assert.deepEqual(selection.payload().advance.dimensions, { branch: "North", region: "West" });
});
