"""Which resources are parts of another's document: ``X#party-1`` of ``X``."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from coopgraph.vocabulary import BASE, COOP, SHAPES

# Fragments that no statement of their own document leads to. Terms are no such fragments: the
# document of the ontology holds the whole vocabulary.
_LOOSE: Final = f"""
SELECT ?s {{
  {{ SELECT DISTINCT ?s {{
    GRAPH ?g {{ ?s ?p ?o }}
    FILTER(isIRI(?s) && CONTAINS(STR(?s), "#") && STRSTARTS(STR(?s), "{BASE}")
           && !STRSTARTS(STR(?s), "{COOP}") && !STRSTARTS(STR(?s), "{SHAPES}"))
  }} }}
  BIND(IRI(STRBEFORE(STR(?s), "#")) AS ?document)
  FILTER NOT EXISTS {{ GRAPH ?h {{ ?document ?q ?s }} }}
}}"""


class Fragments:
    """The fragments of the resources of one generation.

    Nearly all are found by following statements from their document; only the others are looked
    up in a table, which is read once and small.

    Parameters
    ----------
    store
        The generation's store.

    Examples
    --------
    >>> store = ox.Store()
    >>> a = "https://w3id.org/coopgraph/id/a"
    >>> store.update(f"INSERT DATA {{ GRAPH <x:g> {{ <{a}> <x:p> <{a}#1> . <{a}#2> <x:p> 1 }} }}")
    >>> [iri.rpartition("#")[2] for iri in Fragments(store).of(a)]
    ['1', '2']
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def of(self, iri: str) -> list[str]:
        """Return the IRIs of the parts of a resource that anything is said of or that it names."""
        head = iri + "#"
        found = dict.fromkeys(self._loose.get(iri, ()))
        todo = [iri, *found]
        for subject in todo:
            for quad in self._store.quads_for_pattern(ox.NamedNode(subject), None, None, None):
                part = quad.object
                if (
                    isinstance(part, ox.NamedNode)
                    and part.value.startswith(head)
                    and part.value not in found
                ):
                    found[part.value] = None
                    todo.append(part.value)
        return sorted(found)

    @cached_property
    def _loose(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        rows = self._store.query(_LOOSE)
        assert isinstance(rows, ox.QuerySolutions)  # noqa: S101  (it is a SELECT)
        for (part,) in rows:
            found[part.value.partition("#")[0]].append(part.value)
        return dict(found)
