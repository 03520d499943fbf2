"""One at a time: rdflib's SPARQL parser is not safe between threads (RDFLib issue 1282)."""

from __future__ import annotations

from threading import RLock
from typing import Final

RDFLIB_PARSER: Final = RLock()
"""Is held by whoever has rdflib, or pySHACL with it, parse a query."""
