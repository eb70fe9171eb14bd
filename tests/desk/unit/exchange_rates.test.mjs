import assert from "node:assert/strict";
import { test } from "node:test";

import { Candidate, convert, ExchangeRates, fillTexts, Selection } from "./source.mjs";

const AMERICAN = { decimal: ".", group: "," };
const LINE = { currency: "USD", company_currency: "USD", precision: 2, isDeposit: true, unallocated: 20000 };

function invoice(name, outstanding, currency, values = {}) {
	return Candidate.ofInvoice({ doctype: "Sales Invoice", name, outstanding, currency, ...values }, LINE);
}

// Amount, rates of its currency and of the bank's, decimal places that the bank's does not have, and the result.
const CONVERTED = [
	[10000, "1.08", "1", 0, 10800],
	[10000, "1", "1.08", 0, 9259],
	[3333, "1.08342", "1", 0, 3611],
	[-3333, "1.08342", "1", 0, -3611],
	[1, "1.5", "1", 0, 2],
	[-1, "1.5", "1", 0, -2],
	[1, "0.499999999", "1", 0, 0],
	[7444, "1", "0.0067", 2, 1111000],
	[10123, "3.2573", "1", 0, 32974],
	[9007199254740991, "1", "1", 0, 9007199254740991],
];

test("amounts are converted exactly and rounded once, half away from zero", () => {
	for (const [units, rate, bankRate, dropped, expected] of CONVERTED)
		assert.equal(convert(units, rate, bankRate, dropped), expected, `${units} at ${rate}/${bankRate}`);
});

test("what is owed in one currency is converted as a whole", () => {
	const selection = new Selection(LINE);
	selection.rates.offer({ EUR: "1.08342" });
	for (const name of ["A", "B", "C"]) selection.tick(invoice(name, "11.11", "EUR"));
	assert.equal(selection.total, 3611);
	selection.tick(invoice("D", "1.00", "USD"));
	assert.equal(selection.total, 3711);
	assert.equal(selection.difference, 20000 - 3711);
	selection.untick("Unpaid Sales Invoice/A");
	assert.equal(selection.total, 2407 + 100);
	assert.deepEqual(
		selection.payload().invoices.map(({ allocated_amount }) => allocated_amount),
		["11.11", "11.11", "1.00"]
	);
});

test("rates decide as soon as another currency takes part, the bank account's own as well", () => {
	const rates = new ExchangeRates({ currency: "GBP", company_currency: "USD" });
	assert.deepEqual(rates.deciding(["", "GBP"]), []);
	assert.equal(rates.payload([""]), undefined);
	assert.deepEqual(rates.deciding(["EUR", ""]), ["EUR", "GBP"]);
	assert.deepEqual(rates.deciding(["USD"]), ["GBP"]);
	rates.offer({ EUR: "1.08" });
	assert.deepEqual(rates.missing(["EUR"]), ["GBP"]);
	assert.equal(rates.inBank(10000, "EUR"), null);
	rates.offer({ EUR: "1.09", GBP: "1.25" });
	assert.equal(rates.inBank(10000, "EUR"), 8640);
	assert.deepEqual(rates.payload(["EUR"]), { EUR: "1.08", GBP: "1.25" });
});

test("a rate is typed in the user's number format, and what is none changes nothing", () => {
	const rates = new ExchangeRates(LINE);
	assert.equal(rates.enter("EUR", "1.0825", AMERICAN), true);
	assert.equal(rates.rateOf("EUR"), "1.0825");
	for (const text of ["", "0", "-1", "1,08", "abc", "1.0000000001"])
		assert.equal(rates.enter("EUR", text, AMERICAN), false, text);
	assert.equal(rates.enter("EUR", "1,2", { decimal: ",", group: "." }), true);
	rates.offer({ EUR: "3" });
	assert.equal(rates.rateOf("EUR"), "1.2");
	assert.equal(rates.enter("JPY", "150", AMERICAN), true);
	assert.equal(rates.rateOf("JPY"), "150");
});

test("without a rate nobody knows what is selected", () => {
	const selection = new Selection(LINE);
	selection.tick(invoice("A", "10.00", "EUR"));
	assert.deepEqual(selection.ratesMissing, ["EUR"]);
	selection.untick("Unpaid Sales Invoice/A");
	assert.deepEqual(selection.ratesMissing, []);
});

test("the oldest are filled in the bank account's currency alone", () => {
	const selection = new Selection(LINE);
	const rows = [invoice("A", "10.00", "EUR"), invoice("B", "10.00", "USD")];
	const outcome = selection.fillOldestFirst(rows);
	assert.deepEqual([outcome.ticked, outcome.foreign, selection.total], [1, 1, 1000]);
	const translate = (text, values) => text.replace(/\{(\d)\}/g, (_, index) => values[index]);
	assert.deepEqual(fillTexts(outcome, translate), [
		"1 ticked, the oldest first.",
		"Left out: 1 in other currencies: check the exchange rate, and tick them yourself.",
	]);
});
