"""Writing payments as ERPNext has just written one of their kind, in a few statements for many of them."""
