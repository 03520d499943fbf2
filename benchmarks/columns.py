"""The columns of a large file, made portion by portion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from coopgraph.store.graph_columns import GraphColumns
from coopgraph.store.terms import Terms

_PORTION: Final = 1 << 27
_STOP: Final = b" .\n"


def columns_of(file: Path) -> GraphColumns:
    """Return the columns of distinct statements in a file of N-Triples."""
    return joined(GraphColumns.of_lines(lines) for lines in _portions(file))


def size(columns: GraphColumns) -> int:
    """Return how many statements columns hold."""
    return sum(len(c[0]) for part in (columns.links, columns.words) for c in part.values())


def joined(parts: Iterable[GraphColumns]) -> GraphColumns:
    """Put columns of parts of a graph together; no two parts have a statement in common."""
    terms, texts, tags = Terms(), Terms(), Terms()
    links: dict[str, list[Any]] = defaultdict(list)
    words: dict[str, list[Any]] = defaultdict(list)
    for part in parts:
        term, text = terms.add_table(part.terms), texts.add_table(part.texts)
        tag = np.array([tags.number(name) for name in part.languages], np.uint16)
        for prop, (subject, value) in part.links.items():
            links[prop].append((term[subject], term[value]))
        for prop, (subject, value) in part.words.items():
            words[prop].append((term[subject], text[value], tag[part.language[prop]]))
    whole_links, whole_words = (
        {prop: [np.concatenate(c) for c in zip(*rows, strict=True)] for prop, rows in said.items()}
        for said in (links, words)
    )
    return GraphColumns(
        terms.table(),
        texts.table(),
        {prop: (subject, value) for prop, (subject, value) in whole_links.items()},
        {prop: (subject, value) for prop, (subject, value, _) in whole_words.items()},
        list(tags.table()),
        {prop: language for prop, (_, _, language) in whole_words.items()},
    )


def _portions(file: Path) -> Iterator[bytes]:
    """Yield lines without full stops, about so many bytes at a time."""
    with file.open("rb") as lines:
        while text := lines.read(_PORTION):
            text += lines.readline()
            yield text.removesuffix(_STOP).replace(_STOP, b"\n")
