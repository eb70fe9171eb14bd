/**
 * Frappe evaluates the conditions of all fields of a dialog, and reads all its values for each of them, after every
 * single value that is set. Whoever sets twenty at once needs it once, when the last one is in the dialog.
 */
export function refreshTogether(dialog) {
	const refresh = dialog.refresh_dependency.bind(dialog);
	let timer = null;
	dialog.refresh_dependency = () => {
		timer ??= setTimeout(() => {
			timer = null;
			refresh();
		});
	};
}
