{% include "advanced_bank_reconciliation/advanced_bank_reconciliation/doctype/bulk_reconciliation_run/bulk_run_items.js" %}
{% include "advanced_bank_reconciliation/advanced_bank_reconciliation/doctype/bulk_reconciliation_run/bulk_run_buttons.js" %}

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
		new BulkRunItems(this.frm).draw();
		// Who may not see Bank Transactions is refused by the endpoint, and has the record itself.
		if (!frappe.model.can_read("Bank Transaction")) return;
		BULK_RUN_EVENTS.forEach((event) => frappe.realtime.on(event, this.on_event));
		$(this.frm.page.parent).one("hide.bulk-run", () => this.close());
		this.progress = new BulkRunProgress(this.frm);
		this.buttons = new BulkRunButtons(this.frm);
		await this.read();
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
		} catch (failure) {
			// Asked again, a refusal would only be shown again. Anything else may pass.
			if (failure?.status >= 400 && failure.status < 500) this.close();
		}
		if (this.is_closed) return;
		if (facts) this.show(facts);
		if (!facts || facts.is_active) this.read_later();
	}

	read_later() {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.read(), BULK_RUN_POLL_MILLISECONDS);
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
}

/** Progress bar, failures with their reasons, and who started the run when. */
class BulkRunProgress {
	constructor(frm) {
		this.body = frm.dashboard.add_section("");
		frm.dashboard.show();
		this.body.html(`
			<div class="progress" style="margin: var(--margin-md) 0" role="progressbar"
				aria-valuemin="0" aria-valuemax="100"
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

/** Ask an endpoint about a run. Frappe shows what it refuses. */
async function bulk_run_call(method, run, options = {}) {
	const { message } = await frappe.call({ method: `${BULK_RUN_ENDPOINTS}.${method}`, args: { run }, ...options });
	return message;
}

function bulk_run_link(doctype, name) {
	if (!doctype || !name) return "";
	return frappe.utils.get_form_link(doctype, name, true, frappe.utils.escape_html(name));
}
