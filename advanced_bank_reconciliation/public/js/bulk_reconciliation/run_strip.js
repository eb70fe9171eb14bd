import { holdsItsDocuments } from "./progress_tracker.js";
import { startedBy } from "./formats.js";
import { create } from "./elements.js";

/** A quiet line above the table for every run that is going; a click shows its progress. */
export class RunStrip {
	/** @param {Element} element @param {{show: function(ProgressTracker)}} options */
	constructor(element, { show }) {
		this.element = element;
		this.element.className = "bulk-strip";
		this.open = show;
		this.lines = new Map();
	}

	/** Draw what a tracker knows, and take its line away when there is nothing to wait for. */
	show(tracker) {
		const { state } = tracker;
		// Attention stays in sight: somebody has to do something about it.
		if (!holdsItsDocuments(state)) return this.#drop(tracker.run);
		if (!this.lines.has(tracker.run)) this.#add(tracker);
		this.#fill(this.lines.get(tracker.run), state);
	}

	remove() {
		this.element.remove();
	}

	#add(tracker) {
		const line = create("button", "bulk-strip-line");
		line.type = "button";
		line.dataset.run = tracker.run;
		line.addEventListener("click", () => this.open(advanced_bank_reconciliation.runs.watch(tracker.run)));
		const parts = ["dot", "name", "text", "user", "track"].map((name) => create("span", `bulk-strip-${name}`));
		line.append(...parts);
		line.bar = parts[4].appendChild(create("span", "bulk-strip-bar"));
		[, line.name_part, line.text_part, line.user_part] = parts;
		this.lines.set(tracker.run, line);
		this.element.append(line);
	}

	#fill(line, { bank_transaction, status, current, total, percentage, run, user }) {
		line.dataset.status = status;
		line.name_part.textContent = bank_transaction || run;
		line.text_part.textContent = __("{0}: {1} of {2} invoices", [
			__(status),
			Number(current || 0).toLocaleString(),
			Number(total || 0).toLocaleString(),
		]);
		line.user_part.textContent = user ? startedBy(user) : "";
		line.bar.style.width = `${percentage || 0}%`;
		line.title = __("Show the progress");
	}

	#drop(run) {
		this.lines.get(run)?.remove();
		this.lines.delete(run);
	}
}
