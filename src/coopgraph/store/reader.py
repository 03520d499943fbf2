"""The process that reads strangers' long texts before anything else does, made to be killed.

Started as ``python -m coopgraph.store.reader FD MEMORY_BYTES NETWORK``. To cut a text into tokens
takes up to a second for the longest one, and holds the interpreter all the time: in the service
itself everybody else would wait.
"""

from __future__ import annotations

import _thread
import json
import os
import sys
from typing import Any, NamedTuple

from coopgraph.errors import CoopgraphError
from coopgraph.store import frames, sandbox
from coopgraph.store.frames import FrameReader
from coopgraph.store.guard import QueryLimits, check
from coopgraph.store.lookup import is_lookup
from coopgraph.store.query_traits import form_of, is_deterministic
from coopgraph.store.result_formats import Form
from coopgraph.store.worker import write_all


class Traits(NamedTuple):
    """What a text that was let through tells about its answer.

    Parameters
    ----------
    form
        The form of a query, None where it is not plain to see.
    deterministic
        Whether it has one answer on one generation.
    lookup
        Whether it lets expect an answer at once.
    """

    form: Form | None = None
    deterministic: bool = False
    lookup: bool = False


def read(text: str, limits: QueryLimits, *, update: bool = False) -> Traits:
    """Return the traits of a text.

    Raises
    ------
    CoopgraphError
        Of the kind that fits, if it is refused: see :func:`coopgraph.store.guard.check`.

    Examples
    --------
    >>> read("ASK { <http://x/a> ?p ?o }", QueryLimits())
    Traits(form='boolean', deterministic=True, lookup=True)
    """
    check(text, limits, update=update)
    if update:
        return Traits()
    return Traits(form_of(text), is_deterministic(text), is_lookup(text))


def reading_bytes(text: str, limits: QueryLimits, update: bool, cpu_seconds: int) -> bytes:
    """Return the frame that asks for a text to be read.

    Raises
    ------
    UnicodeEncodeError
        If the text holds half a character.
    """
    return frames.message(frames.REQUEST, [text, limits, update, cpu_seconds])


def main() -> None:
    """Serve requests until the other end closes."""
    fd, memory_bytes = int(sys.argv[1]), int(sys.argv[2])
    sandbox.confine(memory_bytes, network=False)
    _thread.start_new_thread(sandbox.die_with_parent, (fd,))
    write_all(fd, frames.frame(frames.READY))
    reader = FrameReader()
    while True:
        while (got := reader.next()) is None:
            data = os.read(fd, frames.CHUNK)
            if not data:
                return
            reader.feed(data)
        text, limits, update, cpu_seconds = json.loads(got[1])
        sandbox.limit_cpu(cpu_seconds)
        try:
            traits = read(text, _limits(limits), update=update)
            last = frames.message(frames.DATA, traits)
        except CoopgraphError as error:
            last = frames.error_frame(error)
        spent = sandbox.has_grown(memory_bytes)
        write_all(fd, last + frames.frame(frames.END, b"spent" if spent else b""))


def _limits(values: list[Any]) -> QueryLimits:
    limits = QueryLimits(*values)
    return limits._replace(service_allow=tuple(limits.service_allow))


if __name__ == "__main__":
    main()
