import { nameDialog } from "./accessible_names.js";

const FOCUSABLE =
	"a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled])," +
	" [tabindex]";

// What had the focus last in each of our dialogs.
const lastIn = new WeakMap();

/**
 * What Frappe's dialogs do not do by themselves: have a name, keep Tab inside, leave the page as they found it.
 *
 * findPlace(): where the keyboard goes on after it, if not where it was before
 */
export function behaveWell(dialog, findPlace = () => null) {
	const [wrapper] = dialog.$wrapper;
	let before = null;
	lastIn.set(wrapper, wrapper);
	dialog.$wrapper.on("keydown", (event) => {
		if (event.key === "Tab") keepInside(event, wrapper);
	});
	dialog.$wrapper.on("focusin", ({ target }) => lastIn.set(wrapper, target));
	dialog.$wrapper.on("show.bs.modal", () => {
		before = document.activeElement;
		nameDialog(dialog);
	});
	dialog.$wrapper.on("hidden.bs.modal", () => {
		tidyPage();
		if (isFocusLost() && !openDialog()) (findPlace() || before)?.focus();
	});
	return dialog;
}

$(document).on("hidden.bs.modal", backToDialog);
$(document).on("keydown", keepDialogBelow);

/** The keyboard goes on in the dialog below one that has closed, be it Frappe's. */
function backToDialog() {
	const open = openDialog();
	if (!lastIn.has(open) || !isFocusLost()) return;
	const last = lastIn.get(open);
	(last.isConnected ? last : open).focus();
}

/** If a dialog above ours has taken Escape, Frappe would close ours too, with all that is ticked in it. */
function keepDialogBelow(event) {
	if (event.key === "Escape" && event.isDefaultPrevented() && lastIn.has(openDialog())) event.stopPropagation();
}

/** The one on top; undefined for none. */
function openDialog() {
	return [...document.querySelectorAll(".modal.show")].pop();
}

function isFocusLost() {
	const { activeElement: current } = document;
	return !current || current === document.body || Boolean(current.closest(".modal:not(.show)"));
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
