/** What can be done with the run as it is now, for who may do it. */
class BulkRunButtons {
	constructor(frm) {
		this.frm = frm;
	}

	show(facts) {
		this.facts = facts;
		const { status, can_cancel, is_active, has_worker } = facts;
		// Drawn anew only if they change: a button must not lose the focus to a progress bar.
		const shown_for = [status, can_cancel, has_worker].join();
		if (this.shown_for === shown_for) return;
		this.shown_for = shown_for;
		this.frm.clear_custom_buttons();
		if (may_undo_in_bulk()) {
			if (can_cancel) this.add(__("Cancel and Undo"), () => this.ask_undo(__("Cancel and Undo")));
			if (status === "Completed") this.add(__("Undo"), () => this.ask_undo(__("Undo")));
		}
		if (!may_reconcile_in_bulk()) return;
		if (status === "Rolled Back") this.add(__("Try Again"), () => this.ask_new_run());
		else if (status === "Attention") this.add(__("Try Again"), () => this.ask_undo_again());
		else if (is_active && !has_worker) this.add(__("Resume"), () => this.ask_resume());
	}

	add(label, action) {
		this.frm.add_custom_button(label, action);
	}

	ask_undo(label) {
		const run = frappe.utils.escape_html(this.frm.doc.name);
		const kept = {
			"Cancel and Delete": __("Its payments will be cancelled and deleted."),
			"Cancel Only": __("Its payments will be cancelled; the cancelled payments are kept."),
		};
		const sentences = [
			__("Undo everything that run {0} did?", [run]),
			__("Its invoices will be open again, {0} of them are paid so far.", [this.facts.current]),
			kept[this.frm.doc.rollback_action],
			__("Vouchers that existed before stay, and are only taken off the Bank Transaction."),
		];
		const call = () => this.call("cancel_bulk_reconciliation");
		this.ask(label, sentences, __("Undo Everything"), "btn-danger", call);
	}

	ask_new_run() {
		const sentences = [
			__("Start a new run with the same invoices and amounts?"),
			__("It is refused if one of them cannot be paid that way any more."),
		];
		this.ask(__("Try Again"), sentences, __("Start"), "btn-primary", () => this.call("retry_bulk_reconciliation"));
	}

	ask_undo_again() {
		const sentences = [
			__("Go on with the undo?"),
			__("Remove the cause first: {0}", [frappe.utils.escape_html(this.facts.reason)]),
		];
		this.ask(__("Try Again"), sentences, __("Go On"), "btn-primary", () => this.call("retry_bulk_reconciliation"));
	}

	ask_resume() {
		const sentences = [
			__("Queue this run again?"),
			__("It goes on where it stopped. Nothing is posted twice, and a run that only waits is left alone."),
		];
		this.ask(__("Resume"), sentences, __("Resume"), "btn-primary", () => this.call("resume_bulk_reconciliation"));
	}

	ask(title, sentences, label, button_class, action) {
		const dialog = new frappe.ui.Dialog({
			title,
			primary_action_label: label,
			primary_action: () => {
				dialog.hide();
				action();
			},
			secondary_action_label: __("Leave It"),
			secondary_action: () => dialog.hide(),
		});
		const paragraphs = sentences.map((sentence) => `<p>${sentence}</p>`);
		dialog.$body.append(`<div class="frappe-confirm-message">${paragraphs.join("")}</div>`);
		dialog.get_primary_btn().removeClass("btn-primary").addClass(button_class);
		dialog.show();
	}

	async call(method) {
		const answer = await bulk_run_call(method, this.frm.doc.name, { freeze: true });
		if (answer.run === this.frm.doc.name) {
			this.frm.reload_doc();
			return;
		}
		frappe.show_alert({ message: frappe.utils.escape_html(answer.message), indicator: "green" });
		frappe.set_route("Form", "Bulk Reconciliation Run", answer.run);
	}
}

/** The server asks the same, and more. */
function may_undo_in_bulk() {
	return frappe.model.can_write("Bank Transaction") && frappe.model.can_cancel("Payment Entry");
}

function may_reconcile_in_bulk() {
	const may_post = frappe.model.can_create("Payment Entry") && frappe.model.can_submit("Payment Entry");
	return may_post && frappe.model.can_write("Bank Transaction");
}
