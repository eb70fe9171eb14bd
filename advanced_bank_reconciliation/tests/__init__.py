"""Tests that need a site (`bench run-tests`), and what both sets of adapters are tested with."""
