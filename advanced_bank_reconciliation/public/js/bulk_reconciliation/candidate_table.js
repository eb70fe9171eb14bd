import { parseTyped } from "./amounts.js";
import { DiscountBadge } from "./discount_badge.js";
import { create } from "./elements.js";
import { LastRefusal } from "./last_refusal.js";
import { VirtualTable } from "./virtual_table.js";

// Why a row stands at the top: the bits of its rank.
const MATCH_HINTS = [
	[4, () => __("Named"), () => __("The bank's text names this document")],
	[2, () => __("Amount"), () => __("Exactly the amount that is unallocated")],
	[1, () => __("Party"), () => __("The party of the Bank Transaction")],
];

// What a document is called in its badge; vouchers that exist have the name of their type.
const KINDS = {
	"Sales Invoice": [() => __("Sales Invoice"), () => __("Credit Note"), () => __("Paid Sales Invoice")],
	"Purchase Invoice": [() => __("Purchase Invoice"), () => __("Debit Note"), () => __("Paid Purchase Invoice")],
};

function kindOf({ doctype, open, isInvoice }) {
	const [invoice, note, paid] = KINDS[doctype] || [() => __(doctype), null, () => __(doctype)];
	if (!isInvoice) return paid();
	return open < 0 ? note() : invoice();
}

function compare(one, other) {
	return one < other ? -1 : one > other ? 1 : 0;
}

/** The rows of the dialog: unpaid invoices and vouchers, each with its tick and its allocation. */
export class CandidateTable {
	/**
	 * @param {Element} element
	 * @param {Selection} selection
	 * @param {{precision, separators, money(units), date(text)}} formats
	 * @param {function} onChange called after every change of the selection
	 */
	constructor(element, { selection, formats, onChange }) {
		Object.assign(this, { selection, formats, onChange });
		this.refusal = new LastRefusal();
		this.table = new VirtualTable(element, {
			label: __("Documents that can be reconciled"),
			checkAllLabel: __("Select all documents that are shown"),
			columns: this.#columns(),
			isChecked: (candidate) => selection.has(candidate.key),
			onCheck: (candidates, checked) => this.#tick(candidates, checked),
			onCheckAll: (checked) => this.#tick(this.table.rows, checked),
			onSort: (...order) => this.#sort(...order),
			onKey: { [DiscountBadge.KEY]: (candidate) => this.#toggleDiscount(candidate) },
		});
	}

	setRows(candidates, isFromTop = false) {
		this.candidates = candidates;
		// Badges need room; who has no discounts keeps it for names.
		if (candidates.some(({ discount }) => discount)) this.table.element.classList.add("has-discounts");
		this.table.setRows(this.#sorted(candidates), isFromTop);
	}

	#sort(column, isDescending) {
		this.order = column && { sortBy: column.sortBy, sign: isDescending ? -1 : 1 };
		this.setRows(this.candidates, true);
	}

	#sorted(candidates) {
		if (!this.order) return candidates;
		const { sortBy, sign } = this.order;
		return [...candidates].sort((one, other) => sign * compare(sortBy(one), sortBy(other)));
	}

	update() {
		this.table.update();
	}

	#tick(candidates, checked) {
		if (checked) this.selection.tickAll(candidates);
		else this.selection.untickAll(candidates);
		this.onChange();
	}

	#toggleDiscount(candidate) {
		this.selection.toggleDiscount(candidate);
		this.onChange();
	}

	#columns() {
		return [
			{
				name: "document",
				width: "minmax(18rem, 2fr)",
				label: __("Document"),
				fill: (...all) => this.#fillDocument(...all),
				sortBy: ({ name }) => name,
			},
			{
				name: "party",
				width: "minmax(7rem, 1.4fr)",
				label: __("Party"),
				fill: (...all) => this.#fillParty(...all),
				sortBy: ({ partyText }) => partyText,
			},
			this.#dateColumn("posted", __("Date"), ({ posting_date: date }) => date),
			this.#dateColumn("due", __("Due"), ({ date }) => date),
			{
				name: "reference",
				width: "minmax(6.5rem, 1fr)",
				label: __("Reference"),
				fill: (cell, { reference }) => this.#fillText(cell, reference),
			},
			...this.#amountColumns(),
		];
	}

	#dateColumn(name, label, dateOf) {
		const fill = (cell, candidate) => {
			const date = dateOf(candidate);
			this.#fillText(cell, date && this.formats.date(date));
		};
		return { name, width: "minmax(5.6rem, 6.2rem)", label, fill, sortBy: (candidate) => dateOf(candidate) || "" };
	}

	/**
	 * What is owed in another currency shows that amount with the currency's name above what it comes to at the
	 * bank; all other amounts are in the currency of the head, and allocations in that in which a row is owed.
	 */
	#amountColumns() {
		return [
			{
				name: "open",
				width: "var(--bulk-open-width)",
				label: __("Open ({0})", [this.formats.currency]),
				className: "is-amount",
				update: (cell, candidate) => this.#updateOpen(cell, candidate),
				sortBy: (candidate) => this.#inBank(candidate) ?? 0,
			},
			{
				name: "allocation",
				width: "minmax(7.5rem, 8.5rem)",
				label: __("Allocation"),
				className: "is-amount",
				fill: (cell, candidate) => this.#fillAllocation(cell, candidate),
				update: (cell, candidate) => this.#updateAllocation(cell, candidate),
			},
		];
	}

	#fillText(cell, text) {
		cell.textContent = text || "";
		cell.title = text || "";
	}

	#fillDocument(cell, candidate) {
		const link = create("a", "bulk-table-name", candidate.name);
		link.href = frappe.utils.get_form_link(candidate.doctype, candidate.name);
		link.target = "_blank";
		link.rel = "noopener";
		link.tabIndex = -1;
		cell.append(link, create("span", "bulk-table-type", kindOf(candidate)));
		cell.title = `${__(candidate.type)} ${candidate.name}`;
	}

	/** The strongest reason why it stands at the top has room beside the name; the others are in its title. */
	#fillParty(cell, candidate) {
		const party = candidate.party_name || candidate.party || "";
		const name = create("span", "bulk-table-party", party);
		name.title = party;
		cell.append(name);
		const hints = candidate.isInvoice ? MATCH_HINTS.filter(([bit]) => candidate.rank & bit) : [];
		if (!hints.length) return;
		const hint = create("span", "bulk-table-hint", hints[0][1]());
		hint.title = hints.map(([, , why]) => why()).join("\n");
		cell.append(hint);
	}

	/** Null without a rate. */
	#inBank(candidate) {
		const currency = candidate.isForeign ? candidate.currency : "";
		return this.selection.rates.inBank(candidate.cashOf(candidate.open), currency);
	}

	#updateOpen(cell, candidate) {
		if (candidate.discount) return this.#updateDiscounted(cell, candidate);
		if (!candidate.isForeign) return this.#fillText(cell, this.#open(candidate));
		const [owed, inBank] = [`${candidate.currency} ${this.#open(candidate)}`, this.#inBank(candidate)];
		const text = inBank === null ? "" : this.formats.money(inBank);
		cell.replaceChildren(create("span", "bulk-table-owed", owed), create("span", "bulk-table-worth", text));
		cell.title = `${owed} = ${text || "?"} ${this.formats.currency}`;
	}

	/** The badge stays the same element, so that it can be pressed while the row is drawn again. */
	#updateDiscounted(cell, candidate) {
		cell.badge ??= new DiscountBadge(cell, candidate, this.formats, () => this.#toggleDiscount(candidate));
		cell.badge.update(this.#open(candidate), this.selection.discountOf(candidate.key));
	}

	#open(candidate) {
		return this.formats.money(candidate.cashOf(candidate.open));
	}

	/** Only invoices can be paid in part; a voucher that exists is matched as it is. */
	#fillAllocation(cell, candidate) {
		if (!candidate.isInvoice) return;
		const input = create("input", "bulk-table-allocation form-control input-xs");
		input.type = "text";
		input.inputMode = "decimal";
		input.setAttribute("aria-label", __("Allocation of {0}", [candidate.name]));
		input.addEventListener("change", () => this.#typed(input, candidate));
		input.addEventListener("focus", () => input.select());
		input.addEventListener("keydown", (event) => this.#pressInInput(event, input));
		if (candidate.isForeign) cell.append(create("span", "bulk-table-owed", candidate.currency));
		cell.classList.toggle("is-foreign", candidate.isForeign);
		cell.append(input);
	}

	#updateAllocation(cell, candidate) {
		const amount = this.selection.allocated(candidate.key);
		const text = amount === undefined ? "" : this.formats.money(candidate.cashOf(amount));
		const input = cell.querySelector("input");
		if (!input) return this.#fillText(cell, text);
		input.hidden = amount === undefined;
		if (document.activeElement !== input || input.dataset.shown !== text) input.value = text;
		input.dataset.shown = text;
		input.classList.toggle("is-partial", amount !== undefined && amount !== candidate.open);
	}

	#typed(input, candidate) {
		const { precision, separators } = this.formats;
		const typed = parseTyped(input.value, precision, separators);
		const isTaken = this.selection.allocate(candidate.key, candidate.allocationOf(typed));
		if (!isTaken) this.#refuse(input, candidate);
		input.value = input.dataset.shown;
		this.onChange();
	}

	/** Whether an amount was refused by the very click or key that asks for the submit. */
	get hasJustRefused() {
		return this.refusal.isJustNow;
	}

	#refuse(input, candidate) {
		this.refusal.note();
		frappe.show_alert({
			message: __("{0}: type an amount between 0 and {1}, in this form.", [
				frappe.utils.escape_html(candidate.name),
				this.#open(candidate),
			]),
			indicator: "orange",
		});
		input.focus();
	}

	#pressInInput(event, input) {
		if (event.key === "Escape") input.value = input.dataset.shown;
		if (!["Enter", "Escape"].includes(event.key) || event.ctrlKey || event.metaKey) return;
		// Neither of them is meant for the dialog, which is submitted by Ctrl+Enter.
		event.preventDefault();
		event.stopPropagation();
		this.table.element.focus();
	}
}
