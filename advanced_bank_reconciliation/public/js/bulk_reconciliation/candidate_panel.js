import { parseTyped } from "./amounts.js";
import { CandidateFilter } from "./candidate_filter.js";
import { CandidateTable } from "./candidate_table.js";
import { findNumbers, readNumbers } from "./remittance.js";
import { create } from "./virtual_table.js";

const FILTER_AFTER = 60;
const RELOAD_AFTER = 400;

/**
 * The part of the dialog in which documents are found and ticked: filters, table, totals.
 *
 * selection: a Selection; formats: see CandidateTable; facts: texts that tell the Bank Transaction
 * onChange(): the selection has changed; reload(wish): the server is to be asked, because not everything
 * that is open has been loaded
 */
export class CandidatePanel {
	constructor(element, options) {
		Object.assign(this, options);
		this.candidates = [];
		this.total = 0;
		this.seenNumbers = new Set();
		this.element = element;
		this.#build();
		this.update();
	}

	/**
	 * Show what can be ticked.
	 * @param {Candidate[]} candidates
	 * @param {number} total how many there are, those included that were not loaded
	 * @param {boolean} isWhole whether this is everything, so that no filter has to ask the server
	 */
	setCandidates(candidates, total, isWhole) {
		Object.assign(this, { candidates, total, isWhole });
		this.element.classList.remove("is-loading");
		this.selection.renew(new Map(candidates.map((candidate) => [candidate.key, candidate])));
		this.#offerGroups();
		this.#tickNumbers();
		this.applyFilter();
	}

	setLoading() {
		this.element.classList.add("is-loading");
	}

	setExact(exact) {
		this.exact = exact;
		this.applyFilter();
	}

	/** Draw the table and the totals again. */
	update() {
		this.table.update();
		this.#showTotals();
		this.onChange();
	}

	applyFilter() {
		const isOnlySelected = this.onlySelected.checked;
		const rows = isOnlySelected ? this.selection.candidates : this.candidates;
		this.shown = this.#filter().apply(rows);
		this.table.setRows(this.shown);
		this.empty.hidden = this.shown.length > 0;
		this.#showNotices();
		this.update();
	}

	/** What the server is to look for, see `candidates.Wish`. */
	wish() {
		const { party, group, from, to, least, most } = this.inputs;
		const plain = (input) => this.#amountText(input.value);
		return {
			numbers: this.numbers,
			text: this.numbers.length ? "" : this.inputs.text.value.trim().split(/\s+/)[0],
			party: party.value.trim(),
			party_group: group.value,
			from_date: from.value,
			to_date: to.value,
			least: plain(least),
			most: plain(most),
		};
	}

	get isComplete() {
		return this.total <= this.candidates.length;
	}

	#filter() {
		const { text, party, group, from, to, least, most } = this.inputs;
		this.numbers = readNumbers(text.value);
		const isList = this.numbers.length > 0;
		const found = isList ? findNumbers(this.numbers, this.candidates) : null;
		this.remittance = found;
		return new CandidateFilter({
			text: isList ? "" : text.value,
			only: isList ? new Set(found.found.map(({ key }) => key)) : null,
			party: party.value,
			group: group.value,
			from: from.value,
			to: to.value,
			least: this.#amount(least.value),
			most: this.#amount(most.value),
			exact: this.exact,
		});
	}

	/** Tick what a pasted list names, each number once: who unticks a row afterwards means it. */
	#tickNumbers() {
		this.numbers = readNumbers(this.inputs.text.value);
		const fresh = this.numbers.filter((number) => !this.seenNumbers.has(number));
		const { found } = findNumbers(fresh, this.candidates);
		this.selection.tickAll(found);
		if (this.isComplete) for (const number of fresh) this.seenNumbers.add(number);
	}

	#changedFilter() {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => {
			this.#tickNumbers();
			this.applyFilter();
			if (!this.isWhole) this.timer = setTimeout(() => this.reload(this.wish()), RELOAD_AFTER);
		}, FILTER_AFTER);
	}

	#build() {
		this.element.classList.add("bulk-panel");
		this.inputs = {};
		const table = create("div");
		this.empty = create("div", "bulk-panel-empty text-muted", __("No matching documents found"));
		this.notice = create("div", "bulk-panel-notice");
		this.notice.setAttribute("role", "status");
		this.element.replaceChildren(this.#head(), this.#toolbar(), this.notice, table, this.empty, this.#totals());
		this.table = new CandidateTable(table, {
			selection: this.selection,
			formats: this.formats,
			onChange: () => this.update(),
		});
	}

	#head() {
		const head = create("div", "bulk-panel-facts");
		head.append(...this.facts.map((fact) => create("span", "", fact)));
		return head;
	}

	#toolbar() {
		const toolbar = create("div", "bulk-panel-toolbar");
		toolbar.append(
			this.#input("text", __("Find, or paste invoice numbers"), { tag: "textarea", rows: 1 }),
			this.#input("party", __("Party")),
			this.#input("group", __("Group"), { tag: "select" }),
			this.#input("from", __("Due from"), { type: "date" }),
			this.#input("to", __("Due to"), { type: "date" }),
			this.#input("least", __("Least amount"), { inputMode: "decimal" }),
			this.#input("most", __("Greatest amount"), { inputMode: "decimal" }),
			this.#actions()
		);
		return toolbar;
	}

	#input(name, label, { tag = "input", ...values } = {}) {
		const field = create("label", `bulk-panel-field is-${name}`);
		const input = Object.assign(create(tag, "form-control input-xs"), values);
		input.dataset.filter = name;
		input.addEventListener("input", () => this.#changedFilter());
		if (tag === "textarea") input.addEventListener("keydown", (event) => this.#pressInText(event));
		field.append(create("span", "bulk-panel-label", label), input);
		this.inputs[name] = input;
		return field;
	}

	/** Enter starts a new number of a list, and must not submit the dialog. */
	#pressInText(event) {
		if (event.key === "Enter") event.stopPropagation();
	}

	#actions() {
		const actions = create("div", "bulk-panel-actions");
		actions.append(
			this.#button("fill", __("Fill oldest first"), () => this.#fillOldestFirst()),
			this.#button("clear", __("Clear selection"), () => {
				this.selection.clear();
				this.applyFilter();
			}),
			this.#onlySelected()
		);
		return actions;
	}

	#onlySelected() {
		const label = create("label", "bulk-panel-only");
		this.onlySelected = create("input");
		this.onlySelected.type = "checkbox";
		this.onlySelected.addEventListener("change", () => this.applyFilter());
		label.append(this.onlySelected, create("span", "", __("Only selected")));
		return label;
	}

	#button(name, label, click) {
		const button = create("button", "btn btn-default btn-xs", label);
		button.type = "button";
		button.dataset.action = name;
		button.addEventListener("click", click);
		return button;
	}

	#fillOldestFirst() {
		this.selection.fillOldestFirst(this.shown);
		this.update();
	}

	#offerGroups() {
		const select = this.inputs.group;
		const groups = new Set(this.candidates.map(({ party_group: group }) => group).filter(Boolean));
		if (select.value) groups.add(select.value);
		const options = ["", ...[...groups].sort()].map((group) => {
			const option = create("option", "", group || __("All"));
			option.value = group;
			option.selected = group === select.value;
			return option;
		});
		select.replaceChildren(...options);
		select.closest("label").hidden = !groups.size;
	}

	#showNotices() {
		const lines = [];
		if (!this.isComplete)
			lines.push(__("{0} of {1} open documents are loaded. Filter to find the others.", [
				this.candidates.length.toLocaleString(),
				this.total.toLocaleString(),
			]));
		const { found = [], missing = [], ambiguous = [] } = this.remittance || {};
		if (this.remittance) lines.push(__("{0} of {1} numbers found.", [found.length, this.numbers.length]));
		if (missing.length) lines.push(__("Not found: {0}", [missing.join(", ")]));
		if (ambiguous.length) lines.push(__("Not clear which one is meant: {0}", [ambiguous.join(", ")]));
		this.notice.replaceChildren(...lines.map((line) => create("div", "", line)));
		this.notice.classList.toggle("is-warning", missing.length + ambiguous.length > 0);
	}

	#totals() {
		const totals = create("div", "bulk-panel-totals");
		totals.setAttribute("role", "status");
		this.figures = {};
		const labels = {
			unallocated: __("Unallocated"),
			selected: __("Selected"),
			difference: __("Difference"),
		};
		for (const [name, label] of Object.entries(labels)) {
			const figure = create("div", `bulk-panel-figure is-${name}`);
			this.figures[name] = create("span", "bulk-panel-amount");
			this.figures[name].dataset.total = name;
			figure.append(create("span", "bulk-panel-label", label), this.figures[name]);
			totals.append(figure);
		}
		this.counts = totals.appendChild(create("div", "bulk-panel-counts text-muted"));
		return totals;
	}

	#showTotals() {
		const { selection, formats } = this;
		this.figures.unallocated.textContent = formats.money(selection.bankLine.unallocated);
		this.figures.selected.textContent = formats.money(selection.total);
		this.figures.difference.textContent = formats.money(selection.difference);
		const tone = selection.difference === 0 ? "even" : selection.difference < 0 ? "over" : "under";
		this.figures.difference.dataset.tone = tone;
		this.counts.textContent = this.#countText();
	}

	#countText() {
		const shown = (this.shown || []).length;
		const ticked = (this.shown || []).filter(({ key }) => this.selection.has(key)).length;
		const parts = [__("{0} shown", [shown.toLocaleString()])];
		parts.push(__("{0} selected", [this.selection.size.toLocaleString()]));
		const hidden = this.selection.size - ticked;
		if (hidden) parts.push(__("{0} of them not shown", [hidden.toLocaleString()]));
		return parts.join(" · ");
	}

	#amount(text) {
		return text ? parseTyped(text, this.formats.precision, this.formats.separators) : null;
	}

	#amountText(text) {
		const units = this.#amount(text);
		return units === null ? "" : this.formats.plain(units);
	}
}
