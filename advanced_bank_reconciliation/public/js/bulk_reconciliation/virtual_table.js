import { cell, checkbox, create } from "./elements.js";
import { TableHead } from "./table_head.js";

const ROW_HEIGHT = 36;
// Rows of narrower windows, the narrowest first: a card of four lines, one of which may have a badge; two lines.
const CARD = { query: "(max-width: 640px)", height: 114 };
const DOUBLE = { query: "(max-width: 1059px)", height: 60 };
const ROWS_BEYOND_SIGHT = 8;

let lineCount = 0;

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
		this.layouts = [CARD, DOUBLE].map(({ query, height }) => ({ media: window.matchMedia(query), height }));
		this.#build(element);
	}

	/** Show other rows. The keyboard stays at its row if that is among them, unless they begin at the top. */
	setRows(rows, isFromTop = false) {
		const [active, focused] = [this.rows[this.active]?.key, this.#lineOf(document.activeElement)?.row.key];
		if (isFromTop) this.element.scrollTop = this.scrolled = 0;
		this.rows = rows;
		this.positions = new Map(rows.map((row, position) => [row.key, position]));
		this.active = (!isFromTop && this.positions.get(active)) || 0;
		this.space.style.height = `${rows.length * this.rowHeight}px`;
		this.element.setAttribute("aria-rowcount", rows.length + 1);
		for (const [key, line] of this.inSight) {
			if (this.rows[this.positions.get(key)] !== line.row) this.#drop(key);
		}
		this.update();
		if (focused && !this.element.contains(document.activeElement)) this.#focusRow(focused);
	}

	/** Draw what is in sight again. */
	update() {
		this.#draw();
		for (const line of this.inSight.values()) this.#refresh(line);
		this.#refreshHead();
	}

	get rowHeight() {
		return this.layouts.find(({ media }) => media.matches)?.height || ROW_HEIGHT;
	}

	#build(element) {
		this.element = element;
		element.classList.add("bulk-table");
		element.style.setProperty("--bulk-row-height", `${ROW_HEIGHT}px`);
		element.style.setProperty("--bulk-card-height", `${CARD.height}px`);
		element.style.setProperty("--bulk-double-height", `${DOUBLE.height}px`);
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
		this.space.addEventListener("focusin", ({ target }) => this.#activate(this.#lineOf(target)));
		// A dialog has no height until it is shown.
		new ResizeObserver(() => this.#drawSoon()).observe(element);
		for (const { media } of this.layouts) media.addEventListener("change", () => this.setRows(this.rows));
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
		const focused = this.#lineOf(document.activeElement);
		for (const [key, line] of this.inSight) {
			const position = this.positions.get(key);
			// What is being typed is not lost because its row is scrolled away.
			if (!(position >= first && position < last) && line !== focused) this.#drop(key);
		}
		for (const row of this.rows.slice(first, last)) if (!this.inSight.has(row.key)) this.#make(row);
		this.#arrange();
	}

	#make(row) {
		const line = this.#line(row);
		this.inSight.set(row.key, line);
		this.#refresh(line);
	}

	/** In the page they stand as they are seen, since that is the order of Tab. */
	#arrange() {
		const placed = [...this.inSight.values()].map((line) => [this.positions.get(line.row.key), line.element]);
		let former = null;
		for (const [position, element] of placed.sort(([one], [other]) => one - other)) {
			element.style.transform = `translateY(${position * this.rowHeight}px)`;
			element.setAttribute("aria-rowindex", position + 2);
			if (!former) this.space.firstChild === element || this.space.prepend(element);
			else if (former.nextSibling !== element) former.after(element);
			former = element;
		}
		this.#markActive();
	}

	/** Screen readers, too, are told at which row the keyboard is. */
	#markActive() {
		const active = this.inSight.get(this.rows[this.active]?.key);
		for (const line of this.inSight.values()) line.element.classList.toggle("is-active", line === active);
		if (active) this.element.setAttribute("aria-activedescendant", active.element.id);
		else this.element.removeAttribute("aria-activedescendant");
	}

	#line(row) {
		const element = create("div", "bulk-table-row");
		element.setAttribute("role", "row");
		element.id = `bulk-table-row-${++lineCount}`;
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
		element.setAttribute("aria-selected", check.checked);
		this.columns.forEach((column, index) => column.update?.(cells[index], row));
	}

	#refreshHead() {
		let checked = 0;
		for (const row of this.rows) checked += this.isChecked(row);
		this.head.showChecked(checked, this.rows.length);
	}

	/** To leave the page may be what ends the typing in it, and draws the table. */
	#drop(key) {
		const { element } = this.inSight.get(key);
		this.inSight.delete(key);
		element.remove();
	}

	#lineOf(element) {
		return this.space.contains(element) ? this.inSight.get(element.closest("[data-key]")?.dataset.key) : undefined;
	}

	#activate(line) {
		if (!line) return;
		this.active = this.positions.get(line.row.key);
		this.#markActive();
	}

	#click(event) {
		const line = this.#lineOf(event.target);
		if (!line) return;
		this.#activate(line);
		if (event.target.closest("a, input:not([type=checkbox]), button")) return;
		const checked = event.target === line.check ? line.check.checked : !this.isChecked(line.row);
		// The keys of the table work on from here.
		this.element.focus({ preventScroll: true });
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
		else if (event.key === "a" && (event.ctrlKey || event.metaKey)) this.onCheckAll(true);
		else if (this.#isForRow(event)) this.#pressAtRow(event);
		else return;
		event.preventDefault();
		event.stopPropagation();
	}

	#isForRow({ key, ctrlKey, metaKey, altKey }) {
		const isKnown = [" ", "Enter"].includes(key) || Object.hasOwn(this.onKey, key.toLowerCase());
		return isKnown && !ctrlKey && !metaKey && !altKey && this.rows[this.active];
	}

	/** Nothing is done to a row that was scrolled away: it is shown. */
	#pressAtRow({ key, shiftKey }) {
		const row = this.rows[this.active];
		this.#showActive();
		if (key === " ") this.#check(row, !this.isChecked(row), shiftKey);
		else if (key === "Enter") this.#focusRow(row.key);
		else this.onKey[key.toLowerCase()](row);
	}

	#move(step) {
		this.active = Math.max(0, Math.min(this.rows.length - 1, this.active + step));
		this.#showActive();
	}

	#showActive() {
		const top = this.active * this.rowHeight;
		const height = this.element.clientHeight - this.rowHeight - this.head.element.offsetHeight;
		if (top < this.element.scrollTop) this.element.scrollTop = top;
		else if (top > this.element.scrollTop + height) this.element.scrollTop = top - height;
		this.#measure();
		this.#draw();
	}

	/** The field of a row, if it has one, else the table. */
	#focusRow(key) {
		const field = this.inSight.get(key)?.element.querySelector("input:not([type=checkbox], [hidden])");
		(field || this.element).focus();
	}
}
