import { parseTyped } from "./amounts.js";
import { VirtualTable, create } from "./virtual_table.js";

// Why a row stands at the top: the bits of its rank.
const MATCH_HINTS = [
	[4, () => __("Named"), () => __("The bank's text names this document")],
	[2, () => __("Amount"), () => __("Exactly the amount that is unallocated")],
	[1, () => __("Party"), () => __("The party of the Bank Transaction")],
];

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
		this.table = new VirtualTable(element, {
			label: __("Documents that can be reconciled"),
			checkAllLabel: __("Select all documents that are shown"),
			columns: this.#columns(),
			isChecked: (candidate) => selection.has(candidate.key),
			onCheck: (candidates, checked) => this.#tick(candidates, checked),
			onCheckAll: (checked) => this.#tick(this.table.rows, checked),
		});
	}

	setRows(candidates) {
		this.table.setRows(candidates);
	}

	update() {
		this.table.update();
	}

	#tick(candidates, checked) {
		if (checked) this.selection.tickAll(candidates);
		else this.selection.untickAll(candidates);
		this.onChange();
	}

	#columns() {
		const text = (field) => (cell, candidate) => this.#fillText(cell, candidate[field]);
		return [
			{ width: "minmax(13rem, 2fr)", label: __("Document"), fill: (...all) => this.#fillDocument(...all) },
			{ width: "minmax(8rem, 1.4fr)", label: __("Party"), fill: (...all) => this.#fillParty(...all) },
			{
				width: "6.5rem",
				label: __("Due"),
				fill: (cell, { date }) => this.#fillText(cell, date && this.formats.date(date)),
			},
			{ width: "minmax(6rem, 1fr)", label: __("Reference"), fill: text("reference") },
			{
				width: "8rem",
				label: __("Open"),
				className: "is-amount",
				fill: (cell, candidate) => this.#fillText(cell, this.#open(candidate)),
			},
			{
				width: "9rem",
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
		cell.append(link, create("span", "bulk-table-type", __(candidate.type)));
		cell.title = `${__(candidate.type)} ${candidate.name}`;
	}

	#fillParty(cell, candidate) {
		this.#fillText(cell, candidate.party_name || candidate.party);
		for (const [bit, label, why] of MATCH_HINTS) {
			if (!candidate.isInvoice || !(candidate.rank & bit)) continue;
			const hint = create("span", "bulk-table-hint", label());
			hint.title = why();
			cell.append(hint);
		}
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

	/** The sign is the document's: nobody has to type it. */
	#typed(input, candidate) {
		const { precision, separators } = this.formats;
		const size = parseTyped(input.value, precision, separators);
		const amount = size === null ? null : Math.abs(size) * (candidate.open < 0 ? -1 : 1);
		const isTaken = this.selection.allocate(candidate.key, amount);
		if (!isTaken) this.#refuse(input, candidate);
		input.value = input.dataset.shown;
		this.onChange();
	}

	#refuse(input, candidate) {
		frappe.show_alert({
			message: __("{0}: type an amount between 0 and {1}.", [
				frappe.utils.escape_html(candidate.name),
				this.#open(candidate),
			]),
			indicator: "orange",
		});
		input.focus();
	}

	#pressInInput(event, input) {
		if (event.key === "Escape") input.value = input.dataset.shown;
		if (!["Enter", "Escape"].includes(event.key)) return;
		// Neither of them is meant for the dialog.
		event.preventDefault();
		event.stopPropagation();
		this.table.element.focus();
	}
}
