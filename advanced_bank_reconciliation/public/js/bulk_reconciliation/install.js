import { DataTableManager } from "./data_table_manager.js";
import { DialogManager } from "./dialog_manager.js";

// ERPNext's forms look their classes up by these names when they need them: so its own tool, and whatever
// else is built on them, gets unpaid invoices and runs as well. A form that has asked for ERPNext's bundle at
// the same moment may evaluate it once more, and must not take them away again.
for (const [name, own] of Object.entries({ DataTableManager, DialogManager })) {
	Object.defineProperty(erpnext.accounts.bank_reconciliation, name, { get: () => own, set() {} });
}
