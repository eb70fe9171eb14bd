import { create } from "./elements.js";

/** The values of the argument `grouping`, each with its name. */
const CHOICES = () => [
	["Invoice", __("Each Invoice")],
	["Party", __("Each Party")],
];

/**
 * Whether each invoice gets a payment, or the invoices of a party share one.
 *
 * selection: a Selection, whose `grouping` is chosen here
 */
export class GroupingChoice {
	constructor(selection) {
		this.selection = selection;
		this.element = create("label", "bulk-grouping");
		this.input = create("select", "form-control input-xs");
		this.input.dataset.action = "grouping";
		for (const [value, label] of CHOICES()) {
			const option = create("option", "", label);
			option.value = value;
			this.input.append(option);
		}
		this.input.addEventListener("change", () => (selection.grouping = this.input.value));
		this.element.append(create("span", "", __("One payment for:")), this.input);
	}

	/** Show what is chosen. Vouchers that exist are paid already. */
	update() {
		this.input.value = this.selection.grouping;
		this.element.hidden = !this.selection.hasInvoices;
	}
}
