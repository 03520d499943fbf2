"""What people decided about gaps: confirmed or dismissed, by whom, when and why.

A decision is a resource (``coop:GapDecision``) in a dataset of its own of the analyst layer. None
is ever changed: a later one supersedes it, and the history is kept.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.errors import BadRequest
from coopgraph.gaps.gap_list import Gap, Key
from coopgraph.graph.words import Words
from coopgraph.knowledge.derive import layer_graphs
from coopgraph.vocabulary import COOP, ID, PROV, RDF, SKOS, XSD, graph_iri, short_id

DECISIONS_GRAPH: Final = graph_iri("analyst", "gap-decisions")
VERDICTS: Final = ("confirmed", "dismissed")
DECIDED: Final = ("any", "none", *VERDICTS)
MOST_CHARACTERS: Final = 4000
COLUMNS: Final = (
    "id", "gap", "verdict", "rule", "subject", "sector", "object", "by", "at", "why", "current",
    "still_found",
)  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """One decision.

    Attributes
    ----------
    iri
        Of the decision.
    gap
        The id of the gap.
    rule, key
        The gap's rule, and the IRIs of its subject, sector and object.
    verdict
        ``confirmed`` or ``dismissed``.
    by, at, why
        Whose, when (UTC), and the reason.
    """

    iri: str
    gap: str
    rule: str
    key: Key
    verdict: str
    by: str
    at: str
    why: str

    def brief(self) -> dict[str, str]:
        """Return what a gap shows of the decision about it."""
        return {
            "id": short_id(self.iri), "verdict": self.verdict, "by": self.by, "at": self.at,
            "why": self.why,
        }  # fmt: skip

    def describe(
        self, words: Words, selection: int, *, current: bool, still_found: bool
    ) -> dict[str, Any]:
        """Return the decision in the shape of the API."""
        subject, sector, value = (
            words.resource(iri, selection) if iri else None for iri in self.key
        )
        return {
            **self.brief(), "gap": self.gap, "rule": self.rule, "subject": subject,
            "sector": sector, "object": value, "current": current, "still_found": still_found,
        }  # fmt: skip


def decide(gap: Gap | Decision, verdict: str, why: str, by: str) -> Decision:
    """Return a new decision about a gap.

    Raises
    ------
    BadRequest
        If reason or name is empty, or longer than 4000 characters.
    """
    why, by = (_one_text(name, text) for name, text in (("why", why), ("by", by)))
    now = datetime.now(UTC)
    about, rule = (gap.gap, gap.rule) if isinstance(gap, Decision) else (gap.id, gap.rule.id)
    mark = hashlib.sha256(f"{about}\n{by}\n{verdict}\n{why}".encode()).hexdigest()[:8]
    at = now.isoformat(timespec="microseconds").replace("+00:00", "Z")
    iri = f"{ID}gap-decision/{now:%Y%m%dT%H%M%S%f}Z-{mark}"
    return Decision(iri, about, rule, gap.key, verdict, by, at, why)


def _one_text(name: str, text: str) -> str:
    text = text.encode("utf-8", "replace").decode().strip()
    if not text or len(text) > MOST_CHARACTERS:
        raise BadRequest(
            f"{name} is needed: who decides, and why, is kept "
            f"(at most {MOST_CHARACTERS} characters)",
            zh=f"须填写 {name}：裁定须注明由谁、因何作出（至多 {MOST_CHARACTERS} 字）",
            parameter=name,
        )
    return text


def update_text(decision: Decision) -> str:
    """Return the SPARQL update that adds a decision to the others."""
    me, agent = ox.NamedNode(decision.iri), _agent(decision.by)
    said: list[tuple[ox.NamedNode, str, ox.NamedNode | ox.Literal]] = [
        (me, RDF + "type", ox.NamedNode(COOP + "GapDecision")),
        (me, COOP + "decidedGap", ox.Literal(decision.gap)),
        (me, COOP + "decidedRule", ox.Literal(decision.rule)),
        (me, COOP + "verdict", ox.Literal(decision.verdict)),
        (me, COOP + "rationale", ox.Literal(decision.why)),
        (me, PROV + "wasAttributedTo", agent),
        (me, PROV + "generatedAtTime",
         ox.Literal(decision.at, datatype=ox.NamedNode(XSD + "dateTime"))),
        (agent, RDF + "type", ox.NamedNode(PROV + "Agent")),
        (agent, SKOS + "prefLabel", ox.Literal(decision.by)),
    ]  # fmt: skip
    names = ("decidedSubject", "decidedSector", "decidedObject")
    for name, iri in zip(names, decision.key, strict=True):
        if iri:
            said.append((me, COOP + name, ox.NamedNode(iri)))
    lines = "\n".join(f"{s} <{p}> {o} ." for s, p, o in said)
    return f"INSERT DATA {{ GRAPH <{DECISIONS_GRAPH}> {{\n{lines}\n}} }}"


def _agent(name: str) -> ox.NamedNode:
    """Return the IRI of who decides; names may be in any script, IRIs are not."""
    return ox.NamedNode(f"{ID}agent/by-{hashlib.sha256(name.encode()).hexdigest()[:16]}")


class Decisions:
    """The decisions of one generation, by gap, the latest last.

    Parameters
    ----------
    store
        The generation's store; its analyst layer is read.
    """

    def __init__(self, store: ox.Store) -> None:
        self.by_gap: dict[str, list[Decision]] = {}
        a, kind = ox.NamedNode(RDF + "type"), ox.NamedNode(COOP + "GapDecision")
        for graph in layer_graphs(store, ["analyst"]):
            for quad in store.quads_for_pattern(None, a, kind, graph):
                if isinstance(quad.subject, ox.NamedNode):
                    decision = _read(store, quad.subject, graph)
                    self.by_gap.setdefault(decision.gap, []).append(decision)
        for several in self.by_gap.values():
            several.sort(key=lambda d: (d.at, d.iri))

    def latest(self, gap: str) -> Decision | None:
        """Return the decision that holds of a gap, if there is one."""
        return self.by_gap[gap][-1] if gap in self.by_gap else None

    def all(self) -> list[tuple[Decision, bool]]:
        """Return every decision, the newest first, and whether it holds."""
        found = [(d, d is held[-1]) for held in self.by_gap.values() for d in held]
        return sorted(found, key=lambda item: (item[0].at, item[0].iri), reverse=True)


def _read(store: ox.Store, me: ox.NamedNode, graph: ox.NamedNode) -> Decision:
    said: dict[str, str] = {}
    for quad in sorted(store.quads_for_pattern(me, None, None, graph), key=str):
        if isinstance(quad.object, ox.NamedNode | ox.Literal):
            said[quad.predicate.value] = quad.object.value
    name = ""
    if who := said.get(PROV + "wasAttributedTo"):
        label = ox.NamedNode(SKOS + "prefLabel")
        names = store.quads_for_pattern(ox.NamedNode(who), label, None, graph)
        name = min((q.object.value for q in names if isinstance(q.object, ox.Literal)), default=who)
    return Decision(
        iri=me.value,
        gap=said.get(COOP + "decidedGap", ""),
        rule=said.get(COOP + "decidedRule", ""),
        key=(
            said.get(COOP + "decidedSubject", ""),
            said.get(COOP + "decidedSector"),
            said.get(COOP + "decidedObject"),
        ),
        verdict=said.get(COOP + "verdict", ""),
        by=name,
        at=said.get(PROV + "generatedAtTime", ""),
        why=said.get(COOP + "rationale", ""),
    )


def to_csv(decisions: Iterable[Mapping[str, Any]]) -> str:
    """Return decisions as CSV with a header; no cell is a formula to a spreadsheet.

    Examples
    --------
    >>> to_csv([{"verdict": "confirmed", "why": "=1+1"}]).splitlines()[1]
    ",,confirmed,,,,,,,'=1+1,,"
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for decision in decisions:
        writer.writerow(cell(decision.get(column)) for column in COLUMNS)
    return text.getvalue()


def cell(value: Any) -> str:
    r"""Return a value as a cell of a table: a node by its short id, and never a formula.

    Examples
    --------
    >>> [cell(v) for v in ("-1", "\t=1", {"id": "org/baowu"}, None, True)]
    ["'-1", "'\t=1", 'org/baowu', '', 'true']
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        value = value["id"]
    text = "" if value is None else str(value)
    return (
        "'" + text
        if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
        else text
    )
