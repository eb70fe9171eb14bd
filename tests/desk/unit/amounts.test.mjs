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

const [AMERICAN, GERMAN, FRENCH, SWISS] = [".,", ",.", ", ", ".'"].map(([decimal, group]) => ({ decimal, group }));
const JAPANESE = { decimal: "", group: "," };

// What is typed, in which number format, with how many places, and what it is read as.
const TYPED = [
	["1,875.00", AMERICAN, 2, 187500],
	["1875", AMERICAN, 2, 187500],
	["1,875", AMERICAN, 2, 187500],
	["187.5", AMERICAN, 2, 18750],
	[" 187.50 ", AMERICAN, 2, 18750],
	[".5", AMERICAN, 2, 50],
	["-5", AMERICAN, 2, -500],
	["\u22125", AMERICAN, 2, -500],
	["12,34,567.8", AMERICAN, 2, 123456780],
	["1 875.00", AMERICAN, 2, 187500],
	["187,5", AMERICAN, 2, null],
	["187,50", AMERICAN, 2, null],
	["1.875,00", AMERICAN, 2, null],
	["1.875", AMERICAN, 2, null],
	["18,75,00", AMERICAN, 2, null],
	["1,,875", AMERICAN, 2, null],
	["1,875.00.00", AMERICAN, 2, null],
	["1,234 567.00", AMERICAN, 2, null],
	["18 75", AMERICAN, 2, null],
	["1_00", AMERICAN, 2, null],
	["1e3", AMERICAN, 2, null],
	["(5)", AMERICAN, 2, null],
	["\u0661\u0662", AMERICAN, 2, null],
	["seven", AMERICAN, 2, null],
	["1\n2", AMERICAN, 2, null],
	["", AMERICAN, 2, null],
	["-", AMERICAN, 2, null],
	["1.875,00", GERMAN, 2, 187500],
	["187,5", GERMAN, 2, 18750],
	["1.875", GERMAN, 2, 187500],
	["187.5", GERMAN, 2, null],
	["1,875.00", GERMAN, 2, null],
	["1,875", GERMAN, 2, null],
	["1 234,5", FRENCH, 2, 123450],
	["1\u202f234,50", FRENCH, 2, 123450],
	["1.234,50", FRENCH, 2, null],
	["1'234.50", SWISS, 2, 123450],
	["1,234", JAPANESE, 0, 1234],
	["1,23", JAPANESE, 0, null],
	["0.5", JAPANESE, 0, null],
	["1.875", AMERICAN, 3, 1875],
];

test("typed amounts follow the user's number format, and what is ambiguous is not read", () => {
	for (const [text, format, precision, expected] of TYPED)
		assert.equal(parseTyped(text, precision, format), expected, `${text} in ${format.group}${format.decimal}`);
});
