import { amountField, linkField, textField } from "./typed_fields.js";
import { TypedRows } from "./typed_rows.js";

// The server refuses what is for parties, or another bank account.
const NO_DEDUCTIONS = ["Receivable", "Payable", "Bank"];

/**
 * The rows of deductions under the table. currency: of the accounts, the company's; onChange(): one was typed into,
 * or removed
 */
export class DeductionRows {
	constructor({ deductions, formats, company, currency, standard, onChange }) {
		Object.assign(this, { deductions, formats, company, currency, standard, onChange });
		const label = __("Deductions");
		const onRemove = (row) => this.#remove(row);
		this.rows = new TypedRows({ name: "deductions", label, columns: this.#columns(), onRemove });
		this.element = this.rows.element;
	}

	/** Show the deductions as they are. */
	update() {
		this.rows.setRows(this.deductions.rows);
	}

	/** A row with the account of the settings, if there is one, and the cursor where the typing begins. */
	add() {
		const { account = "", cost_center = "" } = this.standard || {};
		const row = this.deductions.add({ account, cost_center });
		this.onChange();
		this.rows.focus(row, account ? "amount" : "account");
	}

	#remove(row) {
		const place = this.deductions.rows.indexOf(row);
		this.deductions.remove(row);
		this.onChange();
		const { rows } = this.deductions;
		if (rows.length) this.rows.focus(rows[Math.min(place, rows.length - 1)], "amount");
		else this.onEmptied?.();
	}

	#columns() {
		const { company, currency, formats } = this;
		const ofCompany = { company, is_group: 0, disabled: 0 };
		const accounts = { ...ofCompany, account_type: ["not in", NO_DEDUCTIONS], account_currency: currency };
		return [
			this.#link("account", __("Account"), "Account", accounts),
			this.#link("cost_center", __("Cost Center"), "Cost Center", ofCompany),
			{
				name: "amount",
				label: __("Amount ({0})", [formats.currency]),
				width: "minmax(7rem, 0.8fr)",
				fill: (cell, row) => cell.append(this.#amount(row)),
			},
			{
				name: "description",
				label: __("Description"),
				width: "minmax(8rem, 1fr)",
				fill: (cell, row) => cell.append(this.#description(row)),
			},
		];
	}

	#link(name, label, doctype, filters) {
		const fill = (cell, row) => {
			const onType = (value) => this.#type(row, name, value);
			linkField({ parent: cell, label, doctype, filters, value: row[name], onType });
		};
		return { name, label, width: "minmax(9rem, 1.2fr)", fill };
	}

	#amount(row) {
		const onType = (units) => this.#type(row, "amount", units);
		const label = __("Amount: a cost, or negative an income");
		return amountField({ label, value: row.amount, formats: this.formats, onType });
	}

	#description(row) {
		const onType = (text) => this.#type(row, "description", text);
		return textField({ label: __("Description"), value: row.description, onType });
	}

	#type(row, name, value) {
		if (row[name] === value) return;
		row[name] = value;
		// What somebody has changed is theirs, and no more what one click has booked.
		row.isStandard = false;
		this.onChange();
	}
}
