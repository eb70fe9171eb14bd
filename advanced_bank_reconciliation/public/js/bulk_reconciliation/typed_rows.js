import { cell, create } from "./elements.js";

/**
 * Rows that are typed under the table, with their labels above. A row keeps its fields as long as it is there.
 *
 * name, label: of the whole; columns: [{name, label, width, fill(cell, row)}]; onRemove(row): null for rows that
 * stay
 */
export class TypedRows {
	constructor({ name, label, columns, onRemove = null }) {
		Object.assign(this, { columns, onRemove });
		this.lines = new Map();
		this.element = create("div", "bulk-typed-rows");
		this.element.dataset.rows = name;
		this.element.setAttribute("role", "table");
		this.element.setAttribute("aria-label", label);
		const widths = columns.map(({ width }) => width);
		this.element.style.setProperty("--bulk-columns", [...widths, onRemove ? "28px" : ""].join(" "));
		this.head = this.#makeLine("columnheader", (column) => column.label);
		this.head.classList.add("bulk-typed-head");
		this.setRows([]);
	}

	/** Show these rows; what is new gets its fields, what is gone loses them. */
	setRows(rows) {
		for (const row of this.lines.keys()) if (!rows.includes(row)) this.lines.delete(row);
		for (const row of rows) if (!this.lines.has(row)) this.lines.set(row, this.#make(row));
		const lines = rows.map((row) => this.lines.get(row));
		const shown = [this.head, ...lines];
		const isSame = shown.length === this.element.children.length;
		if (!isSame || shown.some((line, index) => line !== this.element.children[index]))
			this.element.replaceChildren(...shown);
		this.element.hidden = !rows.length;
	}

	/** Put the cursor into a field of a row. */
	focus(row, name) {
		this.lines.get(row).querySelector(`.is-${name} input`).focus();
	}

	#make(row) {
		const line = this.#makeLine("cell", ({ fill }, place) => void fill(place, row));
		if (this.onRemove) line.append(cell("cell", "remove", this.#removeButton(row)));
		return line;
	}

	#makeLine(role, fill) {
		const line = create("div", "bulk-typed-row");
		line.setAttribute("role", "row");
		for (const column of this.columns) {
			const place = cell(role, column.name);
			line.append(place);
			const content = fill(column, place);
			if (content) place.append(content);
		}
		return line;
	}

	#removeButton(row) {
		const button = create("button", "btn btn-default btn-xs", "×");
		button.type = "button";
		button.title = __("Remove");
		button.setAttribute("aria-label", __("Remove"));
		button.addEventListener("click", () => this.onRemove(row));
		return button;
	}
}
