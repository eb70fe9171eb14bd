import { toDecimalText } from "./amounts.js";

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

	/** The same with the currency's symbol, as text. */
	currencyText(units) {
		return format_currency(Number(toDecimalText(units, this.precision)), this.currency, this.precision);
	}

	plain(units) {
		return toDecimalText(units, this.precision);
	}

	date(text) {
		return frappe.datetime.str_to_user(text);
	}
}

function numberFormat(currency) {
	return get_number_format(currency);
}
