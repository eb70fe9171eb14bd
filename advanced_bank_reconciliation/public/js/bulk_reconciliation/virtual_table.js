import { cell, checkbox, create } from "./elements.js";
import { TableHead } from "./table_head.js";

const ROW_HEIGHT = 36;
// In a narrow window a row is a card of four lines, one of which may have a badge.
const CARD_HEIGHT = 114;
const NARROW = "(max-width: 640px)";
const ROWS_BEYOND_SIGHT = 8;

/**
 * A table of any number of rows, of which only those in sight exist. Plain DOM.
 *
 * columns: [{name, label, className, width, fill(cell, row), update(cell, row), sortBy(row)}]; fill is called
 * once for a cell, update whenever the row may have changed; the caller sorts, see TableHead
 * isChecked(row), onCheck(row, checked), onCheckAll(checked): how rows are ticked; rows have a `key`
 * onKey: {key: function(row)}, what else a key does with the active row
 */
export class VirtualTable {
	constructor(element, options) {
		Object.assign(this, options);
		this.rows = [];
		this.inSight = new Map();
		this.active = 0;
		// As they were when they changed last: to ask for them amid changes of the page lays it out at once.
		this.scrolled = this.height = 0;
		this.narrow = window.matchMedia(NARROW);
		this.#build(element);
	}

	/** Show other rows. */
	setRows(rows) {
		this.rows = rows;
		this.positions = new Map(rows.map((row, position) => [row.key, position]));
		this.active = Math.min(this.active, Math.max(0, rows.length - 1));
		this.space.style.height = `${rows.length * this.rowHeight}px`;
		this.element.setAttribute("aria-rowcount", rows.length + 1);
		for (const [key, line] of this.inSight) {
			if (this.rows[this.positions.get(key)] !== line.row) this.#drop(key);
		}
		this.update();
	}

	/** Draw what is in sight again. */
	update() {
		this.#draw();
		for (const line of this.inSight.values()) this.#refresh(line);
		this.#refreshHead();
	}

	scrollToTop() {
		this.element.scrollTop = this.scrolled = 0;
		this.active = 0;
	}

	get rowHeight() {
		return this.narrow.matches ? CARD_HEIGHT : ROW_HEIGHT;
	}

	#build(element) {
		this.element = element;
		element.classList.add("bulk-table");
		element.style.setProperty("--bulk-row-height", `${ROW_HEIGHT}px`);
		element.style.setProperty("--bulk-card-height", `${CARD_HEIGHT}px`);
		element.style.setProperty("--bulk-columns", this.columns.map(({ width }) => width).join(" "));
		const values = { role: "grid", tabindex: "0", "aria-multiselectable": "true", "aria-label": this.label };
		for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
		this.space = create("div", "bulk-table-space");
		this.space.setAttribute("role", "rowgroup");
		this.head = new TableHead(this);
		element.replaceChildren(this.head.element, this.space);
		element.addEventListener("scroll", () => this.#drawSoon());
		element.addEventListener("keydown", (event) => this.#press(event));
		this.space.addEventListener("click", (event) => this.#click(event));
		// A dialog has no height until it is shown.
		new ResizeObserver(() => this.#drawSoon()).observe(element);
		this.narrow.addEventListener("change", () => this.setRows(this.rows));
	}

	#drawSoon() {
		this.frame ??= requestAnimationFrame(() => {
			this.frame = null;
			this.#measure();
			this.#draw();
		});
	}

	#measure() {
		this.scrolled = this.element.scrollTop;
		this.height = this.element.clientHeight;
	}

	#draw() {
		const height = this.rowHeight;
		const first = Math.max(0, Math.floor(this.scrolled / height) - ROWS_BEYOND_SIGHT);
		const last = Math.min(
			this.rows.length,
			Math.ceil((this.scrolled + (this.height || 400)) / height) + ROWS_BEYOND_SIGHT
		);
		for (const key of this.inSight.keys()) {
			const position = this.positions.get(key);
			if (!(position >= first && position < last)) this.#drop(key);
		}
		for (let position = first; position < last; position++) this.#place(position);
	}

	#place(position) {
		const row = this.rows[position];
		let line = this.inSight.get(row.key);
		if (!line) {
			line = this.#line(row);
			this.inSight.set(row.key, line);
			this.#refresh(line);
			this.space.append(line.element);
		}
		line.element.style.transform = `translateY(${position * this.rowHeight}px)`;
		line.element.setAttribute("aria-rowindex", position + 2);
	}

	#line(row) {
		const element = create("div", "bulk-table-row");
		element.setAttribute("role", "row");
		element.dataset.key = row.key;
		const check = checkbox(row.name);
		check.tabIndex = -1;
		element.append(cell("gridcell", "check", check));
		const cells = this.columns.map((column) => {
			const made = cell("gridcell", column.name, null, column.className);
			column.fill?.(made, row);
			element.append(made);
			return made;
		});
		return { row, element, check, cells };
	}

	#refresh({ row, element, check, cells }) {
		check.checked = this.isChecked(row);
		element.classList.toggle("is-checked", check.checked);
		element.classList.toggle("is-active", this.positions.get(row.key) === this.active);
		element.setAttribute("aria-selected", check.checked);
		this.columns.forEach((column, index) => column.update?.(cells[index], row));
	}

	#refreshHead() {
		let checked = 0;
		for (const row of this.rows) checked += this.isChecked(row);
		this.head.showChecked(checked, this.rows.length);
	}

	#drop(key) {
		this.inSight.get(key).element.remove();
		this.inSight.delete(key);
	}

	#click(event) {
		const line = this.inSight.get(event.target.closest("[data-key]")?.dataset.key);
		if (!line) return;
		this.active = this.positions.get(line.row.key);
		if (event.target.closest("a, input:not([type=checkbox]), button")) return;
		const checked = event.target === line.check ? line.check.checked : !this.isChecked(line.row);
		this.#check(line.row, checked, event.shiftKey);
	}

	/** With Shift, everything from the row ticked before to this one. */
	#check(row, checked, isRange) {
		const position = this.positions.get(row.key);
		const from = isRange && this.anchor != null ? this.anchor : position;
		this.anchor = position;
		const range = this.rows.slice(Math.min(from, position), Math.max(from, position) + 1);
		this.onCheck(range, checked);
	}

	#press(event) {
		if (event.target !== this.element) return;
		const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
		if (event.key in steps) this.#move(steps[event.key]);
		else if (event.key === " " && this.rows[this.active]) {
			const row = this.rows[this.active];
			this.#check(row, !this.isChecked(row), event.shiftKey);
		} else if (this.#isForRow(event)) this.onKey[event.key.toLowerCase()](this.rows[this.active]);
		else if (event.key === "a" && (event.ctrlKey || event.metaKey)) this.onCheckAll(true);
		else if (event.key === "Enter") this.#enter();
		else return;
		event.preventDefault();
		event.stopPropagation();
	}

	#isForRow({ key, ctrlKey, metaKey, altKey }) {
		return !ctrlKey && !metaKey && !altKey && Object.hasOwn(this.onKey, key.toLowerCase()) && this.rows[this.active];
	}

	#move(step) {
		this.active = Math.max(0, Math.min(this.rows.length - 1, this.active + step));
		const top = this.active * this.rowHeight;
		const height = this.element.clientHeight - this.rowHeight - ROW_HEIGHT;
		if (top < this.element.scrollTop) this.element.scrollTop = top;
		else if (top > this.element.scrollTop + height) this.element.scrollTop = top - height;
		this.#measure();
		this.update();
	}

	#enter() {
		const line = this.inSight.get(this.rows[this.active]?.key);
		line?.element.querySelector("input:not([type=checkbox])")?.focus();
	}
}
