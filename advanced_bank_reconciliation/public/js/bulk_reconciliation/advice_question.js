import { behaveWell } from "./well_behaved_dialog.js";

const COLUMNS = {
	reference: () => __("Document Number"),
	gross: () => __("Gross"),
	discount: () => __("Discount"),
	deduction: () => __("Deduction"),
	net: () => __("Net"),
	date: () => __("Date"),
	text: () => __("Text"),
	currency: () => __("Currency"),
	part: () => __("Payout"),
};

/**
 * Ask how the columns, or the amounts, of a remittance advice are meant.
 * question: see `question_of`
 * Promises `{columns}` or `{decimal}` with `remembers`; null if the answer was none.
 */
export function askAboutAdvice({ about, message, titles }) {
	return new Promise((resolve) => {
		const dialog = new frappe.ui.Dialog({
			title: __("How Is This Advice Meant?"),
			fields: [...(about === "columns" ? columnFields(titles) : [decimalField()]), rememberField(titles)],
			primary_action_label: __("Read"),
			primary_action: (values) => {
				resolve(answerOf(about, values));
				dialog.hide();
			},
			on_hide: () => resolve(null),
		});
		dialog.$wrapper.addClass("bulk-advice-question");
		$("<p>").text(message).prependTo(dialog.$body);
		behaveWell(dialog).show();
	});
}

function columnFields(titles) {
	return Object.entries(COLUMNS).map(([fieldname, label]) => ({
		fieldtype: "Select",
		fieldname,
		label: label(),
		options: ["", ...titles].join("\n"),
		reqd: fieldname === "reference" ? 1 : 0,
	}));
}

function decimalField() {
	const options = [
		{ value: ".", label: "1,234.50" },
		{ value: ",", label: "1.234,50" },
	];
	return { fieldtype: "Select", fieldname: "decimal", label: __("Amounts are written as"), options, reqd: 1 };
}

/** A list without titles cannot be known again. */
function rememberField(titles) {
	const label = __("Remember for files with the same titles");
	return { fieldtype: "Check", fieldname: "remembers", label, default: titles.length ? 1 : 0, hidden: titles.length ? 0 : 1 };
}

function answerOf(about, { remembers, decimal, ...columns }) {
	if (about === "decimal") return { decimal, remembers };
	return { columns: Object.fromEntries(Object.entries(columns).filter(([, title]) => title)), remembers };
}
