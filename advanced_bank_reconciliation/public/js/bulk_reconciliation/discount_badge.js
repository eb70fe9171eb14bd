import { create } from "./elements.js";

/**
 * In the cell of what is open: below the amount what payment terms let off until some day ("2.00 until 5 Dec").
 * A click takes the discount, or gives it back.
 */
export class DiscountBadge {
	/** The key that does the same for the active row of the table. */
	static KEY = "d";

	/** formats: DeskFormats; toggle(): the badge was pressed */
	constructor(cell, candidate, formats, toggle) {
		Object.assign(this, { candidate, formats, day: formats.day(candidate.discount_until) });
		this.amount = create("span", "bulk-table-worth");
		this.button = create("button", "bulk-discount");
		Object.assign(this.button, { type: "button", tabIndex: -1, title: this.#title() });
		this.button.addEventListener("click", toggle);
		cell.replaceChildren(this.amount, this.button);
	}

	/** open: what is open, as text; taken: the discount that is taken, zero for none */
	update(open, taken) {
		this.amount.textContent = open;
		const words = [this.formats.money(taken || this.candidate.discount), this.day];
		this.button.textContent = __("{0} until {1}", words);
		this.button.setAttribute("aria-pressed", String(taken > 0));
	}

	#title() {
		const { candidate, formats } = this;
		const words = [formats.money(candidate.discount), formats.date(candidate.discount_until), DiscountBadge.KEY.toUpperCase()];
		return __("{0} early payment discount for who pays all of it until {1}. Click, or press {2}.", words);
	}
}
