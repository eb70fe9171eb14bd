import { parseTyped } from "./amounts.js";
import { create } from "./elements.js";

/** A field for any text. `onType(text)` is called with every letter. */
export function textField({ label, value, onType }) {
	const input = create("input", "form-control input-xs");
	Object.assign(input, { type: "text", value, placeholder: label, title: label });
	input.setAttribute("aria-label", label);
	input.addEventListener("input", () => onType(input.value));
	return input;
}

/**
 * A field for an amount in the user's number format. `onType(units)`: null for what could be meant otherwise or is
 * no amount, which stays in the field and is marked; undefined for nothing.
 */
export function amountField({ label, value, formats, onType }) {
	const input = textField({ label, value: value === undefined ? "" : formats.money(value), onType: () => read() });
	input.inputMode = "decimal";
	input.classList.add("bulk-typed-amount");
	const unitsOf = () => {
		if (!input.value.trim()) return undefined;
		return parseTyped(input.value, formats.precision, formats.separators);
	};
	const read = () => {
		const units = unitsOf();
		markValid(input, label);
		onType(units);
	};
	input.addEventListener("change", () => {
		const units = unitsOf();
		if (units === null) markInvalid(input, formats.example);
		else markValid(input, label);
		if (typeof units === "number") input.value = formats.money(units);
		onType(units);
	});
	return input;
}

function markInvalid(input, example) {
	input.classList.add("is-invalid");
	input.setAttribute("aria-invalid", "true");
	input.title = __("Not an amount: write it as {0}.", [example]);
}

function markValid(input, label) {
	input.classList.remove("is-invalid");
	input.setAttribute("aria-invalid", "false");
	input.title = label;
}

/** Desk's own control for a document. `onType(name)` is called with every letter and every choice. */
export function linkField({ parent, label, doctype, filters, value, onType }) {
	const df = {
		fieldtype: "Link",
		fieldname: frappe.scrub(label),
		label,
		options: doctype,
		only_select: 1,
		get_query: () => ({ filters }),
		onchange: () => onType(control.get_input_value() || ""),
	};
	const control = frappe.ui.form.make_control({ parent, df, only_input: true, render_input: true });
	control.$input.addClass("input-xs").attr({ "aria-label": label, placeholder: label });
	control.$input.on("input", () => onType(control.get_input_value() || ""));
	if (value) control.set_input(value);
	return control;
}
