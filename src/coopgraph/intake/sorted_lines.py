"""Large N-Triples files as the store would write them, without an object for each statement.

Reading a statement into an object, keeping its line and writing it out again takes some forty
microseconds; a file of millions needs none of that unless something is wrong with it. So the
engine reads the file in portions and writes it again, as distinct sorted lines. Whatever needs the
statements themselves (blank nodes that want names, an error that wants its line) is left to
:mod:`coopgraph.intake.rdf_file`.
"""

from __future__ import annotations

import codecs
import itertools
import operator
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import pyoxigraph as ox

_PORTION: Final = 8 * 2**20
_STOP: Final = b" .\n"


def sorted_lines(path: Path, portion: int = _PORTION) -> bytes | None:
    r"""Return the distinct statements of an N-Triples file, sorted, without full stops.

    They are written as the store keeps them (``"01"^^xsd:integer`` becomes ``1``), so equal graphs
    are equal bytes: what :func:`coopgraph.knowledge.kept_columns.written` makes of the same
    statements.

    Parameters
    ----------
    path
        The file.
    portion
        Bytes that are read at once.

    Returns
    -------
    bytes or None
        None if the file has to be read statement by statement: it has blank nodes, statements
        about statements or other formats' syntax, does not parse, or cannot be opened.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "a.nt")
    ...     _ = file.write_text("<x:b> <x:p> 'no' .")
    ...     broken = sorted_lines(file)
    ...     _ = file.write_text('<x:b> <x:p> "z" .\n<x:a> <x:p> <x:c> .\n<x:b> <x:p> "z" .')
    ...     broken, sorted_lines(file)
    (None, b'<x:a> <x:p> <x:c>\n<x:b> <x:p> "z"')
    """
    found: list[bytes] = []
    try:
        with path.open("rb") as file:
            for text in _portions(file, portion):
                if b"_:" in text or b"<<" in text:
                    return None
                found += _written(text)
    except (OSError, SyntaxError, ValueError):
        return None
    found.sort()
    # Equal lines stand beside each other now: no set of millions is needed.
    return b"\n".join(map(operator.itemgetter(0), itertools.groupby(found)))


def _portions(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield whole lines, about so many bytes at a time."""
    mark = file.read(len(codecs.BOM_UTF8))
    rest = mark.removeprefix(codecs.BOM_UTF8)
    while text := file.read(size):
        cut = text.rfind(b"\n") + 1
        if not cut:
            rest += text
            continue
        yield rest + text[:cut]
        rest = text[cut:]
    if rest:
        yield rest


def _written(text: bytes) -> list[bytes]:
    store = ox.Store()
    store.bulk_load(input=text, format=ox.RdfFormat.N_TRIPLES)
    lines = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()) or b""
    return lines.removesuffix(_STOP).split(_STOP) if lines else []
