import assert from "node:assert/strict";
import { test } from "node:test";

import { parseTyped, toDecimalText, toMinorUnits } from "./source.mjs";

test("amounts are read by their shortest text and rounded half up", () => {
	assert.equal(toMinorUnits(110.28999999999996, 2), 11029);
	assert.equal(toMinorUnits("1.005", 2), 101);
	assert.equal(toMinorUnits("-1.005", 2), -101);
	assert.equal(toMinorUnits("0.1", 0), 0);
	assert.equal(toMinorUnits(1e-7, 2), 0);
	assert.equal(toMinorUnits("12.3456", 3), 12346);
	assert.equal(toMinorUnits(".5", 2), 50);
});

test("what is no amount, or too large to be added exactly, is null", () => {
	for (const value of ["", "-", ".", "1.2.3", "abc", null, undefined, NaN, "99999999999999999"])
		assert.equal(toMinorUnits(value, 2), null, String(value));
});

test("decimal text is what was read", () => {
	for (const text of ["0.00", "0.05", "-0.05", "1234.50", "90071992547409.91"])
		assert.equal(toDecimalText(toMinorUnits(text, 2), 2), text);
	assert.equal(toDecimalText(1234, 0), "1234");
	assert.equal(toDecimalText(toMinorUnits("-0.001", 2), 2), "0.00");
});

test("sums of floats that are wrong as floats are exact", () => {
	const units = [0.1, 0.2, -0.3].map((value) => toMinorUnits(value, 2));
	assert.equal(
		units.reduce((sum, one) => sum + one),
		0
	);
});

test("typed amounts follow the user's separators", () => {
	assert.equal(parseTyped("1.234,50", 2, { decimal: ",", group: "." }), 123450);
	assert.equal(parseTyped("12,34,567.8", 2, { decimal: ".", group: "," }), 123456780);
	assert.equal(parseTyped("1 234,5", 2, { decimal: ",", group: " " }), 123450);
	assert.equal(parseTyped("seven", 2, { decimal: ".", group: "," }), null);
});
