"""Starting a run: everything is checked, then the run and its items are recorded."""
