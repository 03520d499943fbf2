"""What is asked, and what of an answer is compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from benchmarks.graph.arrays import Arrays

FIRST: Final = 100
K: Final = 10
LENGTH: Final = 4

KINDS: Final = {
    "one hop": "one hop",
    "two hops": "two hops",
    "two hops, hub": "two hops from the biggest hub",
    "shortest": "shortest path",
    "all shortest": f"all shortest paths (first {FIRST} where that can be asked for)",
    "k shortest": f"{K} shortest paths",
    "simple": f"simple paths of up to {LENGTH} steps (first {FIRST} where that can be asked for)",
    "informative": "informative path (nodes cost the logarithm of their degree)",
    "k informative": f"{K} informative paths",
    "adamic-adar": "Adamic-Adar, one to all",
    "adamic-adar, hub": "Adamic-Adar, the biggest hub to all",
    "components": "components",
    "cuts": "bridges and articulation points",
}
WHOLE: Final = ("components", "cuts")


@dataclass(frozen=True)
class Asked:
    """The questions of a graph, and the penalties of its nodes, in thousandths of a step."""

    questions: dict[str, list[tuple[int, ...]]]
    penalty: list[int]

    @classmethod
    def of(cls, arrays: Arrays, filtered: bool, count: int, seed: int = 2) -> Asked:
        """Choose random nodes and pairs that have edges, and the biggest hub."""
        chosen = arrays.kept() if filtered else np.ones(len(arrays.source), np.bool_)
        ends = np.concatenate([arrays.source[chosen], arrays.target[chosen]])
        degree = np.bincount(ends, minlength=arrays.nodes)
        some = np.random.default_rng(seed).choice(np.flatnonzero(degree), 2 * count, replace=False)
        pairs = list(zip(some[:count].tolist(), some[count:].tolist(), strict=True))
        alone, hub = [(a,) for a, _ in pairs], [(int(degree.argmax()),)]
        questions: dict[str, list[tuple[int, ...]]] = {}
        for kind in KINDS:
            if kind in WHOLE:
                questions[kind] = [()]
            elif kind.endswith("hub"):
                questions[kind] = hub
            else:
                lone = kind in ("one hop", "two hops", "adamic-adar")
                questions[kind] = list(alone) if lone else list(pairs)
        penalty = np.rint(1000 * np.log2(np.maximum(degree, 1))).astype(int).tolist()
        return cls(questions, penalty)


def essence(kind: str, answer: Any, question: tuple[int, ...], penalty: list[int]) -> Any:
    """Return what every contender must agree on.

    Paths are lists of nodes; of shortest ones lengths count, of informative ones costs, where a
    library returns all how many there are, up to ``FIRST``. An answer that is a number is one.
    """
    if isinstance(answer, int):
        return answer
    if kind in ("one hop", "two hops", "two hops, hub"):
        return len(set(answer) - set(question))
    if kind == "shortest":
        return len(answer[0]) - 1 if answer else -1
    if kind == "all shortest":
        return (len(answer[0]) if answer else 0, min(len(answer), FIRST))
    if kind == "k shortest":
        return [len(path) for path in answer]
    if kind == "simple":
        return min(len(answer), FIRST)
    if kind in ("informative", "k informative"):
        costs = [1000 * (len(p) - 1) + sum(penalty[v] for v in p[1:-1]) for p in answer]
        return costs if kind == "k informative" else (costs[0] if costs else -1)
    if kind.startswith("adamic-adar"):
        scores = {v: s for v, s in answer.items() if v != question[0] and s > 0}
        return (len(scores), round(sum(scores.values()), 4))
    if kind == "cuts":
        return tuple(answer)
    raise AssertionError(kind)
