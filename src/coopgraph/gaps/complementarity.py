"""What one node has and another needs, sector by sector, weighted by how related sectors are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp

from coopgraph.gaps.seen_facts import SeenFacts
from coopgraph.graph.snapshot import Snapshot
from coopgraph.prediction.triples import Floats, Ints

HAS: Final = "Capability"
"""The class of what a holder has in a sector: surplus capacity, advantages, technology."""
NEEDS: Final = ("Need", "mainSector")
"""Needs of a holder, and the sector where an organisation uses what it gets."""
FEEDS: Final = "feedsDirectly"
"""One sector supplies another, directly."""
MOST_SECTORS: Final = 3000
"""With more sectors there is no relatedness but of a sector with itself."""


@dataclass(frozen=True, eq=False)
class Complementarity:
    """Who has and who needs what, n nodes in s sectors.

    Attributes
    ----------
    sectors
        Nodes that are such sectors, ascending, shape (s,).
    has, needs
        Places of facts that say so.
    of_has, of_needs
        0/1, shape (n, s).
    related
        How related what is had and what is needed are, 0 to 1, shape (s, s): the smaller of both
        conditional probabilities of being together at one node (Hidalgo et al., Science 317,
        2007); 1 for the same sector, and for one that directly feeds the other.
    """

    sectors: Ints
    has: Ints
    needs: Ints
    of_has: sp.csr_matrix
    of_needs: sp.csr_matrix
    related: sp.csr_matrix

    def of(self, x: int) -> Floats:
        """Return how well each node complements a node, either way, shape (n,)."""
        if not len(self.sectors):
            return np.zeros(self.of_has.shape[0])
        gives = np.asarray((self.of_has[x] @ self.related).todense()).ravel()
        takes = np.asarray((self.of_needs[x] @ self.related.T).todense()).ravel()
        return np.asarray(self.of_needs @ gives + self.of_has @ takes)

    def ties(self, x: int, y: int) -> list[tuple[float, bool, int, int]]:
        """Return what one has and the other needs, the most related first.

        Returns
        -------
        (relatedness, whether it is x who has it, sector had, sector needed); sectors as nodes.
        """
        found: list[tuple[float, bool, int, int]] = []
        for gives, a, b in ((True, x, y), (False, y, x)):
            part = sp.coo_matrix(self.related[self.of_has[a].indices][:, self.of_needs[b].indices])
            for row, column, value in zip(part.row, part.col, part.data, strict=True):
                had = int(self.sectors[self.of_has[a].indices[row]])
                needed = int(self.sectors[self.of_needs[b].indices[column]])
                found.append((float(value), gives, had, needed))
        return sorted(found, key=lambda tie: (-tie[0], not tie[1], tie[2:]))


def complementarity_of(snapshot: Snapshot, seen: SeenFacts, selection: int) -> Complementarity:
    """Return who has and who needs what among the facts that are seen."""
    relation = [snapshot.relations[r] for r in seen.relations.tolist()]
    above = [snapshot.superclasses.get(r.name, frozenset()) | {r.name} for r in relation]
    facts, n = seen.facts, len(seen.nodes)

    def saying(*names: str) -> Ints:
        wanted = np.array([not names_of.isdisjoint(names) for names_of in above], bool)
        return np.flatnonzero(wanted[facts[:, 1]]) if len(facts) else np.zeros(0, np.int64)

    has, needs, feeds = saying(HAS), saying(*NEEDS), saying(FEEDS)
    needed = np.unique(facts[needs, 2])
    # What a need is in, a capability can be in: regions that it is directed to are no sectors.
    is_sector = np.array(["Sector" in snapshot.superclasses.get(t, ()) or t == "Sector"
                          for t in snapshot.types], bool)  # fmt: skip
    ends = np.union1d(np.unique(facts[has, 2]), needed)
    types = snapshot.node_types(selection)[seen.nodes[ends]]
    sectors = ends[is_sector[types]] if len(ends) else ends
    has = has[np.isin(facts[has, 2], sectors)]
    needs = needs[np.isin(facts[needs, 2], sectors)]

    def table(places: Ints) -> sp.csr_matrix:
        column = np.searchsorted(sectors, facts[places, 2])
        ones = np.ones(len(places))
        made = sp.csr_matrix((ones, (facts[places, 0], column)), shape=(n, len(sectors)))
        made.data[:] = 1.0
        return made

    size = len(sectors)
    related = sp.identity(size, format="csr")
    if 0 < size <= MOST_SECTORS:
        at = np.flatnonzero(np.isin(facts[:, 2], sectors))
        of = table(at)
        together = (of.T @ of).toarray()
        counts = np.maximum(np.diag(together), 1.0)
        near = together / np.maximum(counts[:, None], counts)
        links = facts[feeds]
        links = links[np.isin(links[:, 0], sectors) & np.isin(links[:, 2], sectors)]
        near[np.searchsorted(sectors, links[:, 0]), np.searchsorted(sectors, links[:, 2])] = 1.0
        np.fill_diagonal(near, 1.0)
        related = sp.csr_matrix(near)
    return Complementarity(sectors, has, needs, table(has), table(needs), related)
