import { CandidateTable } from "./candidate_table.js";
import { FilterBar } from "./filter_bar.js";
import { findNumbers } from "./remittance.js";
import { SelectionTotals } from "./selection_totals.js";
import { create } from "./virtual_table.js";

const RELOAD_AFTER = 400;

/**
 * The part of the dialog in which documents are found and ticked.
 *
 * selection: a Selection; formats: see CandidateTable; totals: an element for the totals
 * onChange(): the selection has changed; reload(filters): the server is to be asked, because not everything
 * that is open has been loaded
 */
export class CandidatePanel {
	constructor(element, options) {
		Object.assign(this, options);
		this.element = element;
		this.candidates = [];
		this.shown = [];
		this.tickedNumbers = new Set();
		this.exact = null;
		this.#build();
		this.applyFilter();
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
		this.filters.offerGroups(candidates);
		this.#tickNumbers();
		this.applyFilter();
	}

	setLoading() {
		this.element.classList.add("is-loading");
	}

	/** Show only rows of this amount; null for all. */
	setExact(exact) {
		this.exact = exact;
		this.applyFilter();
	}

	applyFilter() {
		const { numbers } = this.filters;
		const found = numbers.length ? findNumbers(numbers, this.candidates) : null;
		const only = found && new Set(found.found.map(({ key }) => key));
		const rows = this.onlySelected.checked ? this.selection.candidates : this.candidates;
		this.shown = this.filters.filter({ only, exact: this.exact }).apply(rows);
		this.table.setRows(this.shown);
		this.empty.hidden = this.shown.length > 0;
		this.#showNotice(found, numbers.length);
		this.#showSelection();
	}

	#showSelection() {
		this.table.update();
		this.totals.update(this.shown);
		this.onChange();
	}

	/** Tick what a pasted list names, each number once: who unticks a row afterwards means it. */
	#tickNumbers() {
		const fresh = this.filters.numbers.filter((number) => !this.tickedNumbers.has(number));
		const { found, missing } = findNumbers(fresh, this.candidates);
		this.selection.tickAll(found);
		for (const number of fresh) if (!missing.includes(number)) this.tickedNumbers.add(number);
	}

	#changedFilter() {
		this.#tickNumbers();
		this.applyFilter();
		clearTimeout(this.timer);
		if (this.isWhole) return;
		this.setLoading();
		this.timer = setTimeout(() => this.reload(this.filters.query()), RELOAD_AFTER);
	}

	#build() {
		this.element.classList.add("bulk-panel");
		const [filters, table] = [create("div"), create("div")];
		this.notice = create("div", "bulk-notice");
		this.notice.setAttribute("role", "status");
		this.empty = create("div", "bulk-empty text-muted", __("No matching documents found"));
		this.element.replaceChildren(filters, this.#actions(), table, this.empty);
		const { selection, formats } = this;
		this.filters = new FilterBar(filters, { formats, onChange: () => this.#changedFilter() });
		this.table = new CandidateTable(table, {
			selection,
			formats,
			onChange: () => this.#showSelection(),
		});
		this.totals = new SelectionTotals(this.totals, { selection, formats });
	}

	#actions() {
		const actions = create("div", "bulk-actions");
		actions.append(
			button("fill", __("Fill oldest first"), () => this.#fillOldestFirst()),
			button("clear", __("Clear selection"), () => this.#clear()),
			this.#onlySelected(),
			this.notice
		);
		return actions;
	}

	#onlySelected() {
		const label = create("label", "bulk-only");
		this.onlySelected = create("input");
		this.onlySelected.type = "checkbox";
		this.onlySelected.addEventListener("change", () => this.applyFilter());
		label.append(this.onlySelected, create("span", "", __("Only selected")));
		return label;
	}

	#fillOldestFirst() {
		this.selection.fillOldestFirst(this.shown);
		this.#showSelection();
	}

	#clear() {
		this.selection.clear();
		this.applyFilter();
	}

	#showNotice(numbersFound, numberCount) {
		const { found = [], missing = [], ambiguous = [] } = numbersFound || {};
		const lines = [];
		if (this.total > this.candidates.length) lines.push(this.#loadedText());
		if (numbersFound) lines.push(__("{0} of {1} numbers found.", [found.length, numberCount]));
		if (missing.length) lines.push(__("Not found: {0}", [missing.join(", ")]));
		if (ambiguous.length) lines.push(__("More than one document has: {0}", [ambiguous.join(", ")]));
		this.notice.replaceChildren(...lines.map((line) => create("div", "", line)));
		this.notice.classList.toggle("is-warning", missing.length + ambiguous.length > 0);
	}

	#loadedText() {
		return __("{0} of {1} open documents are loaded. Filter to find the others.", [
			this.candidates.length.toLocaleString(),
			this.total.toLocaleString(),
		]);
	}
}

function button(name, label, click) {
	const element = create("button", "btn btn-default btn-xs", label);
	element.type = "button";
	element.dataset.action = name;
	element.addEventListener("click", click);
	return element;
}
