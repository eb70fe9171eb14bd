import { RunPage } from "./bulk_reconciliation/run_page.js";

frappe.provide("advanced_bank_reconciliation");
Object.assign(advanced_bank_reconciliation, { RunPage });
