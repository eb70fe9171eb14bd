const ITEM = "Bulk Reconciliation Item";
const LIMIT = 100;
const STATES = ["", "Failed", "Pending", "Posted", "Undone"];
const FIELDS = [
	"name",
	"kind",
	"state",
	"reason",
	"reference_doctype",
	"reference_name",
	"party_type",
	"party",
	"allocated_amount",
	"currency",
	"voucher_type",
	"voucher",
];

/** The first items of a run as a table with links, all of them or those of one state. */
export class RunItems {
	constructor(frm) {
		this.frm = frm;
		this.state = "";
	}

	draw() {
		const page = this.frm.layout.wrapper.find(".form-page").first();
		page.find(".bulk-run-items").remove();
		this.$body = $(`
			<div class="bulk-run-items">
				<h5>${__("Invoices and Vouchers")}</h5>
				<div class="bulk-run-states btn-group btn-group-sm" role="group"></div>
				<div class="table-responsive"></div>
			</div>`).appendTo(page);
		this.#drawStates();
		this.#load();
	}

	#drawStates() {
		const buttons = STATES.map((state) =>
			$(`<button type="button" class="btn btn-default">${state ? __(state) : __("All")}</button>`)
				.attr("aria-pressed", state === this.state)
				.toggleClass("active", state === this.state)
				.on("click", () => this.#choose(state))
		);
		this.$body.find(".bulk-run-states").empty().append(buttons);
	}

	#choose(state) {
		this.state = state;
		this.#drawStates();
		this.#load();
	}

	async #load() {
		const asked = this.state;
		// The list's settings, for the colours of the states.
		await frappe.model.with_doctype(ITEM);
		const filters = { run: this.frm.doc.name, ...(asked && { state: asked }) };
		const args = { filters, fields: FIELDS, order_by: "position asc", limit: LIMIT + 1 };
		const items = await frappe.db.get_list(ITEM, args);
		// Another button was pressed while the answer was on its way.
		if (asked === this.state) this.#show(items, filters);
	}

	#show(items, filters) {
		const $place = this.$body.find(".table-responsive");
		if (!items.length) {
			$place.html(`<p class="text-muted">${__("There is nothing in this state.")}</p>`);
			return;
		}
		const labels = [__("Document"), __("Party"), __("Allocated"), __("State"), __("Payment")];
		const classOf = (label) => (label === labels[2] ? "text-right" : "");
		const head = labels.map((label) => `<th scope="col" class="${classOf(label)}">${label}</th>`).join("");
		const rows = items.slice(0, LIMIT).map((item) => this.#row(item));
		$place.html(`<table class="table table-bordered table-sm">
			<thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`);
		if (items.length > LIMIT) $place.append(this.#linkToAll(filters));
	}

	#row(item) {
		const [label, colour] = frappe.get_indicator(item, ITEM);
		const reason = item.reason ? `<br><small>${frappe.utils.escape_html(item.reason)}</small>` : "";
		return `<tr>
			<td class="text-nowrap">${document(item)}</td>
			<td>${link(item.party_type, item.party)}</td>
			<td class="text-right">${format_currency(item.allocated_amount, item.currency)}</td>
			<td><span class="indicator-pill ${colour}">${label}</span>${reason}</td>
			<td class="text-nowrap">${this.#payment(item)}</td>
		</tr>`;
	}

	#payment(item) {
		if (item.kind === "Existing Voucher") return __("existed before");
		// ERPNext may have given the number of a deleted payment to another one.
		const isDeleted = item.state === "Undone" && this.frm.doc.rollback_action === "Cancel and Delete";
		if (isDeleted) return `<s>${frappe.utils.escape_html(item.voucher || "")}</s>`;
		return link(item.voucher_type, item.voucher);
	}

	#linkToAll(filters) {
		const text = __("The first {0} are shown. Show all", [LIMIT]);
		return $(`<a href="#" class="btn btn-link btn-sm">${text}</a>`).on("click", (event) => {
			event.preventDefault();
			frappe.set_route("List", ITEM, "List", filters);
		});
	}
}

/** An advance has its party as its document. */
function document({ kind, reference_doctype, reference_name }) {
	const name = link(reference_doctype, reference_name);
	return kind === "Advance" ? `${__("Advance")}: ${name}` : name;
}

function link(doctype, name) {
	if (!doctype || !name) return "";
	return frappe.utils.get_form_link(doctype, name, true, frappe.utils.escape_html(name));
}
