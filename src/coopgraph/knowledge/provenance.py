"""What derived what, and when each graph was loaded: PROV-O about the published graphs.

The statements stand in ``graph/provenance``. For a derived graph they name the rule, with its
text, and the graphs that it read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from coopgraph.vocabulary import (
    COOP,
    DCT,
    ID,
    PROV,
    RDF,
    RDFS,
    SHAPES_DOCUMENT,
    VOCABULARY_GRAPH,
    XSD,
    derived_from,
    layer_of,
)


def rule_iri(name: str) -> str:
    """Return the IRI of a derivation rule.

    Examples
    --------
    >>> rule_iri("has-party")
    'https://w3id.org/coopgraph/id/rule/has-party'
    """
    return f"{ID}rule/{name}"


def rule_purpose(text: str) -> str:
    r"""Return what a rule's first comment says of it.

    Examples
    --------
    >>> rule_purpose("# Everyone is a party\n# to it.\n\nCONSTRUCT {} WHERE {}")
    'Everyone is a party to it.'
    """
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    return " ".join(lines)


def rules_fingerprint(rules: Path) -> str:
    """Return a hash of all derivation rules: when it changes, everything is derived anew."""
    digest = hashlib.sha256()
    for path in sorted(rules.glob("*.rq")):
        digest.update(f"{path.stem}\0{path.read_text('utf-8')}\0".encode())
    return digest.hexdigest()


def provenance(
    datasets: Mapping[str, Mapping[str, Any]],
    derived: Mapping[str, Mapping[str, Any]],
    rules: Path,
) -> list[ox.Triple]:
    """Describe where every published graph came from.

    Parameters
    ----------
    datasets
        By graph: ``loaded_at`` (ISO 8601), ``validated``.
    derived
        By derived graph: ``derived_at``.
    rules
        The folder of the rules.
    """
    triples = list(_loaded(datasets))
    for graph, info in derived.items():
        home = derived_from(graph)
        if home is not None:
            read = [g for g in datasets if layer_of(g) == home[0]]
            triples += _derived(graph, home[1], [VOCABULARY_GRAPH, *read], info["derived_at"])
    used = {home[1] for graph in derived if (home := derived_from(graph))}
    for path in sorted(rules.glob("*.rq")):
        if path.stem in used:
            triples += _rule(path)
    return triples


class Said(NamedTuple):
    """What provenance says of graphs: when loaded, which were validated, when derived."""

    loaded: dict[str, str]
    validated: set[str]
    derived: dict[str, str]


def read_provenance(triples: Iterable[ox.Triple]) -> Said:
    """Read what :func:`provenance` wrote.

    Examples
    --------
    >>> time = "2026-01-01T00:00:00+00:00"
    >>> wrote = _loaded({"http://g": {"loaded_at": time, "validated": True}})
    >>> read_provenance(wrote)
    Said(loaded={'http://g': '2026-01-01T00:00:00+00:00'}, validated={'http://g'}, derived={})
    """
    said = Said({}, set(), {})
    for subject, predicate, value in triples:
        if not isinstance(subject, ox.NamedNode):
            continue
        graph, moment = subject.value, value.value if isinstance(value, ox.Literal) else ""
        moment = moment.removesuffix("Z") + "+00:00" if moment.endswith("Z") else moment
        match predicate.value.removeprefix(PROV):
            case "generatedAtTime":
                said.loaded[graph] = moment
            case "endedAtTime" if graph.endswith("#derivation"):
                said.derived[graph.removesuffix("#derivation")] = moment
        if predicate.value == DCT + "conformsTo" and str(value) == f"<{SHAPES_DOCUMENT}>":
            said.validated.add(graph)
    return said


def _loaded(datasets: Mapping[str, Mapping[str, Any]]) -> Iterator[ox.Triple]:
    for graph, info in datasets.items():
        yield _triple(graph, RDF + "type", ox.NamedNode(PROV + "Entity"))
        if "loaded_at" in info:
            yield _triple(graph, PROV + "generatedAtTime", _time(info["loaded_at"]))
        if info.get("validated"):
            yield _triple(graph, DCT + "conformsTo", ox.NamedNode(SHAPES_DOCUMENT))


def _derived(graph: str, rule: str, read: list[str], when: str) -> Iterator[ox.Triple]:
    activity = graph + "#derivation"
    yield _triple(graph, RDF + "type", ox.NamedNode(PROV + "Entity"))
    yield _triple(graph, COOP + "derivedBy", ox.Literal(rule))
    yield _triple(graph, PROV + "wasGeneratedBy", ox.NamedNode(activity))
    yield _triple(activity, RDF + "type", ox.NamedNode(PROV + "Activity"))
    yield _triple(activity, PROV + "used", ox.NamedNode(rule_iri(rule)))
    yield _triple(activity, PROV + "endedAtTime", _time(when))
    for source in read:
        yield _triple(graph, PROV + "wasDerivedFrom", ox.NamedNode(source))
        yield _triple(activity, PROV + "used", ox.NamedNode(source))


def _rule(path: Path) -> Iterator[ox.Triple]:
    text = path.read_text("utf-8")
    rule = rule_iri(path.stem)
    yield _triple(rule, RDF + "type", ox.NamedNode(PROV + "Entity"))
    yield _triple(rule, RDFS + "label", ox.Literal(path.stem, language="en"))
    yield _triple(rule, RDFS + "comment", ox.Literal(rule_purpose(text), language="en"))
    yield _triple(rule, PROV + "value", ox.Literal(text))


def _time(value: str) -> ox.Literal:
    # As the store writes it: a statement that is there already must be seen to be.
    return ox.Literal(value.replace("+00:00", "Z"), datatype=ox.NamedNode(XSD + "dateTime"))


def _triple(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
