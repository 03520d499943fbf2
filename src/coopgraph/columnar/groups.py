"""Solutions put together by some variables, with counts, least and greatest of the others."""

from __future__ import annotations

import numpy as np

from coopgraph.columnar.expressions import Terms, order_of
from coopgraph.columnar.plan import Group
from coopgraph.columnar.table import Ids, Table, Unsupported, packed


def grouped(plan: Group, found: Table, terms: Terms) -> Table:
    """Return one row a group.

    Parameters
    ----------
    plan
        By what, and what is wanted of each group.
    found
        The solutions.
    terms
        What numbers stand for: counts become terms.

    Raises
    ------
    Unsupported
        If a variable is unbound somewhere, or has values whose order is not known here.
    """
    names = [*plan.keys, *(var for _, _, var in plan.aggregates)]
    columns = {name: found.column(name) for name in names}
    if found.rows and any(column.min() < 0 for column in columns.values()):
        raise Unsupported("a group over what is unbound")
    key = packed([columns[name] for name in plan.keys])[0]
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    made = {name: columns[name][first] for name in plan.keys}
    for name, kind, var in plan.aggregates:
        made[name] = _aggregate(kind, group.reshape(-1), columns[var], len(first), terms)
    return Table(len(first), made)


def _aggregate(kind: str, group: Ids, values: Ids, groups: int, terms: Terms) -> Ids:
    if kind == "count":
        pairs = np.unique(packed([group, values])[0], return_index=True)[1]
        counts = np.bincount(group[pairs], minlength=groups)
        among, at = np.unique(counts, return_inverse=True)
        numbers = [terms.number(str(count)) for count in among.tolist()]
        return np.array(numbers, np.int64)[at.reshape(-1)]
    ids, at = np.unique(values, return_inverse=True)
    order = order_of(ids, terms)
    rank = np.empty(len(ids), np.int64)
    rank[order] = np.arange(len(ids))
    mine = rank[at.reshape(-1)]
    if kind == "min":
        best = np.full(groups, len(ids), np.int64)
        np.minimum.at(best, group, mine)
    else:
        best = np.full(groups, -1, np.int64)
        np.maximum.at(best, group, mine)
    return ids[order][best]
