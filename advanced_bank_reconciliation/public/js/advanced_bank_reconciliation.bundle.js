import { nameFields, nameFilters } from "./bulk_reconciliation/accessible_names.js";
import { beginDeskWatch } from "./bulk_reconciliation/desk_watch.js";
import { loadDialogs, loadRunPage } from "./bulk_reconciliation/loading.js";
import { reportFilters } from "./bulk_reconciliation/report_filters.js";

frappe.provide("advanced_bank_reconciliation");
const shared = { loadDialogs, loadRunPage, nameFields, nameFilters, reportFilters };
Object.assign(advanced_bank_reconciliation, shared);
$(document).on("app_ready", beginDeskWatch);
