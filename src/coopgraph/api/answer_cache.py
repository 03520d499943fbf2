"""Answers that were just given, as bytes, for who asks the same of the same generation."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

OVERHEAD: Final = 500
"""About what an entry takes besides its text."""


class AnswerCache:
    """Bodies by generation and URL, the latest asked for, bounded in bytes.

    Used from the event loop alone, so it needs no lock.

    Parameters
    ----------
    most_bytes
        What all bodies and URLs together may take; 0 keeps nothing.

    Examples
    --------
    >>> cache = AnswerCache(10_000)
    >>> cache.put(1, "/api/v1/stats?", b"{}")
    >>> cache.get(1, "/api/v1/stats?"), cache.get(2, "/api/v1/stats?")
    (b'{}', None)
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._used = 0
        self._generation = 0
        self._bodies: OrderedDict[str, bytes] = OrderedDict()

    @property
    def nbytes(self) -> int:
        """What is in use, about."""
        return self._used

    def get(self, generation: int, url: str) -> bytes | None:
        """Return the body that this generation answers to a URL, if it is known."""
        if generation != self._generation or url not in self._bodies:
            return None
        self._bodies.move_to_end(url)
        return self._bodies[url]

    def put(self, generation: int, url: str, body: bytes) -> None:
        """Keep a body; what an older generation answered is forgotten, or not kept at all."""
        if generation < self._generation:
            return
        if generation > self._generation:
            self._generation, self._used = generation, 0
            self._bodies.clear()
        size = _size(url, body)
        if url in self._bodies or size > self._most // 8:
            return  # one answer does not push out all others
        self._bodies[url] = body
        self._used += size
        while self._used > self._most:
            self._used -= _size(*self._bodies.popitem(last=False))


def _size(url: str, body: bytes) -> int:
    return OVERHEAD + len(url) + len(body)
