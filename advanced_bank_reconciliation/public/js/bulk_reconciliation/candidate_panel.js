import { Advice } from "./advice.js";
import { AdviceInput } from "./advice_input.js";
import { BelowTable } from "./below_table.js";
import { CandidateTable } from "./candidate_table.js";
import { fillTexts } from "./fill_texts.js";
import { FilterBar } from "./filter_bar.js";
import { ProposalOffer } from "./proposal_offer.js";
import { findNumbers, PastedNumbers } from "./remittance.js";
import { SelectionTotals } from "./selection_totals.js";
import { button, create } from "./elements.js";

const RELOAD_AFTER = 400;

/**
 * The part of the dialog in which documents are found and ticked.
 *
 * selection: a Selection; formats: see CandidateTable; totals: an element for the totals; hasForeign: whether
 * invoices of other currencies are loaded
 * bankLine, standard: see BelowTable
 * onChange(): the selection has changed; reload(filters): the server is to be asked, because not everything
 * that is open has been loaded
 */
export class CandidatePanel {
	constructor(element, options) {
		Object.assign(this, options);
		this.element = element;
		this.candidates = [];
		this.shown = [];
		this.pasted = new PastedNumbers();
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

	/** Sentences above the table, until something else is to be said. */
	tell(sentences) {
		this.fillTexts = sentences;
	}

	/** Among many documents, what is ticked already would be out of sight. */
	showOnlySelected() {
		this.onlySelected.checked = true;
		this.applyFilter();
	}

	/** Ask the server again for what it was asked for. */
	reloadShown() {
		return this.reload(this.isWhole ? null : this.filters.query());
	}

	setLoading() {
		this.element.classList.add("is-loading");
	}

	/** What was to be loaded did not come: below is what was loaded before. */
	offerAgain(button) {
		this.element.classList.remove("is-loading");
		this.notice.replaceChildren(button);
	}

	/** Show only rows of this amount; null for all. */
	setExact(exact) {
		this.exact = exact;
		this.applyFilter();
	}

	/** Where an accountant begins: a list can be pasted at once. */
	focus() {
		this.filters.inputs.text.focus();
	}

	/** Whether what was typed last was refused just now: the selection is not what the user thinks it is. */
	get hasJustRefused() {
		return this.table.hasJustRefused || this.below.hasJustRefused;
	}

	applyFilter() {
		const { numbers } = this.filters;
		const found = numbers.length ? findNumbers(numbers, this.candidates) : null;
		const only = found && new Set(found.found.map(({ key }) => key));
		const rows = this.onlySelected.checked ? this.selection.candidates : this.candidates;
		this.shown = this.filters.filter({ only, exact: this.exact }).apply(rows);
		this.table.setRows(this.shown);
		this.advice.showPasted(numbers.length > 0);
		this.empty.hidden = this.shown.length > 0;
		this.#showNotice(found, numbers.length);
		this.#showTotals();
	}

	/** Tick what a remittance advice names. What it says is told until the selection is cleared. */
	#takeAdvice(answer, source) {
		const advice = new Advice(answer, source);
		const missing = advice.takeTo(this.selection, this.candidates);
		this.adviceSource = source;
		this.adviceNotices = advice.notices(missing, __);
		this.isAdviceOpen = advice.open.length + missing.length > 0;
		this.fillTexts = [];
		this.filters.inputs.text.value = "";
		this.showOnlySelected();
	}

	#showSelection() {
		this.table.update();
		this.#showTotals();
	}

	#showTotals() {
		this.below.update();
		this.totals.update(this.shown);
		this.onChange();
	}

	/** Tick what a pasted list names. What is not found may come when the server is asked. */
	#tickNumbers() {
		const fresh = this.pasted.fresh(this.filters.numbers);
		const { found, missing } = findNumbers(fresh, this.candidates);
		const unknown = new Set(missing);
		this.selection.tickAll(found);
		this.pasted.settle(fresh.filter((number) => !unknown.has(number)));
	}

	#changedFilter() {
		this.fillTexts = [];
		this.#tickNumbers();
		this.applyFilter();
		clearTimeout(this.timer);
		if (this.isWhole) return;
		this.setLoading();
		this.timer = setTimeout(() => this.reload(this.filters.query()), RELOAD_AFTER);
	}

	#build() {
		this.element.classList.add("bulk-panel");
		const [filters, frame, table] = [create("div"), create("div", "bulk-table-frame"), create("div")];
		const below = create("div");
		this.notice = create("div", "bulk-notice");
		this.notice.setAttribute("role", "status");
		this.empty = create("div", "bulk-empty text-muted", __("No matching documents found"));
		frame.append(table, this.empty);
		this.element.replaceChildren(filters, this.#offer(), this.notice, frame, below);
		const { selection, formats, bankLine, standard } = this;
		this.filters = new FilterBar(filters, {
			formats,
			onChange: () => this.#changedFilter(),
			actions: this.#actions(),
		});
		const onChange = () => this.#showSelection();
		this.table = new CandidateTable(table, { selection, formats, onChange });
		this.below = new BelowTable(below, { selection, formats, bankLine, standard, onChange });
		this.totals = new SelectionTotals(this.totals, { selection, formats });
	}

	#offer() {
		const onTake = (answer) => this.#takeAdvice(answer);
		return new ProposalOffer({ bankTransaction: this.bankLine.name, onTake }).element;
	}

	#actions() {
		const actions = create("div", "bulk-actions");
		this.advice = new AdviceInput({
			bankTransaction: this.bankLine.name,
			onRead: (...read) => this.#takeAdvice(...read),
			pasted: () => this.filters.inputs.text.value,
			dropZone: this.element,
		});
		actions.append(
			this.advice.element,
			button("fill", __("Fill oldest first"), () => this.#fillOldestFirst()),
			button("clear", __("Clear selection"), () => this.#clear()),
			this.#onlySelected(),
			this.#everyCurrency()
		);
		return actions;
	}

	#onlySelected() {
		const label = choice(__("Only selected"), () => this.applyFilter());
		this.onlySelected = label.firstChild;
		return label;
	}

	/** Invoices of other currencies are not in the way until somebody wants them. */
	#everyCurrency() {
		const label = choice(__("Other currencies"), () => this.reloadShown());
		this.everyCurrency = label.firstChild;
		this.everyCurrency.dataset.action = "every-currency";
		this.everyCurrency.checked = this.hasForeign;
		label.hidden = !this.selection.bankLine.has_other_currencies;
		return label;
	}

	#fillOldestFirst() {
		this.fillTexts = fillTexts(this.selection.fillOldestFirst(this.shown), __);
		this.applyFilter();
	}

	#clear() {
		this.fillTexts = this.adviceNotices = [];
		this.adviceSource = null;
		this.isAdviceOpen = false;
		this.selection.clear();
		this.pasted.clear();
		this.applyFilter();
	}

	#showNotice(numbersFound, numberCount) {
		const { found = [], missing = [], ambiguous = [] } = numbersFound || {};
		const lines = [];
		if (this.total > this.candidates.length) lines.push(this.#loadedText());
		if (numbersFound) lines.push(__("{0} of {1} numbers found.", [found.length, numberCount]));
		if (missing.length) lines.push(__("Not found: {0}", [missing.join(", ")]));
		if (ambiguous.length) lines.push(__("More than one document has: {0}", [ambiguous.join(", ")]));
		lines.push(...(this.fillTexts || []));
		const advice = (this.adviceNotices || []).map((notice) => this.#adviceNotice(notice));
		this.notice.replaceChildren(...lines.map((line) => create("div", "", line)), ...advice);
		const isOpen = missing.length + ambiguous.length > 0 || this.isAdviceOpen;
		this.notice.classList.toggle("is-warning", Boolean(isOpen));
	}

	/** A line that is to be looked at; each document that it may mean is one click. */
	#adviceNotice({ text, choices }) {
		const element = create("div", "", text);
		const toButton = ({ name, source }) =>
			button("choose-document", name, () => this.advice.readAgain(source));
		if (choices.length) element.append(" ", __("Maybe:"), ...choices.flatMap((one) => [" ", toButton(one)]));
		return element;
	}

	#loadedText() {
		return __("{0} of {1} open documents are loaded. Filter to find the others.", [
			this.candidates.length.toLocaleString(),
			this.total.toLocaleString(),
		]);
	}
}

function choice(text, change) {
	const label = create("label", "bulk-only");
	const input = create("input");
	input.type = "checkbox";
	input.addEventListener("change", change);
	label.append(input, create("span", "", text));
	return label;
}
