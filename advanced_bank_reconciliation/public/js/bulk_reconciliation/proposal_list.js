import { call } from "./endpoints.js";
import { button, create } from "./elements.js";
import { ManyDeposits } from "./many_deposits.js";
import { OneAtATime } from "./one_at_a_time.js";
import { mayPayInvoices } from "./rights.js";

const RELOAD_AFTER = 600;

/**
 * What is sure of the deposits in the table: a line above it, and an OK beside each.
 *
 * args: of `get_proposals`; onChange(names): whose button is to be drawn anew
 * onTaken(result): one was taken, see `start_proposals`
 */
export class ProposalList {
	constructor(element, { args, onChange, onTaken }) {
		Object.assign(this, { element, args, onChange, onTaken });
		this.proposals = new Map();
		this.requests = new OneAtATime();
		element.className = "bulk-proposals-line";
		element.hidden = true;
		this.load();
	}

	/** Ask the server again, once for many changes. */
	reload() {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.load(), RELOAD_AFTER);
	}

	async load() {
		if (!mayPayInvoices() || this.isGone) return;
		const load = (this.lastLoad = {});
		const found = await call("get_proposals", this.args, { type: "GET" });
		if (load !== this.lastLoad || this.isGone) return;
		const names = new Set(this.proposals.keys());
		this.proposals = new Map(found.map((proposal) => [proposal.bank_transaction, proposal]));
		this.#show();
		this.onChange(new Set([...names, ...this.proposals.keys()]));
	}

	/** The markup of the button of a deposit; empty if nothing is sure. */
	button(name) {
		const proposal = this.proposals.get(name);
		if (!proposal) return "";
		const title = __("{0} invoices: {1}", [proposal.invoices, proposal.reason]);
		return ` <button class="btn btn-default btn-xs" data-proposal="${frappe.utils.escape_html(name)}"
			title="${frappe.utils.escape_html(title)}">${__("OK")}</button>`;
	}

	/** Start what is proposed for one deposit. */
	async take(name) {
		const proposal = this.proposals.get(name);
		if (proposal) await this.requests.run(() => this.#start(proposal));
		this.reload();
	}

	remove() {
		this.isGone = true;
		clearTimeout(this.timer);
		this.element.remove();
	}

	async #start({ bank_transaction, token, invoices }) {
		const options = { freeze: true, freeze_message: __("Reconciling {0} invoices …", [invoices]) };
		const [result] = await call("start_proposals", { proposals: [{ bank_transaction, token }] }, options);
		if (!result.run) frappe.msgprint(frappe.utils.escape_html(result.message));
		this.onTaken(result);
	}

	#show() {
		const { size } = this.proposals;
		this.element.hidden = !size;
		const choose = button("choose-proposals", __("Choose …"), () => this.#choose());
		const text = __("{0} Bank Transactions have a sure proposal: OK takes it.", [size.toLocaleString()]);
		this.element.replaceChildren(create("span", "", text), choose);
	}

	#choose() {
		return new ManyDeposits([...this.proposals.values()], { onStarted: () => this.reload() });
	}
}
