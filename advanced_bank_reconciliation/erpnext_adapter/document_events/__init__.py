"""What Frappe calls when other people change documents that a run works on."""
