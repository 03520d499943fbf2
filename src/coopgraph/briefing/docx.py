"""Briefings as Word documents (Office Open XML)."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any, Final

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from coopgraph.__about__ import __version__
from coopgraph.briefing.report import Briefing, Cell, Section
from coopgraph.briefing.sources import source_line
from coopgraph.briefing.texts import text

_LATIN: Final = "Times New Roman"
_SONG: Final = "宋体"
_HEI: Final = "黑体"
_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC)  # the same bytes at any time
_ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
_WIDTH: Final = 210 - 2 * 18


def write_docx(briefing: Briefing) -> bytes:
    """Write a briefing as a Word document on A4; the same briefing gives the same bytes."""
    document = docx.Document()
    _set_up(document, briefing)
    title = _paragraph(document, briefing.title, 16, bold=True, face=_HEI)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.style = document.styles["Title"]
    about = _paragraph(document, briefing.subtitle, 9)
    about.alignment = WD_ALIGN_PARAGRAPH.CENTER
    colon = "：" if briefing.lang == "zh" else ": "
    for term, said in briefing.facts:
        paragraph = _paragraph(document, term + colon, 9, bold=True)
        _run(paragraph, said, 9)
    for section in briefing.sections:
        _section(document, section)
    if briefing.sources:
        _heading(document, text("sources", briefing.lang))
        for name, layer, passages in briefing.documents:
            paragraph = _paragraph(document, name, 7.5, bold=True)
            if layer:
                _run(paragraph, text("in_brackets", briefing.lang, of=layer), 7.5)
            for source in passages:
                said = source_line(source, briefing.lang)
                _run(paragraph, f"  [{source.number}] {said}", 7.5)
    return _packed(document)


def _set_up(document: Document, briefing: Briefing) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(18)
    page.top_margin, page.bottom_margin = Mm(14), Mm(14)
    page.footer_distance = Mm(8)
    for name, face, size in (
        ("Normal", _SONG, 10), ("Title", _HEI, 16), ("Heading 1", _HEI, 11.5),
    ):  # fmt: skip
        style: Any = document.styles[name]
        style.font.size = Pt(size)
        _face(style, face)
        style.paragraph_format.space_before = Pt(4 if name == "Heading 1" else 0)
        style.paragraph_format.space_after = Pt(2)
        style.paragraph_format.line_spacing = 1.0
        style.font.color.rgb = docx.shared.RGBColor(0, 0, 0)
    for border in document.styles["Title"].element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
        break
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    normal = document.styles["Normal"].element.get_or_add_rPr()
    normal.append(language)
    _page_number(page.footer.paragraphs[0])
    known = document.core_properties
    known.title, known.subject = briefing.title[:255], briefing.subtitle[:255]
    known.author = known.last_modified_by = "coopgraph"
    known.comments, known.keywords = "", ""
    known.language = "zh-CN" if briefing.lang == "zh" else "en"
    known.version, known.revision = __version__, 1
    known.created = known.modified = known.last_printed = _MADE


def _face(style: Any, east: str) -> None:
    """Set the font of a style: a Latin one, and one for Chinese."""
    style.font.name = _LATIN
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    fonts.set(qn("w:eastAsia"), east)


def _section(document: Document, section: Section) -> None:
    _heading(document, section.heading)
    for sentence in section.lead:
        size = 9.5 if section.name == "figures" else 8.5
        lead = _paragraph(document, sentence, size, bold=section.suggested)
        lead.paragraph_format.keep_with_next = bool(section.rows or section.items)
    if section.rows:
        _table(document, section)
    for item in section.items:
        _hanging(_paragraph(document, f"• {_said(item)}", 8))
    if section.more:
        _paragraph(document, section.more, 8.5)


def _table(document: Document, section: Section) -> None:
    table = document.add_table(rows=1, cols=len(section.columns), style="Table Grid")
    table.autofit = False
    head = table.rows[0]
    repeated = OxmlElement("w:tblHeader")
    head._tr.get_or_add_trPr().append(repeated)
    for cell, column in zip(head.cells, section.columns, strict=True):
        cell.paragraphs[0].paragraph_format.keep_with_next = True
        _run(cell.paragraphs[0], column, 8.5, bold=True, face=_HEI)
    for row in section.rows:
        added = table.add_row()
        added._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, said in zip(added.cells, row, strict=True):
            _run(cell.paragraphs[0], _said(said), 8.5)
    for made in table.rows:
        for cell, width in zip(made.cells, section.widths, strict=True):
            cell.width = Mm(_WIDTH * width / 100)
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
            _spaced(cell.paragraphs[0], 8.5)
    for column, width in zip(table.columns, section.widths, strict=True):
        column.width = Mm(_WIDTH * width / 100)


def _said(cell: Cell) -> str:
    marks = "".join(f"[{n}]" for n in cell.cites) + ("※" if cell.read else "")
    return f"{cell.text} {marks}".strip()


def _heading(document: Document, words: str) -> None:
    document.add_heading(words, level=1)


def _paragraph(
    document: Document, words: str, size: float, *, bold: bool = False, face: str = _SONG
) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(1)
    _spaced(paragraph, size)
    _run(paragraph, words, size, bold=bold, face=face)
    return paragraph


def _run(
    paragraph: Paragraph, words: str, size: float, *, bold: bool = False, face: str = _SONG
) -> Run:
    run = paragraph.add_run(words)
    run.font.size, run.font.bold = Pt(size), bold
    run.font.name = _LATIN
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), face)
    if not words.isascii():
        fonts.set(qn("w:hint"), "eastAsia")  # one font for ○, ● and “ ”, which both scripts have
    return run


def _spaced(paragraph: Paragraph, size: float) -> None:
    """Set lines a fixed way apart: fonts for Chinese differ much in the height they claim."""
    paragraph.paragraph_format.line_spacing = Pt(1.18 * size)


def _hanging(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.left_indent = Mm(5)
    paragraph.paragraph_format.first_line_indent = Mm(-5)


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind in ("begin", "instr", "end"):
        run = paragraph.add_run()
        if kind == "instr":
            instruction = OxmlElement("w:instrText")
            instruction.text = "PAGE"
            run._element.append(instruction)
            continue
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run._element.append(mark)


def _packed(document: Document) -> bytes:
    """Return the file with one date on all its parts."""
    made, fixed = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as there, zipfile.ZipFile(fixed, "w") as here:
        for name in there.namelist():
            part = zipfile.ZipInfo(name, _ZIP_DATE)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            here.writestr(part, there.read(name))
    return fixed.getvalue()
