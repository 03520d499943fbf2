"""What an answer about gaps cannot say, because what it would rest on is not recorded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from coopgraph.gaps.rules import GapRule
from coopgraph.graph.scope import Scope
from coopgraph.knowledge.derive import layer_graphs
from coopgraph.vocabulary import COOP

# What some rule starts from: properties, and what cannot be said where no layer has any of them.
_PREMISES: Final = (
    (
        ("hasParticipation",),
        "未载入任何合作或项目的参与方，有关合作方与项目的缺口无从谈起",
        "nobody is recorded as taking part in anything: nothing can be said of partners and "
        "projects",
    ),
    (
        ("sector",),
        "未载入任何领域归属，有关领域的缺口无从谈起",
        "nothing is recorded in any sector: nothing can be said by sector",
    ),
    (
        ("mainSector",),
        "未载入企业的主营领域（通常属背景资料图层），无法提出候选企业",
        "no main sectors of enterprises are recorded (they are mostly background): no "
        "enterprise can be a candidate",
    ),
    (
        ("upstreamSector",),
        "未载入产业链（通常属背景资料图层），断点无从谈起",
        "no industry chain is recorded (they are mostly background): nothing can be said of breaks",
    ),
)
_TERM: Final = re.compile(rf"(?:coop:|<{re.escape(COOP)})(\w+)")
_DATES: Final = ("planFrom", "planTo", "actualFrom", "actualTo", "documentDate")


def notes_on(
    store: ox.Store, scope: Scope, rules: Iterable[GapRule] | None = None
) -> list[dict[str, str]]:
    """Return what cannot be said in a scope, in zh and en.

    Parameters
    ----------
    store
        The generation's store.
    scope
        The layers and the day.
    rules
        Only what their queries would start from; None for everything.

    Examples
    --------
    >>> from coopgraph.graph.scope import make_scope
    >>> [note["en"] for note in notes_on(ox.Store(), make_scope("stated"))]
    ['nothing is recorded in the layers asked for: that no gap is found says nothing']
    """
    graphs = layer_graphs(store, scope.layers)
    if not any(True for g in graphs for _ in store.quads_for_pattern(None, None, None, g)):
        return [{
            "zh": "所选图层中没有任何记录：未发现缺口不说明任何问题",
            "en": "nothing is recorded in the layers asked for: that no gap is found says nothing",
        }]  # fmt: skip
    read = None if rules is None else {t for rule in rules for t in _TERM.findall(rule.select)}
    notes = [
        {"zh": zh, "en": en}
        for names, zh, en in _PREMISES
        if (read is None or not read.isdisjoint(names)) and not _any(store, graphs, names)
    ]
    if (scope.as_of is not None or scope.dated_only) and not _any(store, graphs, _DATES):
        notes.append({
            "zh": "所选图层中没有日期：无法按日期判断",
            "en": "nothing in the layers asked for has a date: a day makes no difference, and what "
            "is dated only is nothing",
        })  # fmt: skip
    return notes


def _any(store: ox.Store, graphs: list[ox.NamedNode], names: tuple[str, ...]) -> bool:
    return any(
        True
        for graph in graphs
        for name in names
        for _ in store.quads_for_pattern(None, ox.NamedNode(COOP + name), None, graph)
    )
