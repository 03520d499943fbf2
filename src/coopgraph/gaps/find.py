"""Run gap rules and tell, for each gap, what was found, what was not, and how far that goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
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
Rows = Iterable[Mapping[str, str]]
Ask = Callable[[GapRule, str, list[str]], Rows]
"""Runs a rule's query, given its text and the graphs it may read; rows hold what is bound."""

MOST_SHOWN: Final = 50
"""So many findings and candidates of one gap are described; how many more there are is told."""


@dataclass
class Gap:
    """One gap, before it is put into words.

    Attributes
    ----------
    rule
        Whose it is.
    key
        IRIs of subject, sector and object.
    found
        What was found: a resource, and a property where one statement of it is meant.
    candidates
        IRIs of who might fill the gap.
    """

    rule: GapRule
    key: Key
    found: dict[tuple[str, str | None], None] = field(default_factory=dict)
    candidates: dict[str, None] = field(default_factory=dict)

    @cached_property
    def id(self) -> str:
        """The same in every generation and selection of layers: the rule and what it is about."""
        return "|".join([self.rule.id, *(short_id(iri) for iri in self.key if iri)])

    @property
    def order(self) -> tuple[int, str, str]:
        """The most severe first, then by rule and id."""
        return (SEVERITY_ORDER[self.rule.severity], self.rule.id, self.id)

    def is_about(self, actor: str | None, sector: str | None) -> bool:
        """Tell whether it is of an actor and in a sector, where one is asked for."""
        subject, in_sector, value = self.key
        return actor in (None, subject, value) and sector in (None, in_sector)


def find_gaps(
    store: ox.Store,
    rule: GapRule,
    scope: Scope,
    parameters: Mapping[str, str],
    ask: Ask,
) -> list[Gap]:
    """Return the gaps that a rule finds, in no order.

    Parameters
    ----------
    store
        The generation's store; only the names of its graphs are read.
    rule
        The rule to run.
    scope
        The layers that are read, and the day.
    parameters
        Values for rules that take them; a rule without that parameter is not touched.
    ask
        Runs the query.

    Raises
    ------
    BadRequest
        If a parameter has a value that the rule does not allow.
    CoopgraphError
        Whatever ``ask`` raises.
    """
    layers = [layer for layer in scope.layers if layer in rule.layers]
    graphs = [VOCABULARY_GRAPH]
    graphs += [g.value for g in (*layer_graphs(store, layers), *derived_graphs(store, layers))]
    gaps: dict[Key, Gap] = {}
    for row in ask(rule, bind(rule.select, terms_of(rule, scope, parameters)), graphs):
        if "subject" not in row:
            continue  # a rule of somebody's own may leave it unbound
        key = (row["subject"], row.get("sector"), row.get("object"))
        gap = gaps.get(key)
        if gap is None:
            gap = gaps[key] = Gap(rule, key)
        if "found" in row:
            gap.found[row["found"], row.get("property")] = None
        if "candidate" in row:
            gap.candidates[row["candidate"]] = None
    return list(gaps.values())


def ask_here(store: ox.Store, select: str, graphs: Iterable[str]) -> Iterator[dict[str, str]]:
    """Run a rule that ships in this process."""
    dataset = [ox.NamedNode(graph) for graph in graphs]
    rows = store.query(select, default_graph=dataset)  # type: ignore[arg-type]
    assert isinstance(rows, ox.QuerySolutions)  # noqa: S101  (checked when the rule was read)
    names = [variable.value for variable in rows.variables]
    for row in rows:
        yield {
            name: term.value
            for name in names
            if isinstance(term := row[name], ox.NamedNode | ox.Literal)
        }


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


def terms_of(rule: GapRule, scope: Scope, parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the SPARQL terms of a rule's parameters, by variable name."""
    terms: dict[str, str] = {}
    for parameter in rule.parameters:
        value = parameters.get(parameter.name, parameter.default)
        terms[parameter.name] = str(ox.Literal(choice(parameter.name, value, parameter.allowed)))
    if scope.as_of is not None:
        terms["asOf"] = f'"{scope.as_of.isoformat()}"^^<{XSD}date>'
    if scope.dated_only:
        terms["dated"] = '"only"'
    return terms


def describe(gap: Gap, words: Words, scope: Scope) -> dict[str, Any]:
    """Return a gap in the shape of the API; its words are fetched now."""
    selection, rule = scope.selection, gap.rule
    subject, sector, value = gap.key
    labels = {
        name: words.label(iri, selection) if iri else dict.fromkeys(LANGUAGES, "")
        for name, iri in (("subject", subject), ("sector", sector), ("object", value))
    }
    day = scope.as_of.isoformat() if scope.as_of else None
    layers = [layer for layer in scope.layers if layer in rule.layers]
    shown = sorted(gap.found, key=lambda f: (f[0], f[1] or ""))[:MOST_SHOWN]
    candidates = sorted(gap.candidates)
    found = {e["id"]: e for iri, prop in shown for e in words.evidence(iri, selection, prop)}
    readings = [
        reading
        for iri, prop in shown
        for reading in words.interpretations(iri, selection, {prop} if prop else None)
    ]
    return {
        "id": gap.id,
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
                    "layers": "、".join(LAYER_NAMES_ZH[layer] for layer in layers),
                    "as_of": day or "不限日期",
                },
            ),
            "en": _fill(
                rule.open_world_note["en"],
                {"layers": ", ".join(layers), "as_of": day or "any date"},
            ),
        },
        "candidates": [words.resource(iri, selection) for iri in candidates[:MOST_SHOWN]],
        "not_shown": {
            "found": len(gap.found) - len(shown),
            "candidates": max(0, len(candidates) - MOST_SHOWN),
        },
        "layers": layers,
        "as_of": day,
    }


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Fill a template in one go: what looks like a place in a label stays as it is."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), template)
