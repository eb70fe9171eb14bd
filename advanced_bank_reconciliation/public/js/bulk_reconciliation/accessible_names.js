// What Frappe's dialogs, fields and tables do not tell those who do not see them.

let count = 0;
const watched = new WeakSet();

/** Give a dialog the name that stands in its title, and names to its fields and to the button that closes it. */
export function nameDialog({ $wrapper, fields_list: fields }) {
	const title = $wrapper.find(".modal-title")[0];
	title.id ||= `bulk-dialog-title-${++count}`;
	$wrapper.attr("aria-labelledby", title.id);
	$wrapper.find(".btn-modal-close").attr("aria-label", __("Close"));
	nameFields(fields);
}

/** Frappe's labels stand beside their fields, and do not belong to them. */
export function nameFields(fields) {
	for (const { $input, df } of fields) if (df.label) $input?.attr("aria-label", __(df.label));
}

/** Name the filters of a frappe.DataTable, and leave them in the order of Tab in which they stand. */
export function nameFilters({ wrapper }) {
	const name = () => wrapper.querySelectorAll(".dt-filter").forEach(nameFilter);
	const head = wrapper.querySelector(".dt-header");
	// Every refresh makes what is in the head anew.
	if (!watched.has(head)) new MutationObserver(name).observe(head, { childList: true, subtree: true });
	watched.add(head);
	hide(wrapper.querySelector(".dt-paste-target"));
	name();
}

function nameFilter(filter) {
	// The number of the row has a filter that cannot be used.
	if (filter.disabled) return hide(filter);
	filter.tabIndex = 0;
	filter.setAttribute("aria-label", filter.dataset.name);
}

function hide(element) {
	element.tabIndex = -1;
	element.setAttribute("aria-hidden", "true");
}
