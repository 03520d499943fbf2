"""Intake: read files, find quotations."""
