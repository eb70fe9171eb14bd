import { create } from "./elements.js";
import { refreshTogether } from "./refresh_together.js";
import { behaveWell } from "./well_behaved_dialog.js";

const LEAST_HEIGHT = 320;

/** ERPNext's dialog, made to measure for long tables: wide, and with as much of its height as possible for them. */
export class DialogLayout {
	/** findPlace: see `behaveWell` */
	constructor(dialog, findPlace) {
		this.dialog = dialog;
		behaveWell(dialog, findPlace);
		refreshTogether(dialog);
		dialog.$wrapper.addClass("bulk-dialog").find(".modal-dialog").addClass("modal-xl");
		dialog.$wrapper.on("keydown", (event) => this.#press(event));
		this.totals = create("div");
		dialog.footer.prepend(this.totals);
		this.#mark("payment_entry", "bulk-types");
		this.#mark("payment_proposals", "bulk-proposals");
		window.addEventListener("resize", () => this.fit());
		new ResizeObserver(() => this.fit()).observe(dialog.$body[0]);
	}

	/** What the bank says, beside the choice of the action. */
	showFacts({ name, date, deposit, withdrawal, currency, reference_number, description }) {
		const kind = deposit > withdrawal ? __("Deposit") : __("Withdrawal");
		const amount = format_currency(deposit || withdrawal, currency);
		const facts = [`${kind} ${amount}`, name, frappe.datetime.str_to_user(date), reference_number, description];
		this.facts ??= this.#makeFacts();
		this.facts.replaceChildren(...facts.filter(Boolean).map((fact) => create("span", "", fact)));
	}

	/** Give the table what the window has left. */
	fit() {
		const table = this.dialog.$body[0].querySelector(".bulk-table");
		if (!table?.offsetParent) return;
		const { height: footer } = this.dialog.footer[0].getBoundingClientRect();
		const content = table.closest(".modal-content").getBoundingClientRect();
		const above = table.getBoundingClientRect().top - content.top;
		const margin = parseFloat(getComputedStyle(table.closest(".modal-dialog")).marginTop);
		const below = this.#paddingBelow(table);
		const left = Math.floor(window.innerHeight - 2 * margin - above - footer - below);
		// Each Bank Transaction has a table of its own in the same dialog.
		const height = `${Math.max(LEAST_HEIGHT, left)}px`;
		if (table.style.height !== height) table.style.height = height;
	}

	/** The button stays in the order of Tab and says why it does nothing, but looks as if it were off. */
	setReady(isReady) {
		const button = this.dialog.get_primary_btn();
		button.toggleClass("disabled", !isReady).attr("aria-disabled", String(!isReady));
	}

	#press(event) {
		if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
		event.preventDefault();
		// What is being typed counts.
		const typed = document.activeElement;
		if (typed?.matches("input[type=text]")) typed.dispatchEvent(new Event("change", { bubbles: true }));
		this.dialog.get_primary_btn().trigger("click");
	}

	#paddingBelow(table) {
		const body = table.closest(".modal-body");
		return body.scrollHeight - (table.getBoundingClientRect().bottom - body.getBoundingClientRect().top + body.scrollTop);
	}

	#mark(fieldname, className) {
		this.dialog.get_field(fieldname)?.$wrapper.closest(".form-section").addClass(className);
	}

	#makeFacts() {
		const facts = create("div", "bulk-facts");
		this.dialog.get_field("document_type").$wrapper.parent().prepend(facts);
		return facts;
	}
}
