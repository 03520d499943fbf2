"""Named graphs, and the default graph that is the union of them all.

The union is kept in the store, as a set. The engine could form it for each query, but then a
statement that two graphs make would count twice: ``COUNT(*)`` would be wrong.
"""

from __future__ import annotations

import io
import itertools
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

_PIECE: Final = 2**16
"""Bytes of lines that are copied at once."""
_PORTION: Final = 50_000
"""Statements written at once: the engine holds all that it is given in one go."""


def replace_graph(store: ox.Store, graph: str, triples: Iterable[ox.Triple]) -> bool:
    """Make a named graph hold exactly some statements, and keep the union true.

    Parameters
    ----------
    store
        A writable store.
    graph
        The graph's IRI; without statements it is removed.
    triples
        What it is to hold, literals as the store writes them (``1``, not ``01``).

    Returns
    -------
    bool
        Whether it held something else before.

    Examples
    --------
    >>> store = ox.Store()
    >>> fact = ox.Triple(ox.NamedNode("http://a"), ox.NamedNode("http://b"), ox.Literal("c"))
    >>> replace_graph(store, "http://x/1", [fact]), replace_graph(store, "http://x/1", [fact])
    (True, False)
    >>> replace_graph(store, "http://x/2", [fact])
    True
    >>> union = lambda: len(list(store.quads_for_pattern(None, None, None, ox.DefaultGraph())))
    >>> union()
    1
    >>> replace_graph(store, "http://x/1", [])
    True
    >>> union()
    1
    >>> replace_graph(store, "http://x/2", [])
    True
    >>> union()
    0
    """
    name, union = ox.NamedNode(graph), ox.DefaultGraph()
    wanted = set(triples)
    present = {quad.triple for quad in store.quads_for_pattern(None, None, None, name)}
    added, removed = wanted - present, present - wanted
    if added:
        store.bulk_extend(_quads(added, name))
        store.bulk_extend(_quads(added, union))
    for triple in removed:
        _remove(store, triple, name)
    if not wanted:
        store.remove_graph(name)
    return bool(added or removed)


def replace_graph_by_lines(
    store: ox.Store, graph: str, lines: bytes, *, stops: bool = True
) -> bool:
    r"""Make a named graph hold exactly some statements that are written as N-Triples.

    A graph that was empty, as at the first load, is filled by the engine's own parser, without an
    object for each statement.

    Parameters
    ----------
    store
        A writable store.
    graph
        The graph's IRI; without statements it is removed.
    lines
        N-Triples, literals as the store writes them.
    stops
        Whether every line ends in a full stop; if not, none does, nor the last in a line feed.

    Returns
    -------
    bool
        Whether it held something else before.

    Examples
    --------
    >>> store = ox.Store()
    >>> lines = b"<http://a> <http://b> 'c' .\n".replace(b"'", b'"')
    >>> replace_graph_by_lines(store, "http://x/1", lines), len(store)
    (True, 2)
    >>> replace_graph_by_lines(store, "http://x/1", lines)
    False
    >>> replace_graph_by_lines(store, "http://x/1", lines[:-3], stops=False)
    False
    """
    name = ox.NamedNode(graph)
    # Read twice, a blank node would become two.
    if lines and b"_:" not in lines and not any(store.quads_for_pattern(None, None, None, name)):
        for home in (name, ox.DefaultGraph()):
            text = lines if stops else _WithStops(lines)
            store.bulk_load(
                input=text,  # type: ignore[arg-type]
                format=ox.RdfFormat.N_TRIPLES, to_graph=home, lenient=True,
            )  # fmt: skip
        return True
    end = b" .\n" if stops else b"\n"
    wanted = set(lines.removesuffix(end).split(end)) if lines else set()
    dump = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name) or b""
    held = set(dump.removesuffix(b" .\n").split(b" .\n")) if dump else set()
    # An object for each statement that stays would take more time and room than all the rest.
    added, removed = _parsed(wanted - held), _parsed(held - wanted)
    found = change_graph(store, graph, added - removed, removed - added)
    if not wanted:
        store.remove_graph(name)
    return found is not None


def _parsed(lines: Iterable[bytes]) -> set[ox.Triple]:
    text = b"".join(line + b" .\n" for line in lines)
    quads = ox.parse(input=text, format=ox.RdfFormat.N_TRIPLES, lenient=True)
    return {quad.triple for quad in quads}


def change_graph(
    store: ox.Store, graph: str, added: Iterable[ox.Triple], removed: Iterable[ox.Triple]
) -> int | None:
    """Add statements to a named graph and remove others, and keep the union true.

    Returns
    -------
    int or None
        How many more it holds than before; None if it is as before.

    Examples
    --------
    >>> store = ox.Store()
    >>> fact = ox.Triple(ox.NamedNode("http://a"), ox.NamedNode("http://b"), ox.Literal("c"))
    >>> change_graph(store, "http://x/1", [fact], []), change_graph(store, "http://x/1", [fact], [])
    (1, None)
    >>> change_graph(store, "http://x/1", [], [fact]), len(store)
    (-1, 0)
    """
    name, union = ox.NamedNode(graph), ox.DefaultGraph()
    new = [quad for quad in _quads(set(added), name) if quad not in store]
    gone = [quad for quad in _quads(set(removed), name) if quad in store]
    extend = store.extend if len(new) < _PORTION else store.bulk_extend
    extend(new)
    extend(_quads((quad.triple for quad in new), union))
    for quad in gone:
        _remove(store, quad.triple, name)
    if gone and next(store.quads_for_pattern(None, None, None, name), None) is None:
        store.remove_graph(name)
    return len(new) - len(gone) if new or gone else None


class _WithStops(io.RawIOBase):
    """Lines without full stops, read as N-Triples: a copy of all of them might not find room."""

    def __init__(self, lines: bytes) -> None:
        super().__init__()
        self._lines = lines
        self._place = 0
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        if not self._rest and self._place < len(self._lines):
            end = self._lines.find(b"\n", self._place + _PIECE)
            end = len(self._lines) if end < 0 else end
            self._rest = self._lines[self._place : end].replace(b"\n", b" .\n") + b" .\n"
            self._place = end + 1
        if size < 0:
            size = len(self._rest)
        part, self._rest = self._rest[:size], self._rest[size:]
        return part


class RdfFile(NamedTuple):
    """A file of statements and its format."""

    path: Path
    format: ox.RdfFormat


def replace_graph_by_files(store: ox.Store, graph: str, files: Sequence[RdfFile]) -> int:
    """Make a named graph hold exactly what some files hold, and keep the union true.

    For graphs of any size: what is compared lies on disk beside the first file, not in memory.

    Parameters
    ----------
    store
        A writable store.
    graph
        The graph's IRI.
    files
        Without named graphs, and without blank nodes, which would not stay the same.

    Returns
    -------
    int
        How many statements the graph holds now.
    """
    name, union = ox.NamedNode(graph), ox.DefaultGraph()
    if not files:
        replace_graph(store, graph, ())
        return 0
    if next(store.quads_for_pattern(None, None, None, name), None) is None:
        for file in files:
            _load(store, file, name)
            _load(store, file, union)
        return count_graph(store, graph)
    with tempfile.TemporaryDirectory(prefix="fresh-", dir=files[0].path.parent) as folder:
        fresh = ox.Store(folder)
        for file in files:
            _load(fresh, file, name)
        for quad in store.quads_for_pattern(None, None, None, name):
            if quad not in fresh:
                _remove(store, quad.triple, name)
        # The union first: what is new is told by what the named graph does not hold yet.
        for home in (union, name):
            new = (quad.triple for quad in fresh if quad not in store)
            while portion := list(itertools.islice(new, _PORTION)):
                store.bulk_extend(_quads(portion, home))
        if (count := len(fresh)) == 0:
            store.remove_graph(name)
        return count


def count_graph(store: ox.Store, graph: str) -> int:
    """Return how many statements a named graph holds.

    Examples
    --------
    >>> count_graph(ox.Store(), "http://x/1")
    0
    """
    found = store.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101  (it is a SELECT)
    count = next(found)["n"]
    assert isinstance(count, ox.Literal)  # noqa: S101  (COUNT gives one)
    return int(count.value)


def _load(store: ox.Store, file: RdfFile, home: ox.NamedNode | ox.DefaultGraph) -> None:
    if file.format != ox.RdfFormat.N_TRIPLES:
        store.bulk_load(path=str(file.path), format=file.format, to_graph=home)
        return
    with file.path.open("rb") as lines:
        while portion := b"".join(itertools.islice(lines, _PORTION)):
            store.bulk_load(input=portion, format=file.format, to_graph=home)


def _remove(store: ox.Store, triple: ox.Triple, name: ox.NamedNode) -> None:
    union = ox.DefaultGraph()
    store.remove(ox.Quad(triple.subject, triple.predicate, triple.object, name))
    others = store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    if all(quad.graph_name == union for quad in others):
        store.remove(ox.Quad(triple.subject, triple.predicate, triple.object, union))


def _quads(
    triples: Iterable[ox.Triple], graph: ox.NamedNode | ox.DefaultGraph
) -> Iterable[ox.Quad]:
    return (ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)
