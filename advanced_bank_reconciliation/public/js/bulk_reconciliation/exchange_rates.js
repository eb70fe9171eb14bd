import { parseTyped, toDecimalText, toMinorUnits } from "./amounts.js";

/** Decimal places of an exchange rate of a Payment Entry. */
export const RATE_PLACES = 9;

/**
 * What an amount of one currency comes to in another, rounded once, half away from zero, as the server does it.
 * @param {number} units smallest units
 * @param {string} rate, bankRate plain decimal text: what one unit of either is worth in the company's currency
 * @param {number} dropped how many of the decimal places the result does not have, say 2 for yen
 * @returns {number} smallest units, of as many places as `units` has
 */
export function convert(units, rate, bankRate, dropped = 0) {
	const step = BigInt(10 ** dropped);
	const [worth, divisor] = [BigInt(Math.abs(units)) * scaled(rate), scaled(bankRate) * step];
	const size = Number(((worth + worth + divisor) / (divisor + divisor)) * step);
	return units < 0 && size ? -size : size;
}

/** The exchange rates by which invoices are paid in a dialog: those of the date, until others are entered. */
export class ExchangeRates {
	/**
	 * @param {object} bankLine currency, company_currency; precision of all amounts, and converted_precision of
	 * what is converted
	 */
	constructor({ currency, company_currency, precision = 2, converted_precision = precision }) {
		Object.assign(this, { currency, companyCurrency: company_currency || currency });
		this.dropped = precision - converted_precision;
		this.rates = new Map();
	}

	/** Take over rates of the date, but for currencies that have one. @param {object} rates text by currency */
	offer(rates) {
		for (const [currency, rate] of Object.entries(rates)) {
			if (!this.rates.has(currency) && toMinorUnits(rate, RATE_PLACES) > 0) this.rates.set(currency, rate);
		}
	}

	/**
	 * Take over what somebody typed.
	 * @returns {boolean} false for what is no rate, and nothing is changed
	 */
	enter(currency, text, separators) {
		const rate = parseTyped(text, RATE_PLACES, separators);
		if (!(rate > 0)) return false;
		this.rates.set(currency, shortText(rate));
		return true;
	}

	/** The rate as plain decimal text; undefined if there is none. */
	rateOf(currency) {
		return currency === this.companyCurrency ? "1" : this.rates.get(currency);
	}

	/** What an amount comes to in the bank account's currency; null without a rate. */
	inBank(units, currency) {
		if (!currency || currency === this.currency) return units;
		const [rate, bankRate] = [this.rateOf(currency), this.rateOf(this.currency)];
		return rate && bankRate ? convert(units, rate, bankRate, this.dropped) : null;
	}

	/** The currencies whose rate decides what invoices in `currencies` come to at the bank. */
	deciding(currencies) {
		const foreign = [...currencies].filter((currency) => currency && currency !== this.currency);
		if (!foreign.length) return [];
		const deciding = new Set([...foreign, this.currency]);
		deciding.delete(this.companyCurrency);
		return [...deciding].sort();
	}

	/** The rates as they are sent; undefined if none decides anything. */
	payload(currencies) {
		const deciding = this.deciding(currencies);
		if (!deciding.length) return undefined;
		return Object.fromEntries(deciding.map((currency) => [currency, this.rateOf(currency)]));
	}

	/** Currencies that decide something and have no rate. */
	missing(currencies) {
		return this.deciding(currencies).filter((currency) => !this.rateOf(currency));
	}
}

function scaled(rate) {
	return BigInt(toMinorUnits(rate, RATE_PLACES));
}

/** Without the zeros at its end. */
function shortText(rate) {
	return toDecimalText(rate, RATE_PLACES).replace(/0+$/, "").replace(/\.$/, "");
}
