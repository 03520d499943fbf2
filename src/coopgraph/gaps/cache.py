"""What was found, kept until there is a new generation: pages and drill-downs ask again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sized
from threading import Event, Lock
from typing import Final, Generic, TypeVar

from coopgraph.errors import CoopgraphError

MOST_KEPT: Final = 1_000_000
"""Gaps kept in all; some hundred bytes each."""

T = TypeVar("T", bound=Sized)
Place = tuple[int, *tuple[Hashable, ...]]


class GapCache(Generic[T]):
    """What rules found, the latest used last; an error is kept as well.

    Whoever asks for what is being looked for waits for it: it is looked for once.

    Parameters
    ----------
    most
        So many items are kept in all, and at least what was found last.

    Examples
    --------
    >>> cache = GapCache()
    >>> cache.get((1, "rule"), lambda: []), cache.get((1, "rule"), lambda: 1 / 0)
    ([], [])
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[Place, T | CoopgraphError] = OrderedDict()
        self._running: dict[Place, Event] = {}
        self._size = 0
        self._lock = Lock()

    def get(self, key: Place, find: Callable[[], T]) -> T:
        """Return what is kept under a key, else what ``find`` gives.

        Parameters
        ----------
        key
            Begins with the number of the generation; what is of an older one is forgotten.

        Raises
        ------
        CoopgraphError
            What ``find`` raises, now or when it was last asked.
        """
        while True:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return _told(self._kept[key])
                running = self._running.get(key)
                if running is None:
                    mine = self._running[key] = Event()
                    break
            running.wait()  # then it is kept; or else that run failed, and this one tries
        found: T | CoopgraphError
        try:
            try:
                found = find()
            except CoopgraphError as error:
                found = error
            with self._lock:
                self._keep(key, found)
        finally:
            with self._lock:
                del self._running[key]
            mine.set()
        return _told(found)

    def _keep(self, key: Place, found: T | CoopgraphError) -> None:
        for old in [k for k in self._kept if k[0] < key[0]]:
            self._forget(old)
        self._kept[key] = found
        self._size += _size(found)
        while self._size > self._most and len(self._kept) > 1:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: Place) -> None:
        found = self._kept.pop(key, None)
        self._size -= 0 if found is None else _size(found)


def _size(found: Sized | CoopgraphError) -> int:
    return 1 if isinstance(found, CoopgraphError) else 1 + len(found)


def _told(found: T | CoopgraphError) -> T:
    if isinstance(found, CoopgraphError):
        raise found
    return found
