"""Quotations checked against the stored texts: what is cited must stand where it is said to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

import pyoxigraph as ox

from coopgraph.errors import CoopgraphError
from coopgraph.intake.rdf_file import RdfDocument, term_text
from coopgraph.intake.stored_text import TextOf
from coopgraph.knowledge.violation import Violation
from coopgraph.vocabulary import COOP, OA, short_id

_Values: TypeAlias = dict[str, dict[str, list[str]]]
"""Subject → property → values, as texts."""

SHAPE: Final = "QuotationStands"
_PARTS: Final = {
    OA + "exact": "exact",
    OA + "prefix": "prefix",
    OA + "suffix": "suffix",
    OA + "start": "start",
    OA + "end": "end",
}


def misquotations(documents: Iterable[RdfDocument], text_of: TextOf) -> Iterator[Violation]:
    """Yield the quotations that do not stand at their place in the stored text.

    Parameters
    ----------
    documents
        What is to be loaded.
    text_of
        Gives the stored text of a source document. A document without one is passed over: nothing
        can be compared.

    Yields
    ------
    Violation
        One a quotation, with the line of its words.
    """
    for document in documents:
        values: _Values = {}
        for triple in document.triples:
            if isinstance(triple.object, ox.NamedNode | ox.Literal):
                said = values.setdefault(term_text(triple.subject), {})
                said.setdefault(triple.predicate.value, []).append(triple.object.value)
        for node, said in values.items():
            sources = said.get(OA + "hasSource", [])
            if len(sources) != 1:
                continue  # no evidence, or one that a shape refuses
            try:
                text = text_of(sources[0])
            except CoopgraphError:
                continue
            found = dict(_selected(said, values))
            wrong = _wrong(text, found, said.get(COOP + "paragraph", []))
            if wrong:
                yield _violation(document, node, values, found.get("exact", ""), wrong)


def _violation(
    document: RdfDocument, node: str, values: _Values, words: str, wrong: tuple[str, str]
) -> Violation:
    said = values[node]
    selectors = said.get(OA + "hasSelector", [])
    quoting = next((s for s in selectors if OA + "exact" in values.get(s, {})), node)
    source = short_id(said[OA + "hasSource"][0])
    return Violation(
        severity="Violation",
        shape=SHAPE,
        focus=short_id(node),
        path="exact",
        value=words,
        message={
            "en": f"“{words}” {wrong[0]} of {source}: expand the quotation again from the text",
            "zh": f"“{words}”{wrong[1]}（{source}）：请据原文重新展开引文",
        },
        file=document.name,
        line=document.line_of(quoting, OA + "exact", words),
    )


def _selected(said: dict[str, list[str]], values: _Values) -> Iterator[tuple[str, str]]:
    for selector in said.get(OA + "hasSelector", []):
        for prop, name in _PARTS.items():
            for value in values.get(selector, {}).get(prop, [])[:1]:
                yield name, value


def _wrong(text: str, found: dict[str, str], paragraphs: list[str]) -> tuple[str, str] | None:
    """Return what is wrong with a quotation, in English and Chinese."""
    try:
        start, end, exact = int(found["start"]), int(found["end"]), found["exact"]
    except (KeyError, ValueError):
        return None  # a shape tells
    if not 0 <= start <= end <= len(text) or text[start:end] != exact:
        return f"does not stand at {start}–{end}", f"不在原文 {start}–{end} 处"
    before, after = text[:start], text[end:]
    if not before.endswith(found.get("prefix", "")) or not after.startswith(
        found.get("suffix", "")
    ):
        return "stands between other words there", "前后文与原文不符"
    paragraph = before.count("\n") + 1
    if paragraphs and paragraphs[0] != str(paragraph):
        return f"stands in paragraph {paragraph}", f"在第 {paragraph} 段"
    return None
