/** The first items of the run as a table with links, all of them or those of one state. */
class BulkRunItems {
	constructor(frm) {
		this.frm = frm;
		this.state = "";
	}

	draw() {
		const page = this.frm.layout.wrapper.find(".form-page").first();
		page.find(".bulk-run-items").remove();
		this.body = $(`
			<div class="bulk-run-items" style="padding: var(--padding-md)">
				<h5>${__("Invoices and Vouchers")}</h5>
				<div class="bulk-run-states btn-group btn-group-sm" role="group"></div>
				<div class="table-responsive" style="margin-top: var(--margin-sm)"></div>
			</div>`).appendTo(page);
		this.draw_states();
		this.load();
	}

	draw_states() {
		const states = ["", "Failed", "Pending", "Posted", "Undone"];
		const buttons = states.map((state) => {
			const label = state ? __(state) : __("All");
			return $(`<button type="button" class="btn btn-default">${label}</button>`)
				.attr("aria-pressed", state === this.state)
				.toggleClass("active", state === this.state)
				.on("click", () => this.choose(state));
		});
		this.body.find(".bulk-run-states").empty().append(buttons);
	}

	choose(state) {
		this.state = state;
		this.draw_states();
		this.load();
	}

	async load() {
		const asked = this.state;
		// The list's settings, for the colours of the states.
		await frappe.model.with_doctype("Bulk Reconciliation Item");
		const filters = { run: this.frm.doc.name, ...(asked && { state: asked }) };
		const fields = ["name", "kind", "state", "reason", "reference_doctype", "reference_name", "party_type"];
		const items = await frappe.db.get_list("Bulk Reconciliation Item", {
			filters,
			fields: [...fields, "party", "allocated_amount", "currency", "voucher_type", "voucher"],
			order_by: "position asc",
			limit: BULK_RUN_SHOWN_ITEMS + 1,
		});
		// Another button was pressed while the answer was on its way.
		if (asked === this.state) this.show(items, filters);
	}

	show(items, filters) {
		const table = this.body.find(".table-responsive");
		if (!items.length) {
			table.html(`<p class="text-muted">${__("There is nothing in this state.")}</p>`);
			return;
		}
		const labels = [__("Document"), __("Party"), __("Allocated"), __("State"), __("Payment")];
		const head = labels.map((label) => `<th scope="col">${label}</th>`).join("");
		const rows = items.slice(0, BULK_RUN_SHOWN_ITEMS).map((item) => this.row(item));
		table.html(`<table class="table table-bordered table-sm" style="margin-bottom: 0">
			<thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`);
		if (items.length > BULK_RUN_SHOWN_ITEMS) table.append(this.link_to_all(filters));
	}

	row(item) {
		const [label, colour] = frappe.get_indicator(item, "Bulk Reconciliation Item");
		const reason = item.reason ? `<br><small>${frappe.utils.escape_html(item.reason)}</small>` : "";
		return `<tr>
			<td class="text-nowrap">${bulk_run_link(item.reference_doctype, item.reference_name)}</td>
			<td>${bulk_run_link(item.party_type, item.party)}</td>
			<td class="text-right">${format_currency(item.allocated_amount, item.currency)}</td>
			<td><span class="indicator-pill ${colour}">${label}</span>${reason}</td>
			<td class="text-nowrap">${this.payment(item)}</td>
		</tr>`;
	}

	payment(item) {
		if (item.kind === "Existing Voucher") return __("existed before");
		// ERPNext may have given the number of a deleted payment to another one.
		const is_deleted = item.state === "Undone" && this.frm.doc.rollback_action === "Cancel and Delete";
		if (is_deleted) return `<s>${frappe.utils.escape_html(item.voucher || "")}</s>`;
		return bulk_run_link(item.voucher_type, item.voucher);
	}

	link_to_all(filters) {
		const text = __("The first {0} are shown. Show all", [BULK_RUN_SHOWN_ITEMS]);
		return $(`<a href="#" class="btn btn-link btn-sm">${text}</a>`).on("click", (event) => {
			event.preventDefault();
			frappe.set_route("List", "Bulk Reconciliation Item", "List", filters);
		});
	}
}
