import { create } from "./elements.js";

// Without a rate nobody knows what is selected.
const UNKNOWN = "?";

/** The line below the table: what is left of the Bank Transaction, exactly as it will be sent. */
export class SelectionTotals {
	constructor(element, { selection, formats }) {
		Object.assign(this, { selection, formats });
		element.classList.add("bulk-totals");
		element.setAttribute("role", "status");
		this.figures = {
			unallocated: this.#figure(element, "unallocated", __("Unallocated")),
			selected: this.#figure(element, "selected", __("Selected")),
			discounts: this.#figure(element, "discounts", __("Discounts")),
			deductions: this.#figure(element, "deductions", __("Deductions")),
			net: this.#figure(element, "net", __("Net")),
			advance: this.#figure(element, "advance", __("Advance")),
			difference: this.#figure(element, "difference", __("Difference")),
		};
		this.counts = element.appendChild(create("div", "bulk-counts text-muted"));
	}

	/** @param {Candidate[]} shown the rows that pass the filters */
	update(shown) {
		const { selection, formats } = this;
		this.figures.unallocated.textContent = formats.money(selection.bankLine.unallocated);
		const isKnown = !selection.ratesMissing.length;
		this.figures.selected.textContent = isKnown ? formats.money(selection.total) : UNKNOWN;
		this.#showKeptBack();
		this.figures.difference.textContent = isKnown ? formats.money(selection.difference) : UNKNOWN;
		this.figures.difference.dataset.tone = isKnown ? toneOf(selection.difference) : "over";
		this.counts.textContent = this.#countText(shown);
	}

	/** Discounts and deductions are signed as they change what the Bank Transaction takes: the figures add up. */
	#showKeptBack() {
		const { advance, advanceAmount, deductions, discounts, net } = this.selection;
		const [hasDiscounts, hasDeductions] = [discounts !== 0, deductions.rows.length > 0];
		this.#showIf("discounts", hasDiscounts, -discounts);
		this.#showIf("deductions", hasDeductions, deductions.cash);
		this.#showIf("net", hasDiscounts || hasDeductions, net);
		this.#showIf("advance", Boolean(advance.row), advanceAmount);
	}

	#showIf(name, isThere, units) {
		this.figures[name].textContent = this.formats.money(units);
		this.figures[name].parentElement.hidden = !isThere;
	}

	#figure(element, name, label) {
		const figure = create("div", "bulk-figure");
		const amount = create("span", "bulk-amount");
		amount.dataset.total = name;
		figure.append(create("span", "bulk-label", label), amount);
		element.append(figure);
		return amount;
	}

	#countText(shown) {
		const { selection } = this;
		let shownAndSelected = 0;
		for (const { key } of shown) shownAndSelected += selection.has(key);
		const hidden = selection.size - shownAndSelected;
		const parts = [
			__("{0} shown", [shown.length.toLocaleString()]),
			__("{0} selected", [selection.size.toLocaleString()]),
		];
		if (hidden) parts.push(__("{0} of them not shown", [hidden.toLocaleString()]));
		return parts.join(" · ");
	}
}

function toneOf(difference) {
	if (difference === 0) return "even";
	return difference < 0 ? "over" : "under";
}
