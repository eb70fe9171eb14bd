// The modules under test, as they are served.
const folder = "../../../advanced_bank_reconciliation/public/js/bulk_reconciliation";
const names = [
	"advice",
	"amounts",
	"candidate",
	"candidate_filter",
	"deductions",
	"difference",
	"exchange_rates",
	"former_selection",
	"progress_tracker",
	"remittance",
	"run_actions",
	"run_watcher",
	"selection",
];
const modules = await Promise.all(names.map((name) => import(`${folder}/${name}.js`)));

export const {
	Advice,
	book,
	bookable,
	Candidate,
	CandidateFilter,
	canCancel,
	convert,
	Deductions,
	ExchangeRates,
	findNumbers,
	FormerSelection,
	isCancelling,
	obstaclesOf,
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
