/** What may be chosen beside the party and the accounting dimensions of the site's own. */
const DETAILS = ["mode_of_payment", "cost_center", "project"];

/**
 * What a selection leaves of a Bank Transaction, as an advance of a customer or, of a withdrawal, a supplier.
 * `row` is null if the rest stays unallocated, else `{party, mode_of_payment, cost_center, project, dimensions}`, all
 * of them empty until somebody chooses them; dimensions by field, at first the company's defaults.
 */
export class Advance {
	/** @param {{isDeposit: boolean, dimensions: object[]}} bankLine dimensions: see the server's `offered_dimensions` */
	constructor({ isDeposit, dimensions = [] }) {
		this.partyType = isDeposit ? "Customer" : "Supplier";
		this.dimensions = dimensions;
		this.row = null;
	}

	/** Leave the rest. party: empty if that is to be chosen; chosen: what was chosen beside it before */
	leave(party = "", chosen = {}) {
		const defaults = this.dimensions.map(({ field, default: name }) => [field, name]);
		const details = Object.fromEntries(DETAILS.map((name) => [name, chosen[name] || ""]));
		this.row = { party, ...details, dimensions: chosen.dimensions || Object.fromEntries(defaults) };
	}

	remove() {
		this.row = null;
	}

	/** How much of `rest` it takes: all of it, or nothing of what is too little. */
	amountOf(rest) {
		return this.row && rest > 0 ? rest : 0;
	}

	/** The party of all these candidates that are invoices of its type, empty if there are several or none. */
	partyOf(candidates) {
		const doctype = { Customer: "Sales Invoice", Supplier: "Purchase Invoice" }[this.partyType];
		const parties = new Set(candidates.filter((one) => one.doctype === doctype).map(({ party }) => party));
		return parties.size === 1 ? [...parties][0] : "";
	}

	/** Why it cannot be sent, in sentences. */
	problems({ rest, hasInvoices }, __) {
		if (!this.row) return [];
		if (!hasInvoices) return [__("An advance is left beside the payments of invoices. Select one.")];
		if (rest <= 0) return [__("Nothing is left for an advance. Remove it.")];
		const choose = { Customer: __("Advance: choose a customer."), Supplier: __("Advance: choose a supplier.") };
		const missing = this.dimensions.filter(
			({ field, is_mandatory }) => is_mandatory && !this.row.dimensions[field]
		);
		const sentences = missing.map(({ label }) => __("Advance: choose its {0}.", [label]));
		return this.row.party ? sentences : [choose[this.partyType], ...sentences];
	}

	/** As it is sent. amount: plain decimal text */
	payload(amount) {
		if (!this.row) return null;
		const { party, dimensions, ...details } = this.row;
		const chosen = Object.entries(dimensions).filter(([, name]) => name);
		return {
			party_type: this.partyType,
			party,
			amount,
			...Object.fromEntries(Object.entries(details).filter(([, name]) => name)),
			...(chosen.length && { dimensions: Object.fromEntries(chosen) }),
		};
	}
}
