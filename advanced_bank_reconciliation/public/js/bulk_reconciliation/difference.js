import { toMinorUnits } from "./amounts.js";

/**
 * Why a selection cannot be submitted, in sentences; empty if it can. The server asks the same, and more.
 * @param {Selection} selection
 * @param {{currencyText(units), example}} formats
 * @param {function} __ translates
 */
export function obstaclesOf(selection, formats, __) {
	const { deductions, difference, net } = selection;
	if (!selection.size) return [__("Select at least one document.")];
	// Without a rate there are no sums to speak of.
	if (selection.ratesMissing.length)
		return selection.ratesMissing.map((currency) => __("Enter the exchange rate of {0}.", [currency]));
	const obstacles = deductions.problems(__, formats.example);
	if (deductions.rows.length && !selection.hasInvoices)
		obstacles.push(__("A deduction is booked with the payment of an invoice. Select one."));
	obstacles.push(...selection.advance.problems(selection, __));
	if (net <= 0) obstacles.push(__("What is selected comes to nothing for the Bank Transaction."));
	if (difference < 0) obstacles.push(tooMuch(-difference, formats, __));
	return obstacles;
}

function tooMuch(excess, formats, __) {
	const amount = formats.currencyText(excess);
	return __("The selection is {0} more than what is unallocated. Reduce an allocation, or add what was deducted.", [
		amount,
	]);
}

/**
 * What a difference means and what can be done about it.
 *
 * standard: the company's default deduction as the server offers it, or null
 * Returns null without a difference, else `{deduction, amount, isWithin}`: the amount of the default deduction
 * with which nothing is left, and whether the settings allow to book it with one click.
 */
export function bookable(selection, standard) {
	const { difference, deductions } = selection;
	if (!difference || !standard || !selection.hasInvoices || selection.ratesMissing.length) return null;
	const former = deductions.rows.find(({ isStandard }) => isStandard);
	const amount = deductions.amountFor(difference) + (former?.amount || 0);
	return { former, amount, isWithin: isWithin(amount, selection, standard) };
}

/** Book it: a click after another changes the same row, so that the tolerance is kept. */
export function book({ former, amount }, { deductions }, { account, cost_center }) {
	if (former) deductions.remove(former);
	return amount ? deductions.add({ account, cost_center, amount, isStandard: true }) : null;
}

function isWithin(amount, selection, { tolerance, tolerance_percent: percent }) {
	const limit = toMinorUnits(tolerance, selection.bankLine.precision);
	const limits = [limit, Math.floor((Math.abs(selection.invoiceTotal) * Number(percent)) / 100 + 1e-6)];
	const set = limits.filter((_limit, index) => Number([tolerance, percent][index]) > 0);
	return set.length > 0 && Math.abs(amount) <= Math.min(...set);
}
