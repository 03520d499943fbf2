"""A briefing as data: what it says, and what each line of it rests on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A piece of text.

    Attributes
    ----------
    text
        Plain, without markup.
    cites
        Numbers of sources.
    read
        Whether it rests on a reading of open words.
    """

    text: str
    cites: tuple[int, ...] = ()
    read: bool = False


@dataclass(frozen=True)
class Section:
    """A part of a briefing: sentences, a table, items, and what is left out.

    Attributes
    ----------
    name
        The same in every language.
    heading
        Its title.
    lead
        Sentences before the rest.
    columns, widths, rows
        A table, and how wide its columns are in parts of the whole.
    items
        A list.
    more
        How much is not shown and where it is to be had; empty if nothing is left out.
    suggested
        Whether it holds statistics, and no statement.
    """

    name: str
    heading: str
    lead: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    items: tuple[Cell, ...] = ()
    more: str = ""
    suggested: bool = False


@dataclass(frozen=True)
class Source:
    """What a number in brackets stands for.

    Attributes
    ----------
    number
        From 1 on, in the order of the first mention.
    document
        Its name, with its number where it has one.
    id
        Short id of the document.
    place
        The paragraph, or that it is cited as a whole.
    quote
        The words, None where the document is cited as a whole.
    layer
        The layer or layers that cite it.
    """

    number: int
    document: str
    id: str
    place: str
    quote: str | None
    layer: str


@dataclass(frozen=True)
class Briefing:
    """A briefing on one node.

    Attributes
    ----------
    title, subtitle
        What it is about.
    lang
        ``zh`` or ``en``.
    facts
        Terms and what they are: day, layers, generation.
    sections
        Its parts.
    sources
        What the numbers stand for.
    generation
        The generation that was asked.
    """

    title: str
    subtitle: str
    lang: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    generation: int

    def section(self, name: str) -> Section:
        """Return a section by its name.

        Raises
        ------
        KeyError
            If there is none.
        """
        for section in self.sections:
            if section.name == name:
                return section
        raise KeyError(name)

    @property
    def documents(self) -> list[tuple[str, str, list[Source]]]:
        """The documents by name and layer, each with the passages that are cited of it."""
        found: dict[tuple[str, str, str], list[Source]] = {}
        for source in self.sources:
            found.setdefault((source.document, source.layer, source.id), []).append(source)
        return [(name, layer, of) for (name, layer, _), of in found.items()]
