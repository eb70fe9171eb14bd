"""The engine that drives a bulk reconciliation. It knows nothing of Frappe, ERPNext or any database.

Read in this order: `records` (what a run is), `states` (where a run may go), `selection` and
`allocation` (what may be paid), `ports` (what the engine needs from the world), `steps` (one transaction
each), `runner` (the loop around the steps), `requests` (what people ask of a run).
"""
