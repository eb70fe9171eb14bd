"""Advanced Bank Reconciliation: settle hundreds of open items with one line of a bank statement."""

__version__ = "0.1.0"
