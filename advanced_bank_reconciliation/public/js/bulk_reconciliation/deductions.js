import { toDecimalText } from "./amounts.js";

/**
 * What the bank kept of a deposit or added to a withdrawal, as rows that are typed: `{account, cost_center,
 * project, description, amount}`. An amount is in the smallest units of the currency: positive is a cost,
 * negative an income, null what cannot be read as an amount, undefined what is not typed yet.
 */
export class Deductions {
	/** @param {{precision: number, isDeposit: boolean}} bankLine */
	constructor(bankLine) {
		this.bankLine = bankLine;
		this.rows = [];
	}

	add(values = {}) {
		const row = { account: "", cost_center: "", project: "", description: "", amount: undefined, ...values };
		this.rows.push(row);
		return row;
	}

	remove(row) {
		this.rows = this.rows.filter((other) => other !== row);
	}

	get total() {
		return this.rows.reduce((total, { amount }) => total + (amount || 0), 0);
	}

	/** What they change of what a selection takes of the Bank Transaction: a fee takes less of a deposit. */
	get cash() {
		return (this.bankLine.isDeposit ? -1 : 1) * this.total || 0;
	}

	/** The deduction over which a difference disappears, see `Selection.difference`. */
	amountFor(difference) {
		return (this.bankLine.isDeposit ? -1 : 1) * difference || 0;
	}

	/**
	 * Why a row cannot be sent, a sentence for each that cannot.
	 * @param {function} __ translates
	 * @param {string} example an amount as it is to be typed
	 */
	problems(__, example) {
		return this.rows.map((row, index) => problemOf(row, index + 1, __, example)).filter(Boolean);
	}

	/** The rows exactly as they are sent. */
	payload() {
		return this.rows.map(({ account, cost_center, project, description, amount }) => {
			return { account, cost_center, project, description, amount: toDecimalText(amount, this.bankLine.precision) };
		});
	}
}

function problemOf({ account, amount }, number, __, example) {
	if (amount === null) return __("Deduction {0}: that is no amount. Type it as {1}.", [number, example]);
	if (!account) return __("Deduction {0}: choose an account.", [number]);
	return amount ? null : __("Deduction {0}: type its amount.", [number]);
}
