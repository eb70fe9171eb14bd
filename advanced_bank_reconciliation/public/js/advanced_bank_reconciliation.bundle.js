import { beginDeskWatch } from "./bulk_reconciliation/desk_watch.js";

$(document).on("app_ready", beginDeskWatch);
