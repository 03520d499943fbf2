"""The process that parses and runs strangers' queries, made to be killed.

Started as ``python -m coopgraph.store.worker FD MEMORY_BYTES NETWORK`` with one end of a socket
pair. It limits its own memory, forbids itself the network, opens the store read-only and answers
one request at a time (:mod:`coopgraph.store.frames`). Whatever goes wrong in here, a crash of the
engine included, costs one answer. It imports as little as it can: it must be up in milliseconds.
"""

from __future__ import annotations

import _thread
import os
import sys
import traceback
from functools import lru_cache
from typing import Final, TypeAlias

import pyoxigraph as ox

from coopgraph.errors import (
    BadRequest,
    CoopgraphError,
    PayloadTooLarge,
    QueryOutOfMemory,
    ServiceFailed,
    Unavailable,
)
from coopgraph.store import frames, sandbox
from coopgraph.store.frames import FrameReader, Head, QueryRequest
from coopgraph.store.query_syntax import syntax_error
from coopgraph.store.result_formats import BY_FORM, Form, ResultFormat, not_acceptable
from coopgraph.vocabulary import PREFIXES

_Results: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

# What the engine says of an answer that is broken, or ends too early.
_OF_SERVICE: Final = ("Parser error", "by service", "body was expected")
_WITH_PREFIXES: Final = {"turtle", "trig", "rdfxml"}
_END: Final = frames.frame(frames.END)
_SPENT: Final = frames.frame(frames.END, b"spent")


def main() -> None:
    """Serve requests until the other end closes."""
    fd, memory_bytes, network = (int(arg) for arg in sys.argv[1:4])
    sandbox.confine(memory_bytes, network=bool(network))
    _thread.start_new_thread(sandbox.die_with_parent, (fd,))
    # Messages of an aborting engine may quote the query and the data: they belong in no log.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    write_all(fd, frames.frame(frames.READY))
    reader, stores = FrameReader(), _Stores()
    while True:
        while (got := reader.next()) is None:
            data = os.read(fd, frames.CHUNK)
            if not data:
                return
            reader.feed(data)
        request, cpu_seconds = frames.read_request(got[1])
        sandbox.limit_cpu(cpu_seconds)
        try:
            last = _answer(fd, request, stores)
        except CoopgraphError as error:
            last = frames.error_frame(error)
        # Memory the engine has freed is seldom given back: such a worker asks to be replaced.
        write_all(fd, last + (_SPENT if sandbox.has_grown(memory_bytes) else _END))


class _Stores:
    """The one store that is open; another path closes it and opens that."""

    def __init__(self) -> None:
        self._path: str | None = None
        self._store: ox.Store | None = None

    def get(self, path: str) -> ox.Store:
        if self._store is None or path != self._path:
            self._store = self._path = None
            try:
                self._store = ox.Store.read_only(path)
            except (OSError, ValueError) as error:
                raise Unavailable(
                    "the published graph cannot be opened; try again",
                    zh="无法打开已发布的图谱，请重试",
                    retry_after=1,
                ) from error
            self._path = path
        return self._store


class _Sink:
    """What the engine writes to: sends a frame whenever one is full, stops at the limit."""

    def __init__(self, fd: int, head: Head, max_bytes: int) -> None:
        self._fd = fd
        self._head = frames.head_frame(head)
        self._left = self._max = max_bytes
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        size = len(data)
        self._left -= size
        if self._left < 0:
            raise PayloadTooLarge(
                f"the answer is larger than {self._max} bytes: ask for less, or add LIMIT",
                zh=f"查询结果超过 {self._max} 字节：请缩小范围或加上 LIMIT",
                limit=self._max,
            )
        self._parts.append(bytes(data))
        self._size += size
        if self._size >= frames.CHUNK:
            write_all(self._fd, self.take())
        return size

    def flush(self) -> None:
        """The engine asks for it at the end; frames are sent when they are full."""

    def take(self) -> bytes:
        # The head goes out with the first bytes, so that an early failure is still a clean error.
        parts = self._parts
        data = parts[0] if len(parts) == 1 else b"".join(parts)
        taken = self._head + frames.frame(frames.DATA, data)
        self._head, self._parts, self._size = b"", [], 0
        return taken


def _answer(fd: int, request: QueryRequest, stores: _Stores) -> bytes:
    """Send the answer of a query but for its last frames, which are returned."""
    try:
        results = _run(stores.get(request.path), request)
        form, chosen = _choose(results, request)
        sink = _Sink(fd, Head(form, chosen.name), request.max_bytes)
        if isinstance(results, ox.QueryTriples):
            named = request.prefixes and chosen.name in _WITH_PREFIXES
            prefixes = PREFIXES if named else None
            ox.serialize(results, sink, chosen.engine, prefixes=prefixes)  # type: ignore[arg-type]
        else:
            results.serialize(sink, chosen.engine)  # type: ignore[arg-type]
        return sink.take()
    except CoopgraphError:
        raise
    except SyntaxError as error:
        raise syntax_error(error, request.query) from error
    except MemoryError as error:
        raise out_of_memory() from error
    except (BrokenPipeError, ConnectionResetError):
        os._exit(0)
    except (OSError, RuntimeError, ValueError) as error:
        if _is_of_service(error, request.query):
            raise service_failed(error) from error
        raise BadRequest(f"the query failed: {error}", zh=f"查询失败：{error}") from error
    except BaseException as error:  # a panic of the engine is no Exception
        detail = traceback.format_exception_only(error)[-1].strip()[:500]
        raise BadRequest(f"the query failed: {detail}", zh=f"查询失败：{detail}") from error


def _is_of_service(error: Exception, query: str) -> bool:
    """Tell whether an error comes from an endpoint that ``SERVICE`` names, or the way to it."""
    if "service" not in query.casefold():
        return False
    said = str(error)
    return isinstance(error, OSError) or any(words in said for words in _OF_SERVICE)


def service_failed(error: Exception) -> ServiceFailed:
    """Return the error of an endpoint; of what it sent, only the first line."""
    said = (str(error).splitlines() or [""])[0][:200]
    return ServiceFailed(f"a SERVICE failed: {said}", zh=f"SERVICE 调用失败：{said}")


def _run(store: ox.Store, request: QueryRequest) -> _Results:
    if not (request.default_graph_uris or request.named_graph_uris):
        return store.query(request.query, base_iri=request.base_iri)
    return store.query(
        request.query,
        base_iri=request.base_iri,
        default_graph=[_graph(uri) for uri in request.default_graph_uris],
        named_graphs=[_graph(uri) for uri in request.named_graph_uris],
    )


def _graph(uri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(uri)
    except ValueError as error:
        raise BadRequest(f"{uri!r} is not an IRI: {error}", zh=f"{uri!r} 不是 IRI") from error


def _choose(results: _Results, request: QueryRequest) -> tuple[Form, ResultFormat]:
    if isinstance(results, ox.QuerySolutions):
        return _chosen("bindings", request.accepted.bindings)
    if isinstance(results, ox.QueryBoolean):
        return _chosen("boolean", request.accepted.boolean)
    return _chosen("graph", request.accepted.graph)


@lru_cache(maxsize=64)
def _chosen(form: Form, wanted: tuple[str, ...]) -> tuple[Form, ResultFormat]:
    for name in wanted:
        for candidate in BY_FORM[form]:
            if candidate.name == name:
                return form, candidate
    raise not_acceptable(BY_FORM[form])


def out_of_memory(noun: tuple[str, str] = ("query", "查询")) -> QueryOutOfMemory:
    """Return the error of a query, or an update, that met the memory limit."""
    word, word_zh = noun
    return QueryOutOfMemory(
        f"the {word} needs more memory than one {word} may use: ask for less, or add LIMIT",
        zh=f"{word_zh}所需内存超过单次上限：请缩小范围或加上 LIMIT",
    )


def write_all(fd: int, data: bytes) -> None:
    """Write all of some bytes."""
    sent = os.write(fd, data)
    if sent == len(data):
        return
    view = memoryview(data)[sent:]
    while view:
        view = view[os.write(fd, view) :]


if __name__ == "__main__":
    main()
