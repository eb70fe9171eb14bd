import { parseTyped } from "./amounts.js";
import { CandidateFilter } from "./candidate_filter.js";
import { readNumbers } from "./remittance.js";
import { create } from "./elements.js";

const CHANGED_AFTER = 60;

/**
 * The inputs above the table of candidates: one line, and a second one that is folded away until it is wanted.
 *
 * formats: see CandidateTable; onChange(): something was typed; actions: an element for the end of the line
 */
export class FilterBar {
	constructor(element, { formats, onChange, actions }) {
		Object.assign(this, { element, formats, onChange });
		this.inputs = {};
		element.classList.add("bulk-filters");
		this.more = create("div", "bulk-filters-more");
		this.more.hidden = true;
		this.more.append(
			this.#input("group", __("Group"), { tag: "select" }),
			this.#date("from", __("Due from")),
			this.#date("to", __("Due to")),
			this.#input("least", __("Least amount"), { inputMode: "decimal" }),
			this.#input("most", __("Greatest amount"), { inputMode: "decimal" })
		);
		element.append(
			this.#input("text", __("Find, or paste invoice numbers"), { tag: "textarea", rows: 1 }),
			this.#input("party", __("Party")),
			this.#unfold(),
			actions,
			this.more
		);
		this.offerGroups([]);
	}

	/** The button of the second line; it says how many filters are set there. */
	#unfold() {
		const button = (this.unfold = create("button", "btn btn-default btn-xs bulk-unfold"));
		button.type = "button";
		button.dataset.action = "more-filters";
		button.addEventListener("click", () => {
			this.more.hidden = !this.more.hidden;
			this.#showUnfold();
		});
		this.#showUnfold();
		return button;
	}

	#showUnfold() {
		const { group, from, to, least, most } = this.inputs;
		const count = [group, from, to, least, most].filter(({ value }) => value).length;
		this.unfold.textContent = count ? __("More Filters ({0})", [count]) : __("More Filters");
		this.unfold.setAttribute("aria-expanded", !this.more.hidden);
	}

	/** The numbers of a pasted list; empty if the text is not a list. */
	get numbers() {
		return readNumbers(this.inputs.text.value, (text) => this.formats.isAmount(text));
	}

	/** What the inputs say. `others`: further fields of CandidateFilter */
	filter(others = {}) {
		const { text, party, group, from, to, least, most } = this.inputs;
		return new CandidateFilter({
			text: this.numbers.length ? "" : text.value,
			amount: this.numbers.length ? null : this.#size(text),
			party: party.value,
			group: group.value,
			from: from.value,
			to: to.value,
			least: this.#amount(least),
			most: this.#amount(most),
			...others,
		});
	}

	/** What the server is to look for, see `InvoiceFilters`; null for everything. */
	query() {
		const { text, party, group, from, to, least, most } = this.inputs;
		const { numbers } = this;
		const isAmount = this.formats.isAmount(text.value);
		const filters = {
			numbers: numbers.length ? numbers : "",
			text: numbers.length || isAmount ? "" : text.value.trim(),
			party: party.value.trim(),
			party_group: group.value,
			from_date: from.value,
			to_date: to.value,
			least: this.#amountText(isAmount ? text : least),
			most: this.#amountText(isAmount ? text : most),
		};
		return Object.values(filters).some(Boolean) ? filters : null;
	}

	/** Offer the groups that occur; without any there is nothing to choose. */
	offerGroups(candidates) {
		const select = this.inputs.group;
		const groups = new Set(candidates.map(({ party_group: group }) => group).filter(Boolean));
		if (select.value) groups.add(select.value);
		select.replaceChildren(...["", ...[...groups].sort()].map((group) => option(group, select.value)));
		select.closest("label").hidden = !groups.size;
	}

	/** Desk's own control: dates are typed and shown as the user has them everywhere. */
	#date(name, label) {
		const field = create("label", `bulk-filter is-${name}`);
		field.append(create("span", "bulk-label", label));
		const df = { fieldtype: "Date", fieldname: name };
		const control = frappe.ui.form.make_control({ parent: field, df, only_input: true, render_input: true });
		const $input = control.$input.attr({ "data-filter": name, "aria-label": label });
		$input.on("change input", () => this.#changed());
		this.inputs[name] = {
			get value() {
				return $input.val() ? frappe.datetime.user_to_str($input.val()) : "";
			},
		};
		return field;
	}

	#input(name, label, { tag = "input", ...values } = {}) {
		const field = create("label", `bulk-filter is-${name}`);
		const input = Object.assign(create(tag, "form-control input-xs"), values);
		input.dataset.filter = name;
		input.addEventListener("input", () => this.#changed());
		if (tag === "textarea") input.addEventListener("keydown", keepEnter);
		field.append(create("span", "bulk-label", label), input);
		this.inputs[name] = input;
		return field;
	}

	#changed() {
		this.#showUnfold();
		clearTimeout(this.timer);
		this.timer = setTimeout(this.onChange, CHANGED_AFTER);
	}

	/** The size of an amount; null for none, and for what cannot be read, which is marked. */
	#amount(input) {
		const size = this.#size(input);
		const isWrong = Boolean(input.value.trim()) && size === null;
		input.classList.toggle("is-invalid", isWrong);
		input.setAttribute("aria-invalid", isWrong);
		input.title = isWrong ? __("Not an amount: write it as {0}.", [this.formats.example]) : "";
		return size;
	}

	#size({ value }) {
		const units = parseTyped(value, this.formats.precision, this.formats.separators);
		return value.trim() && units !== null ? Math.abs(units) : null;
	}

	#amountText(input) {
		const units = this.#size(input);
		return units === null ? "" : this.formats.plain(units);
	}
}

/** Enter begins a new number of a list, and must not submit the dialog. */
function keepEnter(event) {
	if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.stopPropagation();
}

function option(group, chosen) {
	const element = create("option", "", group || __("All"));
	element.value = group;
	element.selected = group === chosen;
	return element;
}
