import { canCancel } from "./progress_tracker.js";

const CANCEL = "cancel_bulk_reconciliation";
const RETRY = "retry_bulk_reconciliation";
const RESUME = "resume_bulk_reconciliation";

/**
 * What can be done with a run as it is now, by who has the rights. Knows nothing of a page or of Frappe.
 *
 * state: of a ProgressTracker; rights: {mayUndo, mayPayInvoices}; translate(sentence, values): in Desk `__`
 * Returns [{name, label, method, question: sentences, confirm, isDangerous}]; the method is the endpoint's.
 */
export function runActions(state, rights, translate) {
	const actions = [...undoActions(state, rights), ...forwardActions(state, rights)];
	return actions.map((name) => ({ name, ...ACTIONS[name](state, translate) }));
}

function undoActions(state, { mayUndo }) {
	if (!mayUndo) return [];
	if (canCancel(state)) return ["cancel"];
	return state.status === "Completed" ? ["undo"] : [];
}

function forwardActions(state, { mayPayInvoices }) {
	if (!mayPayInvoices) return [];
	if (state.status === "Rolled Back") return canLeaveOut(state) ? ["leaveOut", "again"] : ["again"];
	if (state.status === "Attention") return ["finishUndo"];
	return state.is_active && state.has_worker === false ? ["resume"] : [];
}

/** Whether some of the invoices were in the way, and others were not. */
function canLeaveOut({ failures = [], total }) {
	return failures.length > 0 && failures.length < total;
}

const ACTIONS = {
	cancel: (state, __) => ({
		label: __("Cancel and Undo"),
		method: CANCEL,
		question: [__("Stop, and undo everything that this run has posted so far?"), ...undoneTexts(state, __)],
		confirm: __("Undo Everything"),
		isDangerous: true,
	}),
	undo: (state, __) => ({
		label: __("Undo"),
		method: CANCEL,
		question: [
			__("Undo everything that run {0} did?", [state.run]),
			__("Its {0} invoices will be open again.", [state.total.toLocaleString()]),
			...advanceTexts(state, __),
			...undoneTexts(state, __),
		],
		confirm: __("Undo Everything"),
		isDangerous: true,
	}),
	again: ({ total }, __) => ({
		label: __("Start Again …"),
		method: RETRY,
		question: [
			__("Start a new run that posts the payments of the same {0} invoices again?", [total.toLocaleString()]),
			__("It is refused if one of them cannot be paid that way any more."),
		],
		confirm: __("Start Again"),
	}),
	leaveOut: ({ failures, total }, __) => ({
		label: __("Go On with the Other {0} …", [(total - failures.length).toLocaleString()]),
		question: [],
		confirm: __("Go On"),
	}),
	finishUndo: ({ last_error: refusal }, __) => ({
		label: __("Finish Undoing …"),
		method: RETRY,
		question: [
			__("Go on with the undo? Nothing is posted by it."),
			refusal ? __("Remove first what it was refused for: {0}", [refusal]) : "",
		].filter(Boolean),
		confirm: __("Finish Undoing"),
	}),
	resume: (_state, __) => ({
		label: __("Resume"),
		method: RESUME,
		question: [
			__("Queue this run again?"),
			__("It goes on where it stopped. Nothing is posted twice, and a run that only waits is left alone."),
		],
		confirm: __("Resume"),
	}),
};

function advanceTexts({ advance }, __) {
	if (!advance) return [];
	return [__("So will the invoices to which the advance of {0} was allocated since.", [advance.party])];
}

/** What becomes of payments that are undone, as the run was set when it was started. */
export function undoneTexts({ rollback_action: action }, __) {
	const payments = {
		"Cancel and Delete": __("Its payments will be cancelled and deleted."),
		"Cancel Only": __("Its payments will be cancelled; the cancelled payments are kept."),
	};
	const vouchers = __("Vouchers that existed before stay, and are only taken off the Bank Transaction.");
	return [payments[action], vouchers].filter(Boolean);
}
