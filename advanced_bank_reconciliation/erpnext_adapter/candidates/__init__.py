"""Which open invoices the dialog offers for a Bank Transaction."""
