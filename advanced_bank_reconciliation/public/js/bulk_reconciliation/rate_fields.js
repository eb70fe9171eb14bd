import { create } from "./elements.js";
import { LastRefusal } from "./last_refusal.js";

/** Below the table: one field for each exchange rate that decides what the ticked invoices come to. */
export class RateFields {
	/**
	 * @param {{selection, formats, onChange}} options onChange(): a rate was entered
	 */
	constructor(options) {
		Object.assign(this, options, { element: create("div", "bulk-rates"), refusal: new LastRefusal() });
		this.inputs = new Map();
		this.element.hidden = true;
	}

	/** Show what the selection needs. */
	update() {
		const { rates, currencies } = this.selection;
		const deciding = rates.deciding(currencies);
		this.element.hidden = !deciding.length;
		if (deciding.join() !== [...this.inputs.keys()].join()) this.#build(deciding);
		for (const [currency, input] of this.inputs) this.#show(input, rates.rateOf(currency));
	}

	/** Whether a rate was refused by the very click or key that asks for the submit. */
	get hasJustRefused() {
		return this.refusal.isJustNow;
	}

	#build(currencies) {
		this.inputs = new Map(currencies.map((currency) => [currency, this.#input(currency)]));
		const fields = [...this.inputs].map(([currency, input]) => this.#field(currency, input));
		this.element.replaceChildren(create("span", "bulk-label", __("Exchange rates")), ...fields);
	}

	#field(currency, input) {
		const field = create("label", "bulk-rate");
		const [before, after] = [`1 ${currency} =`, this.selection.rates.companyCurrency];
		field.append(create("span", "", before), input, create("span", "", after));
		return field;
	}

	#input(currency) {
		const input = create("input", "form-control input-xs");
		Object.assign(input, { type: "text", inputMode: "decimal", placeholder: __("Rate") });
		input.dataset.rate = currency;
		input.setAttribute("aria-label", __("Exchange rate of {0}", [currency]));
		input.addEventListener("change", () => this.#typed(input, currency));
		input.addEventListener("keydown", (event) => this.#press(event, input));
		return input;
	}

	#show(input, rate) {
		const text = rate ? this.formats.rate(rate) : "";
		if (document.activeElement !== input || input.dataset.shown !== text) input.value = text;
		input.dataset.shown = text;
		input.classList.toggle("is-invalid", !rate);
	}

	#typed(input, currency) {
		const isTaken = this.selection.rates.enter(currency, input.value, this.formats.separators);
		if (isTaken) this.refusal.forget();
		else this.#refuse(input, currency);
		this.onChange();
	}

	#refuse(input, currency) {
		this.refusal.note();
		const message = __("Type what one {0} is worth, such as {1}.", [currency, this.formats.rate("1.0825")]);
		frappe.show_alert({ message, indicator: "orange" });
		input.value = input.dataset.shown;
	}

	#press(event, input) {
		if (event.key === "Escape") input.value = input.dataset.shown;
		if (!["Enter", "Escape"].includes(event.key) || event.ctrlKey || event.metaKey) return;
		// Neither of them is meant for the dialog.
		event.preventDefault();
		event.stopPropagation();
		input.blur();
	}
}
