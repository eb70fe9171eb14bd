import { RequestRefused } from "./endpoints.js";

/** Requests of one dialog: one at a time, whatever is clicked, typed or dropped meanwhile. */
export class OneAtATime {
	/** Await request(), unless another one is under way: then nothing is done. */
	async run(request) {
		if (this.isBusy) return;
		this.isBusy = true;
		try {
			await request();
		} catch (error) {
			// What the server refuses, Desk has shown already; what was chosen stays for another try.
			if (!(error instanceof RequestRefused)) throw error;
		} finally {
			this.isBusy = false;
		}
	}
}
