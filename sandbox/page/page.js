import { ProgressTracker, canCancel, isSettled } from "/modules/progress_tracker.js";
import { ProgressView } from "/modules/progress_view.js";
import { SocketClient } from "/page/socket_client.js";

const token = new URLSearchParams(location.search).get("token");
const socket = new SocketClient({ user: "accountant", token });
const element = (id) => document.getElementById(id);

const transport = {
	listen({ progress, complete }) {
		socket.on("bulk_reconciliation_progress", progress);
		socket.on("bulk_reconciliation_complete", complete);
		return () => {
			socket.off("bulk_reconciliation_progress", progress);
			socket.off("bulk_reconciliation_complete", complete);
		};
	},
	fetch: (run) => ask(`/api/run?run=${encodeURIComponent(run)}`),
};

let tracker = null;

async function ask(address, options = {}) {
	const answer = await fetch(address, { ...options, headers: { Authorization: `Bearer ${token}` } });
	const body = await answer.json();
	if (!answer.ok) throw new Error(body.message);
	return body;
}

const post = (address) => ask(address, { method: "POST" });

function follow(run, state = {}) {
	tracker?.stop();
	tracker = new ProgressTracker({ transport });
	const view = new ProgressView(element("progress"), { translate });
	tracker.onChange((current, { isOffline }) => {
		view.show(current, { isOffline });
		showButtons(current);
		if (isSettled(current)) refresh();
	});
	tracker.follow(run, state);
}

function translate(sentence, values = []) {
	return sentence.replace(/\{(\d+)\}/g, (_place, index) => values[index]);
}

async function refresh() {
	const books = await ask("/api/books");
	const facts = { Deposit: books.bank_transaction, Date: books.date, Amount: books.amount, Unallocated: books.unallocated };
	element("deposit").replaceChildren(...Object.entries(facts).map(fact));
	element("invoices").replaceChildren(...books.invoices.map(row));
	return books;
}

function fact([name, value]) {
	const pair = document.createElement("div");
	pair.append(create("dt", name), create("dd", value));
	return pair;
}

function row(values) {
	const line = document.createElement("tr");
	line.append(...values.map((value) => create("td", value)));
	return line;
}

function create(tag, text) {
	const made = document.createElement(tag);
	made.textContent = text;
	return made;
}

function showButtons(state) {
	const isGoing = Boolean(state.status) && !isSettled(state);
	element("start").disabled = isGoing || state.status === "Completed";
	element("undo").disabled = !canCancel(state) && state.status !== "Completed";
	element("another").disabled = isGoing;
}

async function attempt(request) {
	element("message").textContent = "";
	try {
		await request();
	} catch (error) {
		element("message").textContent = error.message;
	}
}

element("start").addEventListener("click", () =>
	attempt(async () => {
		const state = await post("/api/start");
		follow(state.run, state);
	})
);
element("undo").addEventListener("click", () =>
	attempt(async () => tracker.update(await post(`/api/undo?run=${encodeURIComponent(tracker.run)}`)))
);
element("another").addEventListener("click", () =>
	attempt(async () => {
		await post("/api/another");
		tracker?.stop();
		tracker = null;
		element("progress").replaceChildren();
		showButtons({});
		await refresh();
	})
);

attempt(async () => {
	showButtons({});
	const { run } = await refresh();
	if (run) follow(run);
});
