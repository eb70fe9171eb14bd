import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { mock, test } from "node:test";

import { canCancel, isCancelling, ProgressTracker, runActions, RunWatcher, toneOf } from "./source.mjs";

/** A server with one run, and sockets that anybody may listen to. */
class Server {
	constructor() {
		this.listeners = new Set();
		this.state = null;
		this.user = "me";
		this.isDown = false;
		this.asked = 0;
	}

	get transport() {
		return {
			listen: (handlers) => {
				this.listeners.add(handlers);
				return () => this.listeners.delete(handlers);
			},
			fetch: async () => {
				this.asked += 1;
				if (this.isDown) throw new Error("offline");
				if (!this.state) throw Object.assign(new Error("gone"), { isGone: true });
				return { ...this.state, user: this.user };
			},
		};
	}

	progress(current, status = "Posting") {
		this.state = state(current, status);
		for (const { progress } of this.listeners) progress(this.state);
	}

	complete(status = "Completed", values = {}) {
		const processed = status === "Completed" ? 100 : 0;
		this.state = { ...state(processed, status), ...values };
		for (const { complete } of this.listeners)
			complete({ run: "R", bank_transaction: "B", status, processed, ...values });
	}
}

function state(current, status) {
	const percentage = status === "Completed" ? 100 : Math.min(current, 99);
	return { run: "R", bank_transaction: "B", status, current, total: 100, percentage };
}

function watcherOf(server, values = {}) {
	const told = [];
	const kept = { names: values.names || [] };
	const memory = { read: () => kept.names, write: (names) => (kept.names = names) };
	const watcher = new RunWatcher({
		transport: server.transport,
		memory,
		isOurs: (state) => state.user === "me",
		notify: ({ run, status }) => told.push(`${run} ${status}`),
	});
	watcher.begin();
	return { watcher, told, kept };
}

test("what happens before the answer to the start is not missed", async () => {
	const server = new Server();
	const { watcher, told } = watcherOf(server);
	const tracker = await watcher.start(async () => {
		server.progress(40);
		server.complete();
		return { run: "R", total_invoices: 100, message: "queued" };
	});
	await setImmediate();
	assert.equal(tracker.state.status, "Completed");
	assert.equal(tracker.state.percentage, 100);
	assert.deepEqual(told, ["R Completed"]);
	tracker.stop();
});

test("without any socket the run is asked for until it is over", async () => {
	mock.timers.enable({ apis: ["setTimeout", "Date"] });
	const server = new Server();
	server.state = state(10, "Posting");
	const tracker = new ProgressTracker({ transport: server.transport }).follow("R");
	await setImmediate();
	assert.equal(tracker.state.current, 10);
	server.isDown = true;
	mock.timers.tick(3000);
	await setImmediate();
	assert.equal(tracker.isOffline, true);
	assert.equal(tracker.state.current, 10);
	Object.assign(server, { isDown: false, state: state(100, "Completed") });
	mock.timers.tick(3000);
	await setImmediate();
	assert.equal(tracker.isOffline, false);
	assert.equal(tracker.state.status, "Completed");
	const { asked } = server;
	mock.timers.tick(60000);
	await setImmediate();
	assert.equal(server.asked, asked);
	mock.timers.reset();
});

test("an old answer does not overwrite newer news", async () => {
	const server = new Server();
	let answer;
	const transport = { ...server.transport, fetch: () => new Promise((resolve) => (answer = resolve)) };
	const tracker = new ProgressTracker({ transport }).follow("R", { status: "Queued" });
	server.progress(60);
	answer(state(20, "Posting"));
	await setImmediate();
	assert.equal(tracker.state.current, 60);
	tracker.stop();
});

test("news of other runs are left to others, and stopping is one's own affair", async () => {
	const server = new Server();
	server.state = state(0, "Posting");
	const first = new ProgressTracker({ transport: server.transport }).follow("other");
	const second = new ProgressTracker({ transport: server.transport }).follow("R");
	first.stop();
	server.progress(30);
	assert.equal(second.state.current, 30);
	assert.notEqual(first.state.current, 30);
	second.stop();
	assert.equal(server.listeners.size, 0);
});

test("a closed dialog does not end the listening", async () => {
	const server = new Server();
	const { watcher, told } = watcherOf(server);
	server.progress(10);
	const tracker = watcher.watch("R");
	tracker.isShown = true;
	const close = tracker.onChange(() => {});
	close();
	tracker.isShown = false;
	server.complete();
	await setImmediate();
	assert.deepEqual(told, ["R Completed"]);
});

test("an open dialog tells the end itself", async () => {
	const server = new Server();
	const { watcher, told } = watcherOf(server);
	server.progress(10);
	watcher.watch("R").isShown = true;
	server.complete();
	await setImmediate();
	assert.deepEqual(told, []);
});

test("a reload finds the run again, also when it has ended meanwhile", async () => {
	const server = new Server();
	server.state = state(100, "Completed");
	const { told, kept } = watcherOf(server, { names: ["R"] });
	await setImmediate();
	assert.deepEqual(told, ["R Completed"]);
	assert.deepEqual(kept.names, []);
});

test("a run that this page never heard of is told once, by every page", async () => {
	const server = new Server();
	const tabs = [watcherOf(server), watcherOf(server)];
	server.complete();
	await setImmediate();
	for (const { told } of tabs) assert.deepEqual(told, ["R Completed"]);
});

test("the end of a colleague's run is not told, though its form hears of it", async () => {
	const server = new Server();
	server.user = "colleague";
	const { told, kept } = watcherOf(server);
	server.progress(10);
	server.complete();
	await setImmediate();
	assert.deepEqual([told, kept.names], [[], []]);
});

test("an end that is heard twice is told once", async () => {
	const server = new Server();
	const { told } = watcherOf(server);
	server.complete();
	server.complete();
	await setImmediate();
	server.complete();
	await setImmediate();
	assert.deepEqual(told, ["R Completed"]);
});

test("a refused start leaves no listener behind", async () => {
	const server = new Server();
	const { watcher } = watcherOf(server);
	const before = server.listeners.size;
	await assert.rejects(watcher.start(() => Promise.reject(new Error("refused"))));
	assert.equal(server.listeners.size, before);
});

test("a completed run that is undone is news again", async () => {
	const server = new Server();
	const { watcher, told } = watcherOf(server);
	server.progress(10);
	server.complete();
	await setImmediate();
	server.progress(100, "Rolling Back");
	await setImmediate();
	assert.equal(watcher.holding("B").state.status, "Rolling Back");
	server.complete("Rolled Back");
	await setImmediate();
	assert.deepEqual(told, ["R Completed", "R Rolled Back"]);
	assert.equal(watcher.holding("B"), undefined);
});

test("a run that is gone is not asked for again", async () => {
	const server = new Server();
	const { kept } = watcherOf(server, { names: ["R"] });
	await setImmediate();
	assert.deepEqual(kept.names, []);
	assert.equal(server.asked, 1);
});

test("a run that needs attention holds its Bank Transaction", async () => {
	const server = new Server();
	const { watcher } = watcherOf(server);
	server.progress(10);
	server.complete("Attention");
	await setImmediate();
	assert.equal(watcher.holding("B").state.status, "Attention");
});

test("what its user wanted undone is no failure", () => {
	const tones = {
		Posting: "info",
		Completed: "success",
		"Rolling Back": "warning",
		"Rolled Back": "danger",
		Attention: "danger",
	};
	for (const [status, tone] of Object.entries(tones)) assert.equal(toneOf({ status }), tone);
	assert.equal(toneOf({ status: "Rolled Back", was_asked_for: true }), "muted");
	assert.equal(toneOf({ status: "Attention", was_asked_for: true }), "danger");
	assert.equal(toneOf({ status: "Completed", taken_away: [] }), "success");
	assert.equal(toneOf({ status: "Completed", taken_away: [{}] }), "warning");
});

// A state, and what can be done by who may do everything.
const ACTIONS = [
	[{ status: "Posting" }, ["cancel"]],
	[{ status: "Posting", can_cancel: false }, []],
	[{ status: "Queued", is_active: true, has_worker: false }, ["cancel", "resume"]],
	[{ status: "Rolling Back", is_active: true, has_worker: true }, []],
	[{ status: "Rolling Back", is_active: true, has_worker: false }, ["resume"]],
	[{ status: "Completed" }, ["undo"]],
	[{ status: "Rolled Back" }, ["again"]],
	[{ status: "Rolled Back", failures: [{}, {}] }, ["leaveOut", "again"]],
	[{ status: "Attention", is_active: true, has_worker: false }, ["finishUndo"]],
	[{ status: "Gone" }, []],
];

test("what can be done with a run, each by who has the rights, and never without a question", () => {
	const all = { mayUndo: true, mayPayInvoices: true };
	const names = (state, rights) => actionsOf(state, rights).map(({ name }) => name);
	for (const [state, expected] of ACTIONS) assert.deepEqual(names(state, all), expected, state.status);
	for (const [state] of ACTIONS) assert.deepEqual(names(state, {}), []);
	assert.deepEqual(names({ status: "Completed" }, { mayPayInvoices: true }), []);
	assert.deepEqual(names({ status: "Rolled Back" }, { mayUndo: true }), []);
	for (const [state] of ACTIONS)
		for (const { name, question } of actionsOf(state, all)) assert.ok(question.length || name === "leaveOut");
});

test("an undo says what becomes of the payments, and names why it was refused", () => {
	const text = (values) => actionsOf(values, { mayUndo: true, mayPayInvoices: true })[0].question.join(" ");
	assert.match(text({ status: "Completed", rollback_action: "Cancel and Delete" }), /cancelled and deleted/);
	assert.match(text({ status: "Completed", rollback_action: "Cancel Only" }), /are kept/);
	const refused = text({ status: "Attention", reason: "Undone by Ann", last_error: "Period is closed" });
	assert.match(refused, /Period is closed/);
	assert.doesNotMatch(refused, /Undone by/);
});

function actionsOf(values, rights) {
	const translate = (text, values = []) => text.replace(/\{(\d)\}/g, (_, index) => values[index]);
	return runActions({ run: "R", total: 150, current: 0, failures: [], ...values }, rights, translate);
}

test("what can be cancelled", () => {
	assert.equal(canCancel({ status: "Posting" }), true);
	assert.equal(canCancel({ status: "Posting", can_cancel: false }), false);
	assert.equal(isCancelling({ status: "Posting", can_cancel: false }), true);
	assert.equal(canCancel({ status: "Rolling Back" }), false);
	assert.equal(isCancelling({ status: "Completed", can_cancel: false }), false);
});
