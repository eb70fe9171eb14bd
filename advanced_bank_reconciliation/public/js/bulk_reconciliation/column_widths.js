// Of a head: its padding, and the arrow of its menu.
const ROOM = 30;
// What the columns of a table may take in a window of 1280 pixels, beside their lines and the number of a row.
const ALL = 1140;

/** Of a column in a Frappe table whose head has this label, in pixels: some languages have long words for it. */
export function widthOfHead(label, least) {
	return Math.max(least, ROOM + widthOfText(label));
}

/** Of a column of buttons, in pixels. */
export function widthOfButtons(...labels) {
	return 48 + 7 * Math.max(...labels.map(({ length }) => length));
}

/** Give a column what the others leave, but no less than it has. */
export function takeRest(columns, column) {
	const taken = columns.reduce((sum, { width }) => sum + width, 0);
	column.width += Math.max(0, ALL - taken);
}

/** As it is in a Frappe table, which is as wide as the font of its language. */
function widthOfText(text) {
	const style = "position: absolute; visibility: hidden; width: max-content; white-space: nowrap";
	const $element = $("<div class='datatable'>").attr("style", style).text(text).appendTo(document.body);
	const { width } = $element[0].getBoundingClientRect();
	$element.remove();
	return Math.ceil(width);
}
