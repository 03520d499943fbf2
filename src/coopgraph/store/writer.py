"""The process that runs strangers' updates and reads their files, made to be killed.

Started as ``python -m coopgraph.store.writer FD MEMORY_BYTES NETWORK``. It keeps a working copy of
the published store open, because opening one takes longer than most changes. A change is made to
the working copy, and a checkpoint of that is the draft of the next generation. Whatever goes wrong
in here, a crash of the engine included, costs one change: a draft becomes a generation only if this
process says that all went well, and a working copy in which something went wrong is thrown away.
"""

from __future__ import annotations

import _thread
import fcntl
import os
import shutil
import socket
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, Final

import pyoxigraph as ox

from coopgraph.errors import BadRequest, CoopgraphError, DocumentSyntaxError, NotFound
from coopgraph.store import frames, sandbox
from coopgraph.store.checkpoint import checkpoint
from coopgraph.store.frames import FrameReader
from coopgraph.store.query_syntax import syntax_error
from coopgraph.store.worker import out_of_memory, write_all
from coopgraph.store.write_request import (
    MULTIPART,
    Place,
    WriteRequest,
    WriteResult,
    input_format,
    media_type_of,
    read_write_request,
)

NOUN: Final = ("update", "更新")
_BULK: Final = 1024 * 1024
# These may name graphs of their own, which a graph cannot hold; the loaders of the store keep them.
_DATASETS: Final = (ox.RdfFormat.JSON_LD, ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS)


def main() -> None:
    """Serve requests until the other end closes."""
    fd, memory_bytes = int(sys.argv[1]), int(sys.argv[2])
    sandbox.confine(memory_bytes, network=False)
    _thread.start_new_thread(sandbox.die_with_parent, (fd,))
    # Messages of an aborting engine may quote the update and the data: they belong in no log.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    write_all(fd, frames.frame(frames.READY))
    connection, reader, working = socket.socket(fileno=fd), FrameReader(), Working()
    files: list[int] = []
    while True:
        while (got := reader.next()) is None:
            data, more, _, _ = socket.recv_fds(connection, frames.CHUNK, 1)
            if not data:
                return
            files += more
            reader.feed(data)
        request, place, cpu_seconds = read_write_request(got[1])
        sandbox.limit_cpu(cpu_seconds)
        body = files.pop() if files else os.open(os.devnull, os.O_RDONLY)
        try:
            with os.fdopen(body, "rb") as file:
                result = write(request, place, file, working)
            last = frames.message(frames.DATA, result)
        except CoopgraphError as error:
            last = frames.error_frame(error)
        spent = sandbox.has_grown(memory_bytes)
        write_all(fd, last + frames.frame(frames.END, b"spent" if spent else b""))


class Working:
    """The working copy: a store that is open for writing, in a folder of its own."""

    def __init__(self) -> None:
        self._store: ox.Store | None = None
        self._folder: Path | None = None
        self._lock: IO[str] | None = None

    def get(self, place: Place) -> ox.Store:
        """Return the store as it is published; a new copy where the old one is not that."""
        if self._store is None or not place.current:
            self.discard()
            self._folder = Path(place.working)
            self._folder.mkdir()
            self._lock = (self._folder / "lock").open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX)  # held as long as this process lives
            path = self._folder / "store"
            if place.source is not None:
                checkpoint(Path(place.source), path)
            self._store = ox.Store(str(path))
        return self._store

    def discard(self) -> None:
        """Throw the copy away."""
        self._store = None
        if self._lock is not None:
            self._lock.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = self._lock = None


def write(request: WriteRequest, place: Place, body: BinaryIO, working: Working) -> WriteResult:
    """Make a change and leave the changed store in the draft.

    Raises
    ------
    QuerySyntaxError, DocumentSyntaxError
        If the update, or the file, does not parse.
    NotFound
        If the graph that is to be removed is not there.
    BadRequest
        If it fails otherwise.
    """
    whole = False
    try:
        store = working.get(place)
        result = _change(store, request, body)
        store.backup(place.draft)
        whole = True
        return result
    except CoopgraphError:
        raise
    except MemoryError as error:
        raise out_of_memory(NOUN) from error
    except SyntaxError as error:
        raise syntax_error(error, request.text, update=True) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise BadRequest(f"the update failed: {error}", zh=f"更新失败：{error}") from error
    except BaseException as error:  # a panic of the engine is no Exception
        detail = traceback.format_exception_only(error)[-1].strip()[:500]
        raise BadRequest(f"the update failed: {detail}", zh=f"更新失败：{detail}") from error
    finally:
        if not whole:
            working.discard()


def _change(store: ox.Store, request: WriteRequest, body: BinaryIO) -> WriteResult:
    if request.kind == "update":
        store.update(request.text, base_iri=request.base_iri)
        return WriteResult()
    name = ox.DefaultGraph() if request.graph is None else ox.NamedNode(request.graph)
    known = isinstance(name, ox.DefaultGraph) or store.contains_named_graph(name)
    if request.kind == "delete":
        if not known:
            raise no_such_graph(request.graph)
        store.remove_graph(name)
        return WriteResult()
    if request.kind == "put":
        store.clear_graph(name) if known else store.add_graph(name)
    elif not known:
        store.add_graph(name)
    if media_type_of(request.content_type) == MULTIPART:
        _load_parts(store, request, body, name)
    else:
        _load(store, body, request.content_type, request.base_iri, name)
    return WriteResult(created=not known)


def _load(
    store: ox.Store,
    body: BinaryIO,
    content_type: str,
    base_iri: str | None,
    graph: ox.NamedNode | ox.DefaultGraph,
) -> None:
    kind = input_format(content_type)
    try:
        if kind in _DATASETS:
            store.bulk_extend(_triples_alone(body, kind, base_iri, graph))
            return
        large = body.seek(0, os.SEEK_END) > _BULK
        body.seek(0)
        load = store.bulk_load if large else store.load
        load(input=body, format=kind, base_iri=base_iri, to_graph=graph)
    except SyntaxError as error:
        where = f"line {error.lineno}, column {error.offset}: " if error.lineno else ""
        raise DocumentSyntaxError(
            f"{where}{error.msg}",
            zh=f"内容不是合法的 {kind.name}：{error.msg}",
            line=error.lineno,
            column=error.offset,
        ) from error


def _triples_alone(
    body: BinaryIO,
    kind: ox.RdfFormat,
    base_iri: str | None,
    graph: ox.NamedNode | ox.DefaultGraph,
) -> Iterator[ox.Quad]:
    found = ox.parse(
        input=body,
        format=kind,
        base_iri=base_iri,
        without_named_graphs=True,
        rename_blank_nodes=True,
    )
    for quad in found:
        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def _load_parts(
    store: ox.Store,
    request: WriteRequest,
    body: BinaryIO,
    graph: ox.NamedNode | ox.DefaultGraph,
) -> None:
    """Merge each file of a form into the graph."""
    from werkzeug.formparser import MultiPartParser
    from werkzeug.http import parse_options_header

    boundary = parse_options_header(request.content_type)[1].get("boundary", "")
    if not boundary:
        raise BadRequest("the multipart body names no boundary", zh="multipart 内容未给出 boundary")
    size = body.seek(0, os.SEEK_END)
    body.seek(0)
    _, parts = MultiPartParser().parse(body, boundary.encode("ascii", "replace"), size)
    files = [file for each in parts.listvalues() for file in each]
    if not files:
        raise BadRequest("the form holds no file", zh="表单中没有文件")
    for file in files:
        _load(store, file.stream, file.content_type or "", request.base_iri, graph)  # type: ignore[arg-type]


def no_such_graph(graph: str | None) -> NotFound:
    """Return the error that says that a graph is not there."""
    return NotFound(f"there is no graph <{graph}>", zh=f"没有图 <{graph}>")


if __name__ == "__main__":
    main()
