import { isSettled } from "./progress_tracker.js";

/**
 * The progress of several runs as one.
 * @param {object[]} states of the runs, see ProgressTracker
 * @returns {{current: number, total: number, percentage: number, completed: number, ended: number, count: number}}
 * invoices, and how many runs are completed, or at rest in whatever state
 */
export function totalOf(states) {
	const sum = (key) => states.reduce((total, state) => total + Number(state[key] || 0), 0);
	const [current, total] = [sum("current"), sum("total")];
	return {
		current,
		total,
		percentage: total ? Math.floor((100 * current) / total) : 0,
		completed: states.filter(({ status }) => status === "Completed").length,
		ended: states.filter(isSettled).length,
		count: states.length,
	};
}
