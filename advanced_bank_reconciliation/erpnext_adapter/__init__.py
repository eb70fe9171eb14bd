"""The engine's ports on Frappe and ERPNext.

The main job's path: `endpoints` → `start` (check, record, enqueue) → `jobs` → the engine's runner →
`ledger` (`payment_entries`, `bank_matching`) and `run_store`.
"""
