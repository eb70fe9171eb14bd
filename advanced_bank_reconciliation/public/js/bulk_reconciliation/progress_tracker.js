const POLL_EVERY = 3000;

const SETTLED = new Set(["Completed", "Rolled Back", "Attention", "Gone"]);
const FORWARD = new Set(["Queued", "Posting", "Matching"]);

/** Whether nothing happens any more until somebody asks for it. */
export function isSettled({ status }) {
	return SETTLED.has(status);
}

/** Whether a run holds its Bank Transaction: it is going, or its undo was refused. */
export function holdsItsDocuments({ status }) {
	return Boolean(status) && (status === "Attention" || !SETTLED.has(status));
}

/** How a state is to look: info, success, warning, danger, or muted for what its user wanted undone. */
export function toneOf({ status, was_asked_for: isWanted, failures = [], taken_away: gone = [] }) {
	if (status === "Completed" && gone.length) return "warning";
	if (status === "Rolled Back") return isWanted && !failures.length ? "muted" : "danger";
	return { Completed: "success", "Rolling Back": "warning", Attention: "danger" }[status] || "info";
}

/** Whether somebody asked for the undo of a run that still goes forward. */
export function isCancelling({ status, can_cancel }) {
	return FORWARD.has(status) && can_cancel === false;
}

/** Whether a run can be cancelled now. */
export function canCancel({ status, can_cancel }) {
	return FORWARD.has(status) && can_cancel !== false;
}

/**
 * Follows one run, wherever the news of it come from: events while they arrive, and questions to the server
 * whenever none arrived for a while. So fast jobs, lost sockets and reloads are not missed. Knows nothing of
 * a page or of Frappe.
 *
 * transport.listen({progress, complete}) starts listening and returns a function that ends it;
 * transport.fetch(run) promises the state of a run, the keys of both events together; it rejects with an
 * error that has `isGone` if there is no such run for this user.
 */
export class ProgressTracker {
	constructor({ transport, pollEvery = POLL_EVERY, now = Date.now }) {
		this.transport = transport;
		this.pollEvery = pollEvery;
		this.now = now;
		this.run = null;
		this.state = {};
		this.isOffline = false;
		this.handlers = new Set();
		this.early = [];
		this.newsCount = 0;
		this.lastNews = 0;
	}

	/** Begin to listen, before the run is started: what is heard until `follow` is kept. */
	listen() {
		this.stopListening ??= this.transport.listen({
			progress: (event) => this.#hear(event),
			complete: (event) => this.#hear({ ...event, current: event.processed, eta_seconds: null }),
		});
		return this;
	}

	/** From now on follow this run. `state`: what is known of it already. */
	follow(run, state = {}) {
		this.run = run;
		this.listen();
		this.#accept({ ...state, run });
		for (const event of this.early.splice(0)) this.#hear(event);
		this.poll();
		return this;
	}

	/** Call `handler(state, tracker)` now and at every change; returns a function that ends it. */
	onChange(handler) {
		this.handlers.add(handler);
		if (this.run) handler(this.state, this);
		return () => this.handlers.delete(handler);
	}

	/** Take over what the server answered to a request about this run. */
	update(state) {
		this.newsCount += 1;
		this.#accept(state);
		this.#pollLater();
	}

	stop() {
		clearTimeout(this.timer);
		this.stopListening?.();
		this.stopListening = null;
		this.isStopped = true;
	}

	/** Ask the server now, and go on asking until the run is settled. */
	async poll() {
		clearTimeout(this.timer);
		const asked = this.newsCount;
		try {
			const state = await this.transport.fetch(this.run);
			this.isOffline = false;
			// An event that came meanwhile is newer than this answer.
			if (asked === this.newsCount || isSettled(state)) this.#accept(state);
		} catch (error) {
			this.isOffline = !error.isGone;
			this.#accept(error.isGone ? { status: "Gone" } : {});
		}
		this.#pollLater();
	}

	#pollLater() {
		clearTimeout(this.timer);
		if (this.isStopped || (isSettled(this.state) && !this.isOffline)) return;
		const hasFreshNews = () => this.now() - this.lastNews < this.pollEvery;
		this.timer = setTimeout(() => (hasFreshNews() ? this.#pollLater() : this.poll()), this.pollEvery);
	}

	#hear(event) {
		if (!this.run) return void this.early.push(event);
		if (event.run !== this.run) return;
		this.newsCount += 1;
		this.lastNews = this.now();
		this.isOffline = false;
		const wasSettled = isSettled(this.state);
		this.#accept(event);
		// The event of the end tells less than the record of the run; and a run may be undone after its end.
		if (isSettled(event) || wasSettled) this.poll();
	}

	#accept(news) {
		const state = { ...this.state, ...news };
		if (state.status === "Completed") Object.assign(state, { percentage: 100, current: state.total });
		this.#measure(state);
		this.state = state;
		this.#emit();
	}

	/** Items a second since the run is in its present state, null while nothing is known. */
	#measure(state) {
		const time = this.now();
		if (state.status !== this.state.status || !this.began) {
			this.began = { time, current: state.current };
		}
		const seconds = (time - this.began.time) / 1000;
		const done = Math.abs(state.current - this.began.current);
		state.rate = seconds > 0.5 && done > 0 && !isSettled(state) ? done / seconds : null;
		if (state.rate && state.eta_seconds == null) state.eta_seconds = secondsLeft(state);
	}

	#emit() {
		for (const handler of [...this.handlers]) handler(this.state, this);
	}
}

function secondsLeft({ status, current, total, rate }) {
	const left = status === "Rolling Back" ? current : total - current;
	return Math.ceil(left / rate);
}
