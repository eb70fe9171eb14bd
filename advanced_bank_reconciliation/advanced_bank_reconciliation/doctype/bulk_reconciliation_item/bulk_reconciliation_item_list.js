frappe.listview_settings["Bulk Reconciliation Item"] = {
	add_fields: ["state"],

	get_indicator(doc) {
		const colours = { Pending: "blue", Posted: "green", Failed: "red", Undone: "gray" };
		return [__(doc.state), colours[doc.state] || "gray", `state,=,${doc.state}`];
	},
};
