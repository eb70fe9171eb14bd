import { call } from "./endpoints.js";
import { mayPayInvoices, mayUndo } from "./rights.js";
import { othersOf, startOthers } from "./other_invoices.js";
import { runActions } from "./run_actions.js";
import { behaveWell } from "./well_behaved_dialog.js";

/** What this user can do with a run now, see `runActions`. */
export function actionsFor(state) {
	return runActions(state, { mayUndo: mayUndo(), mayPayInvoices: mayPayInvoices() }, __);
}

/**
 * Ask, and then do what an action is for.
 * Promises the tracker of the run that does it: the same one, or that of a new run; null if the answer was no.
 */
export async function askAndDo(action, tracker) {
	const { runs } = advanced_bank_reconciliation;
	if (action.name === "leaveOut") {
		const others = await othersOf(tracker.state);
		if (!(await ask({ ...action, question: others.question }))) return null;
		return runs.start(() => startOthers(tracker.state, others));
	}
	if (!(await ask(action))) return null;
	const request = () => call(action.method, { run: tracker.run }, { freeze: true });
	if (action.name === "again") return runs.start(request);
	tracker.update(await request());
	return tracker;
}

/** A question with a way out that is as easy as the way in; promises whether the answer is yes. */
export function ask({ label, question, confirm, isDangerous = false }) {
	return new Promise((resolve) => {
		const dialog = new frappe.ui.Dialog({
			title: frappe.utils.escape_html(label.replace(" …", "")),
			primary_action_label: confirm,
			primary_action: () => {
				resolve(true);
				dialog.hide();
			},
			secondary_action_label: __("Leave It"),
			secondary_action: () => dialog.hide(),
			on_hide: () => resolve(false),
		});
		const place = $("<div class='frappe-confirm-message'>").appendTo(dialog.$body);
		for (const sentence of question) place.append($("<p>").text(sentence));
		dialog.get_primary_btn().toggleClass("btn-danger", isDangerous).toggleClass("btn-primary", !isDangerous);
		behaveWell(dialog).show();
	});
}
