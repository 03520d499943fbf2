"""The documents that ship with the package: the notice and its background."""

from __future__ import annotations

from coopgraph.knowledge.dataset import Dataset, read_dataset
from coopgraph.knowledge.ontology import Ontology
from coopgraph.knowledge.publish import LoadReport, fingerprint, publish
from coopgraph.resources import data_dir
from coopgraph.store.generations import Generations


def shipped_datasets() -> list[Dataset]:
    """Read everything in ``data/stated`` and ``data/background``.

    Examples
    --------
    >>> any(d.graph.endswith("stated/gansu-iit-2019-67") for d in shipped_datasets())
    True
    """
    return [
        read_dataset(path, layer)
        for layer in ("stated", "background")
        for path in sorted((data_dir() / layer).glob("*.ttl"))
    ]


def publish_shipped(generations: Generations, ontology: Ontology) -> LoadReport:
    """Publish what ships with this version, once.

    A shipped graph that a user has since replaced or removed is left alone until a version with
    another text of it comes along.
    """
    current = generations.current()
    known = dict(current.info.get("shipped", {})) if current else {}
    datasets = shipped_datasets()
    prints = {d.graph: fingerprint(d.triples) for d in datasets}
    fresh = [d for d in datasets if known.get(d.graph) != prints[d.graph]]
    return publish(generations, ontology, fresh, record={"shipped": prints})
