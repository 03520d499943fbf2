"""The formats of a briefing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from coopgraph.briefing.pages import write_html, write_markdown
from coopgraph.briefing.report import Briefing

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


def _write_docx(briefing: Briefing) -> bytes:
    # Every command would pay for the import, and few write Word.
    from coopgraph.briefing.docx import write_docx

    return write_docx(briefing)


@dataclass(frozen=True)
class Format:
    """A format of a briefing: its media type, the ending of its files, and what writes it."""

    media_type: str
    suffix: str
    write: Callable[[Briefing], bytes]


FORMATS: Final = {
    "markdown": Format("text/markdown", ".md", write_markdown),
    "html": Format("text/html", ".html", write_html),
    "docx": Format(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".docx",
        _write_docx,
    ),
}


@dataclass(frozen=True)
class BriefingFile:
    """A briefing that is written.

    Attributes
    ----------
    name
        What to call the file, in ASCII.
    media_type
        What it is.
    content
        Its bytes; the same for the same generation and question.
    generation
        Of which generation.
    briefing
        The briefing as data.
    """

    name: str
    media_type: str
    content: bytes
    generation: int
    briefing: Briefing

    @property
    def text(self) -> str:
        """The content as text; a Word document has none."""
        return self.content.decode("utf-8")


def write_briefing(briefing: Briefing, of: str, format: str) -> BriefingFile:
    """Write a briefing in one of :data:`FORMATS`.

    Parameters
    ----------
    briefing
        The briefing.
    of
        Short id of its node, which the file is called after.
    format
        A key of :data:`FORMATS`.
    """
    form = FORMATS[format]
    slug = _UNSAFE.sub("-", of).strip("-.")[:80] or "node"
    name = f"briefing-{slug}-{briefing.lang}{form.suffix}"
    return BriefingFile(name, form.media_type, form.write(briefing), briefing.generation, briefing)
