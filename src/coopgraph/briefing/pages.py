"""Briefings as Markdown and as an HTML page that needs nothing else."""

from __future__ import annotations

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from coopgraph.briefing import plain_text
from coopgraph.briefing.report import Briefing, Cell, Source
from coopgraph.briefing.sources import source_line
from coopgraph.briefing.texts import text

_LOADER: Final = PackageLoader("coopgraph.briefing", "templates")
_HTML: Final = Environment(
    loader=_LOADER, autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip
# Markdown has an escape of its own, which the template names wherever it prints.
_MARKDOWN: Final = Environment(
    loader=_LOADER, autoescape=False, undefined=StrictUndefined, trim_blocks=True,  # noqa: S701
    lstrip_blocks=True, keep_trailing_newline=True,
)  # fmt: skip


def _marked(cell: Cell) -> str:
    said = plain_text.markdown(cell.text)
    marks = "".join(f"[{n}]" for n in cell.cites) + ("※" if cell.read else "")
    return f"{said} {marks}".strip()


def _linked(cell: Cell) -> Markup:
    said = escape(cell.text)
    marks = Markup("").join(
        Markup('<a class="cite" href="#source-{0}">[{0}]</a>').format(n) for n in cell.cites
    )
    if cell.read:
        marks += "※"
    return said + " " + marks if said and marks else said + marks


_MARKDOWN.filters |= {"md": plain_text.markdown, "cell": _marked}
_HTML.filters |= {"cell": _linked}


def write_markdown(briefing: Briefing) -> bytes:
    """Write a briefing as Markdown (CommonMark with tables, as GitHub has them), UTF-8."""
    return _render(_MARKDOWN, "briefing.md", briefing)


def write_html(briefing: Briefing) -> bytes:
    """Write a briefing as one HTML page without scripts, which prints on A4."""
    return _render(_HTML, "briefing.html", briefing)


def _render(environment: Environment, template: str, briefing: Briefing) -> bytes:
    def t(key: str, **values: object) -> str:
        return text(key, briefing.lang, **values)

    def said(source: Source) -> str:
        return source_line(source, briefing.lang)

    return environment.get_template(template).render(b=briefing, t=t, said=said).encode("utf-8")
