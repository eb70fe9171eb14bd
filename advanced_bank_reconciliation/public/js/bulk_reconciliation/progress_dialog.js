import { call, RequestRefused } from "./endpoints.js";
import { canCancel, isSettled } from "./progress_tracker.js";
import { ProgressView } from "./progress_view.js";

/**
 * The dialog that shows one run. Closing it never ends anything: the watcher goes on listening.
 */
export class ProgressDialog {
	/** @param {ProgressTracker} tracker of the run; @param {RunWatcher} watcher */
	constructor(tracker, watcher) {
		this.watcher = watcher;
		this.dialog = new frappe.ui.Dialog({
			title: __("Bulk Reconciliation"),
			fields: [{ fieldtype: "HTML", fieldname: "progress" }],
			on_hide: () => this.#leave(),
		});
		this.dialog.$wrapper.addClass("bulk-progress-dialog").on("hidden.bs.modal", (event) => {
			event.currentTarget.remove();
		});
		this.view = new ProgressView(this.dialog.get_field("progress").$wrapper[0], {
			translate: __,
			link: (doctype, name) => frappe.utils.get_form_link(doctype, name),
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
		const kind = buttons.map(({ label }) => label).join();
		if (kind === this.shownButtons) return;
		this.shownButtons = kind;
		this.#title(state);
		this.#showButtons(buttons);
	}

	#title(state) {
		const address = frappe.utils.get_form_link("Bulk Reconciliation Run", state.run);
		const run = `<a href="${address}">${frappe.utils.escape_html(state.run)}</a>`;
		this.dialog.set_title(__("Bulk Reconciliation {0}", [run]));
	}

	/** What can be done now; the first one is the obvious one. */
	#buttons(state) {
		const close = () => this.dialog.hide();
		if (canCancel(state))
			return [
				{ label: __("Run in Background"), click: close },
				{ label: __("Cancel and Undo"), click: () => this.#confirmCancel() },
			];
		if (!isSettled(state)) return [{ label: __("Run in Background"), click: close }];
		const done = { label: __("Close"), click: close };
		if (["Rolled Back", "Attention"].includes(state.status))
			return [{ label: __("Try Again"), click: () => this.#retry() }, done];
		return [done];
	}

	#showButtons([primary, secondary]) {
		this.dialog.set_primary_action(primary.label, primary.click);
		this.dialog.get_secondary_btn().addClass("hide");
		if (!secondary) return;
		this.dialog.set_secondary_action(secondary.click);
		this.dialog.set_secondary_action_label(secondary.label);
	}

	#confirmCancel() {
		const tracker = this.tracker;
		frappe.confirm(
			__("Stop, and undo everything that this run has posted so far?"),
			() => this.#ask(async () => tracker.update(await call("cancel_bulk_reconciliation", { run: tracker.run })))
		);
	}

	/** A new run for one that was undone; the same one if its undo is not finished. */
	#retry() {
		const { run, state } = this.tracker;
		const request = () => call("retry_bulk_reconciliation", { run });
		if (state.status === "Rolled Back")
			return this.#ask(async () => this.#follow(await this.watcher.start(request)));
		const tracker = this.tracker;
		return this.#ask(async () => tracker.update(await request()));
	}

	async #ask(request) {
		this.dialog.disable_primary_action();
		try {
			await request();
		} catch (error) {
			// What the server refuses, Desk has shown already.
			if (!(error instanceof RequestRefused)) throw error;
		} finally {
			this.dialog.enable_primary_action();
		}
	}
}
