"""Results as Markdown tables and as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Cell:
    """One figure.

    Attributes
    ----------
    value
        Seconds, or bytes; None where the contender did not finish.
    limit
        What it was given when it did not finish.
    note
        A word about it.
    """

    value: float | None
    limit: float | None = None
    note: str = ""


@dataclass
class Line:
    """One thing that was measured, by contender."""

    question: str
    cells: dict[str, Cell]
    count: str = ""


@dataclass
class Section:
    """Lines that have the same contenders.

    Attributes
    ----------
    title
        What it is about.
    peer
        The contender that the ratios are against; None for no ratios.
    unit
        ``s``, ``/s`` (values are seconds a request) or ``MiB``.
    lines, notes
        Its content.
    """

    title: str
    peer: str | None = None
    unit: str = "s"
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, question: str, count: str = "", **cells: Cell | float) -> None:
        """Add a line; underscores in the names of contenders stand for spaces."""
        clean = {
            name.replace("_", " "): cell if isinstance(cell, Cell) else Cell(cell)
            for name, cell in cells.items()
        }
        self.lines.append(Line(question, clean, count))

    def to_markdown(self) -> str:
        """Return the section as a Markdown table."""
        contenders = list(dict.fromkeys(name for line in self.lines for name in line.cells))
        rows = [["", *contenders, "n"]]
        for line in self.lines:
            base = line.cells.get(self.peer) if self.peer else None
            cells = [self._show(name, line.cells.get(name), base) for name in contenders]
            rows.append([line.question, *cells, line.count])
        rows.insert(1, ["---", *("---:" for _ in rows[0][1:])])
        table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
        notes = "".join(f"\n\n{note}" for note in self.notes)
        return f"### {self.title}\n\n{table}{notes}\n"

    def _show(self, name: str, cell: Cell | None, base: Cell | None) -> str:
        if cell is None:
            return "–"
        if cell.value is None:
            return f"over {show(cell.limit or 0, self.unit)}"
        text = show(cell.value, self.unit)
        if base is not None and name != self.peer and cell.value > 0:
            if base.value is not None:
                text += f" (**{_ratio(base.value / cell.value)}**)"
            elif base.limit:
                text += f" (**> {_ratio(base.limit / cell.value)}**)"
        return text + (f" {cell.note}" if cell.note else "")

    def to_dict(self) -> dict[str, Any]:
        """Return the section as plain data."""
        return {
            "title": self.title,
            "peer": self.peer,
            "unit": "MiB" if self.unit == "MiB" else self.unit if self.unit == "B" else "s",
            "lines": [
                {
                    "question": line.question,
                    "count": line.count,
                    "cells": {name: vars(cell) for name, cell in line.cells.items()},
                }
                for line in self.lines
            ],
            "notes": self.notes,
        }


def _ratio(value: float) -> str:
    return f"{value:,.0f}×" if value >= 10 else f"{value:.2g}×"


def show(value: float, unit: str) -> str:
    """Return a figure for people.

    Examples
    --------
    >>> show(0.0000312, "s"), show(95.2, "s"), show(0.001, "/s")
    ('31.2 µs', '95.2 s', '1,000/s')
    """
    if unit == "/s":
        return f"{1 / value:,.0f}/s" if value else "–"
    if unit != "s":
        return f"{value:,.1f} {unit}"
    for factor, name in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if value * factor >= 1 or name == "µs":
            scaled = value * factor
            return f"{scaled:.3g} {name}" if scaled < 1000 else f"{scaled:,.0f} {name}"
    raise AssertionError
