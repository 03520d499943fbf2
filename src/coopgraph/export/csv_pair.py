"""Two CSV files, nodes and edges, in a zip that is written as a stream.

No cell can be taken for a formula: one that begins with ``=``, ``+``, ``-``, ``@``, tab, carriage
return or line feed (also after blanks, and in full width) gets an apostrophe before it, and so does
one that begins with an apostrophe, so that taking one away gives every text back. Numbers are
written as they are. UTF-8 without a mark, fields as in RFC 4180.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final, cast

from coopgraph.export.part import Part
from coopgraph.export.rows import Rows
from coopgraph.export.table_columns import EDGES, NODES, edge_cells, node_cells
from coopgraph.export.xml_text import printable

MEDIA_TYPE: Final = "application/zip"
_FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠'")
_DAY: Final = (1980, 1, 1, 0, 0, 0)  # the same graph gives the same bytes


def harmless(value: Any) -> Any:
    r"""Return a cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> harmless('=HYPERLINK("x")'), harmless("'a"), harmless("a=b"), harmless(-1.5)
    ('\'=HYPERLINK("x")', "''a", 'a=b', -1.5)
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return value
    text = printable(value)
    return f"'{text}" if text[:1] in _FORMULA or text.lstrip()[:1] in _FORMULA else text


class _Outbox:
    """A file that cannot be sought in and hands on what was written to it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        """Return what was written since."""
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def write_csv(part: Part) -> Iterator[bytes]:
    """Yield a zip of ``nodes.csv``, ``edges.csv`` and ``about.csv``."""
    rows, box = Rows(part), _Outbox()
    names: list[str] = []

    def nodes() -> Iterator[list[tuple[Any, ...]]]:
        for batch in rows.nodes():
            names.extend(row.name for row in batch)
            yield [node_cells(row) for row in batch]

    def edges() -> Iterator[list[tuple[Any, ...]]]:
        for batch in rows.edges():
            yield [edge_cells(row, names) for row in batch]

    tables: tuple[tuple[str, tuple[str, ...], Iterable[list[tuple[Any, ...]]]], ...] = (
        ("about.csv", ("key", "value"), [list(part.about.items())]),
        ("nodes.csv", NODES, nodes()),
        ("edges.csv", EDGES, edges()),
    )
    with zipfile.ZipFile(cast("IO[bytes]", box), "w") as archive:
        for name, columns, batches in tables:
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as file:
                file.write(_lines([columns]))
                for batch in batches:
                    file.write(_lines(batch))
                    yield box.taken()
    yield box.taken()


def _lines(cells: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in cells)
    return text.getvalue().encode()
