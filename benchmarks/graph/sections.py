"""Tables of graph searches, answers compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.graph.arrays import SHAPES, Arrays
from benchmarks.graph.contenders import CONTENDERS
from benchmarks.graph.host import Limits, Measured, measure
from benchmarks.graph.questions import KINDS, Asked
from benchmarks.table import Cell, Line, Section


def graph_sections(
    folder: Path,
    sizes: Sequence[int],
    count: int,
    limits: Limits,
    contenders: Sequence[str] = (),
    shapes: Sequence[str] = SHAPES,
) -> Iterator[Section]:
    """Yield a table for each size and shape, without a filter and with one.

    Parameters
    ----------
    folder
        Where the arrays are written for the processes.
    sizes
        Edges of the graphs.
    count
        Random nodes and pairs of each kind.
    limits
        Seconds the contenders may take.
    contenders
        Names; empty for all.
    shapes
        Some of ``SHAPES``.

    Raises
    ------
    AssertionError
        If answers differ.
    """
    names = ["kernels", *(n for n in contenders or CONTENDERS if n != "kernels")]
    for edges in sizes:
        for shape in shapes:
            file = folder / "arrays.npz"
            arrays = Arrays.make(shape, edges)
            arrays.save(file)
            for filtered in (False, True):
                asked = Asked.of(arrays, filtered, count)
                found = {n: measure(n, file, filtered, asked, limits) for n in names}
                words = f"{edges:,} edges, {shape}" + (", layer and date filtered" * filtered)
                yield _table(words, edges, asked, found, limits)
            file.unlink()


def _table(
    words: str, edges: int, asked: Asked, found: dict[str, Measured], limits: Limits
) -> Section:
    section = Section(f"Graph searches: {words}")
    building = {n: Cell(m.build, limits.build) for n, m in found.items()}
    section.lines.append(Line("build", _against_best(building), "1"))
    own = found["kernels"].answers
    for kind, question in KINDS.items():
        count = len(asked.questions[kind])
        cells = {}
        for name, measured in found.items():
            if kind not in measured.answers:
                continue
            answers = measured.answers[kind]
            for i, (mine, theirs) in enumerate(zip(own.get(kind, ()), answers, strict=False)):
                if mine[1] != theirs[1]:
                    where = asked.questions[kind][i]
                    raise AssertionError(
                        f"{words}: {kind}: kernels and {name} differ for {where}: "
                        f"{mine[1]} and {theirs[1]}"
                    )
            few = f"({len(answers)})" if 0 < len(answers) < count else ""
            seconds = median(s for s, _ in answers) if answers else None
            cells[name] = Cell(seconds, limits.single, few)
        section.lines.append(Line(question, _against_best(cells), str(count)))
    if edges >= 1_000_000:
        sizes = ", ".join(
            f"{n} {m.memory * 2**20 / edges:.1f}" for n, m in found.items() if m.memory
        )
        section.notes.append(f"Bytes an edge that building added to the process: {sizes}.")
    section.notes.append(
        "`n×` is the time of the fastest peer, which it names, divided by that of the kernels: "
        "above 1 they are faster. (n) after a figure: so many questions were finished in time."
    )
    return section


def _against_best(cells: dict[str, Cell]) -> dict[str, Cell]:
    """Note beside our figure how it compares with the fastest peer's."""
    peers = {n: c.value for n, c in cells.items() if n != "kernels" and c.value is not None}
    own = cells.get("kernels")
    if not peers or own is None or not own.value:
        return cells
    best = min(peers, key=lambda name: peers[name])
    times = peers[best] / own.value
    note = f"(**{times:,.0f}×**, {best})" if times >= 10 else f"(**{times:.2g}×**, {best})"
    return {**cells, "kernels": Cell(own.value, own.limit, f"{own.note} {note}".strip())}
