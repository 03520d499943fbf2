"""What is counted in one selection of one snapshot, once in its life."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import scipy.sparse as sp

from coopgraph.gaps.complementarity import Complementarity, complementarity_of
from coopgraph.gaps.seen_facts import SeenFacts, seen_facts
from coopgraph.graph.dates import OPEN_FROM
from coopgraph.graph.scope import Scope
from coopgraph.graph.snapshot import Snapshot
from coopgraph.prediction.analogues import Profiles
from coopgraph.prediction.path_rules import PathRules, mine_rules
from coopgraph.prediction.progress import counted, tell
from coopgraph.prediction.rule_index import RuleIndex
from coopgraph.prediction.triples import Floats, Ints

HALF_LIFE: Final = 5 * 365.25
"""Days after which a dated fact counts half as recent."""
MOST_WALKS: Final = 60_000_000.0
"""Two-step paths that are counted in all: some tens of seconds."""
_KEPT: Final = 4


@dataclass(frozen=True, eq=False)
class Mined:
    """What is counted.

    Attributes
    ----------
    seen
        The facts, with nodes and relations numbered as in all that follows.
    rules, index
        Path rules of the facts that are no tie to a cooperation of many.
    profiles, by_statement
        Of all facts; the weighted profiles by column.
    complementarity
        Who has and who needs what.
    recency
        Dated facts of each node, each halved every :data:`HALF_LIFE` days before ``day``,
        shape (n,).
    day
        The asked day, else the latest first day of a fact; None where none is dated.
    types
        Of each node, shape (n,).
    usual
        By types of both ends, the relation that most often joins them.
    """

    seen: SeenFacts
    rules: PathRules
    index: RuleIndex
    profiles: Profiles
    by_statement: sp.csc_matrix
    complementarity: Complementarity
    recency: Floats
    day: int | None
    types: Ints
    usual: dict[tuple[int, int], int]

    @property
    def has_dates(self) -> bool:
        """Whether any fact until the day has a first day."""
        return bool(self.recency.any())


_mined: WeakKeyDictionary[Snapshot, dict[tuple[int, int | None, bool], Mined]] = WeakKeyDictionary()
_lock = Lock()


def mined(snapshot: Snapshot, scope: Scope) -> Mined:
    """Mine a selection of a snapshot, once in its life."""
    key = (scope.selection, scope.day, scope.dated_only)
    with _lock:
        known = _mined.setdefault(snapshot, {})
        if key not in known:
            while len(known) >= _KEPT:
                known.pop(next(iter(known)))
            tell("facts", 0, 1)
            seen = seen_facts(snapshot, scope)
            tell("facts", 1, 1)
            known[key] = mine(snapshot, scope.selection, seen, scope.day)
        return known[key]


def mine(snapshot: Snapshot, selection: int, seen: SeenFacts, day: int | None = None) -> Mined:
    """Count what suggestions rest on."""
    rules = mine_rules(seen.triples(seen.is_plain), MOST_WALKS)
    steps = iter(counted("profiles", range(4)))  # what comes after the paths, told part by part
    next(steps)
    profiles = Profiles(seen.triples())
    next(steps)
    by_statement = profiles.weighted.tocsc()
    next(steps)
    complementarity = complementarity_of(snapshot, seen, selection)
    next(steps)
    recency, day = _recency(seen, day)
    types = snapshot.node_types(selection)[seen.nodes].astype(np.int64)
    made = Mined(
        seen, rules, RuleIndex(rules), profiles, by_statement, complementarity, recency, day,
        types, _usual(seen, types),
    )  # fmt: skip
    next(steps, None)
    return made


def _recency(seen: SeenFacts, day: int | None) -> tuple[Floats, int | None]:
    found = np.zeros(len(seen.nodes))
    dated = seen.first != OPEN_FROM
    if not dated.any():
        return found, day
    until = int(seen.first[dated].max()) if day is None else day
    dated &= seen.first <= until
    worth = 0.5 ** ((until - seen.first[dated]) / HALF_LIFE)
    for end in (0, 2):
        found += np.bincount(seen.facts[dated, end], worth, minlength=len(found))
    return found, until


def _usual(seen: SeenFacts, types: Ints) -> dict[tuple[int, int], int]:
    """Return, by types of two ends, the relation that joins them most; m more read backwards."""
    m, most = len(seen.relations), int(types.max(initial=0)) + 1
    if not m:
        return {}
    facts = seen.facts[seen.is_plain]
    source, target = types[facts[:, 0]], types[facts[:, 2]]
    key = np.concatenate([
        (source * most + target) * 2 * m + facts[:, 1],
        (target * most + source) * 2 * m + facts[:, 1] + m,
    ])  # fmt: skip
    keys, count = np.unique(key, return_counts=True)
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for joined, number in zip(keys.tolist(), count.tolist(), strict=True):
        pair, relation = divmod(joined, 2 * m)
        ends = divmod(pair, most)
        if number > found.get(ends, (0, 0))[0]:
            found[ends] = (number, relation)
    return {ends: relation for ends, (_, relation) in found.items()}
