import { OneAtATime } from "./one_at_a_time.js";
import { canCancel, isSettled } from "./progress_tracker.js";
import { ProgressView } from "./progress_view.js";
import { actionsFor, askAndDo } from "./run_requests.js";
import { behaveWell } from "./well_behaved_dialog.js";

/**
 * The dialog that shows one run. Closing it never ends anything: the watcher goes on listening.
 *
 * tracker: of the run; chooseAgain(state): open the deposit with what was selected for the run;
 * findNext(): what opens another deposit, null if there is none; findPlace: see `behaveWell`
 */
export class ProgressDialog {
	constructor(tracker, { chooseAgain = null, findNext = () => null, findPlace } = {}) {
		Object.assign(this, { chooseAgain, findNext, requests: new OneAtATime() });
		this.dialog = new frappe.ui.Dialog({
			title: __("Bulk Reconciliation"),
			fields: [{ fieldtype: "HTML", fieldname: "progress" }],
			on_hide: () => this.#leave(),
		});
		behaveWell(this.dialog, findPlace);
		this.dialog.$wrapper.addClass("bulk-progress-dialog").on("hidden.bs.modal", (event) => {
			event.currentTarget.remove();
		});
		this.view = new ProgressView(this.dialog.get_field("progress").$wrapper[0], {
			translate: __,
			link: (doctype, name) => frappe.utils.get_form_link(doctype, name),
			money: (amount, currency) => format_currency(amount, currency),
		});
		this.dialog.show();
		this.#follow(tracker);
	}

	#follow(tracker) {
		this.#leave();
		this.tracker = tracker;
		tracker.isShown = true;
		this.stop = tracker.onChange((state) => this.#show(state));
	}

	#leave() {
		if (!this.tracker) return;
		this.tracker.isShown = false;
		this.stop();
		this.tracker = null;
	}

	#show(state) {
		this.view.show(state, { isOffline: this.tracker.isOffline });
		const buttons = this.#buttons(state);
		const shown = [state.run, canCancel(state), ...buttons.map(({ label }) => label)].join();
		if (shown === this.shownButtons) return;
		this.shownButtons = shown;
		this.#title(state);
		this.#showButtons(buttons, isSettled(state) ? __("Close") : __("Run in Background"));
	}

	#title(state) {
		const address = frappe.utils.get_form_link("Bulk Reconciliation Run", state.run);
		const run = `<a href="${address}">${frappe.utils.escape_html(state.run)}</a>`;
		this.dialog.set_title(__("Bulk Reconciliation {0}", [run]));
	}

	/** What can be done now, beside leaving; none of it at the first press of Enter. */
	#buttons(state) {
		const actions = actionsFor(state).filter(({ name }) => name !== "undo");
		const buttons = actions.map(({ name, label }) => ({ label, click: () => this.#do(name) }));
		if (state.status === "Rolled Back" && this.chooseAgain)
			buttons.push({ label: __("Choose Again"), click: () => this.#leaveFor(() => this.chooseAgain(state)) });
		if (state.status === "Completed") buttons.push(...this.#afterwards(state));
		return buttons;
	}

	#afterwards({ run }) {
		const doctype = "Bulk Reconciliation Run";
		const show = () => this.#leaveFor(() => frappe.set_route("Form", doctype, run));
		const print = () => this.#leaveFor(() => frappe.set_route("print", doctype, run));
		const buttons = [
			{ label: __("Show the Run"), click: show },
			{ label: __("Print"), click: print },
		];
		const next = this.findNext();
		return next ? [...buttons, { label: __("Next Deposit"), click: () => this.#leaveFor(next) }] : buttons;
	}

	#showButtons(buttons, leave) {
		this.dialog.set_primary_action(leave, () => this.dialog.hide());
		this.dialog.custom_actions.empty();
		for (const { label, click } of buttons)
			this.dialog.add_custom_action(frappe.utils.escape_html(label), click, "btn-default");
	}

	/** A dialog that opens while another one goes would be left without a page to scroll. */
	#leaveFor(go) {
		this.dialog.$wrapper.one("hidden.bs.modal", () => go());
		this.dialog.hide();
	}

	async #do(name) {
		// The numbers in its question are those of the moment in which it is asked.
		const action = actionsFor(this.tracker.state).find((one) => one.name === name);
		if (action) await this.requests.run(() => this.#doNow(action));
	}

	async #doNow(action) {
		const tracker = await askAndDo(action, this.tracker);
		if (tracker && tracker !== this.tracker) this.#follow(tracker);
	}
}
