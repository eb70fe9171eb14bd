"""The commands that this app adds to `bench`."""

from advanced_bank_reconciliation.commands.bulk_reconcile import bulk_reconcile

commands = [bulk_reconcile]
