import { parseTyped, toDecimalText, toMinorUnits } from "./amounts.js";

/** How amounts and dates of one Bank Transaction look in Desk. */
export class DeskFormats {
	constructor({ currency, precision }) {
		this.currency = currency;
		this.precision = precision;
		const { group_sep: group, decimal_str: decimal } = get_number_format_info(numberFormat(currency));
		this.separators = { group, decimal };
	}

	/** An amount with the user's separators, without the currency's symbol. */
	money(units) {
		const text = toDecimalText(units, this.precision);
		return format_number(Number(text), numberFormat(this.currency), this.precision);
	}

	/** An exchange rate, given as plain decimal text, with the user's separators. */
	rate(text) {
		const places = (text.split(".")[1] || "").length;
		return format_number(Number(text), numberFormat(this.currency), places);
	}

	/** The same with the currency's symbol, as text. */
	currencyText(units) {
		return format_currency(Number(toDecimalText(units, this.precision)), this.currency, this.precision);
	}

	/** Whether a text is an amount exactly as a table would write it. */
	isAmount(text) {
		const units = parseTyped(text, this.precision, this.separators);
		return units !== null && text.trim() === this.money(units);
	}

	/** An amount as it is to be typed. */
	get example() {
		return this.money(toMinorUnits("1234.56", this.precision));
	}

	plain(units) {
		return toDecimalText(units, this.precision);
	}

	date(text) {
		return frappe.datetime.str_to_user(text);
	}

	/** A day of about now, as short as it is written in the user's language: "5 Dec". */
	day(text) {
		const date = frappe.datetime.str_to_obj(text);
		return date.toLocaleDateString(frappe.boot.lang, { day: "numeric", month: "short" });
	}
}

/** Who started a run, by the name that people know. */
export function startedBy(user) {
	return __("started by {0}", [frappe.user_info(user).fullname]);
}

/** An amount in a table of Bank Transactions, nothing for zero. kind: in, out, open or settled, its colour */
export function amountCell(value, currency, kind) {
	return value ? `<span class="bulk-money is-${kind}">${format_currency(value, currency)}</span>` : "";
}

/** The reference of a Bank Transaction, in up to three lines. text: markup without elements */
export function referenceCell(text) {
	return text ? `<span class="bulk-reference" title="${text}"><span>${text}</span></span>` : "";
}

function numberFormat(currency) {
	return get_number_format(currency);
}
