"""A workbook for people: nodes, edges, evidence, and what it is about.

XlsxWriter keeps one row in memory and the rest in temporary files. Texts are written as texts,
never as formulas or links. A cell holds 32,767 characters and a sheet 1,048,576 rows: a longer
text is cut and ends in ``…``, more rows go on in a sheet of the same name with a number.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from coopgraph.export.part import Part
from coopgraph.export.rows import Rows
from coopgraph.export.table_columns import (
    EDGES,
    EVIDENCE,
    NODES,
    edge_cells,
    evidence_cells,
    node_cells,
)
from coopgraph.export.xml_text import printable

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS: Final = 1_048_576
MAX_TEXT: Final = 32_767
_CHUNK: Final = 256 * 1024
_WORKING: Final = b""  # so that a client who has gone away is noticed while rows are written
_CREATED: Final = datetime(1980, 1, 1)  # the same graph gives the same bytes


class _Table:
    """A table that goes on in another sheet where one is full."""

    def __init__(self, book: Any, name: str, columns: Iterable[str], bold: Any) -> None:
        self._book, self._name, self._columns, self._bold = book, name, tuple(columns), bold
        self._sheets = 0
        self._turn()

    def _turn(self) -> None:
        self._sheets += 1
        number = "" if self._sheets == 1 else f" {self._sheets}"
        self._sheet = self._book.add_worksheet(self._name + number)
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, len(self._columns) - 1, 18)
        for place, name in enumerate(self._columns):
            self._sheet.write_string(0, place, name, self._bold)
        self._row = 1

    def add(self, cells: Iterable[Any]) -> None:
        """Write a row: texts as texts, whatever they look like."""
        if self._row == MAX_ROWS:
            self._turn()
        for place, value in enumerate(cells):
            if value is None:
                continue
            if isinstance(value, bool):
                self._sheet.write_boolean(self._row, place, value)
            elif isinstance(value, int | float):
                self._sheet.write_number(self._row, place, value)
            else:
                text = printable(str(value))
                if len(text.encode("utf-16-le")) // 2 > MAX_TEXT:
                    text = text[: MAX_TEXT // 2 - 1] + "…"
                self._sheet.write_string(self._row, place, text)
        self._row += 1


def write_xlsx(part: Part) -> Iterator[bytes]:
    """Yield a workbook; nothing comes before it is whole but signs that it is worked on."""
    with tempfile.TemporaryDirectory(prefix="coopgraph-") as folder:
        path = Path(folder) / "graph.xlsx"
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False,
                   "strings_to_urls": False, "strings_to_numbers": False}  # fmt: skip
        book = xlsxwriter.Workbook(str(path), options)
        try:
            book.set_properties({"title": "coopgraph", "created": _CREATED})
            bold = book.add_format({"bold": True})
            yield from _fill(book, bold, part)
        finally:
            book.close()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk


def _fill(book: Any, bold: Any, part: Part) -> Iterator[bytes]:
    about = _Table(book, "about", ("key", "value"), bold)
    for item in part.about.items():
        about.add(item)
    nodes, edges = part.counts
    about.add(("nodes", nodes))
    about.add(("edges", edges))
    rows = Rows(part)
    names: list[str] = []
    table = _Table(book, "nodes", NODES, bold)
    for batch in rows.nodes():
        names.extend(row.name for row in batch)
        for row in batch:
            table.add(node_cells(row))
        yield _WORKING
    table = _Table(book, "edges", EDGES, bold)
    evidence = _Table(book, "evidence", EVIDENCE, bold)
    for some in rows.edges():
        for edge in some:
            table.add(edge_cells(edge, names))
            for cells in evidence_cells(edge):
                evidence.add(cells)
        yield _WORKING
