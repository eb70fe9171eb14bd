"""What the books say before anything is posted: the Bank Transaction, open items, existing vouchers."""
