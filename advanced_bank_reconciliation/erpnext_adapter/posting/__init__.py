"""Writing the books: payments, matching, clearance dates, and undoing all of it."""
