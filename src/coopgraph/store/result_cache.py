"""Answers to queries, kept as bytes for as long as their generation is the newest.

A published generation never changes, so a query whose answer depends on nothing else (see
:mod:`coopgraph.store.query_traits`) has one answer until the next is published. What is kept is
bounded in bytes; what was not asked for the longest goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Final, NamedTuple

ENTRY_SHARE: Final = 8
"""One answer takes at most one in so many of all bytes, so that it cannot push out all others."""

_OVERHEAD: Final = 512  # bytes of an entry beside its body and its key, about


class CachedAnswer(NamedTuple):
    """The whole answer of a query that succeeded, its entity tag, and the query."""

    body: bytes
    content_type: str
    tag: str
    query: str = ""


class ResultCache:
    """The answers of one generation, least recently asked first out.

    An answer is found by its key, which names all that it depends on but the generation, and by
    any number of aliases: the bytes of requests that are known to mean that key, so that these
    need not be understood again. All methods may be called in any thread.

    Parameters
    ----------
    max_bytes
        Bytes of all answers with their keys and aliases; 0 keeps nothing.

    Attributes
    ----------
    hits, misses
        Look-ups that found an answer, and that did not. An unknown alias is neither: the key is
        looked up next.

    Examples
    --------
    >>> cache = ResultCache(80_000)
    >>> cache.put(1, "ASK {}", CachedAnswer(b"yes", "text/plain", '"a"'))
    True
    >>> cache.get(1, "ASK {}").body
    b'yes'
    >>> cache.get(2, "ASK {}") is None
    True
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.hits = self.misses = 0
        self._size = 0
        self._generation = 0
        self._lock = Lock()
        self._entries: OrderedDict[Hashable, CachedAnswer] = OrderedDict()
        self._aliases: OrderedDict[bytes, Hashable] = OrderedDict()
        self._keys: dict[Hashable, int] = {}

    @property
    def entry_bytes(self) -> int:
        """Bytes of the largest answer that is kept."""
        return self.max_bytes // ENTRY_SHARE

    @property
    def size(self) -> int:
        """Bytes that are kept now."""
        return self._size

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, generation: int, key: Hashable) -> CachedAnswer | None:
        """Return the answer of a generation, None if it is not kept."""
        with self._lock:
            found = self._entries.get(key) if generation == self._generation else None
            if found is None:
                self.misses += 1
            else:
                self.hits += 1
                self._entries.move_to_end(key)
            return found

    def get_by_alias(self, generation: int, alias: bytes) -> CachedAnswer | None:
        """Return the answer to a request that was seen before, None if it is not kept."""
        with self._lock:
            if generation != self._generation or (key := self._aliases.get(alias)) is None:
                return None
            found = self._entries.get(key)
            if found is None:
                self._drop_alias(alias)
                return None
            self.hits += 1
            self._entries.move_to_end(key)
            self._aliases.move_to_end(alias)
            return found

    def put(self, generation: int, key: Hashable, answer: CachedAnswer) -> bool:
        """Keep an answer; return whether it is kept.

        It is not if it is too large, or of a generation older than one that was asked already.
        """
        size = _OVERHEAD + len(answer.body) + _size_of(key)
        with self._lock:
            if size > self.entry_bytes or generation < self._generation:
                return False
            if generation > self._generation:
                self._clear()
                self._generation = generation
            self._drop(key)
            self._entries[key] = answer
            self._keys[key] = size
            self._size += size
            self._shrink()
            return True

    def put_alias(self, generation: int, alias: bytes, key: Hashable) -> None:
        """Remember that a request means a key, where an answer to it is kept."""
        with self._lock:
            if generation != self._generation or key not in self._entries or alias in self._aliases:
                return
            if _OVERHEAD + len(alias) > self.entry_bytes:
                return
            self._aliases[alias] = key
            self._size += _OVERHEAD + len(alias)
            self._shrink()

    def clear(self) -> None:
        """Forget all answers."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        self._entries.clear()
        self._aliases.clear()
        self._keys.clear()
        self._size = 0

    def _shrink(self) -> None:
        while self._size > self.max_bytes:
            # Aliases first where they are many: who varies a header pushes no answer out.
            if len(self._aliases) > len(self._entries):
                self._drop_alias(next(iter(self._aliases)))
            else:
                self._drop(next(iter(self._entries)))

    def _drop(self, key: Hashable) -> None:
        if self._entries.pop(key, None) is not None:
            self._size -= self._keys.pop(key)

    def _drop_alias(self, alias: bytes) -> None:
        del self._aliases[alias]
        self._size -= _OVERHEAD + len(alias)


def _size_of(key: Hashable) -> int:
    if isinstance(key, str):
        return 4 * len(key)
    if not isinstance(key, tuple):
        return 64
    size = 64 * len(key)
    for part in key:
        if part.__class__ is str:
            size += 4 * len(part)
        else:
            size += _size_of(part) if part else 64
    return size
