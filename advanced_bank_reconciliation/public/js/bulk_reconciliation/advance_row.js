import { create } from "./elements.js";
import { linkField } from "./typed_fields.js";
import { TypedRows } from "./typed_rows.js";

/**
 * The row of the advance under the table: how much is left, whose it is, and what its payment has beside that.
 * company: of the Bank Transaction; onChange(): it has changed
 */
export class AdvanceRow {
	constructor({ selection, formats, company, onChange }) {
		Object.assign(this, { selection, formats, company, onChange });
		this.amount = create("span", "bulk-advance-amount");
		const onRemove = () => this.#remove();
		this.rows = new TypedRows({ name: "advance", label: __("Advance"), columns: this.#columns(), onRemove });
		this.element = this.rows.element;
	}

	/** Show the advance as it is. */
	update() {
		const { advance, advanceAmount } = this.selection;
		this.amount.textContent = this.formats.money(advanceAmount);
		this.rows.setRows(advance.row ? [advance.row] : []);
	}

	/** Leave the rest to the party of all invoices that are ticked, or ask for one. */
	add() {
		const { advance, candidates } = this.selection;
		advance.leave(advance.partyOf(candidates));
		this.onChange();
		this.rows.focus(advance.row, "party");
	}

	#remove() {
		this.selection.advance.remove();
		this.onChange();
		this.onRemoved?.();
	}

	#columns() {
		const { partyType, dimensions } = this.selection.advance;
		const party = partyType === "Customer" ? __("Customer") : __("Supplier");
		const inCompany = { company: this.company, is_group: 0, disabled: 0 };
		const ofAny = { company: ["in", [this.company, ""]] };
		return [
			{ name: "amount", label: __("Advance"), width: "minmax(6rem, 0.8fr)", fill: (cell) => cell.append(this.amount) },
			this.#link("party", party, partyType, { disabled: 0 }, "minmax(7rem, 1.6fr)"),
			this.#link("mode_of_payment", __("Mode of Payment"), "Mode of Payment", { enabled: 1 }),
			this.#link("cost_center", __("Cost Center"), "Cost Center", inCompany),
			this.#link("project", __("Project"), "Project", ofAny),
			...dimensions.map((one) => this.#dimension(one)),
		];
	}

	#link(name, label, doctype, filters, width = "minmax(0, 1fr)", of = (row) => row) {
		const fill = (parent, row) => {
			const values = of(row);
			const onType = (value) => this.#type(values, name, value);
			linkField({ parent, label, doctype, filters, value: values[name], onType });
		};
		return { name, label, width, fill };
	}

	/** One of the site's own accounting dimensions. */
	#dimension({ field, label, doctype, filters }) {
		return this.#link(field, __(label), doctype, filters, undefined, (row) => row.dimensions);
	}

	#type(values, name, value) {
		if (values[name] === value) return;
		values[name] = value;
		this.onChange();
	}
}
