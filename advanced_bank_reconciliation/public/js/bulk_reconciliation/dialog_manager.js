import { toMinorUnits } from "./amounts.js";
import { candidatesOf } from "./candidate.js";
import { CandidatePanel } from "./candidate_panel.js";
import { askedFor, askForCandidates, offerRates } from "./candidate_requests.js";
import { arrange, INVOICE_FIELDS, invoiceFields, nameActions } from "./dialog_fields.js";
import { DialogLayout } from "./dialog_layout.js";
import { button } from "./elements.js";
import { call, callErpnext } from "./endpoints.js";
import { DeskFormats } from "./formats.js";
import { FormerSelection, missingTexts } from "./former_selection.js";
import { obstaclesOf } from "./difference.js";
import { forgetSelection, keepOnLeave, keepSelection, keptSelection } from "./kept_selection.js";
import { selectedFor } from "./other_invoices.js";
import { ProgressDialog } from "./progress_dialog.js";
import { nextFrame } from "./next_frame.js";
import { mayPayInvoices } from "./rights.js";
import { ask } from "./run_requests.js";
import { Selection } from "./selection.js";
import { SentSelections, startArguments } from "./sent_selections.js";
import { startQuestion } from "./start_question.js";

/** From this many invoices on the work goes to the background, if the site has no setting of its own. */
export const BULK_THRESHOLD = 50;

const LOAD_AFTER = 150;

/** ERPNext's dialog of a Bank Transaction, with unpaid invoices beside the vouchers. */
export class DialogManager extends erpnext.accounts.bank_reconciliation.DialogManager {
	requests = new SentSelections(this);

	get runs() {
		return advanced_bank_reconciliation.runs;
	}

	/** Open the dialog, or the progress if a run holds the Bank Transaction. */
	async show_dialog(bank_transaction_name, update_dt_cards) {
		const tracker = this.runs.holding(bank_transaction_name);
		if (tracker) return this.showBulkProgressDialog(tracker);
		if (!this.dialog && !(await this.#isMade())) return;
		this.findPlace = this.placeFinder?.(bank_transaction_name);
		super.show_dialog(bank_transaction_name, update_dt_cards);
	}

	/** ERPNext makes the dialog after a question to the server, which may be slow, or have failed. */
	async #isMade() {
		await frappe.after_ajax();
		if (!this.dialog) this.make_dialog();
		await frappe.after_ajax();
		return Boolean(this.dialog);
	}

	/** Leave the page as it was before the dialog, unless somebody looks at it. */
	leave() {
		if (!this.dialog?.display) this.dialog?.$wrapper.detach();
	}

	/** ERPNext's fields, with the two kinds of unpaid invoices, and the details out of the way. */
	get_voucher_fields() {
		// A read-only description is put into the page as markup, whatever the bank has written: the facts
		// beside the action show it as text.
		const fields = super.get_voucher_fields().filter(({ fieldname }) => fieldname !== "description");
		for (const field of fields)
			arrange(field, { company: () => this.company, exactOnly: () => this.#showExact() });
		return [...(mayPayInvoices() ? invoiceFields(() => this.update_options()) : []), ...fields];
	}

	/** ERPNext calls this when the values of another Bank Transaction are in the dialog. */
	copy_data_to_voucher() {
		// If two were asked for, the answers may come in any order: all that follows is about this one.
		this.bank_transaction_name = this.bank_transaction.name;
		super.copy_data_to_voucher();
		this.#prepare();
		this.layout.showFacts(this.bank_transaction);
		this.#forgetSelection();
		this.#chooseInvoices();
	}

	/** ERPNext calls this whenever another type of document is ticked. */
	update_options() {
		clearTimeout(this.loadTimer);
		this.loadTimer = setTimeout(() => this.get_linked_vouchers(), LOAD_AFTER);
	}

	/** Load what can be ticked: unpaid invoices, and ERPNext's vouchers. */
	async get_linked_vouchers(filters = null) {
		const load = (this.load = {});
		this.#showLoading();
		const every_currency = this.panel ? this.panel.everyCurrency.checked : this.former.hasForeign;
		const isAsked = askedFor(this, every_currency);
		const answers = await askForCandidates(this, every_currency ? { ...filters, every_currency } : filters);
		// Meanwhile somebody may have asked for something else.
		if (load !== this.load) return;
		if (!answers) return this.#offerAgain(filters);
		const [answer, vouchers] = answers;
		if (!this.panel) {
			this.#beginSelection(answer);
			// Drawn before the rows are made: no script holds the page for all of it.
			await nextFrame();
			if (load !== this.load) return;
			this.panel.focus();
		}
		const candidates = candidatesOf(answer, vouchers, this.bankLine);
		const total = answer.total + candidates.length - answer.rows.length;
		const isWhole = !filters && total <= candidates.length;
		const isKnown = (candidate) => isWhole && isAsked(candidate);
		if (this.former) this.#tickFormer(candidates, isKnown);
		else if (this.isDoubtful) this.#untickGone(candidates, isKnown);
		offerRates(this, candidates);
		this.panel.setCandidates(candidates, total, isWhole);
	}

	/** What is to be ticked again in this very Bank Transaction, and in no other that is opened instead. */
	#takeFormer() {
		const { bank_transaction, former } = this.wanted || {};
		this.wanted = null;
		if (bank_transaction === this.bank_transaction_name) return former;
		return keptSelection(this.bank_transaction_name) || new FormerSelection();
	}

	/** Tick what was selected before, for a run or until the dialog was closed, and name what is not there any more. */
	#tickFormer(candidates, isKnown) {
		const { former } = this;
		this.former = null;
		const missing = former.tickIn(this.selection, candidates, isKnown);
		this.panel.adviceSource = former.adviceSource;
		const again = former.isKept ? [__("What you had selected and typed here is there again.")] : [];
		this.panel.tell([...again, ...missingTexts(missing)]);
		if (!former.isKept && this.selection.size) this.panel.showOnlySelected();
	}

	/** After a refusal: what was paid or cancelled meanwhile is not ticked any more. */
	#untickGone(candidates, isKnown) {
		this.isDoubtful = false;
		const current = new Map(candidates.map((candidate) => [candidate.key, candidate]));
		this.panel.tell(missingTexts(this.selection.untickGone(current, isKnown)));
	}

	/** Submit. */
	match() {
		if (this.panel.hasJustRefused) return;
		const obstacles = obstaclesOf(this.selection, this.formats, __);
		if (obstacles.length) return frappe.msgprint(obstacles.map(frappe.utils.escape_html).join("<br>"));
		const { invoices, vouchers } = this.selection.payload();
		if (!invoices.length) return this.requests.run(() => this.#reconcileVouchers(vouchers));
		return this.processUnpaidInvoices(invoices, vouchers);
	}

	/** Few invoices are reconciled at once; many in the background, when the user agrees. */
	async processUnpaidInvoices(invoices, vouchers) {
		if (invoices.length < this.threshold)
			return this.requests.run(() => this.processSyncReconciliation(invoices, vouchers));
		const question = { label: __("Reconcile in the Background"), question: startQuestion(this.selection, this.formats) };
		if (await ask({ ...question, confirm: __("Reconcile") }))
			await this.requests.run(() => this.processBulkReconciliation(invoices, vouchers));
	}

	/** Load again what is open, and untick what is not. */
	lookAgain() {
		this.isDoubtful = true;
		return this.panel.reloadShown();
	}

	async processSyncReconciliation(invoices, vouchers) {
		const { name } = this.bank_transaction;
		const state = await call("create_payment_entries_for_invoices", startArguments(this, invoices, vouchers), {
			freeze: true,
			freeze_message: __("Reconciling {0} invoices …", [invoices.length]),
		});
		this.#hide(name, state.success !== false);
		if (state.success === null) return this.showBulkProgressDialog(this.runs.watch(state.run, state));
		const message = frappe.utils.escape_html(state.message);
		frappe.show_alert({ message, indicator: state.success ? "green" : "red" });
		this.update_dt_cards(await frappe.db.get_doc("Bank Transaction", name));
	}

	async processBulkReconciliation(invoices, vouchers) {
		const { name } = this.bank_transaction;
		const args = startArguments(this, invoices, vouchers);
		const tracker = await this.runs.start(() => call("create_payment_entries_bulk", args, { freeze: true }));
		this.#hide(name);
		this.showBulkProgressDialog(tracker);
	}

	/** Show a run; the table hears of its end from the watcher. */
	showBulkProgressDialog(tracker) {
		return new ProgressDialog(tracker, {
			chooseAgain: (state) => this.#chooseAgain(state),
			findNext: () => this.findNext?.(tracker.state.bank_transaction),
			findPlace: this.placeFinder?.(tracker.state.bank_transaction),
		});
	}

	#showExact() {
		this.panel?.setExact(this.dialog.get_value("exact_match") ? this.bankLine.unallocated : null);
	}

	#prepare() {
		if (this.layout) return;
		this.layout = new DialogLayout(this.dialog, () => this.findPlace?.());
		nameActions(this.dialog);
		this.dialog.focus_on_first_input = () => this.panel?.focus();
		this.dialog.get_field("action").df.onchange = () => this.#refreshSubmit();
		this.dialog.$wrapper.on("hide.bs.modal", () => this.#keep());
	}

	/** Whatever closes it, nobody is asked: nothing is lost by it. */
	#keep() {
		if (!this.panel || this.former) return;
		keepSelection(this.bank_transaction.name, this.selection, this.panel.adviceSource);
	}

	/** Close the dialog of a Bank Transaction, unless it is another one's by now. isSent: nothing is kept of the selection */
	#hide(name, isSent = true) {
		if (name === this.bank_transaction.name) this.dialog.hide();
		if (isSent) forgetSelection(name);
	}

	/** Open the deposit of a run that was undone, with what was selected for it, so that it can be changed. */
	async #chooseAgain({ run, bank_transaction }) {
		this.wanted = { bank_transaction, former: new FormerSelection({ ...(await selectedFor(run)), run }) };
		this.show_dialog(bank_transaction, this.update_dt_cards);
	}

	#forgetSelection() {
		this.layout.totals.replaceChildren();
		this.panel = this.selection = this.load = null;
		this.isDoubtful = false;
		this.#showLoading();
		this.layout.setReady(false);
	}

	#showLoading() {
		if (this.panel) return this.panel.setLoading();
		this.#proposals().empty().append($("<div class='text-muted'>").text(__("Loading …")));
	}

	/** The server says what the Bank Transaction has left, and how exact its amounts are. */
	#beginSelection({ statement_line: line, background_threshold: threshold, deduction, grouping }) {
		const unallocated = toMinorUnits(line.unallocated, line.precision);
		this.bankLine = { ...line, isDeposit: line.is_deposit, unallocated };
		this.threshold = threshold || BULK_THRESHOLD;
		this.selection = new Selection(this.bankLine);
		this.selection.grouping = grouping;
		keepOnLeave(() => this.dialog.display && this.#keep());
		this.askedRates = new Set();
		this.formats = new DeskFormats(this.bankLine);
		this.panel = new CandidatePanel($("<div>").appendTo(this.#proposals().empty())[0], {
			selection: this.selection,
			formats: this.formats,
			bankLine: this.bankLine,
			standard: deduction,
			totals: this.layout.totals,
			hasForeign: this.former.hasForeign,
			onChange: () => this.#refreshSubmit(),
			reload: (filters) => this.get_linked_vouchers(filters),
		});
	}

	#proposals() {
		return this.dialog.get_field("payment_proposals").$wrapper.show();
	}

	/** A deposit is most often for sales, a withdrawal for purchases. */
	#chooseInvoices() {
		const { deposit, withdrawal } = this.bank_transaction;
		this.dialog.set_value("action", "Match Against Voucher");
		this.dialog.set_value("exact_match", 0);
		this.former = this.#takeFormer();
		for (const [fieldname, doctype] of Object.entries(INVOICE_FIELDS)) {
			const isUsual = (doctype === "Sales Invoice") === (deposit > withdrawal);
			this.dialog.set_value(fieldname, isUsual || this.former.hasInvoices(doctype) ? 1 : 0);
		}
		this.update_options();
	}

	/** Nobody waits for what will not come. */
	#offerAgain(filters) {
		const again = button("load-again", __("Load Again"), () => this.get_linked_vouchers(filters));
		if (this.panel) this.panel.offerAgain(again);
		else this.#proposals().empty().append(again);
	}

	#reconcileVouchers(vouchers) {
		const args = { bank_transaction_name: this.bank_transaction.name, vouchers };
		return callErpnext("reconcile_vouchers", args).then((bank_transaction) => {
			frappe.show_alert(__("Bank Transaction {0} Matched", [bank_transaction.name]));
			this.update_dt_cards(bank_transaction);
			this.#hide(bank_transaction.name);
		});
	}

	#refreshSubmit() {
		const isMatching = this.dialog.get_value("action") === "Match Against Voucher";
		const isReady = this.selection && !obstaclesOf(this.selection, this.formats, __).length;
		this.layout.totals.hidden = !isMatching;
		this.layout.setReady(isReady || !isMatching);
	}
}
