"""Run gap rules and tell, for each gap, what was found, what was not, and how far that goes."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.columnar.rows import (
    Groups,
    groups_of,
    groups_of_rows,
    select,
    select_in_portions,
)
from coopgraph.columnar.table import MOST_ROWS, TooManyRows, Unsupported
from coopgraph.errors import QueryOutOfMemory
from coopgraph.gaps.gap_list import Gap, RuleGaps
from coopgraph.gaps.rules import LANGUAGES, GapRule
from coopgraph.graph.interpretations import distinct
from coopgraph.graph.marks import marks_of
from coopgraph.graph.scope import Scope, choice
from coopgraph.graph.words import Words
from coopgraph.knowledge.derive import derived_graphs, layer_graphs
from coopgraph.store.statements import Statements
from coopgraph.vocabulary import VOCABULARY_GRAPH, XSD

_log: Final = logging.getLogger("coopgraph.gaps")
_PARAMETERS: Final = re.compile(r"VALUES\s*\(\s*(\?asOf\b[^)]*)\)\s*\{\s*\([^)]*\)\s*\}")

LAYER_NAMES_ZH: Final = {"stated": "文件所述", "background": "背景资料", "analyst": "分析补充"}

_PLACE: Final = re.compile(r"\{(\w+)\}")

Rows = Iterable[Mapping[str, str]]
"""Rows of a query's answer; each holds what is bound."""

Terms = Mapping[str, str]
Ask = Callable[[GapRule, Terms, list[str]], tuple[Groups, bool]]
"""Runs a rule, given its parameters as SPARQL terms and the layers it may read; tells whether there
is more than it returns."""

BY: Final = ("subject", "sector", "object")
REST: Final = ("found", "property", "candidate")

MOST_LISTED: Final = 1_000_000
"""Rows of a rule that is run for one part of the subjects after the other: then it ends."""
MOST_SHOWN: Final = 50
"""So many findings and candidates of one gap are described; how many more there are is told."""


def find_gaps(rule: GapRule, scope: Scope, parameters: Mapping[str, str], ask: Ask) -> RuleGaps:
    """Return the gaps that a rule finds, in the order of what they are about.

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
    groups, is_cut = ask(rule, terms_of(rule, scope, parameters), layers)
    return RuleGaps(rule, groups, is_cut)


def ask_columns(
    statements: Callable[[], Statements], store: ox.Store, rule: GapRule, terms: Terms,
    layers: list[str], only: Mapping[str, str] | None = None,
) -> tuple[Groups, bool]:  # fmt: skip
    """Run a rule that ships: on columns, or by the store where it has what columns have not.

    Parameters
    ----------
    only
        By variable, the one IRI that it may have.

    Returns
    -------
    What it finds, and whether there is more: of a rule that compares too much at once, the gaps of
    one part of the subjects after the other are found, until there are :data:`MOST_LISTED`.

    Raises
    ------
    QueryOutOfMemory
        If it compares too much even for one subject.
    """
    text, marks = rule.select, marks_of(layers)
    few = {name: [iri] for name, iri in (only or {}).items()}
    try:
        try:
            table, reader = select(statements(), text, terms, marks, few)
        except TooManyRows:
            table, reader, is_cut = select_in_portions(
                statements(), text, terms, marks, few, by=BY[0], most=MOST_LISTED
            )
            return groups_of(table, reader, BY, REST), is_cut
    except TooManyRows:
        raise QueryOutOfMemory(
            f"rule {rule.id} would have to compare more than {MOST_ROWS:,} combinations: it is "
            "too wide for this graph; ask for fewer layers",
            zh=f"规则 {rule.id} 需比对的组合超过 {MOST_ROWS:,} 个，对此图过宽；请减少图层",
        ) from None
    except Unsupported as reason:
        _log.info("gap rule %s is run by the store: %s", rule.id, reason)
        return grouped(ask_here(store, bind(rule.select, terms), graphs_of(store, layers))), False
    return groups_of(table, reader, BY, REST), False


def grouped(rows: Rows) -> Groups:
    """Put rows of a query's answer together by what they are about."""
    return groups_of_rows(rows, BY, REST)


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
