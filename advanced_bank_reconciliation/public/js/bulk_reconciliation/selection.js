import { toDecimalText } from "./amounts.js";
import { Advance } from "./advance.js";
import { byAge } from "./candidate.js";
import { Deductions } from "./deductions.js";
import { ExchangeRates } from "./exchange_rates.js";

/**
 * What is ticked, and how much of the Bank Transaction goes to each row. Rows are known by their document,
 * never by their position, so that filters and reloads cannot change what is selected.
 */
export class Selection {
	/**
	 * @param {{unallocated: number, precision: number}} bankLine
	 */
	constructor(bankLine) {
		this.bankLine = bankLine;
		this.deductions = new Deductions(bankLine);
		this.advance = new Advance(bankLine);
		this.rates = new ExchangeRates(bankLine);
		/** Which invoices share a payment: "Invoice" for none, or "Party". */
		this.grouping = "Invoice";
		this.clear();
	}

	/**
	 * What is ticked, in the bank account's currency: what is owed in one currency is converted as a whole. What
	 * has no rate yet is left out, see `ratesMissing`.
	 */
	get total() {
		let total = 0;
		for (const [currency, { units }] of this.sums) total += this.rates.inBank(units, currency) || 0;
		return total;
	}

	/** In which currencies the ticked documents are owed. */
	get currencies() {
		return new Set(this.sums.keys());
	}

	/** Currencies without whose rate nobody knows what is selected. */
	get ratesMissing() {
		return this.rates.missing(this.currencies);
	}

	get size() {
		return this.allocations.size;
	}

	/** What the Bank Transaction takes of it: what is ticked less early payment discounts and what is deducted. */
	get net() {
		return this.total - this.discounts + this.deductions.cash;
	}

	/** What is ticked and deducted leaves so much of the Bank Transaction; negative if too much is selected. */
	get rest() {
		return this.bankLine.unallocated - this.net;
	}

	/** How much of the rest is left as an advance. */
	get advanceAmount() {
		return this.advance.amountOf(this.rest);
	}

	/** How much of the Bank Transaction stays unallocated; negative if too much is selected. */
	get difference() {
		return this.rest - this.advanceAmount;
	}

	get hasInvoices() {
		for (const { candidate } of this.allocations.values()) if (candidate.isInvoice) return true;
		return false;
	}

	/** What the ticked invoices come to. */
	get invoiceTotal() {
		let vouchers = 0;
		for (const { candidate, amount } of this.allocations.values())
			if (!candidate.isInvoice) vouchers += candidate.cashOf(amount);
		return this.total - vouchers;
	}

	get candidates() {
		return [...this.allocations.values()].map(({ candidate }) => candidate);
	}

	has(key) {
		return this.allocations.has(key);
	}

	/** The allocation of a ticked row, undefined for any other. */
	allocated(key) {
		return this.allocations.get(key)?.amount;
	}

	/** Which early payment discount is taken of a row, zero for none. */
	discountOf(key) {
		return this.allocations.get(key)?.discount || 0;
	}

	/** Tick a row, in full unless `amount` is given. discount: how much of it is let off, which has no sign */
	tick(candidate, amount = candidate.open, discount = 0) {
		this.untick(candidate.key);
		this.allocations.set(candidate.key, { candidate, amount, discount });
		this.#add(candidate, amount, discount, 1);
	}

	untick(key) {
		const { candidate, amount, discount } = this.allocations.get(key) || {};
		if (!candidate) return;
		this.#add(candidate, -amount, -discount, -1);
		this.allocations.delete(key);
	}

	/** Take the early payment discount of a row, which is for who pays all of it, or give it back. */
	toggleDiscount(candidate) {
		if (this.discountOf(candidate.key)) this.tick(candidate, this.allocated(candidate.key));
		else if (candidate.discount) this.tick(candidate, candidate.open, candidate.discount);
	}

	/** Tick those of `candidates` that are not ticked yet; what was typed for the others stays. */
	tickAll(candidates) {
		for (const candidate of candidates) {
			if (!this.has(candidate.key)) this.tick(candidate);
		}
	}

	untickAll(candidates) {
		for (const candidate of candidates) this.untick(candidate.key);
	}

	/**
	 * Untick what is not open any more.
	 * @param {Map<string, Candidate>} candidatesByKey
	 * @param {function} isKnown whether a candidate would be among them if it were open
	 * @returns {string[]} the names of what was ticked
	 */
	untickGone(candidatesByKey, isKnown) {
		const gone = this.candidates.filter((candidate) => isKnown(candidate) && !candidatesByKey.has(candidate.key));
		this.untickAll(gone);
		return gone.map(({ name }) => name);
	}

	clear() {
		this.allocations = new Map();
		this.sums = new Map();
		this.discounts = 0;
	}

	/** Sums by currency are kept, so that what is shown after a tick needs no look at all other rows. */
	#add(candidate, amount, discount, rows) {
		this.discounts += discount;
		const currency = currencyOf(candidate);
		const sum = this.sums.get(currency) || { units: 0, count: 0 };
		sum.units += candidate.cashOf(amount);
		sum.count += rows;
		if (sum.count) this.sums.set(currency, sum);
		else this.sums.delete(currency);
	}

	/**
	 * Change the allocation of a ticked row. Vouchers that exist are always matched in full. A discount is let off
	 * the amount for which it was taken, and no other.
	 * @returns {boolean} false if the amount does not fit, and nothing is changed
	 */
	allocate(key, amount) {
		const { candidate, amount: former, discount } = this.allocations.get(key) || {};
		if (!candidate?.isInvoice || amount === null || !candidate.fits(amount)) return false;
		this.tick(candidate, amount, amount === former ? discount : 0);
		return true;
	}

	/**
	 * Tick invoices from the oldest on until nothing of the Bank Transaction is left; the last one in part.
	 * Rows that are ticked already stay as they are; credit notes, and what is owed in another currency, are not
	 * taken by themselves.
	 * @returns {{ticked: number, isPartial: boolean, younger: number, against: number, foreign: number,
	 * vouchers: number}} how many were ticked, whether the last one in part, and how many of what kind were left out
	 */
	fillOldestFirst(candidates) {
		const free = candidates.filter(({ key }) => !this.has(key));
		const invoices = free.filter(({ isInvoice }) => isInvoice);
		const own = invoices.filter(({ isForeign }) => !isForeign);
		const ours = own.filter(({ isAgainst }) => !isAgainst).sort(byAge);
		let [ticked, isPartial] = [0, false];
		for (const candidate of ours) {
			if (this.rest <= 0) break;
			const open = candidate.cashOf(candidate.open);
			isPartial = open > this.rest;
			this.tick(candidate, (isPartial ? this.rest : open) * candidate.cash);
			ticked += 1;
		}
		const [younger, against] = [ours.length - ticked, own.length - ours.length];
		const foreign = invoices.length - own.length;
		return { ticked, isPartial, younger, against, foreign, vouchers: free.length - invoices.length };
	}

	/**
	 * Take over what has become of the rows. One that is not among them stays: a filter may have kept it from
	 * being loaded, and whether it still exists is the server's to say.
	 * @param {Map<string, Candidate>} candidatesByKey
	 */
	renew(candidatesByKey) {
		for (const [key, { candidate, amount, discount }] of [...this.allocations]) {
			const current = candidatesByKey.get(key);
			if (!current) continue;
			const isPartial = amount !== candidate.open && current.fits(amount);
			const allocated = isPartial ? amount : current.open;
			this.tick(current, allocated, allocated === amount && current.discount ? discount : 0);
		}
	}

	/** The invoices, vouchers, deductions and the advance, if there is one, exactly as they are sent. */
	payload() {
		const invoices = [];
		const vouchers = [];
		for (const { candidate, amount, discount } of this.allocations.values()) {
			const [text, letOff] = [amount, discount].map((units) => toDecimalText(units, this.bankLine.precision));
			const { doctype, name } = candidate;
			if (candidate.isInvoice)
				invoices.push({ doctype, name, allocated_amount: text, ...(discount && { discount: letOff }) });
			else
				vouchers.push({
					payment_doctype: candidate.doctype,
					payment_name: candidate.name,
					amount: text,
				});
		}
		const advance = this.advance.payload(toDecimalText(this.advanceAmount, this.bankLine.precision));
		return { invoices, vouchers, deductions: this.deductions.payload(), advance };
	}

	/** How many different parties the ticked invoices are of. */
	partyCount() {
		const invoices = this.candidates.filter((candidate) => candidate.isInvoice);
		return new Set(invoices.map((candidate) => candidate.party)).size;
	}
}

/** In which currency a document is owed; empty for that of the bank account. */
function currencyOf({ isForeign, currency }) {
	return isForeign ? currency : "";
}
