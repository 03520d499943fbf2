"""Answers of different servers, made comparable."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pyoxigraph as ox

from benchmarks.sparql.kinds import JSON

_STRING = "http://www.w3.org/2001/XMLSchema#string"


def comparable(body: bytes, accept: str) -> Any:
    """Return rows of a SELECT as a bag, statements of a CONSTRUCT as a set."""
    if accept == JSON:
        rows = json.loads(body)["results"]["bindings"]
        return Counter(frozenset((name, _term(term)) for name, term in row.items()) for row in rows)
    return {quad.triple for quad in ox.parse(body, format=ox.RdfFormat.TURTLE)}


def _term(term: dict[str, str]) -> tuple[str, str, str, str]:
    kind = "literal" if term["type"] == "typed-literal" else term["type"]
    datatype = term.get("datatype", "")
    language = term.get("xml:lang", "").lower()
    return kind, term["value"], language, "" if datatype == _STRING else datatype
