"""Run gap rules and tell, for each gap, what was found, what was not, and how far that goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.gaps.rules import LANGUAGES, GapRule
from coopgraph.graph.interpretations import distinct
from coopgraph.graph.scope import Scope, choice
from coopgraph.graph.words import Words
from coopgraph.knowledge.derive import derived_graphs, layer_graphs
from coopgraph.vocabulary import VOCABULARY_GRAPH, XSD, short_id

SEVERITY_ORDER: Final = {"high": 0, "medium": 1, "low": 2}

_PARAMETERS: Final = re.compile(r"VALUES\s*\(\s*(\?asOf\b[^)]*)\)\s*\{\s*\([^)]*\)\s*\}")

LAYER_NAMES_ZH: Final = {"stated": "文件所述", "background": "背景资料", "analyst": "分析补充"}

_PLACE: Final = re.compile(r"\{(\w+)\}")

Key = tuple[str, str | None, str | None]


@dataclass
class _Gap:
    found: dict[str, None] = field(default_factory=dict)
    candidates: dict[str, None] = field(default_factory=dict)


def find_gaps(
    store: ox.Store,
    words: Words,
    rules: Iterable[GapRule],
    scope: Scope,
    parameters: Mapping[str, str] | None = None,
    *,
    actor: str | None = None,
    sector: str | None = None,
) -> list[dict[str, Any]]:
    """Return the gaps that some rules find.

    Parameters
    ----------
    store
        The generation's store.
    words
        Its words.
    rules
        The rules to run.
    scope
        The layers that are read, and the day.
    parameters
        Values for rules that take them; a rule without that parameter is not touched.
    actor, sector
        IRIs: only gaps of this actor, or in this sector.

    Returns
    -------
    list of dict
        In the shape of the API; the most severe first, then by rule, subject, sector, object.

    Raises
    ------
    BadRequest
        If a parameter has a value that a rule does not allow.
    """
    gaps = []
    for rule in rules:
        for key, gap in _run(store, rule, scope, parameters or {}).items():
            subject, in_sector, value = key
            if actor not in (None, subject, value) or sector not in (None, in_sector):
                continue
            gaps.append(_describe(rule, key, gap, words, scope))
    gaps.sort(key=lambda g: (SEVERITY_ORDER[g["severity"]], g["rule"], g["id"]))
    return gaps


def bind(select: str, terms: Mapping[str, str]) -> str:
    """Return a rule's query with the values of its parameters.

    Parameters
    ----------
    select
        Its parameters stand in ``VALUES`` blocks that begin with ``?asOf``.
    terms
        SPARQL terms by variable name; one that is missing is left unbound.

    Examples
    --------
    >>> bind('VALUES (?asOf ?match) { (UNDEF "exact") }', {"match": '"broader"'})
    'VALUES (?asOf ?match) { (UNDEF "broader") }'

    Notes
    -----
    The store's own substitution takes only variables of the projection, and no remote server has
    one; so the block itself is rewritten. Terms are dates and values the rule declares, never a
    client's text.
    """

    def row(block: re.Match[str]) -> str:
        names = block[1].replace("?", "").split()
        values = " ".join(terms.get(name, "UNDEF") for name in names)
        return f"VALUES ({block[1]}) {{ ({values}) }}"

    return _PARAMETERS.sub(row, select)


def _run(
    store: ox.Store, rule: GapRule, scope: Scope, parameters: Mapping[str, str]
) -> dict[Key, _Gap]:
    terms: dict[str, str] = {}
    for parameter in rule.parameters:
        value = parameters.get(parameter.name, parameter.default)
        terms[parameter.name] = f'"{choice(parameter.name, value, parameter.allowed)}"'
    if scope.as_of is not None:
        terms["asOf"] = f'"{scope.as_of.isoformat()}"^^<{XSD}date>'
    if scope.dated_only:
        terms["dated"] = '"only"'
    dataset = [
        ox.NamedNode(VOCABULARY_GRAPH),
        *layer_graphs(store, scope.layers),
        *derived_graphs(store, scope.layers),
    ]
    rows = store.query(bind(rule.select, terms), default_graph=dataset)  # type: ignore[arg-type]
    assert isinstance(rows, ox.QuerySolutions)  # noqa: S101  (checked when the rule was read)
    names = {variable.value for variable in rows.variables}
    gaps: dict[Key, _Gap] = {}
    for row in rows:
        bound = {n: row[n].value for n in names if row[n] is not None}
        key = (bound["subject"], bound.get("sector"), bound.get("object"))
        gap = gaps.setdefault(key, _Gap())
        if "found" in bound:
            gap.found[bound["found"]] = None
        if "candidate" in bound:
            gap.candidates[bound["candidate"]] = None
    return gaps


def _describe(rule: GapRule, key: Key, gap: _Gap, words: Words, scope: Scope) -> dict[str, Any]:
    selection = scope.selection
    subject, sector, value = key
    labels = {
        name: words.label(iri, selection) if iri else dict.fromkeys(LANGUAGES, "")
        for name, iri in (("subject", subject), ("sector", sector), ("object", value))
    }
    day = scope.as_of.isoformat() if scope.as_of else None
    found = {e["id"]: e for iri in sorted(gap.found) for e in words.evidence(iri, selection)}
    readings = [r for iri in sorted(gap.found) for r in words.interpretations(iri, selection)]
    return {
        "id": "|".join([rule.id, *(short_id(iri) for iri in key if iri)]),
        "rule": rule.id,
        "severity": rule.severity,
        "subject": words.resource(subject, selection),
        "sector": words.resource(sector, selection) if sector else None,
        "object": words.resource(value, selection) if value else None,
        "found": list(found.values()),
        "interpretations": distinct(readings),
        "absent": list(rule.absent),
        "explanation": {
            language: _fill(
                rule.explanation[language], {n: label[language] for n, label in labels.items()}
            )
            for language in LANGUAGES
        },
        "open_world_note": {
            "zh": _fill(
                rule.open_world_note["zh"],
                {
                    "layers": "、".join(LAYER_NAMES_ZH[layer] for layer in scope.layers),
                    "as_of": day or "不限日期",
                },
            ),
            "en": _fill(
                rule.open_world_note["en"],
                {"layers": ", ".join(scope.layers), "as_of": day or "any date"},
            ),
        },
        "candidates": [words.resource(iri, selection) for iri in sorted(gap.candidates)],
    }


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Fill a template in one go: what looks like a place in a label stays as it is."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), template)
