import { toMinorUnits } from "./amounts.js";

// How much cash the settlement of one unit of outstanding amount brings in.
const CASH_IN = { "Sales Invoice": 1, "Purchase Invoice": -1 };

/** One row that can be ticked: an unpaid invoice, or a voucher that exists already. */
export class Candidate {
	constructor(values) {
		Object.assign(this, values);
		this.key = keyOf(this);
		this.isAgainst = this.cashOf(this.open) < 0;
		this.date = this.due_date || this.posting_date || "";
		this.partyText = lowerCase(this.party, this.party_name);
		this.searchText = lowerCase(this.name, this.party, this.party_name, this.reference, this.type);
	}

	/**
	 * @param {object} row what the server says of an unpaid invoice: doctype, name, outstanding, currency, discount:
	 * what payment terms let off if all of it is paid
	 * @param {{precision: number, isDeposit: boolean, currency: string}} bankLine
	 */
	static ofInvoice(row, { precision, isDeposit, currency }) {
		const isForeign = Boolean(row.currency) && row.currency !== currency;
		const cash = CASH_IN[row.doctype] * (isDeposit ? 1 : -1);
		const [open, discount] = [row.outstanding, row.discount || "0"].map((text) => toMinorUnits(text, precision));
		const values = { type: `Unpaid ${row.doctype}`, isInvoice: true, isForeign, open, discount, cash };
		return new Candidate({ ...row, ...values });
	}

	/**
	 * @param {object} row a row of ERPNext's get_linked_payments
	 * @param {{precision: number}} bankLine
	 */
	static ofVoucher(row, { precision }) {
		return new Candidate({
			...row,
			type: row.doctype,
			isInvoice: false,
			reference: row.reference_no,
			due_date: row.reference_date,
			open: toMinorUnits(row.paid_amount, precision),
			cash: 1,
		});
	}

	/**
	 * What an allocation means for the Bank Transaction: positive settles it, negative runs against it. In the
	 * currency in which the document is owed.
	 */
	cashOf(allocated) {
		return allocated * this.cash;
	}

	/**
	 * The allocation that somebody means who typed an amount of cash into this row. The sign is the document's:
	 * nobody has to type it, and another one is a mistake.
	 * @param {number|null} typed
	 */
	allocationOf(typed) {
		const shown = this.cashOf(this.open);
		if (typed === null || (typed < 0 && shown > 0)) return null;
		return Math.abs(typed) * (this.open < 0 ? -1 : 1);
	}

	/** Whether `allocated` has the sign of what is open and is not more than that. */
	fits(allocated) {
		if (allocated === 0 || allocated > 0 !== this.open > 0) return false;
		return Math.abs(allocated) <= Math.abs(this.open);
	}
}

/**
 * All that can be ticked: what the server says of unpaid invoices, a table, and what ERPNext says of vouchers.
 * @param {{columns: string[], rows: Array[]}} invoices
 * @param {object[]|undefined} vouchers
 */
export function candidatesOf({ columns, rows }, vouchers, bankLine) {
	const toObject = (values) => Object.fromEntries(columns.map((column, index) => [column, values[index]]));
	const invoices = rows.map((values) => Candidate.ofInvoice(toObject(values), bankLine));
	const others = (vouchers || []).map((row) => Candidate.ofVoucher(row, bankLine));
	return [...invoices, ...others.filter(({ open }) => open > 0)];
}

/** What a candidate is known by. An invoice can be there twice: as one that is unpaid, and as a voucher. */
export function keyOf({ doctype, name, isInvoice }) {
	return `${isInvoice ? "Unpaid " : ""}${doctype}/${name}`;
}

/** The order in which debts fall due. */
export function byAge(one, other) {
	return compare(one.date, other.date) || compare(one.name, other.name);
}

function lowerCase(...texts) {
	return texts.filter(Boolean).join(" ").toLowerCase();
}

function compare(one, other) {
	return one < other ? -1 : one > other ? 1 : 0;
}
