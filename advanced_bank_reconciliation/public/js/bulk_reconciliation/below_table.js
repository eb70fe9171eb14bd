import { book, bookable, obstaclesOf } from "./difference.js";
import { AdvanceRow } from "./advance_row.js";
import { DeductionRows } from "./deduction_rows.js";
import { button, create } from "./elements.js";
import { GroupingChoice } from "./grouping_choice.js";
import { RateFields } from "./rate_fields.js";

/**
 * What stands under the table: rows that are typed, one kind below the other, and a line that says what is in the
 * way of the submit or what would stay unallocated.
 *
 * selection: a Selection; formats: see CandidateTable; bankLine: the server's `statement_line`; standard: the
 * default deduction, see `offered_deduction`; onChange(): the selection has changed
 */
export class BelowTable {
	constructor(element, { selection, formats, bankLine, standard, onChange }) {
		Object.assign(this, { element, selection, formats, bankLine, standard, onChange });
		const { company, company_currency: currency } = bankLine;
		const { deductions } = selection;
		this.deductions = new DeductionRows({ deductions, formats, company, currency, standard, onChange });
		this.deductions.onEmptied = () => this.addButton.focus();
		this.rates = new RateFields({ selection, formats, onChange });
		this.grouping = new GroupingChoice(selection);
		this.advance = new AdvanceRow({ selection, formats, company, onChange });
		this.advance.onRemoved = () => this.addButton.focus();
		this.sections = [this.rates, this.deductions, this.advance];
		element.classList.add("bulk-below");
		element.append(...this.sections.map((section) => section.element), this.#line());
		element.addEventListener("keydown", keepInside);
	}

	/** Show the selection as it is. */
	update() {
		for (const section of [...this.sections, this.grouping]) section.update();
		const offer = bookable(this.selection, this.standard);
		this.#showNote(offer);
		this.#showOffer(offer);
		this.#showAdvanceOffer();
	}

	/** Whether what was typed was refused by the very click or key that asks for the submit. */
	get hasJustRefused() {
		return this.rates.hasJustRefused;
	}

	#line() {
		const line = create("div", "bulk-below-line");
		this.note = create("div", "bulk-note");
		this.note.setAttribute("role", "status");
		this.bookButton = button("book-difference", "", () => this.#book());
		this.advanceButton = button("leave-advance", "", () => this.advance.add());
		line.append(this.#addButton(), this.grouping.element, this.note, this.bookButton, this.advanceButton);
		return line;
	}

	#addButton() {
		this.addButton = button("add-deduction", __("Add Deduction"), () => this.deductions.add());
		return this.addButton;
	}

	#showNote(offer) {
		const obstacles = this.selection.size ? obstaclesOf(this.selection, this.formats, __) : [];
		const texts = obstacles.length ? obstacles : this.#leftTexts();
		if (offer && !offer.isWithin && this.selection.difference < 0)
			texts.push(__("It is more than what one click may book."));
		const text = texts.join(" ");
		// Screen readers speak every change of a status.
		if (this.note.textContent !== text) this.note.textContent = text;
		this.note.title = text;
		this.note.classList.toggle("is-warning", obstacles.length > 0);
	}

	#leftTexts() {
		const { size, difference } = this.selection;
		if (!size || !difference) return [];
		return [__("{0} of the Bank Transaction stay unallocated.", [this.formats.currencyText(difference)])];
	}

	#showOffer(offer) {
		this.bookButton.hidden = !offer?.isWithin;
		if (!offer?.isWithin) return;
		const { amount, former } = offer;
		const words = [this.formats.money(amount), this.standard.account_name];
		this.bookButton.textContent = former && !amount ? __("Take Back What Was Booked") : __("Book {0} to {1}", words);
	}

	/** What a deposit is too much may be the customer's, if the accountant says so. */
	#showAdvanceOffer() {
		const { advance, candidates, hasInvoices, ratesMissing, rest } = this.selection;
		const isOffered = rest > 0 && hasInvoices && !ratesMissing.length && !advance.row;
		this.advanceButton.hidden = !isOffered;
		if (!isOffered) return;
		const [amount, party] = [this.formats.money(rest), advance.partyOf(candidates)];
		this.advanceButton.textContent = party
			? __("Leave {0} as an Advance of {1}", [amount, party])
			: __("Leave {0} as an Advance …", [amount]);
	}

	#book() {
		book(bookable(this.selection, this.standard), this.selection, this.standard);
		this.onChange();
		this.addButton.focus();
	}
}

/** Enter and Escape in a field are meant for it, and not for the dialog. */
function keepInside(event) {
	const isSubmit = event.ctrlKey || event.metaKey;
	if (event.target.matches("input") && ["Enter", "Escape"].includes(event.key) && !isSubmit) event.stopPropagation();
}
