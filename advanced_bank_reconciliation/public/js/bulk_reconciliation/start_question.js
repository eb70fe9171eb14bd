/** What is asked before a selection goes to the background: what is paid, and what then stays unallocated. */
export function startQuestion(selection, formats) {
	const { total, difference } = selection;
	const invoices = selection.candidates.filter(({ isInvoice }) => isInvoice);
	const sentence = __("Reconcile {0} invoices of {1} parties for {2} in the background?", [
		invoices.length.toLocaleString(),
		selection.partyCount().toLocaleString(),
		formats.currencyText(total),
	]);
	if (!difference) return [sentence, __("The Bank Transaction is then allocated in full.")];
	return [sentence, __("{0} of the Bank Transaction stay unallocated.", [formats.currencyText(difference)])];
}

/** Why a selection cannot be submitted that is more than the Bank Transaction has left. */
export function tooMuch({ difference }, formats) {
	const amount = formats.currencyText(-difference);
	return __("The selection is {0} more than what is unallocated. Reduce an allocation.", [amount]);
}
