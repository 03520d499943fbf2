"""Validating in several threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from coopgraph import CoopGraph
from coopgraph.resources import data_dir


def test_threads_validate_at_the_same_time():
    """rdflib's parser of queries, which shapes have, is not safe between threads."""
    file = data_dir() / "background" / "divisions.ttl"
    with CoopGraph.open(":memory:", shipped=False) as graph, ThreadPoolExecutor(4) as threads:
        checks = [threads.submit(graph.validate, file) for _ in range(4)]
        found = [check.result() for check in checks]
    assert found == [found[0]] * 4
