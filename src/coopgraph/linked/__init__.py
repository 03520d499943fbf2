"""Linked data: what the document of a resource holds, and in which formats; knows no HTTP."""
