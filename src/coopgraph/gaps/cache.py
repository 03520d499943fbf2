"""Gaps that were found, kept until there is a new generation: pages and drill-downs ask again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final

from coopgraph.errors import CoopgraphError
from coopgraph.gaps.find import Gap

MOST_KEPT: Final = 300_000
"""Gaps kept in all; about 300 MB where each has a few findings."""


class GapCache:
    """What rules found, the latest used last; an error is kept as well.

    Examples
    --------
    >>> cache = GapCache()
    >>> cache.get((1, "rule"), lambda: []), cache.get((1, "rule"), lambda: 1 / 0)
    ([], [])
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, list[Gap] | CoopgraphError] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(
        self, key: tuple[int, *tuple[Hashable, ...]], find: Callable[[], list[Gap]]
    ) -> list[Gap]:
        """Return what is kept under a key, else what ``find`` gives.

        Parameters
        ----------
        key
            Begins with the number of the generation; what is of another is forgotten.

        Raises
        ------
        CoopgraphError
            What ``find`` raises, now or when it was last asked.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return _told(self._kept[key])
        found: list[Gap] | CoopgraphError
        try:
            found = find()
        except CoopgraphError as error:
            found = error
        with self._lock:
            for old in [k for k in self._kept if isinstance(k, tuple) and k[0] != key[0]]:
                self._forget(old)
            self._kept[key] = found
            self._size += _size(found)
            while self._size > MOST_KEPT and len(self._kept) > 1:
                self._forget(next(iter(self._kept)))
        return _told(found)

    def _forget(self, key: Hashable) -> None:
        found = self._kept.pop(key, None)
        self._size -= 0 if found is None else _size(found)


def _size(found: list[Gap] | CoopgraphError) -> int:
    return 1 if isinstance(found, CoopgraphError) else 1 + len(found)


def _told(found: list[Gap] | CoopgraphError) -> list[Gap]:
    if isinstance(found, CoopgraphError):
        raise found
    return found
