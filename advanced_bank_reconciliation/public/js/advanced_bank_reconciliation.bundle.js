import { nameFields, nameFilters } from "./bulk_reconciliation/accessible_names.js";
import { beginDeskWatch } from "./bulk_reconciliation/desk_watch.js";
import { loadDialogs, loadRunPage } from "./bulk_reconciliation/loading.js";
import { reportFilters } from "./bulk_reconciliation/report_filters.js";
import { formatCell, translated, translateFields } from "./bulk_reconciliation/stored_words.js";

frappe.provide("advanced_bank_reconciliation");
const words = { formatCell, translated, translateFields };
const shared = { loadDialogs, loadRunPage, nameFields, nameFilters, reportFilters, ...words };
Object.assign(advanced_bank_reconciliation, shared);
$(document).on("app_ready", beginDeskWatch);
