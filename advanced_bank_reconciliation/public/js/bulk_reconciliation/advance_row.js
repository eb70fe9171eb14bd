import { create } from "./elements.js";
import { linkField } from "./typed_fields.js";
import { TypedRows } from "./typed_rows.js";

/** The row of the advance under the table: how much is left, and whose it is. onChange(): it has changed */
export class AdvanceRow {
	constructor({ selection, formats, onChange }) {
		Object.assign(this, { selection, formats, onChange });
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
		const label = this.selection.advance.partyType === "Customer" ? __("Customer") : __("Supplier");
		return [
			{ name: "amount", label: __("Advance"), width: "minmax(7rem, 0.8fr)", fill: (cell) => cell.append(this.amount) },
			{ name: "party", label, width: "minmax(9rem, 2fr)", fill: (cell, row) => this.#partyField(cell, row, label) },
		];
	}

	#partyField(parent, row, label) {
		const onType = (party) => {
			if (row.party === party) return;
			row.party = party;
			this.onChange();
		};
		const doctype = this.selection.advance.partyType;
		linkField({ parent, label, doctype, filters: { disabled: 0 }, value: row.party, onType });
	}
}
