import { startedBy } from "./formats.js";
import { ProgressView } from "./progress_view.js";
import { canCancel, isSettled } from "./progress_tracker.js";
import { RunItems } from "./run_items.js";
import { actionsFor, askAndDo } from "./run_requests.js";
import { create } from "./elements.js";

const RUN = "Bulk Reconciliation Run";
/** A moment as the user writes it, kept together also in a line that runs from right to left. */
const moment = (time) => `\u2068${frappe.datetime.str_to_user(time)}\u2069`;

/**
 * One visit to the form of one run: from `open` until `close`, which Frappe's "hide" of the page calls too. It
 * shows what the watcher of this page knows of the run, as the dialog does.
 */
export class RunPage {
	constructor(frm) {
		this.frm = frm;
	}

	async open() {
		new RunItems(this.frm).draw();
		$(this.frm.page.parent).one("hide.bulk-run", () => this.close());
		this.tracker = advanced_bank_reconciliation.runs.watch(this.frm.doc.name);
		// Only what is asked for now is as new as the record, which decides whether that is read again.
		await this.tracker.poll();
		if (this.isClosed) return;
		this.stop = this.tracker.onChange((state) => this.#show(state));
	}

	close() {
		this.isClosed = true;
		$(this.frm.page.parent).off("hide.bulk-run");
		this.stop?.();
	}

	#show(state) {
		// Who may see the record but not ask for its progress has the record itself.
		if (!state.status || state.status === "Gone") return;
		// What the record says besides has changed too. Refreshing opens a new visit.
		if (state.status !== this.frm.doc.state) return void this.frm.reload_doc();
		this.view ??= this.#makeView();
		this.view.show(state, { isOffline: this.tracker.isOffline });
		this.origin.replaceChildren(...this.#originLines(state));
		this.#showCounts(state);
		this.#showButtons(state);
	}

	#makeView() {
		const section = this.frm.dashboard.add_section("")[0];
		this.frm.dashboard.show();
		const [view, origin] = [create("div"), create("div", "text-muted small mt-2 bulk-run-origin")];
		section.append(view, origin);
		this.origin = origin;
		return new ProgressView(view, {
			translate: __,
			link: (doctype, name) => frappe.utils.get_form_link(doctype, name),
			money: (amount, currency) => format_currency(amount, currency),
		});
	}

	/** Who started it and when, and which way its payments went. Texts only ever become text nodes. */
	#originLines({ user, creation, ended_at: end, status, posting_ways: ways }) {
		const parts = [`${startedBy(user)} · ${moment(creation)}`];
		if (end && isSettled({ status })) parts.push(__("ended {0}", [moment(end)]));
		const lines = [parts.join(" · "), ...(ways ? [ways] : [])];
		return lines.map((text) => create("div", "", text));
	}

	/** The record's own numbers, while they change. */
	#showCounts({ current, status }) {
		const { doc } = this.frm;
		if (["Queued", "Posting", "Matching"].includes(status)) doc.posted_items = current;
		else doc.undone_items = doc.posted_items - current;
		this.frm.refresh_fields(["posted_items", "undone_items"]);
	}

	/** Drawn anew only if they change: a button must not lose the focus to a progress bar. */
	#showButtons(state) {
		const actions = actionsFor(state);
		const shown = [...actions.map(({ label }) => label), canCancel(state)].join();
		if (this.shownButtons === shown) return;
		this.shownButtons = shown;
		this.frm.clear_custom_buttons();
		for (const action of actions) this.frm.add_custom_button(action.label, () => this.#do(action));
	}

	async #do({ name }) {
		// The numbers in its question are those of the moment in which it is asked.
		const action = actionsFor(this.tracker.state).find((one) => one.name === name);
		const tracker = action && (await askAndDo(action, this.tracker));
		if (tracker && tracker.run !== this.frm.doc.name) frappe.set_route("Form", RUN, tracker.run);
	}
}
