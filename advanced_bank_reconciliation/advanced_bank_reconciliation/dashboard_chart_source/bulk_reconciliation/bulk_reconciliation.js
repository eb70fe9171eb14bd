frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Bulk Reconciliation"] = {
	method: "advanced_bank_reconciliation.erpnext_adapter.figures.get_chart",
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
		},
	],
};
