"""Gaps as a briefing tells them: by severity and rule, each with what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from coopgraph.briefing.plain_text import LONGEST_NAME, joined, line
from coopgraph.briefing.report import Cell, Section
from coopgraph.briefing.sources import Sources
from coopgraph.briefing.texts import text
from coopgraph.gaps.gap_list import SEVERITY_ORDER

NAMES_SHOWN: Final = 8
_PARTS: Final = ("subject", "sector", "object")


@dataclass(frozen=True)
class Found:
    """The gaps that are about a node.

    Attributes
    ----------
    shown
        Those that nobody dismissed, in the shape of the API, the most severe first.
    labels
        The labels of the rules by id.
    dismissed
        How many somebody dismissed.
    elsewhere
        How many more gaps the rules find in the graph.
    notes
        What the rules cannot say, in both languages.
    """

    shown: Sequence[Mapping[str, Any]]
    labels: Mapping[str, Mapping[str, str]]
    dismissed: int = 0
    elsewhere: int = 0
    notes: Sequence[Mapping[str, str]] = ()

    def counted(self, lang: str) -> str:
        """Return how many there are, by severity."""
        by = Counter(gap["severity"] for gap in self.shown)
        said = text("n_gaps", lang, n=len(self.shown))
        of = [
            text("of_kind", lang, kind=text(severity, lang), n=by[severity])
            for severity in SEVERITY_ORDER
            if by[severity]
        ]
        return said + (text("in_brackets", lang, of=text("comma", lang).join(of)) if of else "")


def is_related(
    key: Sequence[str | None], own: Mapping[str, None], beside: Mapping[str, None]
) -> bool:
    """Tell whether a gap is about a node.

    Parameters
    ----------
    key
        IRIs of its subject, sector and object.
    own
        The node, its cooperations, its projects and what lies in it.
    beside
        What is next to one of these. A gap of such a thing counts if it names no sector: a partner
        without a project, a required document that is missing. A partner's own capacity is its own.
    """
    subject, sector, value = key
    if any(iri in own for iri in key if iri):
        return True
    return sector is None and (subject in beside or value in beside)


def gap_section(found: Found, sources: Sources, lang: str, limit: int) -> Section:
    """Return the section about gaps: a line for each rule.

    Parameters
    ----------
    found
        The gaps.
    sources
        Numbers what is cited.
    lang, limit
        The language, and how many lines there are at most.
    """
    lead = [text("gaps_are", lang)] if found.shown else [text("no_gaps", lang)]
    lead += [line(note[lang]) for note in found.notes]
    groups: dict[tuple[int, str], list[Mapping[str, Any]]] = {}
    for gap in found.shown:
        groups.setdefault((SEVERITY_ORDER[gap["severity"]], gap["rule"]), []).append(gap)
    order = sorted(groups)
    rows = []
    for key in order[:limit]:
        gaps = groups[key]
        label = line(found.labels.get(gaps[0]["rule"], {}).get(lang, gaps[0]["rule"]), LONGEST_NAME)
        count = text("in_brackets", lang, of=len(gaps)) if len(gaps) > 1 else ""
        rows.append((
            Cell(text(gaps[0]["severity"], lang)), Cell(label + count),
            Cell(_explained(gaps, lang)), sources.cell(gaps, layered=False, most=4),
        ))  # fmt: skip
    more = []
    if left := sum(len(groups[key]) for key in order[limit:]):
        more.append(text("more", lang, n=left, where="/api/v1/gaps"))
    if found.dismissed:
        more.append(text("dismissed", lang, n=found.dismissed))
    if found.elsewhere:
        more.append(text("elsewhere", lang, n=found.elsewhere, where="/api/v1/gaps"))
    columns = ("severity", "gap", "explanation", "evidence") if rows else ()
    return Section(
        "gaps", text("gaps", lang), tuple(lead), tuple(text(c, lang) for c in columns),
        (10, 18, 56, 16), tuple(rows), more=("" if lang == "zh" else " ").join(more),
    )  # fmt: skip


def _explained(gaps: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Return the explanation of the first, and the names of those alike."""
    said = gaps[0]["explanation"][lang]
    for part in _PARTS:  # a long name must not push out what is said of it
        if gaps[0][part] and len(label := gaps[0][part]["label"][lang]) > LONGEST_NAME:
            said = said.replace(label, line(label, LONGEST_NAME))
    said = line(said, 6 * LONGEST_NAME)
    alike = [part for part in _PARTS if len({_iri(gap, part) for gap in gaps}) == 1]
    rest = [_named(gap, alike, lang) for gap in gaps[1:]]
    if rest:
        names = joined(rest, lang, NAMES_SHOWN)
        said += text("alike", lang, n=len(rest), names=names)
    confirmed = sum((gap["decision"] or {}).get("verdict") == "confirmed" for gap in gaps)
    return said + (text("confirmed", lang, n=confirmed) if confirmed else "")


def _named(gap: Mapping[str, Any], alike: Sequence[str], lang: str) -> str:
    """Return what tells a gap from others of its rule: those of its parts that differ."""
    parts = [gap[part] for part in _PARTS if gap[part] and part not in alike]
    return " · ".join(line(part["label"][lang], LONGEST_NAME) for part in parts)


def _iri(gap: Mapping[str, Any], part: str) -> str:
    return str(gap[part]["iri"]) if gap[part] else ""
