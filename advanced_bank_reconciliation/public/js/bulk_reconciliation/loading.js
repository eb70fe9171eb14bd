const ERPNEXT_BUNDLE = "bank-reconciliation-tool.bundle.js";
const STYLES = "bulk_reconciliation.bundle.css";

let dialogs = null;

/**
 * Load the classes of ERPNext's tool and then ours, which extend them; promises when both are there.
 * One after the other: version 16 evaluates what is asked for together in no certain order.
 */
export function loadDialogs() {
	dialogs ??= frappe
		.require(ERPNEXT_BUNDLE)
		.then(() => frappe.require(["bulk_reconciliation.bundle.js", STYLES]));
	return dialogs;
}

/** Load what the form of a run draws itself with. */
export function loadRunPage() {
	return frappe.require(["bulk_reconciliation_run.bundle.js", STYLES]);
}
