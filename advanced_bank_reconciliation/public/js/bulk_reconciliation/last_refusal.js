// Milliseconds from leaving a field to the click that left it.
const SAME_GESTURE = 500;

/** When what somebody typed into a field was refused last. */
export class LastRefusal {
	constructor() {
		this.forget();
	}

	note() {
		this.moment = performance.now();
	}

	forget() {
		this.moment = -Infinity;
	}

	/** Whether it was refused by the very click or key that asks for the submit. */
	get isJustNow() {
		return performance.now() - this.moment < SAME_GESTURE;
	}
}
