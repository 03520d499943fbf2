"""Data sets as plain files: triples in tab-separated lines, pairs in CSV."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from coopgraph.errors import DocumentSyntaxError, NotFound


def read_triples(path: Path) -> list[tuple[str, str, str]]:
    """Read lines ``head <tab> relation <tab> tail``.

    Raises
    ------
    NotFound
        If there is no such file.
    DocumentSyntaxError
        With the line that is not of this form.
    """
    found = []
    for number, line in enumerate(_text(path).split("\n"), 1):
        parts = line.rstrip("\r").split("\t")
        if parts == [""]:
            continue
        if len(parts) != 3 or not all(parts):
            raise broken(path, number, "head, relation and tail, separated by tabs")
        found.append((parts[0], parts[1], parts[2]))
    return found


def read_table(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and the named columns of a CSV file with a header, gzipped or not.

    Raises
    ------
    NotFound, DocumentSyntaxError
        If the file, a column or a field is missing.
    """
    rows = csv.reader(io.StringIO(_text(path), newline=""))
    header = next(rows, [])
    missing = [name for name in columns if name not in header]
    if missing:
        raise broken(path, 1, f"a header with the column {missing[0]!r}")
    places = [header.index(name) for name in columns]
    for row in rows:
        if not row:
            continue
        if len(row) != len(header):
            raise broken(path, rows.line_num, f"{len(header)} fields")
        yield rows.line_num, [row[place] for place in places]


def number(path: Path, line: int, text: str) -> float:
    """Return a field as a finite number, or say which line has none."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not abs(value) < float("inf"):
        raise broken(path, line, f"a number, not {text!r}")
    return value


def the_file(folder: Path, pattern: str) -> Path:
    """Return the one file of a folder whose name fits a pattern.

    Raises
    ------
    NotFound
        If there is none, or more than one.
    """
    found = sorted(folder.glob(pattern)) if folder.is_dir() else []
    if len(found) != 1:
        what = f"has {len(found)} files" if found else "has no file"
        raise NotFound(
            f"{folder} {what} named {pattern}; one is needed",
            zh=f"{folder} 中应恰有一个名为 {pattern} 的文件，实有 {len(found)} 个",
        )
    return found[0]


def broken(path: Path, line: int, wanted: str) -> DocumentSyntaxError:
    """Return the error of a line that is not as it should be."""
    return DocumentSyntaxError(
        f"{path}, line {line}: expected {wanted}",
        zh=f"{path} 第 {line} 行格式不符：应为 {wanted}",
        line=line,
    )


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise NotFound(f"there is no file {path}", zh=f"没有文件 {path}") from None
    except (OSError, EOFError) as error:
        raise broken(path, 1, f"a readable file ({error})") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise broken(path, line, "UTF-8") from None
