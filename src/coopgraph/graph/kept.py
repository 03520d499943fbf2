"""What was computed of a snapshot once, kept for the next who asks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from coopgraph.graph.snapshot import Snapshot

T = TypeVar("T")

MOST_KEPT: Final = 16

_kept: WeakKeyDictionary[Snapshot, OrderedDict[Hashable, tuple[Lock, list[Any]]]] = (
    WeakKeyDictionary()
)
_lock = Lock()


def kept(snapshot: Snapshot, key: Hashable, make: Callable[[], T]) -> T:
    """Return what ``make`` makes, from memory if it was made before.

    Of each snapshot the last ``MOST_KEPT`` things asked for are kept, as long as the snapshot is.
    Who asks for what is just being made waits for it; others do not wait.

    Parameters
    ----------
    snapshot
        What it is computed of.
    key
        What it is, with every choice that matters.
    make
        Computes it.

    Returns
    -------
    object
        Shared by all who ask: not to be changed.
    """
    with _lock:
        of_snapshot = _kept.setdefault(snapshot, OrderedDict())
        lock, made = of_snapshot.setdefault(key, (Lock(), []))
        of_snapshot.move_to_end(key)
        while len(of_snapshot) > MOST_KEPT:
            of_snapshot.popitem(last=False)
    with lock:
        if not made:
            made.append(make())
    result: T = made[0]
    return result
