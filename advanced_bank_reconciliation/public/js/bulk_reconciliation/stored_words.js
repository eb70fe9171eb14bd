const COLUMNS = ["reference_doctype", "voucher_type", "state"];

/** What is stored in English and is no choice of a field, which Frappe would translate. */
const WORDS = () => ({
	Table: __("Table"),
	List: __("List"),
	"number and amount": __("number and amount"),
	number: __("number"),
	"choice of a person": __("choice of a person"),
	"learned name and amount": __("learned name and amount"),
	none: __("none"),
});

/** A stored word, or the name of a type of document, in the user's language. */
export function translated(word) {
	return WORDS()[word] || __(word || "");
}

/** Show fields of a type of document in the user's language: Frappe translates names of types only for who may read them. */
export function translateFields(doctype, ...fieldnames) {
	for (const fieldname of fieldnames) frappe.meta.docfield_map[doctype][fieldname].formatter = translated;
}

/** A cell of a report: `format` is how it is shown otherwise. */
export function formatCell(value, row, column, data, format) {
	if (COLUMNS.includes(column.fieldname)) return translated(value);
	return format(value, row, column, data);
}
