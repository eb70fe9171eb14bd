/** What is asked before a selection goes to the background: what is paid, what deducted, and what then stays. */
export function startQuestion(selection, formats) {
	const { total, difference } = selection;
	const invoices = selection.candidates.filter(({ isInvoice }) => isInvoice);
	const sentence = __("Reconcile {0} invoices of {1} parties for {2} in the background?", [
		invoices.length.toLocaleString(),
		selection.partyCount().toLocaleString(),
		formats.currencyText(total),
	]);
	const deducted = selection.deductions.rows.map((row) => deductionText(row, formats));
	if (selection.discounts)
		deducted.unshift(__("{0} of early payment discounts are taken.", [formats.currencyText(selection.discounts)]));
	if (deducted.length) deducted.push(__("The Bank Transaction is matched by {0}.", [formats.currencyText(selection.net)]));
	if (selection.grouping === "Party") deducted.push(__("Invoices of one party share payments."));
	const { advance, advanceAmount } = selection;
	if (advance.row)
		deducted.push(__("{0} are left as an advance of {1}.", [formats.currencyText(advanceAmount), advance.row.party]));
	const left = difference
		? __("{0} of the Bank Transaction stay unallocated.", [formats.currencyText(difference)])
		: __("The Bank Transaction is then allocated in full.");
	return [sentence, ...deducted, left];
}

function deductionText({ account, amount, description }, formats) {
	const words = [formats.currencyText(amount), account];
	if (!description) return __("{0} are deducted and booked to {1}.", words);
	return __("{0} are deducted and booked to {1} ({2}).", [...words, description]);
}
