"""The command line: one verb a question, for people (tables) and for programs (``--json``)."""

from coopgraph.cli.app import main

__all__ = ["main"]
