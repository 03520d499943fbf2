"""The documents that ship with the package: the notice and its background."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from coopgraph.knowledge.dataset import Dataset, read_dataset
from coopgraph.knowledge.ontology import Ontology
from coopgraph.knowledge.publish import LoadReport, fingerprint, publish
from coopgraph.resources import data_dir
from coopgraph.store.generations import Generations


def shipped_files() -> list[Path]:
    """Return the files in ``data/stated`` and ``data/background``; their folder names a layer."""
    return [
        path
        for layer in ("stated", "background")
        for path in sorted((data_dir() / layer).glob("*.ttl"))
    ]


def shipped_datasets() -> list[Dataset]:
    """Read everything in ``data/stated`` and ``data/background``.

    Examples
    --------
    >>> any(d.graph.endswith("stated/gansu-iit-2019-67") for d in shipped_datasets())
    True
    """
    return [read_dataset(path) for path in shipped_files()]


@cache
def shipped_fingerprints() -> dict[str, str]:
    """Return the fingerprint of each graph that ships with this version."""
    return _fingerprints(shipped_datasets())


def _fingerprints(datasets: Iterable[Dataset]) -> dict[str, str]:
    return {dataset.graph: fingerprint(dataset.triples) for dataset in datasets}


def publish_shipped(generations: Generations, ontology: Ontology) -> LoadReport:
    """Publish what ships with this version, once.

    A shipped graph that a user has since replaced or removed is left alone until a version with
    another text of it comes along.
    """
    current = generations.current()
    digest = _digest(ontology)
    if current is not None and current.info.get("shipped_digest") == digest:
        return LoadReport(current.number)  # nothing need be read: every command would pay for it
    known = dict(current.info.get("shipped", {})) if current else {}
    datasets = shipped_datasets()
    prints = _fingerprints(datasets)
    fresh = [d for d in datasets if known.get(d.graph) != prints[d.graph]]
    record = {"shipped": prints, "shipped_digest": digest}
    return publish(generations, ontology, fresh, record=record)


def _digest(ontology: Ontology) -> str:
    """Return a hash of the files that ship: of the data, and of the ontology but its questions."""
    digest = hashlib.sha256()
    for path in [*shipped_files(), *ontology.published_files]:
        digest.update(f"{path.parent.name}/{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
