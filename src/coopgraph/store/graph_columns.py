"""The statements of one named graph as columns of numbers, and as a file beside a generation.

The store looks every IRI up on disk, one by one: reading a column of a million statements takes
half a minute, and most of it is waiting. When a graph is published its statements are in hand as
text, so they are numbered then, and mapped when the graph is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from coopgraph.store.array_file import read_arrays, write_arrays
from coopgraph.store.string_table import StringTable
from coopgraph.store.terms import Terms, compiled

FORMAT: Final = 2
_LINK: Final = 0
_WORDS: Final = 1
_NEITHER: Final = 2
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED: Final = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}

Column = tuple[NDArray[np.int32], NDArray[np.int32]]
"""Numbers of subjects and of values, row by row."""
NOTHING: Final[Column] = (np.empty(0, np.int32), np.empty(0, np.int32))


@dataclass(frozen=True, eq=False)
class GraphColumns:
    """The statements of one graph whose subject is an IRI.

    Attributes
    ----------
    terms
        The IRIs.
    texts
        What literals say, without language and datatype.
    links
        By property: where the value is a resource; both numbers are places in ``terms``.
    words
        By property: where the value is a literal; the second number is a place in ``texts``.
    languages
        Tags of languages; the empty one is that of literals in none.
    language
        By property: the language of each row of ``words``, a place in ``languages``.
    """

    terms: StringTable
    texts: StringTable
    links: dict[str, Column]
    words: dict[str, Column]
    languages: list[str]
    language: dict[str, NDArray[np.unsignedinteger[Any]]]

    @classmethod
    def of_lines(cls, lines: bytes) -> GraphColumns:
        r"""Number distinct statements, written as N-Triples without the full stop.

        Examples
        --------
        >>> lines = b'<x:a> <x:p> <x:b>\n<x:a> <x:q> "so \\"it\\" is"@en'
        >>> columns = GraphColumns.of_lines(lines)
        >>> subject, value = columns.links["x:p"]
        >>> columns.terms[subject[0]], columns.terms[value[0]]
        ('x:a', 'x:b')
        >>> columns.texts[columns.words["x:q"][1][0]], columns.languages[columns.language["x:q"][0]]
        ('so "it" is', 'en')
        """
        return cls._of(lines, ord(" "))

    @classmethod
    def of_store(cls, store: ox.Store, graph: str, props: Iterable[str] | None) -> GraphColumns:
        """Read a graph from a store: all of it, or only some properties.

        Examples
        --------
        >>> store = ox.Store()
        >>> store.update("INSERT DATA { GRAPH <x:g> { <x:a> <x:p> <x:b> , 'text' } }")
        >>> columns = GraphColumns.of_store(store, "x:g", ["x:p"])
        >>> list(columns.links), list(columns.words), list(columns.texts)
        (['x:p'], ['x:p'], ['text'])
        """
        wanted = [None] if props is None else sorted(set(props))
        parts = []
        for prop in wanted:
            said = "?predicate" if prop is None else f"<{prop}>"
            name = "?predicate" if prop is None else f"(<{prop}> AS ?predicate)"
            results = store.query(
                f"SELECT ?subject {name} ?value {{ GRAPH <{graph}> {{ ?subject {said} ?value }} }}"
            )
            assert isinstance(results, ox.QuerySolutions)  # noqa: S101  (it is a SELECT)
            data = results.serialize(format=ox.QueryResultsFormat.TSV) or b""
            parts.append(data[data.index(b"\n") + 1 :])
        return cls._of(b"".join(parts), ord("\t"))

    @classmethod
    def _of(cls, lines: bytes, separator: int) -> GraphColumns:
        data = np.frombuffer(lines, np.uint8)
        rows = lines.count(b"\n") + 1
        spans = np.empty((6, rows), np.int64)
        kinds = np.empty(rows, np.uint8)
        rows = _split(data, separator, spans, kinds)
        spans, kinds = spans[:, :rows], kinds[:rows]
        chosen = kinds != _NEITHER
        if not chosen.all():
            spans, kinds = spans[:, chosen], kinds[chosen]
        terms, texts = Terms(), Terms()
        subject = terms.add(data, spans[0], spans[1])
        predicate = terms.add(data, spans[2], spans[3])
        value = np.empty(len(kinds), np.int32)
        is_link = kinds == _LINK
        value[is_link] = terms.add(data, spans[4][is_link], spans[5][is_link])
        stops = spans[5][~is_link]
        value[~is_link] = texts.add(data, spans[4][~is_link], stops)
        tags = Terms()
        tagged = np.empty((2, len(stops)), np.int64)
        _tags(data, stops, *tagged)
        language = tags.add(data, *tagged).astype(np.min_scalar_type(len(tags)))
        table = terms.table()
        links = _by_property(table, predicate[is_link], subject[is_link], value[is_link])
        words = _by_property(
            table, predicate[~is_link], subject[~is_link], value[~is_link], language
        )
        return cls(
            table,
            _unescaped(texts.table()),
            {prop: (subject, value) for prop, (subject, value) in links.items()},
            {prop: (subject, value) for prop, (subject, value, _) in words.items()},
            list(tags.table()),
            {prop: language for prop, (_, _, language) in words.items()},
        )

    def said(self, prop: str) -> Iterator[tuple[str, str]]:
        """Yield the subject's IRI and the text of every statement whose value is a literal."""
        subject, value = self.words.get(prop, NOTHING)
        for who, what in zip(subject.tolist(), value.tolist(), strict=True):
            yield self.terms[who], self.texts[what]

    def save(self, path: Path, fingerprint: str) -> None:
        """Write the columns; whole or not at all.

        Parameters
        ----------
        path
            Where.
        fingerprint
            Tells which statements they hold.

        Raises
        ------
        OSError
            If they cannot be written.
        """
        arrays: dict[str, NDArray[Any]] = {
            "terms.letters": self.terms.letters, "terms.ends": self.terms.ends,
            "texts.letters": self.texts.letters, "texts.ends": self.texts.ends,
        }  # fmt: skip
        for kind, columns in (("link", self.links), ("words", self.words)):
            for i, (subject, value) in enumerate(columns.values()):
                arrays |= {f"{kind}.{i}.subject": subject, f"{kind}.{i}.value": value}
        arrays |= {f"language.{i}": column for i, column in enumerate(self.language.values())}
        said = {
            "links": list(self.links), "words": list(self.words), "languages": self.languages,
        }  # fmt: skip
        write_arrays(path, _made_from(fingerprint), said, arrays)

    @classmethod
    def saved(cls, path: Path, fingerprint: str) -> GraphColumns | None:
        """Map saved columns; None if there are none, or none that may be trusted."""
        file = read_arrays(path, _made_from(fingerprint))
        if file is None:
            return None
        a, said = file.arrays, file.said
        links, words = (
            {
                prop: (a[f"{kind}.{i}.subject"], a[f"{kind}.{i}.value"])
                for i, prop in enumerate(said[name])
            }
            for kind, name in (("link", "links"), ("words", "words"))
        )
        return cls(
            StringTable(a["terms.letters"], a["terms.ends"]),
            StringTable(a["texts.letters"], a["texts.ends"]),
            links,
            words,
            said["languages"],
            {prop: a[f"language.{i}"] for i, prop in enumerate(said["words"])},
        )


def columns_path(folder: Path, fingerprint: str) -> Path:
    """Return where the columns of some statements lie in the folder of a generation."""
    return folder / f"columns-{fingerprint}.arrays"


def _made_from(fingerprint: str) -> dict[str, Any]:
    return {"format": FORMAT, "sha256": fingerprint}


def _by_property(
    terms: StringTable, predicate: NDArray[np.int32], *columns: NDArray[Any]
) -> dict[str, list[NDArray[Any]]]:
    order = np.argsort(predicate, kind="stable")
    found, starts = np.unique(predicate[order], return_index=True)
    ends = [*starts[1:].tolist(), len(order)][: len(found)]
    return {
        terms[code]: [column[order[first:last]] for column in columns]
        for code, first, last in zip(found.tolist(), starts.tolist(), ends, strict=True)
    }


def _unescaped(texts: StringTable) -> StringTable:
    if not (texts.letters == ord("\\")).any():
        return texts

    def plain(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        return chr(int(code, 16)) if code else _ESCAPED.get(found[3], found[3])

    return StringTable.of(_ESCAPE.sub(plain, text) if "\\" in text else text for text in texts)


@compiled
def _split(
    data: NDArray[np.uint8], separator: int, spans: NDArray[np.int64], kinds: NDArray[np.uint8]
) -> int:
    """Find subject, predicate and value of each line, without what encloses them."""
    row = 0
    at = 0
    size = data.size
    while at < size:
        start = at
        while data[at] != separator:
            at += 1
        spans[0, row] = start + 1
        spans[1, row] = at - 1
        kind = 0 if data[start] == 60 else 2  # 60 is "<": anything else is a blank node
        at += 1
        spans[2, row] = at + 1
        while data[at] != separator:
            at += 1
        spans[3, row] = at - 1
        at += 1
        start = at
        stop = at
        if data[at] == 34:  # a quotation mark: the text ends at the next that is not escaped
            if kind == 0:
                kind = 1
            at += 1
            while data[at] != 34:
                at += 2 if data[at] == 92 else 1
            stop = at
        while at < size and data[at] != 10:
            at += 1
        if data[start] == 60:
            stop = at - 1
        elif data[start] == 95:  # "_" begins a blank node
            kind = 2
        elif data[start] != 34:  # TSV writes numbers and truth values bare
            stop = at
            start -= 1
            if kind == 0:
                kind = 1
        spans[4, row] = start + 1
        spans[5, row] = stop
        kinds[row] = kind
        row += 1
        at += 1
    return row


@compiled
def _tags(
    data: NDArray[np.uint8],
    stops: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> None:
    """Find the language tag after each text: what follows a quotation mark and an ``@``."""
    size = data.size
    for row in range(stops.size):
        at = stops[row]
        starts[row] = 0
        ends[row] = 0
        if at + 1 < size and data[at] == 34 and data[at + 1] == 64:
            at += 2
            starts[row] = at
            while at < size and data[at] != 10:
                at += 1
            ends[row] = at
