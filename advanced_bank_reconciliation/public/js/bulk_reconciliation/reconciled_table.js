import { nameFilters } from "./accessible_names.js";
import { widthOfButtons, widthOfHead } from "./column_widths.js";
import { call, listDocuments } from "./endpoints.js";
import { amountCell } from "./formats.js";
import { pinLastColumn } from "./pinned_column.js";
import { mayReconcile, mayUndo } from "./rights.js";
import { actionsFor, ask, askAndDo } from "./run_requests.js";

const LIMIT = 500;
const FIELDS = [
	"name",
	"date",
	"party",
	"description",
	"deposit",
	"withdrawal",
	"allocated_amount",
	"unallocated_amount",
	"currency",
	"reference_number",
];

/** What is reconciled already, newest first, each with its undo. */
export class ReconciledTable {
	/**
	 * options: company, bank_account, from_date, to_date; on_undone(bank_transaction)
	 */
	constructor(element, options) {
		Object.assign(this, options);
		this.$element = $(element).addClass("bulk-reconciled");
		this.$element.off("click").on("click", "[data-undo]", (event) => {
			this.#askForUndo(event.currentTarget.dataset.undo);
		});
		this.load();
	}

	async load() {
		const rows = await frappe.db.get_list("Bank Transaction", {
			filters: this.#filters(),
			fields: FIELDS,
			order_by: "date desc, name desc",
			limit: LIMIT + 1,
		});
		this.rows = rows.slice(0, LIMIT);
		this.runs = await this.#runsOf(this.rows.map(({ name }) => name));
		this.#draw(rows.length > LIMIT);
	}

	#filters() {
		const filters = [
			["bank_account", "=", this.bank_account],
			["docstatus", "=", 1],
			["allocated_amount", ">", 0],
		];
		if (this.from_date) filters.push(["date", ">=", this.from_date]);
		if (this.to_date) filters.push(["date", "<=", this.to_date]);
		return filters;
	}

	/** The newest completed run of each Bank Transaction. */
	async #runsOf(names) {
		if (!names.length || !frappe.model.can_read("Bulk Reconciliation Run")) return new Map();
		const runs = await listDocuments("Bulk Reconciliation Run", {
			filters: { bank_transaction: ["in", names], state: "Completed" },
			fields: ["name", "bank_transaction"],
			order_by: "creation asc",
			limit: 0,
		});
		return new Map(runs.map((run) => [run.bank_transaction, run]));
	}

	#draw(hasMore) {
		this.$element.empty();
		if (!this.rows.length) {
			this.$element.append($("<div class='text-muted text-center'>").text(__("Nothing is reconciled yet")));
			return;
		}
		const place = $("<div>").appendTo(this.$element);
		this.datatable = new frappe.DataTable(place[0], {
			columns: this.#columns(),
			data: this.rows.map((row) => this.#cells(row)),
			inlineFilters: true,
			checkboxColumn: false,
		});
		nameFilters(this.datatable);
		pinLastColumn(this.datatable.wrapper);
		if (hasMore) {
			const sentence = __("The newest {0} are shown. Choose other dates to see older ones.", [LIMIT]);
			this.$element.append($("<div class='text-muted small mt-2'>").text(sentence));
		}
	}

	#columns() {
		const amount = (kind) => (value) => amountCell(value, this.rows[0].currency, kind);
		const column = (name, least, format) => ({ name, width: widthOfHead(name, least), format, editable: false });
		return [
			column(__("Date"), 110, frappe.form.formatters.Date),
			column(__("Bank Transaction"), 195),
			column(__("Description"), 110),
			column(__("Deposit"), 135, amount("in")),
			column(__("Withdrawal"), 135, amount("out")),
			column(__("Allocated"), 135, amount("settled")),
			column(__("Reference"), 130),
			column(__("Run"), 165),
			{ ...column(__("Undo"), widthOfButtons(__("Undo"), __("Unmatch"))), sortable: false, focusable: false, dropdown: false },
		];
	}

	#cells(row) {
		const escape = (text) => frappe.utils.escape_html(text || "");
		const link = (doctype, name) =>
			`<a href="${frappe.utils.get_form_link(doctype, name)}">${escape(name)}</a>`;
		const run = this.runs.get(row.name);
		const label = run ? __("Undo") : __("Unmatch");
		const button = `<button class="btn btn-default btn-xs" data-undo="${escape(row.name)}">${label}</button>`;
		return [
			row.date,
			link("Bank Transaction", row.name),
			escape(row.description),
			row.deposit,
			row.withdrawal,
			row.allocated_amount,
			escape(row.reference_number),
			run ? link("Bulk Reconciliation Run", run.name) : "",
			(run ? mayUndo() : mayReconcile()) ? button : "",
		];
	}

	#askForUndo(name) {
		const run = this.runs.get(name);
		return run ? this.#undoRun(run.name) : this.#unmatch(name);
	}

	async #undoRun(run) {
		const tracker = advanced_bank_reconciliation.runs.watch(run);
		await tracker.poll();
		const action = actionsFor(tracker.state).find(({ name }) => name === "undo");
		// Somebody may have undone it meanwhile.
		if (!action || (await askAndDo(action, tracker))) this.show_progress(tracker);
	}

	async #unmatch(name) {
		const question = [
			__("Take all vouchers off {0}?", [name]),
			__("The vouchers themselves stay as they are."),
		];
		if (!(await ask({ label: __("Unmatch"), question, confirm: __("Unmatch") }))) return;
		await call("unmatch_vouchers", { bank_transaction_name: name });
		this.on_undone(name);
	}
}
