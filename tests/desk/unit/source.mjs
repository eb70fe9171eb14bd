// The modules under test, as they are served.
const folder = "../../../advanced_bank_reconciliation/public/js/bulk_reconciliation";
const names = [
	"amounts",
	"candidate",
	"candidate_filter",
	"former_selection",
	"progress_tracker",
	"remittance",
	"run_actions",
	"run_watcher",
	"selection",
];
const modules = await Promise.all(names.map((name) => import(`${folder}/${name}.js`)));

export const {
	Candidate,
	CandidateFilter,
	canCancel,
	findNumbers,
	FormerSelection,
	isCancelling,
	parseTyped,
	PastedNumbers,
	ProgressTracker,
	readNumbers,
	runActions,
	RunWatcher,
	Selection,
	toDecimalText,
	toMinorUnits,
	toneOf,
} = Object.assign({}, ...modules);
