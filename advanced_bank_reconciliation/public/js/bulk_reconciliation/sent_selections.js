import { RequestRefused } from "./endpoints.js";
import { OneAtATime } from "./one_at_a_time.js";

/** Requests that send what is selected in the dialog of `manager`. */
export class SentSelections extends OneAtATime {
	constructor(manager) {
		super();
		this.manager = manager;
	}

	/** If it is refused, what is shown and ticked then follows the books; without an answer nothing is changed. */
	run(request) {
		const { selection } = this.manager;
		return super.run(async () => {
			try {
				await request();
			} catch (error) {
				if (error instanceof RequestRefused && error.isJudged && this.#isOpen(selection)) await this.manager.lookAgain();
				throw error;
			}
		});
	}

	/** Whether the dialog is not closed by now, nor another Bank Transaction's. */
	#isOpen(selection) {
		return this.manager.dialog.display && this.manager.selection === selection;
	}
}

/** What is selected, with the rates, deductions and the remittance advice, as the arguments of a start. */
export function startArguments({ bank_transaction, selection, panel }, invoices, regular_vouchers) {
	const { deductions, advance } = selection.payload();
	const { grouping } = selection;
	const exchange_rates = selection.rates.payload(selection.currencies);
	const selected = { invoices, regular_vouchers, deductions, exchange_rates, advance, grouping };
	return { bank_transaction_name: bank_transaction.name, ...selected, advice: panel.adviceSource || null };
}
