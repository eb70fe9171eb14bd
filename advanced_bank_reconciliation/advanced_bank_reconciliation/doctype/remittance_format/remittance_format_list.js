const KNOWN_FORMATS =
	"advanced_bank_reconciliation.advanced_bank_reconciliation.doctype.remittance_format.remittance_format.get_known_formats";

frappe.listview_settings["Remittance Format"] = {
	/** Who looks for a service in an empty list is told that it needs no record. */
	async onload(listview) {
		const { message: names } = await frappe.call({ method: KNOWN_FORMATS, type: "GET" });
		const text = __("Read without an entry here: {0}.", [names.join(", ")]);
		listview.page.add_inner_message(frappe.utils.escape_html(text));
	},
};
