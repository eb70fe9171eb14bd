import "./bulk_reconciliation/install.js";
import { ReconciledTable } from "./bulk_reconciliation/reconciled_table.js";

frappe.provide("advanced_bank_reconciliation");
Object.assign(advanced_bank_reconciliation, { ReconciledTable });
