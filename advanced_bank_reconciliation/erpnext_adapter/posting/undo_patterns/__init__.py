"""Cancelling payments as ERPNext has just cancelled one of their kind, in a few statements for many."""
