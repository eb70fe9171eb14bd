"""Where a rule is broken on purpose, and why. Who adds a line here says why it has to be."""

from __future__ import annotations

ENGINE = "advanced_bank_reconciliation/engine"
ADAPTER = "advanced_bank_reconciliation/erpnext_adapter"
POSTING = f"{ADAPTER}/posting"
STARTING = f"{ADAPTER}/starting"
COMMANDS = "advanced_bank_reconciliation/commands"
TESTS = "advanced_bank_reconciliation/tests"

KNOWN_PLACES = {
	"built-sql": {
		f"{ADAPTER}/erpnext_patches/links_of_deleted.py: _named": "made by the query builder, values and all",
		f"{ADAPTER}/new_table_rows.py: insert_rows": "made by the query builder; values go apart",
		f"{POSTING}/patterns/site_state.py: site_state": "CHECKSUM TABLE takes no values",
		f"{POSTING}/undo_patterns/naming.py: named_elsewhere": "made by the query builder, values and all",
		f"{TESTS}/clones.py: _copy": "columns are Frappe's own; values go apart",
		f"{TESTS}/test_oracle.py: checksums": "CHECKSUM TABLE takes no values, only names of tables",
		f"{TESTS}/soak_scenes.py: kill_connections": "KILL takes no values; this one is an int",
	},
	"changed-user": {
		f"{ADAPTER}/jobs.py: process_bulk_reconciliation": "a run works as the user who started it",
		f"{COMMANDS}/sites.py: _become": "who has the shell of a bench has its database",
		f"{COMMANDS}/runs.py: retry": "a run that is retried stays its user's",
	},
	"ignored-permissions": {
		f"{STARTING}/new_runs.py: _insert_run_document": "the start has asked for all rights of the user",
		f"{ADAPTER}/candidates/advice_records.py: _write": "as the run's record that it belongs to",
		f"{ADAPTER}/publisher.py: leave_notification": "for the user of the run, with what they may see",
		f"{ADAPTER}/completion_mail.py: create_template": "the installation makes the text once",
		f"{POSTING}/bank_matching.py: unmatch": "half a run must not stay because somebody lost a right",
		f"{POSTING}/compensation.py: cancel": "a draft of the run itself, which its submit never reached",
		f"{POSTING}/compensation.py: _cancel": "who may submit may not always cancel, yet an undo must work",
		f"{POSTING}/compensation.py: _delete_document": "only what the run itself posted and cancelled",
	},
	"untranslated-sentence": {
		"advanced_bank_reconciliation/custom_fields.py: ": "labels of fields, which Frappe translates",
		f"{ENGINE}/runner.py: _check_attempts": "kept in English, told in the language of who reads it",
		f"{ADAPTER}/runs/run_leases.py: claim": "among workers; the job that meets it only logs it",
		f"{ADAPTER}/runs/run_leases.py: _refuse_if_at_work": "among workers; the job only logs it",
		f"{ADAPTER}/runs/run_leases.py: lock": "among workers; the job that meets it only logs it",
		f"{ADAPTER}/runs/run_store.py: _require_complete": "a fault of the code, as an assertion is",
		f"{ADAPTER}/runs/run_store.py: _write": "a fault of the code, as an assertion is",
		f"{ADAPTER}/runs/run_store.py: _move_items": "a fault of the code, as an assertion is",
		f"{COMMANDS}/selection_files.py: read_rows": "the command line speaks English, as bench does",
		f"{COMMANDS}/selection_files.py: find_file": "the command line speaks English, as bench does",
		f"{COMMANDS}/selection_files.py: _read_json": "the command line speaks English, as bench does",
		f"{COMMANDS}/selection_files.py: _read_csv": "the command line speaks English, as bench does",
	},
	"manual-commit": {
		f"{ADAPTER}/unit_of_work/transaction.py: own_transaction": "a step is one transaction",
		f"{ADAPTER}/many_deposits.py: _start": "each start is all that one deposit needs, and stands alone",
		f"{COMMANDS}/starting.py: start": "Frappe commits requests and jobs, but no commands",
		f"{COMMANDS}/runs.py: resume": "Frappe commits requests and jobs, but no commands",
		f"{COMMANDS}/runs.py: retry": "Frappe commits requests and jobs, but no commands",
		f"{COMMANDS}/runs.py: rollback": "Frappe commits requests and jobs, but no commands",
	},
}
