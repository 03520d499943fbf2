"""Which resources have which status: a filter of edges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyoxigraph as ox

from coopgraph.errors import BadRequest
from coopgraph.graph.kept import kept
from coopgraph.graph.labels import STATUS, STATUS_RECORD, status_of
from coopgraph.graph.layers import layers_of
from coopgraph.graph.snapshot import Bool, Snapshot
from coopgraph.vocabulary import short_id


def status_mask(
    store: ox.Store, snapshot: Snapshot, selection: int, names: Sequence[str]
) -> Bool | None:
    """Return which subjects have one of some statuses, shape (number of subjects,).

    Parameters
    ----------
    store, snapshot
        The generation, and the view of it.
    selection
        The layers whose word counts.
    names
        Short ids or IRIs of concepts, or their notations (``signed``); none for no restriction.

    Raises
    ------
    BadRequest
        If a name is no status of the vocabulary and nothing has it.
    """
    if not names:
        return None
    found = kept(snapshot, ("statuses", selection), lambda: _read(store, snapshot, selection))
    mask = np.zeros(len(snapshot.subjects), np.bool_)
    known = {*found, *(t for t in snapshot.terms if t.startswith("scheme/status/"))}
    for name in names:
        wanted = short_id(name)
        matching = [s for s in known if s == wanted or s.rsplit("/", 1)[-1] == wanted]
        if not matching:
            raise BadRequest(
                f"status={name!r} is unknown: write a notation or a concept's short id; "
                f"there are: {', '.join(sorted(known)[:20])}",
                zh=f"status={name!r} 未知：请用状态的代码或概念短标识；"
                f"可用：{'、'.join(sorted(known)[:20])}",
                parameter="status",
                candidates=sorted(known)[:50],
            )
        for status in matching:
            mask[found.get(status, [])] = True
    return mask


def _read(store: ox.Store, snapshot: Snapshot, selection: int) -> dict[str, list[int]]:
    """Return the subjects of each status: only those that are given any are looked up."""
    given = {
        quad.subject.value
        for prop in (STATUS, STATUS_RECORD)
        for quad in store.quads_for_pattern(None, prop, None, None)
        if isinstance(quad.subject, ox.NamedNode)
    }
    layers = layers_of(selection)
    found: dict[str, list[int]] = {}
    for i, iri in enumerate(snapshot.subjects):
        if iri in given and (status := status_of(store, iri, layers)):
            found.setdefault(short_id(status), []).append(i)
    return found
