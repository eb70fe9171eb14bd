/**
 * What a selection leaves of a Bank Transaction, as an advance of a customer or, of a withdrawal, a supplier.
 * `row` is null if the rest stays unallocated, else `{party}`, which is empty until somebody chooses it.
 */
export class Advance {
	/** @param {{isDeposit: boolean}} bankLine */
	constructor(bankLine) {
		this.partyType = bankLine.isDeposit ? "Customer" : "Supplier";
		this.row = null;
	}

	/** Leave the rest. party: empty if that is to be chosen */
	leave(party = "") {
		this.row = { party };
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
		if (this.row.party) return [];
		const choose = { Customer: __("Advance: choose a customer."), Supplier: __("Advance: choose a supplier.") };
		return [choose[this.partyType]];
	}

	/** As it is sent. amount: plain decimal text */
	payload(amount) {
		return this.row ? { party_type: this.partyType, party: this.row.party, amount } : null;
	}
}
