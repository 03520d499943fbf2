"""Link prediction on plain triples: train, valid, test; ranks of the test facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from coopgraph.prediction.analogues import Singles
from coopgraph.prediction.bench_files import broken, read_triples
from coopgraph.prediction.combination import fit_ranking, rank_average
from coopgraph.prediction.metrics import bootstrap_means, filtered_rank, filtered_ranks
from coopgraph.prediction.signals import COLUMNS, SINGLE, Signals
from coopgraph.prediction.triples import Floats, Ints, Triples, known_answers, with_inverses

MOST_FITTED: Final = 60_000_000
"""So many numbers of the earlier window are held to fit weights."""
TOP: Final = 10
_EQUAL: Final = [COLUMNS.index(name) for name in SINGLE]
_ITSELF: Final = COLUMNS.index("itself")
Write = Callable[[list[Any]], None]


@dataclass(frozen=True, eq=False)
class Benchmark:
    """Facts of a folder as integers."""

    entities: list[str]
    relations: list[str]
    train: Ints
    valid: Ints
    test: Ints


def read_benchmark(folder: Path) -> Benchmark:
    """Read ``train.txt``, ``valid.txt`` (may be missing) and ``test.txt`` of a folder."""
    parts = {}
    for name in ("train", "valid", "test"):
        path = folder / f"{name}.txt"
        parts[name] = [] if name == "valid" and not path.exists() else read_triples(path)
        if not parts[name] and name != "valid":
            raise broken(path, 1, "at least one fact")
    entities: dict[str, int] = {}
    relations: dict[str, int] = {}
    coded = {}
    for name, facts in parts.items():
        rows = [
            (
                entities.setdefault(head, len(entities)),
                relations.setdefault(relation, len(relations)),
                entities.setdefault(tail, len(entities)),
            )
            for head, relation, tail in facts
        ]
        coded[name] = np.array(rows, np.int64).reshape(-1, 3)
    return Benchmark(list(entities), list(relations), **coded)


def evaluate(folder: Path, *, seed: int = 0, write: Write | None = None) -> dict[str, Any]:
    """Measure each signal, base lines and their combination on the test facts.

    Parameters
    ----------
    folder
        With ``train.txt``, ``valid.txt`` and ``test.txt``.
    seed
        Of the windows and of the bootstrap.
    write
        Takes rows (entity, relation, direction, candidate, score, rank, is the answer) of the
        ten best candidates of each query and of its answer.
    """
    data = read_benchmark(folder)
    m = len(data.relations)
    rng = np.random.default_rng(seed)
    train, window = data.train, data.valid
    if not len(window) and len(train) >= 20:  # no window is given: the last tenth, drawn
        order = rng.permutation(len(train))
        train, window = train[order[len(order) // 10 :]], train[order[: len(order) // 10]]
    signals = Signals(Triples(len(data.entities), m, train))
    weights, note = _weights(signals, train, window, rng)
    if len(train) < len(data.train):
        signals = Signals(Triples(len(data.entities), m, data.train))
    facts = with_inverses(data.test, m)
    known = known_answers([data.train, data.valid, data.test], m)
    names = ("constant", "frequency", *SINGLE, "equal ranks", "combined")
    ranks = np.zeros((len(names), len(facts)))
    for places, block in signals.blocks(facts[:, :2]):
        scores = _scores(block, weights)
        stacked = np.stack([scores[name] for name in names])
        others = [known[x, relation] for x, relation, _ in facts[places].tolist()]
        ranks[:, places] = filtered_ranks(stacked, facts[places, 2], others)
        if write:
            for i, fact in enumerate(facts[places].tolist()):
                _write(write, data, fact, scores["combined"][i], others[i])
    return {
        "entities": len(data.entities),
        "relations": m,
        "train": len(data.train),
        "valid": len(data.valid),
        "test": len(data.test),
        "queries": len(facts),
        "rules": sum(len(rules) for rules in signals.rules.by_head.values()),
        "paths_left_out": signals.rules.left_out,
        "combination": note,
        "weights": dict(zip(COLUMNS, weights.tolist(), strict=True)) if weights is not None else {},
        "results": dict(zip(names, _summaries(ranks, seed), strict=True)),
    }


def _scores(block: Singles, weights: Floats | None) -> dict[str, Singles]:
    zeros = np.zeros(block.shape[:2], np.float32)
    equal = rank_average(block[:, :, _EQUAL]) - block[:, :, _ITSELF]
    found = {"constant": zeros, "equal ranks": equal}
    for name in ("frequency", *SINGLE):
        # Irreflexivity first: an entity that never stands on both sides is ranked last.
        found[name] = block[:, :, COLUMNS.index(name)] - 1e4 * block[:, :, _ITSELF]
    found["combined"] = equal if weights is None else block @ weights.astype(np.float32)
    return found


def _weights(
    signals: Signals, train: Ints, window: Ints, rng: np.random.Generator
) -> tuple[Floats | None, str]:
    """Fit weights on half of an earlier window; keep them if they win on the other half."""
    m, n = signals.triples.relations, signals.triples.entities
    facts = with_inverses(window, m)
    most = min(2000, MOST_FITTED // (n * len(COLUMNS)))
    if len(facts) < 20 or most < 20:
        return None, "equal ranks: too few facts in the window to fit weights"
    facts = facts[rng.permutation(len(facts))[:most]]
    block = np.zeros((len(facts), n, len(COLUMNS)), np.float32)
    for places, some in signals.blocks(facts[:, :2]):
        block[places] = some
    known = known_answers([train, window], m)
    allowed = np.ones((len(facts), n), bool)
    for i, (x, relation, answer) in enumerate(facts.tolist()):
        allowed[i, known[x, relation]] = False
        allowed[i, answer] = True
    half = len(facts) // 2
    tried = fit_ranking(block[:half], facts[:half, 2], allowed[:half])
    later = _scores(block[half:], tried)
    names = ("combined", "equal ranks")
    held_out = np.stack([later[name] for name in names])
    others = [known[x, relation] for x, relation, _ in facts[half:].tolist()]
    mrr = (1 / filtered_ranks(held_out, facts[half:, 2], others)).mean(1).tolist()
    by_name = dict(zip(names, mrr, strict=True))
    told = f"MRR on the held-out half of the window {by_name['combined']:.3f} against " \
        f"{by_name['equal ranks']:.3f}"  # fmt: skip
    if by_name["combined"] <= by_name["equal ranks"]:
        return None, f"equal ranks: fitted weights are not better ({told})"
    return fit_ranking(
        block, facts[:, 2], allowed, tried
    ), f"fitted weights ({told} of equal ranks)"


def _summaries(ranks: Floats, seed: int) -> list[dict[str, Any]]:
    return [
        {
            "mrr": float((1 / of).mean()),
            "mrr_interval": interval,
            **{f"hits_at_{k}": float((of <= k).mean()) for k in (1, 3, 10)},
            "mean_rank": float(of.mean()),
        }
        for of, interval in zip(ranks, bootstrap_means(1 / ranks, seed), strict=True)
    ]


def _write(
    write: Write, data: Benchmark, fact: tuple[int, int, int], scores: Singles, known: list[int]
) -> None:
    x, relation, answer = fact
    m = len(data.relations)
    candidates = np.setdiff1d(np.arange(len(scores)), [k for k in known if k != answer])
    best = candidates[np.argsort(-scores[candidates], kind="stable")[:TOP]].tolist()
    for candidate in best + ([] if answer in best else [answer]):
        rank = filtered_rank(scores, candidate, [*known])
        direction = "tail" if relation < m else "head"
        write([
            data.entities[x], data.relations[relation % m], direction, data.entities[candidate],
            repr(float(scores[candidate])), rank, int(candidate == answer),
        ])  # fmt: skip
