// Nothing is drawn in a tab that is not in sight.
const LONGEST_WAIT = 100;

/** Promises that the browser has drawn what is in the page now. */
export function nextFrame() {
	return new Promise((resolve) => {
		requestAnimationFrame(() => setTimeout(resolve));
		setTimeout(resolve, LONGEST_WAIT);
	});
}
