// Exact amounts: whole numbers of a currency's smallest unit, which JavaScript adds exactly up to
// 90,071,992,547,409.91. A number such as 110.28999999999996 is read by its shortest text and rounded half
// away from zero, as the server does it.

/**
 * Read a plain amount ("1234.5", 1234.5, "-0.01").
 * @param {string|number} value
 * @param {number} precision decimal places of the currency
 * @returns {number|null} null for what is no amount, or is too large to be added exactly
 */
export function toMinorUnits(value, precision) {
	const parts = /^\s*([+-]?)(\d*)(?:\.(\d*))?\s*$/.exec(plainText(value));
	if (!parts || !(parts[2] || parts[3])) return null;
	const fraction = (parts[3] || "").padEnd(precision + 1, "0");
	const size = Number((parts[2] || "0") + fraction.slice(0, precision)) + (fraction[precision] >= "5" ? 1 : 0);
	if (!Number.isSafeInteger(size)) return null;
	return parts[1] === "-" && size ? -size : size;
}

/**
 * Write an amount as plain decimal text, the form in which it is sent.
 * @param {number} units
 * @param {number} precision
 */
export function toDecimalText(units, precision) {
	const digits = Math.abs(units).toString().padStart(precision + 1, "0");
	const whole = digits.slice(0, digits.length - precision);
	const fraction = precision ? "." + digits.slice(-precision) : "";
	return (units < 0 ? "-" : "") + whole + fraction;
}

/**
 * Read what somebody typed, with the separators of their number format.
 * @param {string} text
 * @param {number} precision
 * @param {{decimal: string, group: string}} separators
 * @returns {number|null}
 */
export function parseTyped(text, precision, separators) {
	let plain = String(text).replace(/[\s\u00a0\u202f']/g, "");
	if (separators.group) plain = plain.split(separators.group).join("");
	if (separators.decimal) plain = plain.split(separators.decimal).join(".");
	return toMinorUnits(plain, precision);
}

function plainText(value) {
	const text = String(value ?? "");
	// Numbers as small as 1e-7 have no plain text of their own; no currency has that many places.
	return /e/i.test(text) && Number.isFinite(Number(text)) ? Number(text).toFixed(9) : text;
}
