"""The numbered sources of a briefing, and the readings behind what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import islice
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.briefing.plain_text import LONGEST_NAME, LONGEST_QUOTE, line
from coopgraph.briefing.report import Cell, Source
from coopgraph.briefing.texts import text
from coopgraph.graph.labels import values_of
from coopgraph.graph.scope import Scope
from coopgraph.graph.words import Words
from coopgraph.vocabulary import COOP, LAYERS, iri_of, layer_of

MOST_CITED: Final = 6
"""So many sources are cited of one line."""

_NUMBER: Final = ox.NamedNode(COOP + "documentNumber")
_MOST_NUMBERED: Final = 2000
_Key = tuple[str, int | None, str | None]


class Sources:
    """Gives a number to each passage that is cited, in the order of the first mention.

    Parameters
    ----------
    store, words, scope
        What is asked.
    lang
        ``zh`` or ``en``.
    """

    def __init__(self, store: ox.Store, words: Words, scope: Scope, lang: str) -> None:
        self._store, self._words, self._scope, self._lang = store, words, scope, lang
        self._numbers: dict[_Key, int] = {}
        self._layers: dict[_Key, set[str]] = {}
        self._names: dict[str, str] = {}
        self._readings: dict[str, tuple[str, dict[int, None]]] = {}

    def cell(
        self, said: Iterable[Mapping[str, Any]], *, layered: bool = True, most: int = MOST_CITED
    ) -> Cell:
        """Return a cell that cites what some edges or gaps rest on, and names their layers.

        Parameters
        ----------
        said
            Each with ``evidence`` or ``found``, ``interpretations`` and ``layer`` or ``layers``.
        layered
            Whether the layers are named.
        most
            How many sources are cited.
        """
        said = list(said)
        cited: dict[_Key, None] = {}
        layers: set[str] = set()
        for one in said:
            named = [one["layer"]] if "layer" in one else []
            layers.update(named)
            for piece in _cited(one):
                key = _key(piece)
                cited[key] = None
                self._layers.setdefault(key, set()).update(named or self._said_in(piece["id"]))
        shown = list(cited)[:most]
        numbers = {key: self._number(key) for key in shown}
        for one in said:
            passages = {_key(piece) for piece in _cited(one)}
            bears_on = [number for key, number in numbers.items() if key in passages]
            for reading in one["interpretations"]:
                name = reading["label"][self._lang]
                self._readings.setdefault(reading["id"], (name, {}))[1].update(
                    dict.fromkeys(bears_on)
                )
        parts = []
        if layered:
            parts += [text(layer, self._lang) for layer in LAYERS if layer in layers]
        if not cited:
            parts.append(text("no_source", self._lang))
        words = text("comma", self._lang).join(parts)
        if len(cited) > len(shown):
            words += text("more_sources", self._lang, n=len(cited) - len(shown))
        read = any(one["interpretations"] for one in said)
        return Cell(words.strip(), tuple(sorted(numbers.values())), read)

    def _said_in(self, identifier: str) -> set[str]:
        """Return the layers of the graphs that hold a piece of evidence."""
        quads = self._store.quads_for_pattern(ox.NamedNode(iri_of(identifier)), None, None, None)
        graphs = {q.graph_name.value for q in quads if isinstance(q.graph_name, ox.NamedNode)}
        return {layer for g in graphs if (layer := layer_of(g)) in self._scope.layers and layer}

    def listed(self) -> tuple[Source, ...]:
        """Return the sources by number."""
        return tuple(self._source(key, number) for key, number in self._numbers.items())

    def readings(self) -> list[Cell]:
        """Return the readings behind what is said, those that bear on most first."""
        found = sorted(self._readings.items(), key=lambda r: (-len(r[1][1]), r[0]))
        return [Cell(line(name, 2 * LONGEST_NAME), tuple(sorted(of))) for _, (name, of) in found]

    def _number(self, key: _Key) -> int:
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def _source(self, key: _Key, number: int) -> Source:
        document, paragraph, quote = key
        known = self._layers.get(key, set())
        place = text("whole", self._lang) if quote is None else ""
        if quote is not None and paragraph is not None:
            place = text("paragraph", self._lang, n=paragraph)
        return Source(
            number,
            self._document(document),
            document,
            place,
            None if quote is None else line(quote, LONGEST_QUOTE),
            text("comma", self._lang).join(
                text(layer, self._lang) for layer in LAYERS if layer in known
            ),
        )

    def _document(self, document: str) -> str:
        """Return the name of a document and the number of what it is, or of what it reports.

        A report names the notice it is about in its title, and quotes its number.
        """
        if document not in self._names:
            selection, layers = self._scope.selection, self._scope.layers
            label = self._words.label(iri_of(document), selection)
            found = [t.value for t in values_of(self._store, iri_of(document), _NUMBER, layers)]
            for iri, number in [] if found else self._numbered:
                cited = self._words.evidence(iri, selection, _NUMBER.value)
                title = self._words.label(iri, selection)["zh"]
                if title in label["zh"] and any(e["document"] == document for e in cited):
                    found.append(number)
            name = line(label[self._lang], 2 * LONGEST_NAME)
            if found:
                of = line(found[0], LONGEST_NAME)
                name += text("in_brackets", self._lang, of=of)
            self._names[document] = name
        return self._names[document]

    @cached_property
    def _numbered(self) -> list[tuple[str, str]]:
        """What has a document number, in the layers that are asked."""
        quads = islice(self._store.quads_for_pattern(None, _NUMBER, None, None), _MOST_NUMBERED)
        return sorted(
            {
                (quad.subject.value, quad.object.value)
                for quad in quads
                if isinstance(quad.subject, ox.NamedNode)
                and isinstance(quad.object, ox.Literal)
                and isinstance(quad.graph_name, ox.NamedNode)
                and layer_of(quad.graph_name.value) in self._scope.layers
            }
        )


def _cited(said: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Return the evidence of an edge, or what a gap was found by."""
    pieces: Iterable[Mapping[str, Any]] = said["evidence" if "evidence" in said else "found"]
    return pieces


def _key(piece: Mapping[str, Any]) -> _Key:
    return (piece["document"], piece["paragraph"], piece["quote"])


def source_line(source: Source, lang: str) -> str:
    """Return a source in words, less its number and document."""
    quote = "" if source.quote is None else f"“{source.quote}”"
    return ("" if lang == "zh" else " ").join(part for part in (source.place, quote) if part)
