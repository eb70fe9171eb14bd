import { deskTransport } from "./desk_transport.js";
import { toneOf } from "./progress_tracker.js";
import { RunWatcher } from "./run_watcher.js";

const RUN = "Bulk Reconciliation Run";
const INDICATORS = { success: "green", danger: "red", muted: "blue" };
const SHOWN_FOR_SECONDS = 20;
// Version 16 has sidebars up to 1300, and in the notification's corner the panel of a user's first steps at 9999.
const ABOVE_PANELS = 10000;

/** The watcher of this page. Made once, by the bundle that every page of Desk loads. */
export function beginDeskWatch() {
	frappe.provide("advanced_bank_reconciliation");
	advanced_bank_reconciliation.runs ??= newWatcher();
}

function newWatcher() {
	const watcher = new RunWatcher({
		transport: deskTransport,
		memory: memoryOf(frappe.session.user),
		isOurs: (state) => !state.user || state.user === frappe.session.user,
		notify,
	});
	watcher.begin();
	return watcher;
}

function notify(state) {
	if (state.status === "Gone" || hasItsFormOpen(state.run)) return;
	const tone = toneOf(state);
	const $alert = frappe.show_alert({ message: notice(state), indicator: INDICATORS[tone] }, SHOWN_FOR_SECONDS);
	// Frappe has no grey one, which is what all else shows for what its user wanted undone.
	if (tone === "muted") $alert.css("--toast-bg", "var(--control-bg)").find(".icon").css("filter", "grayscale(1)");
	document.getElementById("alert-container").style.zIndex = ABOVE_PANELS;
}

/** Asked of the route: a form that is being loaded or drawn anew will show the end of its run all the same. */
function hasItsFormOpen(run) {
	const [view, doctype, name] = frappe.get_route() || [];
	return view === "Form" && doctype === RUN && name === run;
}

function notice(state) {
	const address = frappe.utils.get_form_link(RUN, state.run);
	const text = frappe.utils.escape_html(state.message || __(state.status));
	return `<span data-run="${frappe.utils.escape_html(state.run)}">${text}</span>
		<a class="ml-1" href="${address}">${__("Show the run")}</a>`;
}

/** Names of runs that are going, kept for pages to come. Private windows may refuse to keep anything. */
function memoryOf(user) {
	const key = `bulk_reconciliation_runs:${user}`;
	return {
		read() {
			try {
				return JSON.parse(localStorage.getItem(key)) || [];
			} catch {
				return [];
			}
		},
		write(names) {
			try {
				localStorage.setItem(key, JSON.stringify(names));
			} catch {
				// The socket still brings the news while the page is open.
			}
		},
	};
}
