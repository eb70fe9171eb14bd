import { ProgressTracker, holdsItsDocuments, isSettled } from "./progress_tracker.js";

/**
 * Knows every run that the user should hear of, on whatever page they are. A tracker belongs to the watcher
 * and not to a dialog: closing a dialog does not end the listening.
 *
 * transport: see ProgressTracker; memory: {read(): string[], write(names)}, outlives the page;
 * isOurs(state): whether the user is to be told of a run; notify(state): tells them that it is settled
 */
export class RunWatcher {
	constructor({ transport, memory, isOurs, notify }) {
		Object.assign(this, { transport, memory, isOurs, notify });
		this.trackers = new Map();
		this.handlers = new Set();
		this.startsUnderWay = 0;
	}

	/** Listen to all runs of the user, also those that another tab starts, and find the remembered ones. */
	begin() {
		this.transport.listen({
			progress: (event) => this.#meet(event),
			// A run may begin and end before this page hears of it.
			complete: (event) => this.#meet(event, { wasWorking: true }),
		});
		for (const run of this.memory.read()) this.watch(run, {}, { wasWorking: true });
	}

	/** Start a run by `request`, which promises the answer of the server; listening comes first. */
	async start(request) {
		const tracker = this.#newTracker().listen();
		this.startsUnderWay += 1;
		try {
			const { run, total_invoices: total, message } = await request();
			this.#adopt(tracker, run, true);
			return tracker.follow(run, { total, current: 0, percentage: 0, message });
		} catch (error) {
			tracker.stop();
			throw error;
		} finally {
			this.startsUnderWay -= 1;
		}
	}

	/**
	 * The tracker of a run, a new one if it has none yet.
	 * state: what is known of it; wasWorking: its end is news, even if it has ended by now
	 */
	watch(run, state = {}, { wasWorking = false } = {}) {
		if (!this.trackers.has(run)) {
			const tracker = this.#newTracker();
			this.#adopt(tracker, run, wasWorking);
			tracker.follow(run, state);
		}
		return this.trackers.get(run);
	}

	/** Call `handler(state, tracker)` at every change of any run; returns a function that ends it. */
	onChange(handler) {
		this.handlers.add(handler);
		for (const tracker of this.trackers.values()) handler(tracker.state, tracker);
		return () => this.handlers.delete(handler);
	}

	/** The tracker of the run that holds a Bank Transaction: works on it, or needs attention. */
	holding(bankTransaction) {
		const holds = ({ state }) => state.bank_transaction === bankTransaction && holdsItsDocuments(state);
		return [...this.trackers.values()].find(holds);
	}

	#newTracker() {
		return new ProgressTracker({ transport: this.transport });
	}

	#adopt(tracker, run, wasWorking) {
		this.trackers.get(run)?.stop();
		this.trackers.set(run, tracker);
		tracker.wasWorking = wasWorking;
		tracker.onChange((state) => this.#changed(state, tracker));
	}

	#meet(event, options) {
		// The tracker of a start that is under way hears the same and keeps it.
		if (!this.startsUnderWay) this.watch(event.run, { bank_transaction: event.bank_transaction }, options);
	}

	#changed(state, tracker) {
		if (state.status && !isSettled(state)) tracker.wasWorking = true;
		// Events do not say whose the run is, and come to everybody who has its form open.
		if (state.user || state.status === "Gone") this.#noteEnd(state, tracker);
		for (const handler of [...this.handlers]) handler(state, tracker);
	}

	#noteEnd(state, tracker) {
		const settled = isSettled(state);
		const isOurs = this.isOurs(state);
		if (settled && tracker.wasWorking && isOurs && !tracker.isShown) this.notify(state);
		tracker.wasWorking = !settled;
		this.#remember(state.run, isOurs && !settled);
	}

	#remember(run, isGoing) {
		const names = new Set(this.memory.read());
		if (names.has(run) === isGoing) return;
		if (isGoing) names.add(run);
		else names.delete(run);
		this.memory.write([...names]);
	}
}
