frappe.listview_settings["Bulk Reconciliation Run"] = {
	add_fields: ["state", "posted_items", "undone_items", "total_items"],

	get_indicator(doc) {
		const colours = {
			Queued: "purple",
			Posting: "blue",
			Matching: "light-blue",
			Completed: "green",
			"Rolling Back": "orange",
			"Rolled Back": "gray",
			Attention: "red",
		};
		return [__(doc.state), colours[doc.state] || "gray", `state,=,${doc.state}`];
	},

	formatters: {
		total_items(total, _field, doc) {
			return __("{0} of {1}", [doc.posted_items - doc.undone_items, total]);
		},
	},
};
