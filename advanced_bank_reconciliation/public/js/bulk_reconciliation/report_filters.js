/**
 * The filters of a report: those that both reports have, and between them its own.
 * @param {object[]} own
 * @param {number} rows how many are shown at first
 */
export function reportFilters(own, rows) {
	return [
		{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
		{ fieldname: "bank_account", label: __("Bank Account"), fieldtype: "Link", options: "Bank Account" },
		{
			fieldname: "bank_transaction",
			label: __("Bank Transaction"),
			fieldtype: "Link",
			options: "Bank Transaction",
		},
		...own,
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -1),
		},
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date" },
		{ fieldname: "rows", label: __("Rows (0 for all)"), fieldtype: "Int", default: rows },
	];
}
