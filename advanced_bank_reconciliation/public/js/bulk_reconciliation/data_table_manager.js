import { nameFilters } from "./accessible_names.js";
import { takeRest, widthOfHead } from "./column_widths.js";
import { call } from "./endpoints.js";
import { amountCell, referenceCell, startedBy } from "./formats.js";
import { holdsItsDocuments } from "./progress_tracker.js";
import { pinLastColumn } from "./pinned_column.js";
import { ProposalList } from "./proposal_list.js";
import { mayReconcile } from "./rights.js";
import { RunStrip } from "./run_strip.js";

// ERPNext's column of the party's type gives its place to the number of the Bank Transaction.
const NUMBER_COLUMN = 1;
// An amount of a million fits.
const WIDTHS = { 0: 110, 1: 186, 2: 80, 3: 110, 4: 124, 5: 124, 6: 124, 7: 112, 8: 136 };
const AMOUNTS = { 4: "in", 5: "out", 6: "open" };
const TEXT_FIELDS = ["description", "reference_number", "party_type", "transaction_type"];

/** ERPNext's table of unreconciled Bank Transactions, that also knows of runs. */
export class DataTableManager extends erpnext.accounts.bank_reconciliation.DataTableManager {
	constructor(options) {
		super(options);
		this.held = new Set();
		this.#replaceFormer();
		Object.assign(this.dialog_manager, {
			update_dt_cards: (bank_transaction) => this.update_dt_cards(bank_transaction),
			findNext: (name) => this.#findNext(name),
			placeFinder: (name) => this.#placeFinder(name),
		});
		this.strip = new RunStrip($("<div>").insertBefore(this.$reconciliation_tool_dt)[0], {
			show: (tracker) => this.dialog_manager.showBulkProgressDialog(tracker),
		});
		this.proposals = new ProposalList($("<div>").insertBefore(this.$reconciliation_tool_dt)[0], {
			args: {
				bank_account: this.bank_account,
				from_date: this.bank_statement_from_date,
				to_date: this.bank_statement_to_date,
			},
			onChange: (names) => names.forEach((name) => this.#refreshButton(name)),
			onTaken: (result) => this.#showTaken(result),
		});
		this.stop = advanced_bank_reconciliation.runs.onChange((...news) => this.#hear(...news));
		this.#findRuns();
	}

	/** ERPNext's columns, with the number of the Bank Transaction, and room for what stands in them. */
	get_dt_columns() {
		super.get_dt_columns();
		this.columns[NUMBER_COLUMN] = { name: __("Bank Transaction"), editable: false };
		this.columns[6].name = __("Unallocated");
		this.columns[7].name = __("Reference");
		for (const [index, width] of Object.entries(WIDTHS))
			this.columns[index].width = widthOfHead(this.columns[index].name, width);
		for (const [index, kind] of Object.entries(AMOUNTS))
			this.columns[index].format = (value) => amountCell(value, this.currency, kind);
		this.columns[7].format = referenceCell;
		takeRest(this.columns, this.columns[7]);
	}

	get_datatable() {
		super.get_datatable();
		nameFilters(this.datatable);
		pinLastColumn(this.datatable.wrapper);
	}

	/** Whoever may not reconcile sees no button; what comes from the bank is text, not markup. */
	format_row(row) {
		const safe = { ...row };
		for (const field of TEXT_FIELDS) safe[field] = frappe.utils.escape_html(row[field] || "");
		const cells = super.format_row(safe);
		const address = frappe.utils.get_form_link("Bank Transaction", row.name);
		cells[NUMBER_COLUMN] = `<a href="${address}">${frappe.utils.escape_html(row.name)}</a>`;
		cells[cells.length - 1] = this.#button(row.name);
		return cells;
	}

	/** ERPNext finds the button by its class and the name in it. */
	#button(name) {
		if (!mayReconcile()) return "";
		const tracker = advanced_bank_reconciliation.runs.holding(name);
		const label = tracker ? __("Show Progress") : __("Actions");
		const title = tracker?.state.user ? startedBy(tracker.state.user) : "";
		const colour = tracker ? "btn-default" : "btn-primary";
		return `<button class="btn ${colour} btn-xs center" data-name="${frappe.utils.escape_html(name)}"
			title="${frappe.utils.escape_html(title)}">${label}</button>${tracker ? "" : this.proposals?.button(name) || ""}`;
	}

	/** A proposal was taken: few invoices are paid by now, many are being paid. */
	#showTaken({ run, status, message, bank_transaction }) {
		if (!run) return;
		if (status === "completed") frappe.show_alert({ message: frappe.utils.escape_html(message), indicator: "green" });
		else this.dialog_manager.showBulkProgressDialog(advanced_bank_reconciliation.runs.watch(run));
		this.refresh_transaction(bank_transaction);
	}

	#refreshButton(name) {
		const index = this.transaction_dt_map?.[name];
		if (index === undefined || !this.datatable) return;
		const column = this.columns.length - 1;
		this.transactions[index][column] = this.#button(name);
		// The first column of the table is the number of the row.
		this.#keepFocus(() =>
			this.datatable.cellmanager.updateCell(column + 1, index, this.transactions[index][column], true)
		);
	}

	/** ERPNext calls this with a Bank Transaction that has changed; it may be one that is not in the table. */
	update_dt_cards(bank_transaction) {
		const { name, unallocated_amount } = bank_transaction;
		this.#keepFocus(() => {
			if (name in (this.transaction_dt_map || {})) super.update_dt_cards(bank_transaction);
			// ERPNext keeps the place of a row that it has taken out, which is another row's by then.
			if (!(unallocated_amount > 0)) delete this.transaction_dt_map?.[name];
		});
		this.on_reconciled?.(bank_transaction);
		this.proposals?.reload();
	}

	/** Show a Bank Transaction as it is now. */
	async refresh_transaction(name) {
		const row = await frappe.db.get_doc("Bank Transaction", name);
		if (row.unallocated_amount > 0 && !(name in this.transaction_dt_map)) super.make_dt();
		this.update_dt_cards(row);
	}

	destroy() {
		this.stop();
		this.dialog_manager.leave();
		this.$reconciliation_tool_dt[0].removeEventListener("keydown", leaveToButton, true);
		this.$reconciliation_tool_dt[0].removeEventListener("click", this.takeProposal, true);
		this.strip.remove();
		this.proposals.remove();
	}

	/** Every refresh of the form makes a new manager in the same place. */
	#replaceFormer() {
		const place = this.$reconciliation_tool_dt;
		place.data("bulk_manager")?.destroy();
		place.data("bulk_manager", this);
		place[0].addEventListener("keydown", leaveToButton, true);
		this.takeProposal = (event) => this.#take(event);
		place[0].addEventListener("click", this.takeProposal, true);
	}

	/** ERPNext opens its dialog at every button in the table. */
	#take(event) {
		const button = event.target.closest("[data-proposal]");
		if (!button) return;
		event.stopPropagation();
		this.proposals.take(button.dataset.proposal);
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
		if (!state.status || !state.bank_transaction) return;
		const [isHeld, wasHeld] = [holdsItsDocuments(state), this.held.has(state.run)];
		if (isHeld === wasHeld) return;
		if (isHeld) this.held.add(state.run);
		else this.held.delete(state.run);
		this.#refreshButton(state.bank_transaction);
		if (wasHeld) this.refresh_transaction(state.bank_transaction);
	}

	/** Finds the button of a deposit, or of the one that has taken its place: where the keyboard goes on. */
	#placeFinder(name) {
		const index = this.transaction_dt_map?.[name];
		return () => {
			const places = Object.entries(this.transaction_dt_map || {});
			const nameAt = (wanted) => places.find(([, place]) => place === wanted)?.[0];
			return [name, nameAt(index), nameAt(index - 1)].map((one) => this.#buttonOf(one)).find(Boolean);
		};
	}

	#buttonOf(name) {
		const buttons = this.$reconciliation_tool_dt[0].querySelectorAll(".dt-cell button[data-name]");
		return [...buttons].find(({ dataset }) => dataset.name === name);
	}

	/** Who is at a button of the table stays at it, or at the one in its place, when it is drawn again. */
	#keepFocus(draw) {
		const { name } = document.activeElement?.dataset || {};
		const findPlace = name && this.#buttonOf(name) === document.activeElement && this.#placeFinder(name);
		draw();
		if (findPlace) findPlace()?.focus();
	}

	/** What opens the first deposit of the table beside `name`; null if there is no other. */
	#findNext(name) {
		const names = Object.keys(this.transaction_dt_map || {});
		const others = names.filter((one) => one !== name && !advanced_bank_reconciliation.runs.holding(one));
		if (!others.length) return null;
		return () => this.dialog_manager.show_dialog(others[0], this.dialog_manager.update_dt_cards);
	}
}

/** The table takes Enter for itself; on a button it is the button's. */
function leaveToButton(event) {
	if ([" ", "Enter"].includes(event.key) && event.target.matches("button")) event.stopPropagation();
}
