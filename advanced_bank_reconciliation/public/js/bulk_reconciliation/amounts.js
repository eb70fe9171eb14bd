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
 * Read what somebody typed, with the separators of their number format. What could be meant otherwise is not
 * read at all: separators in the wrong place or order ("187,5" and "1.875,00" for who writes 1,875.00), more
 * places than the currency has, anything but digits.
 * @param {string} text
 * @param {number} precision
 * @param {{decimal: string, group: string}} separators
 * @returns {number|null}
 */
export function parseTyped(text, precision, { decimal, group }) {
	const typed = String(text).trim().replace(/[\u00a0\u202f]/g, " ").replace(/^\u2212/, "-");
	const parts = /^([+-]?)(.*)$/s.exec(typed);
	const [whole, fraction, ...others] = decimal ? parts[2].split(decimal) : [parts[2]];
	const digits = ungrouped(whole, [group, " "]);
	const isExact = fraction === undefined || (/^\d*$/.test(fraction) && fraction.length <= precision);
	if (digits === null || !isExact || others.length) return null;
	return toMinorUnits(`${parts[1]}${digits}.${fraction || ""}`, precision);
}

/** The digits of a whole number, null unless one of `separators` stands between groups of digits alone. */
function ungrouped(text, separators) {
	if (/^\d*$/.test(text)) return text;
	const sizes = /^\d{1,3}(,\d{2,3})*,\d{3}$/;
	for (const separator of separators.filter(Boolean)) {
		const isGrouped = separator === "," || !text.includes(",");
		const grouped = text.split(separator).join(",");
		if (isGrouped && sizes.test(grouped)) return grouped.replaceAll(",", "");
	}
	return null;
}

function plainText(value) {
	const text = String(value ?? "");
	// Numbers as small as 1e-7 have no plain text of their own; no currency has that many places.
	return /e/i.test(text) && Number.isFinite(Number(text)) ? Number(text).toFixed(9) : text;
}
