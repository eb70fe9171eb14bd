const ERPNEXT_TOOL = "erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool";
const REMEMBERED = [
	"company",
	"bank_account",
	"filter_by_reference_date",
	"bank_statement_from_date",
	"bank_statement_to_date",
	"from_reference_date",
	"to_reference_date",
];
// A change of one of these makes other tables.
const FILTERS = REMEMBERED;
const REBUILD_AFTER = 300;

frappe.ui.form.on("Advance Bank Reconciliation Tool", {
	setup(frm) {
		frm.set_query("bank_account", () => ({
			filters: { company: frm.doc.company, is_company_account: 1 },
		}));
		frm.rebuild = frappe.utils.debounce(() => frm.events.build(frm), REBUILD_AFTER);
	},

	onload(frm) {
		const today = frappe.datetime.get_today();
		const defaults = {
			company: frappe.defaults.get_user_default("Company"),
			bank_statement_from_date: frappe.datetime.add_months(today, -1),
			bank_statement_to_date: today,
		};
		Object.assign(frm.doc, defaults, recall(), frappe.route_options || {});
		frappe.route_options = null;
		frm.events.choose_only_account(frm);
	},

	refresh(frm) {
		frm.disable_save();
		frm.events.add_buttons(frm);
		frm.refresh_fields();
		advanced_bank_reconciliation.nameFields(frm.fields);
		frm.rebuild();
	},

	async company(frm) {
		await frm.set_value("bank_account", "");
		await frm.events.choose_only_account(frm);
	},

	/** Where there is no choice, nobody has to make one. */
	async choose_only_account(frm) {
		if (!frm.doc.company || frm.doc.bank_account) return;
		const filters = { company: frm.doc.company, is_company_account: 1, disabled: 0 };
		const accounts = await frappe.db.get_list("Bank Account", { filters, limit: 2 });
		if (accounts.length === 1) await frm.set_value("bank_account", accounts[0].name);
	},

	filter_by_reference_date(frm) {
		const today = frappe.datetime.get_today();
		const [used, unused] = frm.doc.filter_by_reference_date
			? [["from_reference_date", "to_reference_date"], ["bank_statement_from_date", "bank_statement_to_date"]]
			: [["bank_statement_from_date", "bank_statement_to_date"], ["from_reference_date", "to_reference_date"]];
		unused.forEach((field) => frm.set_value(field, ""));
		frm.set_value(used[0], frm.doc[used[0]] || frappe.datetime.add_months(today, -1));
		frm.set_value(used[1], frm.doc[used[1]] || today);
	},

	bank_account(frm) {
		// What was typed is the balance of another account.
		frm.doc.bank_statement_closing_balance = 0;
		frm.has_closing_balance = false;
		frm.refresh_field("bank_statement_closing_balance");
		frm.rebuild();
	},

	bank_statement_closing_balance(frm) {
		frm.has_closing_balance = true;
		if (frm.has_tables) frm.events.show_cards(frm);
	},

	add_buttons(frm) {
		if (frappe.model.can_create("Bank Statement Import"))
			frm.add_custom_button(__("Upload Bank Statement"), () => frm.events.upload_statement(frm));
		if (frappe.model.can_write("Bank Transaction"))
			frm.add_custom_button(__("Auto Reconcile"), () => frm.events.auto_reconcile(frm));
		if (frm.doc.__onload?.has_banking_page)
			frm.add_custom_button(__("Banking"), () => window.open("/banking"));
		frm.add_custom_button(__("Refresh"), () => frm.events.build(frm));
		frm.change_custom_button_type(__("Refresh"), null, "primary");
	},

	async upload_statement(frm) {
		const { doctype: dt, name: dn, company, bank_account } = frm.doc;
		const method = "erpnext.accounts.doctype.bank_statement_import.bank_statement_import.upload_bank_statement";
		const [doc] = frappe.model.sync(await frappe.xcall(method, { dt, dn, company, bank_account }));
		frappe.set_route("Form", doc.doctype, doc.name);
	},

	async auto_reconcile(frm) {
		if (!frm.doc.bank_account) return frappe.msgprint(__("Select a bank account first."));
		await frappe.call({
			method: `${ERPNEXT_TOOL}.auto_reconcile_vouchers`,
			args: {
				bank_account: frm.doc.bank_account,
				from_date: frm.doc.bank_statement_from_date,
				to_date: frm.doc.bank_statement_to_date,
				filter_by_reference_date: frm.doc.filter_by_reference_date,
				from_reference_date: frm.doc.from_reference_date,
				to_reference_date: frm.doc.to_reference_date,
			},
			freeze: true,
		});
		frm.events.build(frm);
	},

	/** Everything below the filters. */
	async build(frm) {
		remember(frm);
		if (!frm.doc.company || !frm.doc.bank_account) return;
		await Promise.all([
			advanced_bank_reconciliation.loadDialogs(),
			frm.events.read_currency(frm),
			frm.events.read_balances(frm),
		]);
		frm.has_tables = true;
		frm.events.show_cards(frm);
		frm.events.show_transactions(frm);
		frm.events.show_reconciled(frm);
	},

	async read_currency(frm) {
		const bank_account = await frappe.db.get_value("Bank Account", frm.doc.bank_account, "account");
		const account = await frappe.db.get_value("Account", bank_account.message.account, "account_currency");
		frm.doc.account_currency = account.message.account_currency;
	},

	async read_balances(frm) {
		const { company, bank_account, bank_statement_from_date: from } = frm.doc;
		const till = frm.doc.bank_statement_to_date || frm.doc.to_reference_date;
		const balance = (till_date) =>
			frappe.xcall(`${ERPNEXT_TOOL}.get_account_balance`, { bank_account, till_date, company });
		const before = from ? balance(frappe.datetime.add_days(from, -1)) : 0;
		const now = till ? balance(till) : 0;
		[frm.doc.account_opening_balance, frm.cleared_balance] = await Promise.all([before, now]);
		frm.refresh_field("account_opening_balance");
	},

	show_cards(frm) {
		frm.cards_manager = new erpnext.accounts.bank_reconciliation.NumberCardManager({
			$reconciliation_tool_cards: frm.get_field("reconciliation_tool_cards").$wrapper,
			bank_statement_closing_balance: frm.doc.bank_statement_closing_balance,
			cleared_balance: frm.cleared_balance,
			currency: frm.doc.account_currency,
		});
		// A balance that nobody typed differs from nothing.
		const [of_bank, , difference] = frm.cards_manager.$cards;
		for (const { $card } of [of_bank, difference]) $card.toggle(Boolean(frm.has_closing_balance));
	},

	show_transactions(frm) {
		const $none = frm.get_field("no_bank_transactions").$wrapper;
		$none.html($("<div class='text-muted text-center'>").text(__("No unreconciled Bank Transactions")));
		const table = new erpnext.accounts.bank_reconciliation.DataTableManager({
			company: frm.doc.company,
			bank_account: frm.doc.bank_account,
			$reconciliation_tool_dt: frm.get_field("reconciliation_tool_dt").$wrapper,
			$no_bank_transactions: $none,
			bank_statement_from_date: frm.doc.bank_statement_from_date,
			bank_statement_to_date: frm.doc.bank_statement_to_date,
			filter_by_reference_date: frm.doc.filter_by_reference_date,
			from_reference_date: frm.doc.from_reference_date,
			to_reference_date: frm.doc.to_reference_date,
			bank_statement_closing_balance: frm.doc.bank_statement_closing_balance,
			cards_manager: frm.cards_manager,
			on_reconciled: () => frm.reconciled_table.load(),
		});
		frm.bank_reconciliation_data_table_manager = table;
	},

	show_reconciled(frm) {
		const table = frm.bank_reconciliation_data_table_manager;
		const place = frm.get_field("reconciled_transactions").$wrapper[0];
		frm.reconciled_table = new advanced_bank_reconciliation.ReconciledTable(place, {
			bank_account: frm.doc.bank_account,
			from_date: frm.doc.bank_statement_from_date,
			to_date: frm.doc.bank_statement_to_date,
			show_progress: (tracker) => table.dialog_manager.showBulkProgressDialog(tracker),
			on_undone: (name) => table.refresh_transaction(name),
		});
	},

	...Object.fromEntries(
		FILTERS.filter((field) => !["company", "bank_account", "filter_by_reference_date"].includes(field)).map((field) => [
			field,
			(frm) => frm.rebuild(),
		])
	),
});

function storageKey() {
	return `bank_reconciliation_filters:${frappe.session.user}`;
}

/** The form is never saved: what was chosen last is kept in the browser. */
function remember(frm) {
	const values = Object.fromEntries(REMEMBERED.map((field) => [field, frm.doc[field]]));
	localStorage.setItem(storageKey(), JSON.stringify(values));
}

function recall() {
	try {
		return JSON.parse(localStorage.getItem(storageKey())) || {};
	} catch {
		return {};
	}
}
