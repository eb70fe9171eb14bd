"""`bench --site SITE bulk-reconcile …`: the same runs as in the browser, from a shell or a script.

Thin: the work is in `erpnext_adapter`.
"""

from __future__ import annotations

import click

from advanced_bank_reconciliation.commands import runs, starting
from advanced_bank_reconciliation.commands.doctor import doctor
from advanced_bank_reconciliation.commands.many import proposals_command


@click.group("bulk-reconcile")
def bulk_reconcile() -> None:
	"""Reconcile one line of a bank statement with any number of unpaid invoices.

	The work is done in the background by a worker of the queue "long", all of it or nothing. The exit status
	is 0 only when what was asked for happened.
	"""


for command in (
	starting.start,
	starting.advice_command,
	proposals_command,
	runs.list_command,
	runs.show,
	runs.watch,
	runs.resume,
	runs.retry,
	runs.rollback,
	doctor,
):
	bulk_reconcile.add_command(command)
