"""The formats that a part of the graph is written in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from coopgraph.errors import BadRequest
from coopgraph.export import cx2, gexf, graphml, statements
from coopgraph.export.csv_pair import MEDIA_TYPE as ZIP
from coopgraph.export.csv_pair import write_csv
from coopgraph.export.part import Part
from coopgraph.export.workbook import MEDIA_TYPE as XLSX
from coopgraph.export.workbook import write_xlsx
from coopgraph.graph.scope import choice

Writer = Callable[[Part], Iterator[bytes]]


@dataclass(frozen=True)
class FileFormat:
    """A format that graphs are exported in.

    Attributes
    ----------
    media_type
        Its media type.
    suffix
        The ending of its files.
    write
        Writes it.
    flavours
        What writes it for one program, by the flavour's name.
    """

    media_type: str
    suffix: str
    write: Writer
    flavours: Mapping[str, Writer] = field(default_factory=dict)


FORMATS: Final[dict[str, FileFormat]] = {
    "graphml": FileFormat(
        graphml.MEDIA_TYPE, ".graphml", graphml.write_graphml, {"yed": graphml.write_yed}
    ),
    "gexf": FileFormat(gexf.MEDIA_TYPE, ".gexf", gexf.write_gexf),
    "cx2": FileFormat(cx2.MEDIA_TYPE, ".cx2", cx2.write_cx2),
    "jsonld": FileFormat(statements.JSONLD, ".jsonld", statements.write_jsonld),
    "turtle": FileFormat(statements.TURTLE, ".ttl", statements.write_turtle),
    "trig": FileFormat(statements.TRIG, ".trig", statements.write_trig),
    "csv": FileFormat(ZIP, ".csv.zip", write_csv),
    "xlsx": FileFormat(XLSX, ".xlsx", write_xlsx),
}


@dataclass(frozen=True)
class GraphFile:
    """A file that is being written.

    Attributes
    ----------
    name
        What to call it, in ASCII.
    title
        What to call it where any script will do.
    media_type
        What it is.
    generation
        Of which generation.
    chunks
        Its bytes. An empty chunk says that it is still worked on.
    """

    name: str
    title: str
    media_type: str
    generation: int
    chunks: Iterator[bytes]


def check_format(file_format: str, flavour: str | None) -> FileFormat:
    """Return a format.

    Raises
    ------
    BadRequest
        If there is no such format, or it has no such flavour.
    """
    choice("format", file_format, FORMATS)
    wanted = FORMATS[file_format]
    if flavour is not None and not wanted.flavours:
        raise BadRequest(
            f"format={file_format} has no flavours: leave flavour out",
            zh=f"format={file_format} 没有变体：请省略 flavour",
            parameter="flavour",
        )
    if flavour is not None:
        choice("flavour", flavour, wanted.flavours)
    return wanted


def write_file(part: Part, file_format: str, flavour: str | None = None) -> GraphFile:
    """Begin to write a part of the graph; nothing is read before the first chunk is asked for.

    Raises
    ------
    BadRequest
        As :func:`check_format` does.
    """
    wanted = check_format(file_format, flavour)
    about = "" if part.title is None else "-" + part.title.replace("/", "-")
    return GraphFile(
        f"coopgraph{wanted.suffix}",
        f"合作图谱{about}{wanted.suffix}" if part.language == "zh" else
        f"coopgraph{about}{wanted.suffix}",
        wanted.media_type,
        part.generation,
        (wanted.flavours[flavour] if flavour else wanted.write)(part),
    )  # fmt: skip
