"""Quotations: find the words someone quotes in a stored text, and write down where they stand.

People write evidence in shorthand, the words and the number of their paragraph::

    coop:evidencedBy [ coop:quote "推进国际产能合作" ; coop:paragraph 11 ]

and, where the words occur more than once in the paragraph, ``coop:occurrence 2``. Where a file
cites several documents, each piece of evidence says which with ``oa:hasSource``. Here the
shorthand becomes an evidence node with a text quotation and a text position (Web Annotation).
Offsets are computed, never typed; they count Unicode code points. The paragraphs of a stored text
are its lines; the text of document ``id/document/SLUG`` is the file ``SLUG.txt``.

``python -m coopgraph.intake.quotation SOURCE.ttl TEXT OUT.ttl`` does so for a file. ``TEXT`` is
what is quoted where no document is named; documents that are named have their texts beside it. It
may also be a folder of texts.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from coopgraph.errors import BadRequest, DataInvalid
from coopgraph.intake.rdf_file import read_rdf
from coopgraph.intake.stored_text import TextOf, slug_of, stored_texts
from coopgraph.intake.turtle import to_turtle, turtle_order
from coopgraph.vocabulary import COOP, ID, OA, RDF

CONTEXT: Final = 12
_SHORTHAND: Final = {
    COOP + "quote": "coop:quote",
    COOP + "paragraph": "coop:paragraph",
    COOP + "occurrence": "coop:occurrence",
    OA + "hasSource": "oa:hasSource",
}


@dataclass(frozen=True)
class Quotation:
    """A passage of a stored text.

    Attributes
    ----------
    paragraph
        Its number, from 1.
    start, end
        Offsets in the paragraph; ``document_start`` is the one in the whole text.
    exact, prefix, suffix
        The words, and up to ``CONTEXT`` characters of the paragraph on either side.
    """

    paragraph: int
    start: int
    end: int
    document_start: int
    exact: str
    prefix: str
    suffix: str

    def iri(self, document: str) -> str:
        """Return the IRI of the evidence: the same passage always has the same one.

        Examples
        --------
        >>> find("甲与乙合作", "合作", 1).iri("https://w3id.org/coopgraph/id/document/a")
        'https://w3id.org/coopgraph/id/evidence/a/p1-3-5'
        """
        return f"{ID}evidence/{slug_of(document)}/p{self.paragraph}-{self.start}-{self.end}"

    def triples(self, document: str) -> list[ox.Triple]:
        """Return the statements that describe the passage as evidence from a document."""
        node = self.iri(document)
        words, position = node + "#quote", node + "#position"
        return [
            _triple(node, RDF + "type", ox.NamedNode(COOP + "Evidence")),
            _triple(node, OA + "hasSource", ox.NamedNode(document)),
            _triple(node, COOP + "paragraph", ox.Literal(self.paragraph)),
            _triple(node, OA + "hasSelector", ox.NamedNode(words)),
            _triple(node, OA + "hasSelector", ox.NamedNode(position)),
            _triple(words, RDF + "type", ox.NamedNode(OA + "TextQuoteSelector")),
            _triple(words, OA + "exact", ox.Literal(self.exact)),
            _triple(words, OA + "prefix", ox.Literal(self.prefix)),
            _triple(words, OA + "suffix", ox.Literal(self.suffix)),
            _triple(position, RDF + "type", ox.NamedNode(OA + "TextPositionSelector")),
            _triple(position, OA + "start", ox.Literal(self.document_start)),
            _triple(position, OA + "end", ox.Literal(self.document_start + len(self.exact))),
        ]


def _triple(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)


def find(text: str, quote: str, paragraph: int, occurrence: int | None = None) -> Quotation:
    r"""Find quoted words in one paragraph of a text.

    Parameters
    ----------
    text
        The stored text, its paragraphs separated by one newline.
    quote
        The words, exactly as they stand.
    paragraph
        Number of the paragraph, from 1.
    occurrence
        Which occurrence is meant, from 1; needed where there is more than one.

    Raises
    ------
    DataInvalid
        If the words are not there, or it is not clear which occurrence is meant.

    Examples
    --------
    >>> found = find("产业合作\n推进产业合作", "合作", 2)
    >>> found.start, found.end, found.document_start, found.prefix
    (4, 6, 9, '推进产业')
    >>> find("产业合作\n推进产业合作", "转移", 2)
    Traceback (most recent call last):
        ...
    coopgraph.errors.DataInvalid: paragraph 2, “转移”: not there. Quote the words as they stand
    """
    paragraphs = text.split("\n")
    count = len(paragraphs)
    if not 1 <= paragraph <= count:
        raise _wrong(paragraph, quote, f"the text has {count} paragraphs", f"全文共 {count} 段")
    line = paragraphs[paragraph - 1]
    starts = [i for i in range(len(line)) if line.startswith(quote, i)] if quote else []
    times, which = len(starts), occurrence or 1
    if not starts:
        en = "not there. Quote the words as they stand"
        raise _wrong(paragraph, quote, en, "未找到。请照原文引用")
    if times > 1 and occurrence is None:
        en = f"there {times} times. Quote more, or say which with coop:occurrence"
        zh = f"出现 {times} 次。请多引几个字，或用 coop:occurrence 指明"
        raise _wrong(paragraph, quote, en, zh)
    if not 1 <= which <= times:
        en = f"there {times} times; there is no occurrence {which}"
        raise _wrong(paragraph, quote, en, f"只出现 {times} 次，没有第 {which} 处")
    start = starts[which - 1]
    end = start + len(quote)
    return Quotation(
        paragraph=paragraph,
        start=start,
        end=end,
        document_start=sum(len(p) + 1 for p in paragraphs[: paragraph - 1]) + start,
        exact=quote,
        prefix=line[max(0, start - CONTEXT) : start],
        suffix=line[end : end + CONTEXT],
    )


def _wrong(paragraph: int, quote: str, en: str, zh: str) -> DataInvalid:
    said = {"paragraph": paragraph, "quote": quote, "message": {"zh": zh, "en": en}}
    where, where_zh = f"paragraph {paragraph}, “{quote}”", f"第 {paragraph} 段“{quote}”"
    return DataInvalid(f"{where}: {en}", zh=f"{where_zh}：{zh}", violations=[said])


def _described(triples: Iterable[ox.Triple]) -> set[str]:
    return {
        t.subject.value
        for t in triples
        if t.object == ox.NamedNode(COOP + "SourceDocument") and isinstance(t.subject, ox.NamedNode)
    }


def document_of(triples: Iterable[ox.Triple]) -> str:
    """Return the IRI of the one source document that the statements describe."""
    documents = _described(triples)
    if len(documents) != 1:
        raise BadRequest(
            f"the file describes {len(documents)} source documents; quotations need exactly one",
            zh=f"文件描述了 {len(documents)} 个来源文献；引文须对应唯一文献",
        )
    return documents.pop()


def expand(
    triples: Sequence[ox.Triple],
    text: str | None = None,
    document: str | None = None,
    *,
    text_of: TextOf | None = None,
) -> list[ox.Triple]:
    """Replace evidence in shorthand by evidence nodes; leave all other statements as they are.

    Each statement comes once, in a stable order.

    Parameters
    ----------
    triples
        Statements, some about nodes that have a ``coop:quote``.
    text, document
        The stored text, and the document's IRI, that are meant where ``oa:hasSource`` names none;
        without them, every quotation must name its document.
    text_of
        Gives the texts of the other documents that are named.

    Raises
    ------
    DataInvalid
        If a quotation is not in the text, is ambiguous, or lacks its paragraph or document.
    NotFound
        If a document that is named has no stored text.

    Examples
    --------
    >>> short = '''@prefix coop: <https://w3id.org/coopgraph/ns#> . @prefix : <http://a/> .
    ... :a coop:evidencedBy [ coop:quote "合作" ; coop:paragraph 1 ] .'''
    >>> triples = [quad.triple for quad in ox.parse(short, format=ox.RdfFormat.TURTLE)]
    >>> document = "https://w3id.org/coopgraph/id/document/a"
    >>> expand(triples, "甲与乙合作", document)[0].object.value
    'https://w3id.org/coopgraph/id/evidence/a/p1-3-5'
    """
    shorthand: defaultdict[object, defaultdict[str, set[str]]] = defaultdict(
        lambda: defaultdict(set)
    )
    quoted = {t.subject for t in triples if t.predicate.value == COOP + "quote"}
    for t in triples:
        if t.subject in quoted and t.predicate.value in _SHORTHAND:
            value = str(getattr(t.object, "value", t.object))
            shorthand[t.subject][t.predicate.value].add(value)
    iris: dict[object, ox.NamedNode] = {}
    result: set[ox.Triple] = set()
    for node, values in shorthand.items():
        said = _once(values)
        quote = said[COOP + "quote"]
        try:
            paragraph = int(said[COOP + "paragraph"])
            occurrence = int(said[COOP + "occurrence"]) if COOP + "occurrence" in said else None
        except (KeyError, ValueError):
            en = "needs coop:paragraph and, if given, coop:occurrence as whole numbers"
            zh = "须以整数注明 coop:paragraph（及 coop:occurrence）"
            raise _wrong(0, quote, en, zh) from None
        cited = said.get(OA + "hasSource", document)
        if cited is None:
            en = "needs oa:hasSource: no document is meant where none is named"
            raise _wrong(paragraph, quote, en, "须以 oa:hasSource 注明来源文献")
        if cited == document and text is not None:
            passage = find(text, quote, paragraph, occurrence)
        elif text_of is not None:
            passage = _find_in(cited, text_of(cited), quote, paragraph, occurrence)
        else:
            en = f"quoted from <{cited}>, of which no text is at hand"
            raise _wrong(paragraph, quote, en, f"引自 <{cited}>，但没有其文本")
        iris[node] = ox.NamedNode(passage.iri(cited))
        result.update(passage.triples(cited))
    for t in triples:
        subject = iris.get(t.subject, t.subject)
        if t.subject not in iris or t.predicate.value not in _SHORTHAND:
            result.add(ox.Triple(subject, t.predicate, iris.get(t.object, t.object)))
    return sorted(result, key=turtle_order)


def _once(values: dict[str, set[str]]) -> dict[str, str]:
    for predicate, found in values.items():
        if len(found) > 1:
            first = min(values[COOP + "quote"])
            en = f"says {_SHORTHAND[predicate]} {len(found)} times. Write each quotation by itself"
            zh = f"{_SHORTHAND[predicate]} 出现 {len(found)} 次。每条引文请单独书写"
            raise _wrong(0, first, en, zh)
    return {predicate: next(iter(found)) for predicate, found in values.items()}


def _find_in(
    document: str, text: str, quote: str, paragraph: int, occurrence: int | None
) -> Quotation:
    try:
        return find(text, quote, paragraph, occurrence)
    except DataInvalid as error:  # say in which of the texts it was looked for
        where = f"{slug_of(document)}.txt"
        raise DataInvalid(
            f"{where}, {error}",
            zh=f"{where}{error.zh}",
            violations=error.extensions["violations"],
        ) from None


def expand_file(source: Path, text: Path) -> str:
    """Return the Turtle that stands for a file with shorthand evidence and the texts it quotes.

    Parameters
    ----------
    source
        The file.
    text
        What is quoted where no document is named: the text of the one document that the file
        describes, or of the one that has the text's name. Or a folder of texts.
    """
    triples = read_rdf(source).triples
    if text.is_dir():
        described = _described(triples)
        document = described.pop() if len(described) == 1 else None
        expanded = expand(triples, None, document, text_of=stored_texts(text))
        edit = f"Generated from {source.name} and the texts it quotes: edit those, not this file.\n"
    else:
        named = f"{ID}document/{text.stem}"
        document = named if named in _described(triples) else document_of(triples)
        whole = text.read_bytes().decode()
        expanded = expand(triples, whole, document, text_of=stored_texts(text.parent))
        edit = f"Generated from {source.name} and {text.name}: edit those, not this file.\n"
    return to_turtle(
        expanded, edit + "python -m coopgraph.intake.quotation SOURCE.ttl TEXT OUT.ttl"
    )


if __name__ == "__main__":
    source_file, text_file, out_file = map(Path, sys.argv[1:])
    out_file.write_text(expand_file(source_file, text_file), encoding="utf-8", newline="\n")
