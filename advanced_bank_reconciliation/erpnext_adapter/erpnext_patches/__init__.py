"""All that replaces or wraps a function of Frappe or ERPNext."""
