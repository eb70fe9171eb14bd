import { call, RequestRefused } from "./endpoints.js";
import { button, create } from "./elements.js";

/**
 * A line in the dialog that says what the Bank Transaction pays, as far as that is known without an advice. Nothing
 * is ticked before the click.
 *
 * bankTransaction: its name; onTake(answer): the click, in the form of `read_remittance_advice`
 */
export class ProposalOffer {
	constructor({ bankTransaction, onTake }) {
		Object.assign(this, { bankTransaction, onTake });
		this.element = create("div", "bulk-proposal");
		this.element.setAttribute("role", "status");
		this.element.hidden = true;
		this.#load();
	}

	async #load() {
		try {
			const args = { bank_transaction_name: this.bankTransaction };
			const proposal = await call("get_proposal", args, { type: "GET" });
			if (proposal) this.#show(proposal);
		} catch (error) {
			// Desk has shown what the server refuses; the dialog works without it.
			if (!(error instanceof RequestRefused)) throw error;
		}
	}

	#show(proposal) {
		const { is_sure: isSure, reason, invoices } = proposal;
		const label = isSure ? __("Proposed: {0} invoices.", [invoices.length]) : __("Perhaps: {0} invoices.", [invoices.length]);
		const take = button("take-proposal", __("Tick Them"), () => this.#take(proposal));
		this.element.classList.toggle("is-unsure", !isSure);
		this.element.replaceChildren(create("strong", "", label), create("span", "", reason), take);
		this.element.hidden = false;
	}

	#take({ invoices, reason: message }) {
		this.element.hidden = true;
		this.onTake({ message, invoices, lines: [], deductions: [] });
	}
}
