"""Read RDF files, and remember the line on which each statement stands."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from coopgraph.errors import BadRequest, DocumentSyntaxError, NotFound, UnsupportedMediaType

FORMATS: Final[dict[str, ox.RdfFormat]] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
}
"""The file endings that are read."""

_PLACE: Final = re.compile(r"^Parser error at line \d+ (?:between )?columns? \d+(?: and \d+)?: ")


@dataclass(frozen=True)
class RdfDocument:
    """The statements of one file.

    Attributes
    ----------
    name
        The file's name, for messages.
    triples
        Its statements, in the order of the file.
    lines
        The line (from 1) on which each statement ends, same length as ``triples``.
    """

    name: str
    triples: list[ox.Triple]
    lines: list[int] = field(default_factory=list)

    def line_of(
        self, subject: str, predicate: str | None = None, value: str | None = None
    ) -> int | None:
        """Return the line of the statement that fits best, or None if the subject is not here."""
        place = self.place_of(subject, predicate, value)
        return place[1] if place else None

    def place_of(
        self, subject: str, predicate: str | None = None, value: str | None = None
    ) -> tuple[int, int] | None:
        """Return how well the best statement fits, 0 to 3, and its line.

        0 is for one that only leads to the subject.

        Parameters
        ----------
        subject
            The subject's IRI.
        predicate, value
            The predicate's IRI and the object's text, if known; a statement that has all of them
            is preferred to one with the subject alone.

        Returns
        -------
        tuple or None
            None if the subject is not here.
        """
        said = self._said.get(subject)
        if said is None:
            # Nothing is said of it here, but it may be spoken of.
            spoken = self._spoken.get(subject)
            return None if spoken is None else (0, spoken)
        best = (1, self.lines[said[0]])
        for i in said:
            triple = self.triples[i]
            if predicate is None or triple.predicate.value != predicate:
                continue
            rank = 3 if value is not None and term_text(triple.object) == value else 2
            if rank > best[0]:
                best = (rank, self.lines[i])
        return best

    # Every violation asks where it is; a walk through the file for each took a fifth of a load.

    @cached_property
    def _said(self) -> dict[str, list[int]]:
        """Where each subject stands, in the order of the file."""
        found: dict[str, list[int]] = {}
        for i, triple in enumerate(self.triples):
            found.setdefault(term_text(triple.subject), []).append(i)
        return found

    @cached_property
    def _spoken(self) -> dict[str, int]:
        """The line where each term is first an object."""
        found: dict[str, int] = {}
        for triple, line in zip(self.triples, self.lines, strict=True):
            found.setdefault(term_text(triple.object), line)
        return found


class UnreadDocument(RdfDocument):
    """A document whose statements are read when somebody asks for them.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    BadRequest
        When it is read, if the file is no longer what it was.
    """

    _path: Path
    _stamp: tuple[int, int] | None

    def __init__(self, path: Path) -> None:
        object.__setattr__(self, "name", path.name)
        object.__setattr__(self, "_path", path)
        object.__setattr__(self, "_stamp", _stamp(path))

    def __getattr__(self, name: str) -> list[ox.Triple] | list[int]:
        if name not in ("triples", "lines"):
            raise AttributeError(name)
        read = read_rdf(self._path)
        if _stamp(self._path) != self._stamp:
            raise BadRequest(
                f"{self.name} was changed while it was read; load it again",
                zh=f"{self.name} 在读取过程中被修改，请重新载入",
            )
        object.__setattr__(self, "triples", read.triples)
        object.__setattr__(self, "lines", read.lines)
        return read.triples if name == "triples" else read.lines


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def term_text(term: object) -> str:
    """Return the IRI of a resource, or the words of a literal.

    Examples
    --------
    >>> term_text(ox.NamedNode("http://x/a")), term_text(ox.Literal("甲", language="zh"))
    ('http://x/a', '甲')
    """
    return str(getattr(term, "value", term))


class _LineByLine(io.RawIOBase):
    """A byte stream that hands out one line a read, so that the parser cannot run ahead."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._lines = data.splitlines(keepends=True)
        self.line = 0
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            if self.line >= len(self._lines):
                return b""
            self._rest = self._lines[self.line]
            self.line += 1
        if size < 0:
            size = len(self._rest)
        part, self._rest = self._rest[:size], self._rest[size:]
        return part


def parse_rdf(data: bytes, rdf_format: ox.RdfFormat, *, name: str = "(text)") -> RdfDocument:
    r"""Parse RDF bytes.

    Parameters
    ----------
    data
        The document.
    rdf_format
        Its format.
    name
        How messages call it.

    Returns
    -------
    RdfDocument
        Statements and their lines.

    Raises
    ------
    DocumentSyntaxError
        With ``line`` and ``column`` where the parser tells them.
    BadRequest
        If the document has named graphs: a file is loaded into one graph, named by the caller.

    Examples
    --------
    >>> text = b"@prefix a: <http://a/> .\na:x a:p a:y ;\n  a:q 1 ."
    >>> parse_rdf(text, ox.RdfFormat.TURTLE).lines
    [2, 3]
    """
    stream = _LineByLine(data.removeprefix(codecs.BOM_UTF8))
    triples: list[ox.Triple] = []
    lines: list[int] = []
    try:
        for quad in ox.parse(input=stream, format=rdf_format):  # type: ignore[arg-type]
            if not isinstance(quad.graph_name, ox.DefaultGraph):
                raise BadRequest(
                    f"{name}, line {stream.line}: the file names the graph "
                    f"<{quad.graph_name.value}>. A file is loaded into one graph; "
                    "take out the graph names and give --layer and --name",
                    zh=f"{name} 第 {stream.line} 行：文件中含有命名图。请去掉图名，"
                    "并用 --layer 与 --name 指定目标图",
                    line=stream.line,
                )
            if isinstance(quad.object, ox.Triple):
                raise BadRequest(
                    f"{name}, line {stream.line}: statements about statements (RDF 1.2) are not "
                    "read; name the statement's resource and say it of that",
                    zh=f"{name} 第 {stream.line} 行：不支持关于陈述的陈述（RDF 1.2）",
                    line=stream.line,
                )
            triples.append(quad.triple)
            lines.append(stream.line)
    except SyntaxError as error:
        line = error.lineno or stream.line
        where = f"line {line}" + (f", column {error.offset}" if error.offset else "")
        reason = _PLACE.sub("", str(error.msg))  # the place is told before it
        raise DocumentSyntaxError(
            f"{name}, {where}: {reason}. Nothing was loaded",
            zh=f"{name} 第 {line} 行"
            + (f"第 {error.offset} 列" if error.offset else "")
            + f"：语法错误（{reason}）。未载入任何数据",
            line=line,
            column=error.offset,
        ) from None
    return RdfDocument(name, triples, lines)


def read_rdf(path: Path) -> RdfDocument:
    """Read an RDF file; its format is known by its ending (see :data:`FORMATS`).

    Raises
    ------
    NotFound
        If there is no such file.
    UnsupportedMediaType
        If the ending is not one that is read.
    DocumentSyntaxError
        If it does not parse.
    """
    try:
        rdf_format = FORMATS[path.suffix.lower()]
    except KeyError:
        raise UnsupportedMediaType(
            f"{path.name}: files with the ending {path.suffix!r} are not read; "
            f"use one of {', '.join(FORMATS)}",
            zh=f"{path.name}：不支持扩展名 {path.suffix!r}，可用：{'、'.join(FORMATS)}",
        ) from None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotFound(
            f"{path}: {error.strerror}", zh=f"无法读取文件 {path}：{error.strerror}"
        ) from error
    return parse_rdf(data, rdf_format, name=path.name)
