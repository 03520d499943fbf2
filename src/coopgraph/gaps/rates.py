"""How suggestions of each band fared in a backtest of the same graph, where one is possible."""

from __future__ import annotations

from threading import Lock
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np

from coopgraph.gaps.backtest import backtest
from coopgraph.gaps.mined import mined
from coopgraph.graph.dates import OPEN_FROM
from coopgraph.graph.scope import Scope
from coopgraph.graph.snapshot import Snapshot

MOST_EDGES: Final = 100_000
"""On larger graphs nobody waits for a backtest that was not asked for."""
BEFORE: Final = 0.6
"""The share of dated facts that such a backtest is trained on."""
TOO_LARGE: Final = {
    "zh": "图谱较大，未自动回测；可用 coopgraph backtest 查看各档命中率",
    "en": "the graph is large and was not backtested by itself: coopgraph backtest gives the rates",
}
UNDATED: Final = {
    "zh": "所选范围内没有注明起始日期的联系，无法回测：不能说明推荐的命中率，故不给出",
    "en": "no link in this scope has a first day, so no backtest is possible: nothing can be said "
    "of how often suggestions come true, and no rate is given",
}

Rates = tuple[dict[str, dict[str, Any]] | None, dict[str, str] | None]
_known: WeakKeyDictionary[Snapshot, dict[tuple[int, int | None, bool], Rates]] = WeakKeyDictionary()
_lock = Lock()


def rates_of(snapshot: Snapshot, scope: Scope) -> Rates:
    """Return what came true by band, or None and why there is none."""
    key = (scope.selection, scope.day, scope.dated_only)
    with _lock:
        known = _known.setdefault(snapshot, {})
        if key not in known:
            while len(known) >= 8:
                known.pop(next(iter(known)))
            known[key] = _rates(snapshot, scope)
        return known[key]


def _rates(snapshot: Snapshot, scope: Scope) -> Rates:
    seen = mined(snapshot, scope).seen
    dated = np.sort(seen.first[seen.first != OPEN_FROM])
    if not len(dated):
        return None, UNDATED
    if len(seen.edges) > MOST_EDGES:
        return None, TOO_LARGE
    found = backtest(snapshot, scope.selection, seen, int(dated[int(len(dated) * BEFORE)]))
    if not found["possible"]:
        return None, found["cannot_say"]
    day, base = found["as_of"], found["base_rate"]
    rates = {}
    for band, of in found["bands"].items():
        share = of["rate"] if found["percentages"] else None
        rates[band] = {
            "as_of": day,
            "candidates": of["candidates"],
            "came_true": of["came_true"],
            "base_rate": base,
            "share": share,
            "words": {
                "zh": f"以 {day} 为界回测：此档 {of['candidates']} 个候选中有 {of['came_true']} 个"
                f"其后有记录；全部候选的基准比例为 {base:.2%}",
                "en": f"backtest of {day}: of {of['candidates']} candidates in this band "
                f"{of['came_true']} were recorded later; base rate {base:.2%}",
            },
        }
    return rates, None
