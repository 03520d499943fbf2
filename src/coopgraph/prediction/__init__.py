"""Suggested links over arrays and plain triples: signals, their combination, and how good it is."""
