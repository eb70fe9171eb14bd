import { isCancelling, isSettled, toneOf } from "./progress_tracker.js";

const MAX_LIST_LENGTH = 200;
const MAX_DEDUCTIONS = 5;

/**
 * Draws the state of a run. Plain DOM, so that every page can use it. Texts only ever become text nodes.
 *
 * translate(sentence, values): in Desk `__`; link(doctype, name): the address of a document, or null;
 * money(amount, currency): an amount as text
 */
export class ProgressView {
	constructor(element, { translate, link = () => null, money = String }) {
		Object.assign(this, { translate, link, money });
		this.element = element;
		this.element.classList.add("bulk-progress");
		this.#build();
	}

	/** @param {object} state of a ProgressTracker */
	show(state, { isOffline = false } = {}) {
		this.element.dataset.status = state.status || "";
		this.element.dataset.tone = toneOf(state);
		this.element.classList.toggle("is-moving", !isSettled(state));
		this.count.textContent = this.#countText(state);
		this.percentage.textContent = `${state.percentage || 0} %`;
		this.#showBar(state);
		this.#showMessage(this.#messageText(state));
		this.pace.textContent = isOffline ? this.#offlineText() : this.#paceText(state);
		this.deductions.replaceChildren(...this.#deductionLines(state));
		this.#showFailures(state);
	}

	#build() {
		const head = create("div", "bulk-progress-head");
		this.count = head.appendChild(create("span", "bulk-progress-count"));
		this.percentage = head.appendChild(create("span", "bulk-progress-percentage"));
		this.track = create("div", "bulk-progress-track");
		this.bar = this.track.appendChild(create("div", "bulk-progress-bar"));
		this.#label();
		this.message = create("div", "bulk-progress-message");
		this.message.setAttribute("role", "status");
		this.pace = create("div", "bulk-progress-pace");
		this.deductions = create("div", "bulk-progress-pace bulk-progress-deductions");
		this.failures = create("div", "bulk-progress-failures");
		this.element.replaceChildren(head, this.track, this.message, this.pace, this.deductions, this.failures);
	}

	#label() {
		const __ = this.translate;
		const label = __("Progress of the reconciliation");
		const values = { role: "progressbar", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100 };
		for (const [name, value] of Object.entries(values)) this.track.setAttribute(name, value);
	}

	#showBar(state) {
		const percentage = state.percentage || 0;
		this.bar.style.width = `${percentage}%`;
		this.track.setAttribute("aria-valuenow", percentage);
		this.track.setAttribute("aria-valuetext", this.#countText(state));
	}

	#showMessage(text) {
		// Screen readers speak every change of a status: do not make them repeat themselves.
		if (this.message.textContent !== text) this.message.textContent = text;
	}

	#countText({ current, total }) {
		const __ = this.translate;
		if (total == null) return __("Starting …");
		return __("{0} of {1} invoices", [Number(current || 0).toLocaleString(), total.toLocaleString()]);
	}

	#messageText(state) {
		const __ = this.translate;
		if (isCancelling(state)) return __("Cancelling as soon as the present batch has ended …");
		// While invoices are posted, the count above says the same.
		return state.status === "Posting" ? "" : state.message || "";
	}

	#paceText({ rate, eta_seconds: left, status }) {
		const __ = this.translate;
		if (isSettled({ status })) return "";
		const parts = [];
		if (rate) parts.push(__("{0} invoices per second", [rate.toFixed(rate < 10 ? 1 : 0)]));
		if (left > 0) parts.push(this.#timeText(left));
		return parts.join(" · ");
	}

	#timeText(seconds) {
		const __ = this.translate;
		if (seconds < 90) return __("about {0} seconds left", [seconds]);
		return __("about {0} minutes left", [Math.round(seconds / 60)]);
	}

	/** What is booked beside the invoices; nothing is of a run that was undone. */
	#deductionLines({ deductions = [], discount_amount: discount, advance, currency, status }) {
		const __ = this.translate;
		if (status === "Rolled Back") return [];
		const texts = deductions.slice(0, MAX_DEDUCTIONS).map(({ account, amount, description }) => {
			const words = [this.money(amount, currency), account];
			return description ? __("Deducted: {0} to {1} ({2})", [...words, description]) : __("Deducted: {0} to {1}", words);
		});
		const more = deductions.length - texts.length;
		if (more) texts.push(__("and {0} more", [more]));
		if (discount) texts.unshift(__("Early payment discounts: {0}", [this.money(discount, currency)]));
		if (advance) texts.push(__("Advance of {0}: {1}", [advance.party, this.money(advance.amount, currency)]));
		return texts.map((text) => Object.assign(create("div", ""), { textContent: text }));
	}

	#offlineText() {
		const __ = this.translate;
		return __("No connection. The work goes on; trying to hear of it again …");
	}

	/** What was in the way of a run, or what was taken away after it had completed. */
	#showFailures({ failures: refused = [], taken_away: gone = [] }) {
		const __ = this.translate;
		const failures = gone.length ? gone : refused;
		this.failures.replaceChildren();
		if (!failures.length) return;
		const list = create("ul", "bulk-progress-failure-list");
		const label = gone.length ? __("Payments that were taken away") : __("Invoices that could not be reconciled");
		list.setAttribute("aria-label", label);
		for (const failure of failures.slice(0, MAX_LIST_LENGTH)) list.append(this.#failure(failure));
		this.failures.append(list);
		if (failures.length > MAX_LIST_LENGTH) {
			const more = create("div", "bulk-progress-pace");
			more.textContent = __("and {0} more", [failures.length - MAX_LIST_LENGTH]);
			this.failures.append(more);
		}
	}

	#failure({ doctype, name, reason }) {
		const item = create("li", "bulk-progress-failure");
		const address = this.link(doctype, name);
		const title = item.appendChild(create(address ? "a" : "span", "bulk-progress-failure-name"));
		if (address) title.href = address;
		title.textContent = name;
		const text = item.appendChild(create("span", "bulk-progress-failure-reason"));
		text.textContent = reason;
		return item;
	}
}

function create(tag, className) {
	const element = document.createElement(tag);
	element.className = className;
	return element;
}
