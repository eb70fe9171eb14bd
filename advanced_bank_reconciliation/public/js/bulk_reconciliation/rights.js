/** Whether the user may reconcile Bank Transactions at all. The server asks again. */
export function mayReconcile() {
	return frappe.model.can_write("Bank Transaction");
}

/** Whether the user may also pay invoices while reconciling. */
export function mayPayInvoices() {
	const { can_create, can_submit } = frappe.model;
	return mayReconcile() && can_create("Payment Entry") && can_submit("Payment Entry");
}

/** Whether the user may undo what a run has posted. */
export function mayUndo() {
	return mayReconcile() && frappe.model.can_cancel("Payment Entry");
}
