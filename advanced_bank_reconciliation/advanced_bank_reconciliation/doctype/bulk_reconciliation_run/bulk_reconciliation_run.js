// The form of one run: how far it is, what failed, its items, and what can be done about it.

frappe.ui.form.on("Bulk Reconciliation Run", {
	refresh(frm) {
		// Also for who may write everything: the record belongs to the workers.
		frm.disable_form();
		const indicator = frappe.get_indicator(frm.doc);
		frm.page.set_indicator(indicator[0], indicator[1]);
		frm.bulk_run?.close();
		frm.bulk_run = new BulkRunForm(frm);
		frm.bulk_run.open();
	},
});

const BULK_RUN_POLL_MILLISECONDS = 3000;
const BULK_RUN_SHOWN_ITEMS = 100;
const BULK_RUN_FORWARD_STATES = ["Queued", "Posting", "Matching"];
const BULK_RUN_ENDPOINTS =
	"advanced_bank_reconciliation.advanced_bank_reconciliation.doctype" +
	".advance_bank_reconciliation_tool.advance_bank_reconciliation_tool";
const BULK_RUN_EVENTS = ["bulk_reconciliation_progress", "bulk_reconciliation_complete"];

/**
 * One visit to the form of one run: from `open` until `close`, which Frappe's "hide" of the page calls too.
 * Everything that is drawn comes from the run's record; an event only says that it is worth reading again.
 */
class BulkRunForm {
	constructor(frm) {
		this.frm = frm;
		this.run = frm.doc.name;
		this.on_event = (event) => event.run === this.run && this.read();
	}

	async open() {
		BULK_RUN_EVENTS.forEach((event) => frappe.realtime.on(event, this.on_event));
		$(this.frm.page.parent).one("hide.bulk-run", () => this.close());
		this.progress = new BulkRunProgress(this.frm);
		this.buttons = new BulkRunButtons(this.frm);
		new BulkRunItems(this.frm).draw();
		await this.read();
		this.look_after();
	}

	close() {
		this.is_closed = true;
		clearTimeout(this.timer);
		$(this.frm.page.parent).off("hide.bulk-run");
		BULK_RUN_EVENTS.forEach((event) => frappe.realtime.off(event, this.on_event));
	}

	async read() {
		clearTimeout(this.timer);
		let facts = null;
		try {
			facts = await bulk_run_call("get_bulk_reconciliation", this.run, { type: "GET" });
		} finally {
			// Also after a failed request: a server that restarts comes back.
			if (!this.is_closed && (!facts || facts.is_active)) {
				clearTimeout(this.timer);
				this.timer = setTimeout(() => this.read(), BULK_RUN_POLL_MILLISECONDS);
			}
		}
		if (!this.is_closed) this.show(facts);
	}

	show(facts) {
		this.facts = facts;
		if (facts.status !== this.frm.doc.state) {
			// What the record says besides has changed too. Refreshing opens a new visit.
			this.frm.reload_doc();
			return;
		}
		this.progress.show(facts);
		this.show_counts(facts);
		this.buttons.show(facts);
	}

	show_counts(facts) {
		const doc = this.frm.doc;
		if (BULK_RUN_FORWARD_STATES.includes(facts.status)) doc.posted_items = facts.current;
		else doc.undone_items = doc.posted_items - facts.current;
		this.frm.refresh_fields(["posted_items", "undone_items"]);
	}

	/** Queue a run again that nobody works on. Does no harm to one that waits for its worker. */
	look_after() {
		const facts = this.facts;
		const has_no_worker = facts?.is_active && facts.status !== "Attention" && !facts.has_worker;
		if (has_no_worker && may_reconcile_in_bulk()) bulk_run_call("resume_bulk_reconciliation", this.run);
	}
}

/** Progress bar, failures with their reasons, and who started the run when. */
class BulkRunProgress {
	constructor(frm) {
		this.body = frm.dashboard.add_section("");
		frm.dashboard.show();
		this.body.html(`
			<div class="progress" style="margin: var(--margin-md) 0" role="progressbar" aria-valuemin="0" aria-valuemax="100"
				aria-label="${__("Progress of the bulk reconciliation")}">
				<div class="progress-bar"></div>
			</div>
			<p class="bulk-run-message" aria-live="polite"></p>
			<div class="bulk-run-failures"></div>
			<p class="bulk-run-origin text-muted small"></p>`);
	}

	show(facts) {
		const bar = this.body.find(".progress");
		bar.attr({ "aria-valuenow": facts.percentage, "aria-valuetext": facts.message });
		bar.find(".progress-bar").css({
			width: `${facts.percentage}%`,
			"background-color": `var(--${this.colour(facts.status)}-500)`,
		});
		this.body.find(".bulk-run-message").text(facts.message);
		this.body.find(".bulk-run-failures").html(this.failures(facts.failures));
		this.body.find(".bulk-run-origin").html(this.origin(facts));
	}

	colour(status) {
		if (status === "Attention") return "red";
		return status === "Rolling Back" ? "orange" : "green";
	}

	failures(failures) {
		if (!failures.length) return "";
		const lines = failures.slice(0, BULK_RUN_SHOWN_ITEMS).map((failure) => {
			const link = bulk_run_link(failure.doctype, failure.name);
			return `<li>${link}: ${frappe.utils.escape_html(failure.reason)}</li>`;
		});
		const heading = __("These invoices could not be reconciled:");
		return `<p class="text-danger">${heading}</p><ul>${lines.join("")}</ul>`;
	}

	origin(facts) {
		const user = frappe.utils.escape_html(frappe.user_info(facts.user).fullname);
		const lines = [__("Started by {0} {1}.", [user, frappe.datetime.comment_when(facts.creation)])];
		if (facts.ended_at) lines.push(__("Ended {0}.", [frappe.datetime.comment_when(facts.ended_at)]));
		return lines.join(" ");
	}
}

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
		const is_existing = item.kind === "Existing Voucher";
		const payment = is_existing ? __("existed before") : bulk_run_link(item.voucher_type, item.voucher);
		return `<tr>
			<td class="text-nowrap">${bulk_run_link(item.reference_doctype, item.reference_name)}</td>
			<td>${bulk_run_link(item.party_type, item.party)}</td>
			<td class="text-right">${format_currency(item.allocated_amount, item.currency)}</td>
			<td><span class="indicator-pill ${colour}">${label}</span>${reason}</td>
			<td class="text-nowrap">${payment}</td>
		</tr>`;
	}

	link_to_all(filters) {
		const text = __("The first {0} are shown. Show all", [BULK_RUN_SHOWN_ITEMS]);
		return $(`<a href="#" class="btn btn-link btn-sm">${text}</a>`).on("click", (event) => {
			event.preventDefault();
			frappe.set_route("List", "Bulk Reconciliation Item", "List", filters);
		});
	}
}

/** What can be done with the run as it is now, for who may do it. */
class BulkRunButtons {
	constructor(frm) {
		this.frm = frm;
	}

	show(facts) {
		this.facts = facts;
		const { status, can_cancel, is_active, has_worker } = facts;
		// Drawn anew only where they change: a button must not lose the focus to a progress bar.
		const shown_for = [status, can_cancel, has_worker].join();
		if (this.shown_for === shown_for) return;
		this.shown_for = shown_for;
		this.frm.clear_custom_buttons();
		if (may_undo_in_bulk()) {
			if (can_cancel) this.add(__("Cancel and Undo"), () => this.ask_undo(__("Cancel and Undo")));
			if (status === "Completed") this.add(__("Undo"), () => this.ask_undo(__("Undo")));
		}
		if (!may_reconcile_in_bulk()) return;
		if (status === "Rolled Back") this.add(__("Try Again"), () => this.ask_new_run());
		else if (status === "Attention") this.add(__("Try Again"), () => this.ask_undo_again());
		else if (is_active && !has_worker) this.add(__("Resume"), () => this.ask_resume());
	}

	add(label, action) {
		this.frm.add_custom_button(label, action);
	}

	ask_undo(label) {
		const run = frappe.utils.escape_html(this.frm.doc.name);
		const kept = {
			"Cancel and Delete": __("Its payments will be cancelled and deleted."),
			"Cancel Only": __("Its payments will be cancelled; the cancelled payments are kept."),
		};
		const sentences = [
			__("Undo everything that run {0} did?", [run]),
			__("Its invoices will be open again, {0} of them are paid so far.", [this.facts.current]),
			kept[this.frm.doc.rollback_action],
			__("Vouchers that existed before stay, and are only taken off the Bank Transaction."),
		];
		const call = () => this.call("cancel_bulk_reconciliation");
		this.ask(label, sentences, __("Undo Everything"), "btn-danger", call);
	}

	ask_new_run() {
		const sentences = [
			__("Start a new run with the same invoices and amounts?"),
			__("It is refused if one of them cannot be paid that way any more."),
		];
		this.ask(__("Try Again"), sentences, __("Start"), "btn-primary", () => this.call("retry_bulk_reconciliation"));
	}

	ask_undo_again() {
		const sentences = [
			__("Go on with the undo?"),
			__("Remove the cause first: {0}", [frappe.utils.escape_html(this.facts.reason)]),
		];
		this.ask(__("Try Again"), sentences, __("Go On"), "btn-primary", () => this.call("retry_bulk_reconciliation"));
	}

	ask_resume() {
		const sentences = [
			__("Queue this run again?"),
			__("It goes on where it stopped. Nothing is posted twice, and a run that only waits is left alone."),
		];
		this.ask(__("Resume"), sentences, __("Resume"), "btn-primary", () => this.call("resume_bulk_reconciliation"));
	}

	ask(title, sentences, label, button_class, action) {
		const dialog = new frappe.ui.Dialog({
			title,
			primary_action_label: label,
			primary_action: () => {
				dialog.hide();
				action();
			},
			secondary_action_label: __("Leave It"),
			secondary_action: () => dialog.hide(),
		});
		const paragraphs = sentences.map((sentence) => `<p>${sentence}</p>`);
		dialog.$body.append(`<div class="frappe-confirm-message">${paragraphs.join("")}</div>`);
		dialog.get_primary_btn().removeClass("btn-primary").addClass(button_class);
		dialog.show();
	}

	async call(method) {
		const answer = await bulk_run_call(method, this.frm.doc.name, { freeze: true });
		if (answer.run === this.frm.doc.name) {
			this.frm.reload_doc();
			return;
		}
		frappe.show_alert({ message: frappe.utils.escape_html(answer.message), indicator: "green" });
		frappe.set_route("Form", "Bulk Reconciliation Run", answer.run);
	}
}

/** Ask an endpoint about a run. Frappe shows what it refuses. */
async function bulk_run_call(method, run, options = {}) {
	const { message } = await frappe.call({ method: `${BULK_RUN_ENDPOINTS}.${method}`, args: { run }, ...options });
	return message;
}

function bulk_run_link(doctype, name) {
	if (!doctype || !name) return "";
	return frappe.utils.get_form_link(doctype, name, true, frappe.utils.escape_html(name));
}

/** The server asks the same, and more. */
function may_undo_in_bulk() {
	return frappe.model.can_write("Bank Transaction") && frappe.model.can_cancel("Payment Entry");
}

function may_reconcile_in_bulk() {
	const may_post = frappe.model.can_create("Payment Entry") && frappe.model.can_submit("Payment Entry");
	return may_post && frappe.model.can_write("Bank Transaction");
}
