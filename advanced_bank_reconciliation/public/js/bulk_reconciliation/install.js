import { DataTableManager } from "./data_table_manager.js";
import { DialogManager } from "./dialog_manager.js";

// ERPNext's forms look their classes up by these names when they need them: so its own tool, and whatever
// else is built on them, gets unpaid invoices and runs as well.
Object.assign(erpnext.accounts.bank_reconciliation, { DataTableManager, DialogManager });
