import { endpoint } from "./endpoints.js";

const EVENTS = { progress: "bulk_reconciliation_progress", complete: "bulk_reconciliation_complete" };

/** News of runs through Desk's socket and Frappe's HTTP API. */
export const deskTransport = {
	listen(handlers) {
		for (const [kind, event] of Object.entries(EVENTS)) frappe.realtime.on(event, handlers[kind]);
		return () => {
			// Without its handler, `off` would silence everybody else as well.
			for (const [kind, event] of Object.entries(EVENTS)) frappe.realtime.off(event, handlers[kind]);
		};
	},

	async fetch(run) {
		// Not frappe.call: a lost connection must not open a message every few seconds.
		const address = `/api/method/${endpoint("get_bulk_reconciliation")}?run=${encodeURIComponent(run)}`;
		const response = await fetch(address, { headers: { Accept: "application/json" } });
		if (!response.ok) {
			const isGone = [403, 404].includes(response.status);
			throw Object.assign(new Error(response.statusText), { isGone });
		}
		return (await response.json()).message;
	},
};
