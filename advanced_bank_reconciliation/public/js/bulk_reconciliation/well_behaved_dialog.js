import { nameDialog } from "./accessible_names.js";

const FOCUSABLE =
	"a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled])," +
	" [tabindex]";

/** What Frappe's dialogs do not do by themselves: have a name, keep Tab inside, leave the page as they found it. */
export function behaveWell(dialog) {
	dialog.$wrapper.on("keydown", (event) => {
		if (event.key === "Tab") keepInside(event, dialog.$wrapper[0]);
	});
	dialog.$wrapper.on("show.bs.modal", () => nameDialog(dialog));
	dialog.$wrapper.on("hidden.bs.modal", tidyPage);
	return dialog;
}

function keepInside(event, wrapper) {
	const fields = [...wrapper.querySelectorAll(FOCUSABLE)].filter(isReachable);
	const [first, last] = [fields[0], fields[fields.length - 1]];
	const isLeaving = document.activeElement === (event.shiftKey ? first : last);
	if (!isLeaving && fields.includes(document.activeElement)) return;
	// Inside the table, what has the focus may be out of the order of Tab: the browser goes on from there.
	if (!isLeaving && wrapper.contains(document.activeElement) && document.activeElement !== wrapper) return;
	event.preventDefault();
	(event.shiftKey ? last : first)?.focus();
}

function isReachable(element) {
	return element.tabIndex >= 0 && element.offsetParent !== null;
}

/** Frappe leaves scroll bars on the page, and takes them from a dialog below that is still open. */
function tidyPage() {
	const isAnyOpen = frappe.ui.open_dialogs.length > 0;
	$("body").toggleClass("modal-open", isAnyOpen).css("overflow", isAnyOpen ? "hidden" : "");
}
