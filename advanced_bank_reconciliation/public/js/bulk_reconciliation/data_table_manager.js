import { call } from "./endpoints.js";
import { isSettled } from "./progress_tracker.js";
import { mayReconcile } from "./rights.js";
import { RunStrip } from "./run_strip.js";

const DATE_WIDTH = 115;
const DESCRIPTION_WIDTH = 310;
const TEXT_FIELDS = ["description", "reference_number", "party_type", "transaction_type"];

/** ERPNext's table of unreconciled Bank Transactions, that also knows of runs. */
export class DataTableManager extends erpnext.accounts.bank_reconciliation.DataTableManager {
	constructor(options) {
		super(options);
		this.working = new Set();
		this.#replaceFormer();
		this.strip = new RunStrip($("<div>").insertBefore(this.$reconciliation_tool_dt)[0], {
			show: (tracker) => this.dialog_manager.showBulkProgressDialog(tracker),
		});
		this.stop = advanced_bank_reconciliation.runs.onChange((...news) => this.#hear(...news));
		this.#findRuns();
	}

	/** ERPNext's columns; a date with four digits of the year wants more room than they give it. */
	get_dt_columns() {
		super.get_dt_columns();
		const [date, , , description] = this.columns;
		date.width = DATE_WIDTH;
		description.width = DESCRIPTION_WIDTH;
	}

	/** Whoever may not reconcile sees no button; what comes from the bank is text, not markup. */
	format_row(row) {
		const safe = { ...row };
		for (const field of TEXT_FIELDS) safe[field] = frappe.utils.escape_html(row[field] || "");
		const cells = super.format_row(safe);
		if (!mayReconcile()) cells[cells.length - 1] = "";
		return cells;
	}

	/** ERPNext calls this with a Bank Transaction that has changed; it may be one that is not in the table. */
	update_dt_cards(bank_transaction) {
		const { name, unallocated_amount } = bank_transaction;
		if (name in (this.transaction_dt_map || {})) super.update_dt_cards(bank_transaction);
		// ERPNext keeps the place of a row that it has taken out, which is another row's by then.
		if (!(unallocated_amount > 0)) delete this.transaction_dt_map?.[name];
		this.on_reconciled?.(bank_transaction);
	}

	/** Show a Bank Transaction as it is now. */
	async refresh_transaction(name) {
		const row = await frappe.db.get_doc("Bank Transaction", name);
		if (row.unallocated_amount > 0 && !(name in this.transaction_dt_map)) super.make_dt();
		this.update_dt_cards(row);
	}

	destroy() {
		this.stop();
		this.strip.remove();
	}

	/** Every refresh of the form makes a new manager in the same place. */
	#replaceFormer() {
		const place = this.$reconciliation_tool_dt;
		place.data("bulk_manager")?.destroy();
		place.data("bulk_manager", this);
	}

	/** Runs that this page has not heard of: of another user, or from before a reload. */
	async #findRuns() {
		if (!frappe.model.can_read("Bulk Reconciliation Run")) return;
		const args = { bank_account: this.bank_account };
		const found = await call("get_active_bulk_reconciliations", args, { type: "GET" });
		for (const state of found) advanced_bank_reconciliation.runs.watch(state.run, state);
	}

	#hear(state, tracker) {
		if (state.bank_account && state.bank_account !== this.bank_account) return;
		this.strip.show(tracker);
		if (!state.status) return;
		if (!isSettled(state)) this.working.add(state.run);
		else if (this.working.delete(state.run)) this.refresh_transaction(state.bank_transaction);
	}
}
