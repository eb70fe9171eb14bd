/** Of a column in a Frappe table whose head has this label, in pixels: some languages have long words for it. */
export function widthOfHead(label, least) {
	return Math.max(least, 32 + 8 * label.length);
}

/** Of a column of buttons, in pixels. */
export function widthOfButtons(...labels) {
	return 48 + 7 * Math.max(...labels.map(({ length }) => length));
}
