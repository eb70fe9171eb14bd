import { cell, checkbox, create } from "./elements.js";

/**
 * The head of a table: a tick for all rows, and labels, of which those of columns with a `sortBy` can be pressed.
 *
 * columns: [{name, label, className, sortBy}]; onCheckAll(checked); onSort(column, isDescending): null, false
 * for the order in which the rows came
 */
export class TableHead {
	constructor({ columns, checkAllLabel, onCheckAll, onSort }) {
		Object.assign(this, { columns, onSort });
		this.element = create("div", "bulk-table-row bulk-table-head");
		this.element.setAttribute("role", "row");
		this.element.setAttribute("aria-rowindex", "1");
		this.checkAll = checkbox(checkAllLabel);
		this.checkAll.addEventListener("change", () => onCheckAll(this.checkAll.checked));
		this.element.append(cell("columnheader", "check", this.checkAll));
		this.cells = columns.map((column) => this.#add(column));
	}

	/** How many of the rows are ticked. */
	showChecked(checked, count) {
		this.checkAll.checked = checked > 0 && checked === count;
		this.checkAll.indeterminate = checked > 0 && checked < count;
	}

	#add(column) {
		const { name, label, className, sortBy } = column;
		const header = cell("columnheader", name, sortBy ? this.#button(column) : label, className);
		if (sortBy) header.setAttribute("aria-sort", "none");
		this.element.append(header);
		return header;
	}

	#button(column) {
		const button = create("button", "bulk-table-sort", column.label);
		button.type = "button";
		button.dataset.sort = column.name;
		button.title = __("Sort by this column");
		button.addEventListener("click", () => this.#press(column));
		return button;
	}

	/** Upwards, downwards, and back to the order in which the rows came. */
	#press(column) {
		const direction = this.sorted === column ? { up: "down", down: null }[this.direction] : "up";
		this.direction = direction;
		this.sorted = direction && column;
		const words = { up: "ascending", down: "descending" };
		this.columns.forEach((one, index) => {
			const isSorted = one === this.sorted;
			if (one.sortBy) this.cells[index].setAttribute("aria-sort", isSorted ? words[direction] : "none");
		});
		this.onSort(this.sorted, direction === "down");
	}
}
