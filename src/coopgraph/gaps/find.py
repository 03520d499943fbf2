"""Run gap rules and tell, for each gap, what was found, what was not, and how far that goes."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.errors import QueryOutOfMemory
from coopgraph.gaps.columnar.rows import Group, Row, groups_of, select
from coopgraph.gaps.columnar.table import MOST_ROWS, TooManyRows, Unsupported
from coopgraph.gaps.rules import LANGUAGES, GapRule
from coopgraph.graph.interpretations import distinct
from coopgraph.graph.marks import marks_of
from coopgraph.graph.scope import Scope, choice
from coopgraph.graph.words import Words
from coopgraph.knowledge.derive import derived_graphs, layer_graphs
from coopgraph.store.statements import Statements
from coopgraph.vocabulary import VOCABULARY_GRAPH, XSD, short_id

SEVERITY_ORDER: Final = {"high": 0, "medium": 1, "low": 2}

_log: Final = logging.getLogger("coopgraph.gaps")
_PARAMETERS: Final = re.compile(r"VALUES\s*\(\s*(\?asOf\b[^)]*)\)\s*\{\s*\([^)]*\)\s*\}")

LAYER_NAMES_ZH: Final = {"stated": "文件所述", "background": "背景资料", "analyst": "分析补充"}

_PLACE: Final = re.compile(r"\{(\w+)\}")

Key = tuple[str, str | None, str | None]
Rows = Iterable[Mapping[str, str]]
"""Rows of a query's answer; each holds what is bound."""

Terms = Mapping[str, str]
Ask = Callable[[GapRule, Terms, list[str]], Iterable[Group]]
"""Runs a rule, given its parameters as SPARQL terms and the layers it may read."""

BY: Final = ("subject", "sector", "object")
REST: Final = ("found", "property", "candidate")

MOST_SHOWN: Final = 50
"""So many findings and candidates of one gap are described; how many more there are is told."""


@dataclass(slots=True)
class Gap:
    """One gap, before it is put into words.

    Attributes
    ----------
    rule
        Whose it is.
    key
        IRIs of subject, sector and object.
    rows
        Reads what was found and who might fill the gap: resource, property, candidate.
    id
        The same in every generation and selection of layers: the rule and what it is about.
    """

    rule: GapRule
    key: Key
    rows: Callable[[], list[Row]] = field(repr=False)
    id: str = field(init=False)

    @property
    def found(self) -> dict[tuple[str, str | None], None]:
        """What was found: a resource, and a property where one statement of it is meant."""
        return {(row[0], row[1]): None for row in self.rows() if row[0] is not None}

    @property
    def candidates(self) -> dict[str, None]:
        """IRIs of who might fill the gap."""
        return {row[2]: None for row in self.rows() if row[2] is not None}

    def __post_init__(self) -> None:
        """Name it."""
        self.id = "|".join([self.rule.id, *(short_id(iri) for iri in self.key if iri)])

    @property
    def order(self) -> tuple[int, str, str]:
        """The most severe first, then by rule and id."""
        return (SEVERITY_ORDER[self.rule.severity], self.rule.id, self.id)

    def is_about(self, actor: str | None, sector: str | None) -> bool:
        """Tell whether it is of an actor and in a sector, where one is asked for."""
        subject, in_sector, value = self.key
        return actor in (None, subject, value) and sector in (None, in_sector)


def find_gaps(rule: GapRule, scope: Scope, parameters: Mapping[str, str], ask: Ask) -> list[Gap]:
    """Return the gaps that a rule finds, by id.

    Parameters
    ----------
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
    return sorted(
        (
            Gap(rule, (subject, sector, value), rows)
            for (subject, sector, value), rows in ask(
                rule, terms_of(rule, scope, parameters), layers
            )
            if subject is not None  # a rule of somebody's own may leave it unbound
        ),
        key=lambda gap: gap.id,
    )


def ask_columns(
    statements: Callable[[], Statements], store: ox.Store, rule: GapRule, terms: Terms,
    layers: list[str],
) -> Iterable[Group]:  # fmt: skip
    """Run a rule that ships: on columns, or by the store where it has what columns have not."""
    try:
        table, reader = select(statements(), rule.select, terms, marks_of(layers))
    except TooManyRows:
        raise QueryOutOfMemory(
            f"rule {rule.id} would have to compare more than {MOST_ROWS:,} combinations: it is "
            "too wide for this graph; ask for fewer layers",
            zh=f"规则 {rule.id} 需比对的组合超过 {MOST_ROWS:,} 个，对此图过宽；请减少图层",
        ) from None
    except Unsupported as reason:
        _log.info("gap rule %s is run by the store: %s", rule.id, reason)
        return grouped(ask_here(store, bind(rule.select, terms), graphs_of(store, layers)))
    return groups_of(table, reader, BY, REST)


def grouped(rows: Rows) -> Iterable[Group]:
    """Put rows of a query's answer together by what they are about."""
    found: dict[Row, dict[Row, None]] = {}
    for row in rows:
        key = tuple(row.get(name) for name in BY)
        found.setdefault(key, {})[tuple(row.get(name) for name in REST)] = None
    return ((key, partial(list, rest)) for key, rest in found.items())


def graphs_of(store: ox.Store, layers: list[str]) -> list[str]:
    """Return the graphs that a rule reads: the vocabulary, the layers, what is derived of them."""
    graphs = (*layer_graphs(store, layers), *derived_graphs(store, layers))
    return [VOCABULARY_GRAPH, *(graph.value for graph in graphs)]


def ask_here(store: ox.Store, select: str, graphs: Iterable[str]) -> Iterator[dict[str, str]]:
    """Run a query by the store, in this process."""
    rows = store.query(select, default_graph=[ox.NamedNode(graph) for graph in graphs])
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
    found_all = gap.found
    shown = sorted(found_all, key=lambda f: (f[0], f[1] or ""))[:MOST_SHOWN]
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
            "found": len(found_all) - len(shown),
            "candidates": max(0, len(candidates) - MOST_SHOWN),
        },
        "layers": layers,
        "as_of": day,
    }


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Fill a template in one go: what looks like a place in a label stays as it is."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), template)
