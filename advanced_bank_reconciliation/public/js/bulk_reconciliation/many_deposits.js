import { call } from "./endpoints.js";
import { checkbox, create } from "./elements.js";
import { OneAtATime } from "./one_at_a_time.js";
import { isSettled } from "./progress_tracker.js";
import { totalOf } from "./total_progress.js";
import { behaveWell } from "./well_behaved_dialog.js";

const HEADS = () => [__("Bank Transaction"), __("Unallocated"), __("Invoices"), __("Why"), __("Status")];

/**
 * The dialog in which deposits with a sure proposal are chosen, and a run is started for each; then it shows one
 * progress for all. Closing it ends nothing.
 *
 * proposals: of `get_proposals`; onStarted(): runs have been started
 */
export class ManyDeposits {
	constructor(proposals, { onStarted }) {
		this.onStarted = onStarted;
		this.trackers = [];
		this.requests = new OneAtATime();
		this.dialog = new frappe.ui.Dialog({
			title: __("Sure Proposals"),
			size: "extra-large",
			fields: [{ fieldtype: "HTML", fieldname: "proposals" }],
		});
		behaveWell(this.dialog);
		this.dialog.$wrapper.addClass("bulk-many-dialog").on("hidden.bs.modal", (event) => this.#leave(event));
		this.rows = proposals.map((proposal) => this.#row(proposal));
		this.#build();
		this.#count();
		this.dialog.show();
	}

	#build() {
		const place = this.dialog.get_field("proposals").$wrapper[0];
		const [frame, table, head] = [create("div", "table-responsive"), create("table", "table"), create("tr")];
		this.all = checkbox(__("Select all"));
		this.all.checked = true;
		this.all.addEventListener("change", () => this.#chooseAll());
		head.append(create("th").appendChild(this.all).parentNode, ...HEADS().map((text) => create("th", "", text)));
		table.append(create("thead").appendChild(head).parentNode, create("tbody"));
		table.tBodies[0].append(...this.rows.map(({ element }) => element));
		frame.append(table);
		this.summary = create("div", "bulk-many-summary");
		this.summary.setAttribute("role", "status");
		this.bar = create("div", "bulk-many-bar");
		const track = create("div", "bulk-many-track");
		track.append(this.bar);
		place.replaceChildren(this.summary, track, frame);
	}

	#row(proposal) {
		const element = create("tr");
		element.dataset.name = proposal.bank_transaction;
		const box = checkbox(proposal.bank_transaction);
		box.checked = true;
		box.addEventListener("change", () => this.#count());
		const amount = format_currency(proposal.amount, proposal.currency);
		const texts = [proposal.bank_transaction, amount, String(proposal.invoices), proposal.reason, ""];
		const cells = texts.map((text) => create("td", "", text));
		element.append(create("td").appendChild(box).parentNode, ...cells);
		return { proposal, element, box, status: cells[4] };
	}

	get #chosen() {
		return this.rows.filter(({ box }) => box.checked);
	}

	#chooseAll() {
		for (const { box } of this.rows) box.checked = this.all.checked;
		this.#count();
	}

	#count() {
		const invoices = this.#chosen.reduce((total, { proposal }) => total + proposal.invoices, 0);
		this.summary.textContent = __("{0} deposits with {1} invoices are chosen.", [this.#chosen.length, invoices]);
		this.dialog.set_primary_action(__("Start {0} Runs", [this.#chosen.length]), () => this.requests.run(() => this.#start()));
		this.dialog.get_primary_btn().prop("disabled", !this.#chosen.length);
	}

	async #start() {
		const chosen = this.#chosen;
		const proposals = chosen.map(({ proposal: { bank_transaction, token } }) => ({ bank_transaction, token }));
		const options = { freeze: true, freeze_message: __("Starting {0} runs …", [chosen.length]) };
		this.#follow(chosen, await call("start_proposals", { proposals }, options));
	}

	#follow(chosen, results) {
		for (const { box } of this.rows) box.disabled = true;
		this.all.disabled = true;
		results.forEach((result, index) => this.#followOne(chosen[index], result));
		this.dialog.set_primary_action(__("Close"), () => this.dialog.hide());
		this.#showTotal();
		this.onStarted();
	}

	#followOne({ status, element }, { run, message, total_invoices: total }) {
		if (!run) {
			element.classList.add("is-refused");
			status.textContent = message;
			return;
		}
		const tracker = advanced_bank_reconciliation.runs.watch(run, { total }, { wasWorking: true });
		const stop = tracker.onChange((state) => {
			const isBad = isSettled(state) && state.status !== "Completed";
			element.classList.toggle("is-refused", isBad);
			status.textContent = isBad ? `${__(state.status)}: ${state.message || ""}` : __(state.status || "Queued");
			this.#showTotal();
		});
		// Its end is told here, unless the dialog is closed before.
		tracker.isShown = true;
		this.trackers.push({ tracker, stop });
	}

	#showTotal() {
		if (!this.trackers.length) return;
		const total = totalOf(this.trackers.map(({ tracker }) => tracker.state));
		const number = (count) => count.toLocaleString();
		const words = [total.completed, total.count, total.current, total.total].map(number);
		this.summary.textContent = __("{0} of {1} runs are completed, {2} of {3} invoices.", words);
		this.bar.style.width = `${total.percentage}%`;
	}

	#leave({ currentTarget }) {
		for (const { tracker, stop } of this.trackers) {
			tracker.isShown = false;
			stop();
		}
		currentTarget.remove();
	}
}
