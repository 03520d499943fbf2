"""The cheapest path where nodes cost something, from both ends."""

from __future__ import annotations

from typing import Any, Final

from coopgraph.graph.bound import Context, Graph, int32_at, int64_at, shifted, view_of
from coopgraph.graph.kernels.allowed import arc_allowed, is_avoided, passes_type
from coopgraph.graph.kernels.boxed import list_of_int32
from coopgraph.graph.kernels.compile import entry, helper, inlined
from coopgraph.graph.kernels.room import allocate, reallocate, release

SHIFT: Final = 24
"""Keys hold the cost above this bit and the steps below it, so that of two paths that cost the
same the one with fewer steps comes first."""
STEP: Final = 1000
"""What a step costs: costs are whole thousandths, so that equal costs are equal."""
NONE: Final = -1
BEYOND: Final = -2
SPENT: Final = -3
FAR: Final = 2**60
"""More than any key."""
AHEAD: Final = 0
BEHIND: Final = 1
BEST: Final = 2
FEWEST: Final = 3
"""Columns of a node's keys, which share a cache line: from the source and to the target, and the
least key and the fewest steps of the search that runs, each plus one; 0 for none."""
UNKNOWN: Final = -1
_STEP_KEY: Final = (STEP << SHIFT) + 1
_SIZE: Final = 0
_ROOM: Final = 2
_HEAP: Final = 4
_TOUCHED: Final = 6
"""Of the counters, by side: the queue's size, the room it has, where it lies; how many nodes were
touched."""
_FIRST_ROOM: Final = 64
_TRIED: Final = 16
_SHORT: Final = 64
"""So many ways, and nodes of one, are looked at to see whether there is another."""


@inlined
def _passing(penalty: Any, node: int, source: int, target: int) -> int:
    """Return what passing through a node adds to a key; the ends cost nothing."""
    return 0 if node in (source, target) else penalty[node] << SHIFT


@helper
def _push(counter: Any, side: int, key: int, node: int) -> None:
    at = counter[_SIZE + side]
    if at == counter[_ROOM + side]:
        counter[_ROOM + side] = 2 * at
        counter[_HEAP + side] = reallocate(counter[_HEAP + side], 32 * at)
    counter[_SIZE + side] = at + 1
    heap = int64_at(counter[_HEAP + side])
    while at > 0:
        above = (at - 1) >> 1
        if heap[2 * above] <= key:
            break
        heap[2 * at], heap[2 * at + 1] = heap[2 * above], heap[2 * above + 1]
        at = above
    heap[2 * at], heap[2 * at + 1] = key, node


@helper
def _pop(counter: Any, side: int) -> None:
    size = counter[_SIZE + side] - 1
    counter[_SIZE + side] = size
    heap = int64_at(counter[_HEAP + side])
    key, node = heap[2 * size], heap[2 * size + 1]
    at = 0
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and heap[2 * below + 2] < heap[2 * below]:
            below += 1
        if heap[2 * below] >= key:
            break
        heap[2 * at], heap[2 * at + 1] = heap[2 * below], heap[2 * below + 1]
        at = below
    heap[2 * at], heap[2 * at + 1] = key, node


@helper
def _settle(
    g: Graph, c: Any, penalty: Any, source: int, target: int, side: int, least: int, meetings: int
) -> tuple[int, int, int]:
    """Settle the nearest node of a side.

    Returns the cheapest crossing, how many nodes both sides have reached, and the arcs scanned.
    """
    counter, keys, room = int64_at(c[8]), int64_at(c[16]), c[1] + 2
    touched = int32_at(c[2] + 4 * side * room)
    parent = int32_at(c[4] + 4 * side * room)
    met = shifted(int32_at(c[10]), g.nodes + 2)
    heap = int64_at(counter[_HEAP + side])
    key, u = heap[0], heap[1]
    _pop(counter, side)
    # A key to the target does not hold what passing through its own node costs: that is paid on
    # arrival, so that a hub is not read before its turn.
    known = keys[4 * u + side] - 1
    if side == BEHIND:
        known += _passing(penalty, u, source, target)
    if key > known:
        return least, meetings, 0
    end = source if side == BEHIND else target
    begin, stop = g.indptr[u], g.indptr[u + 1]
    last = -1
    for arc in range(begin, stop):
        v = g.neighbour[arc]
        if v == last:
            continue
        through = key + _STEP_KEY + _passing(penalty, v, source, target)
        longer = through if side == AHEAD else key + _STEP_KEY
        before = keys[4 * v + side]
        if longer > least or (before != 0 and before <= longer):
            continue
        if not arc_allowed(g, side, arc):
            continue
        last = v
        if before == longer + 1:
            if parent[v] != u:
                parent[v] = -2  # several ways: which of them comes first is not known
            continue
        if before == 0:
            if v != end and not passes_type(g, v):
                continue
            if is_avoided(g, v):
                continue
            touched[counter[_TOUCHED + side]] = v
            counter[_TOUCHED + side] += 1
        keys[4 * v + side] = longer + 1
        parent[v] = u
        other = keys[4 * v + 1 - side]
        if other != 0:
            if before == 0:
                met[meetings] = v
                meetings += 1
            least = min(least, longer + other - 1)
        if v != end and through <= least:
            _push(counter, side, through, v)
    return least, meetings, stop - begin


@entry()
def two_balls(
    view: Context, memory: Context, penalties: int, source: int, target: int,
    most_steps: int, alone: int, budget: int,
) -> Any:  # fmt: skip
    """Find the key of the cheapest path, and of those from nodes near the target.

    Two balls grow, around the source and around the target, the one that has scanned fewer arcs
    first (Dijkstra 1959; Pohl 1971), until no path across can be as cheap as the one known. The
    keys of the target's ball are left in the memory's, plus one; 0 where unknown.

    Parameters
    ----------
    penalties
        The address of what passing through each node costs, int32[n].
    most_steps
        The most steps of another path, or a negative number for any.
    alone
        Whether nothing else will be asked: no keys are left where it is known what ``more`` is.

    Returns
    -------
    path, key, radius, more, budget
        The cheapest path, empty where several cost the same or there is none; its key (``NONE``
        where there is none, ``SPENT`` when the budget is); the radius of the target's ball: a key
        that is unknown or not below it is at least that; whether there is another path, or
        ``UNKNOWN``; what is left of the budget.
    """
    g, c = view_of(view), int64_at(memory)
    penalty, keys, counter = int32_at(penalties), int64_at(c[16]), int64_at(c[8])
    least, meetings = FAR, 0
    scanned, returned = 0, 0
    for side in range(2):
        counter[_SIZE + side] = 0
        counter[_TOUCHED + side] = 0
        counter[_ROOM + side] = _FIRST_ROOM
        counter[_HEAP + side] = allocate(16 * _FIRST_ROOM)
    if not (is_avoided(g, source) or is_avoided(g, target)):
        for side in range(2):
            node = target if side == BEHIND else source
            keys[4 * node + side] = 1
            int32_at(c[2])[side * (c[1] + 2)] = node
            counter[_TOUCHED + side] = 1
            _push(counter, side, 0, node)
    while counter[_SIZE] > 0 and counter[_SIZE + 1] > 0 and scanned + returned <= budget:
        if int64_at(counter[_HEAP])[0] + int64_at(counter[_HEAP + 1])[0] + _STEP_KEY > least:
            break
        if scanned < returned:
            least, meetings, arcs = _settle(g, c, penalty, source, target, AHEAD, least, meetings)
            scanned += arcs
        else:
            least, meetings, arcs = _settle(g, c, penalty, source, target, BEHIND, least, meetings)
            returned += arcs
    radius = least  # nodes that cost more were not looked at
    if counter[_SIZE + BEHIND] > 0:
        # Who is not reached through a node that was read is one step from one that was not.
        radius = min(radius, int64_at(counter[_HEAP + BEHIND])[0] + _STEP_KEY)
    release(counter[_HEAP])
    release(counter[_HEAP + 1])
    budget -= scanned + returned
    length, more = 0, UNKNOWN
    if budget < 0:
        least = SPENT
    elif least == FAR:
        least = NONE
    else:
        length, more = _cheapest(g, c, source, target, least, meetings, most_steps)
    if least < 0 or (alone and more != UNKNOWN and length > 0):
        _forget(c)
    return list_of_int32(c[10], length), least, radius, more, budget


@entry()
def forget(memory: Context) -> int:
    """Clean what :func:`two_balls` has left."""
    _forget(int64_at(memory))
    return 0


@helper
def _forget(c: Any) -> None:
    keys, counter = int64_at(c[16]), int64_at(c[8])
    for side in range(2):
        touched = int32_at(c[2] + 4 * side * (c[1] + 2))
        for i in range(counter[_TOUCHED + side]):
            keys[4 * touched[i] + side] = 0


@helper
def _cheapest(
    g: Graph, c: Any, source: int, target: int, least: int, meetings: int, most_steps: int
) -> tuple[int, int]:
    """Write down the cheapest path if there is one only.

    Returns how many nodes it has, and whether there is another path.
    """
    keys, path, other = int64_at(c[16]), int32_at(c[10]), int32_at(c[14])
    met = shifted(path, g.nodes + 2)
    length, tried = 0, 0
    for i in range(meetings):
        v = met[i]
        if keys[4 * v] + keys[4 * v + 1] - 2 != least:
            continue
        tried += 1
        if tried > _TRIED:
            return 0, UNKNOWN
        size = _through(c, path if length == 0 else other, v, source, target)
        if size == 0:
            return 0, 1
        if length > 0 and not _same(path, length, other, size):
            return 0, 1
        length = size
    # Any other node that both sides have reached lies on another path, if the ways there and on
    # have none else in common.
    for i in range(min(meetings, _TRIED)):
        size = _through(c, other, met[i], source, target)
        if (
            0 < size <= _SHORT
            and (most_steps < 0 or size - 1 <= most_steps)
            and not _same(path, length, other, size)
            and _distinct(other, size)
        ):
            return length, 1
    return length, UNKNOWN


@helper
def _through(c: Any, path: Any, node: int, source: int, target: int) -> int:
    """Write down the way from end to end through a node; return 0 where it is not known."""
    room = c[1] + 2
    ahead, behind = int32_at(c[4]), int32_at(c[4] + 4 * room)
    size = 1
    v = node
    while v != source:
        v = ahead[v]
        size += 1
        if v < 0:
            return 0
    place = size - 1
    v = node
    while v != target:
        v = behind[v]
        if v < 0 or size == room:
            return 0
        path[size] = v
        size += 1
    v = node
    while place > 0:
        path[place] = v
        v = ahead[v]
        place -= 1
    path[0] = source
    return size


@helper
def _same(path: Any, length: int, other: Any, size: int) -> bool:
    for i in range(min(length, size)):
        if path[i] != other[i]:
            return False
    return length == size


@helper
def _distinct(path: Any, length: int) -> bool:
    for i in range(1, length):
        for j in range(i):
            if path[i] == path[j]:
                return False
    return True
