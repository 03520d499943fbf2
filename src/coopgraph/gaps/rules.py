"""Gap rules as data: each is a resource in a Turtle file (``ontology/gaps/*.ttl``).

Nothing in the code knows a rule's name. A folder ``gaps`` in the data folder adds rules of one's
own (:mod:`coopgraph.gaps.shelf`); they are checked and served like those that ship.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from coopgraph.errors import BadRequest, CoopgraphError, DataInvalid
from coopgraph.intake.rdf_file import RdfDocument, read_rdf
from coopgraph.store.guard import QueryLimits, check
from coopgraph.vocabulary import COOP, DCT, LAYERS, RDF, RDFS, SKOS

LANGUAGES: Final = ("zh", "en")
SEVERITIES: Final = ("high", "medium", "low")

Text = dict[str, str]

_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Parameter:
    """What may be chosen when a rule is run.

    Attributes
    ----------
    name
        The variable it is bound to in the rule's query.
    label
        By language.
    allowed
        The values it may have.
    default
        The value when none is given.
    """

    name: str
    label: Text
    allowed: tuple[str, ...]
    default: str


@dataclass(frozen=True)
class GapRule:
    """A declared rule.

    Attributes
    ----------
    id
        Its identifier, for example ``advantage-unused``.
    label, definition
        By language.
    severity
        ``high``, ``medium`` or ``low``: how much it matters, not how likely it is.
    select
        A SPARQL SELECT that binds ``?subject`` and may bind ``?sector``, ``?object``, ``?found``
        and ``?candidate``.
    parameters
        What may be chosen.
    absent
        The words for what was looked for and not found, each by language.
    explanation
        By language: a template with ``{subject}``, ``{sector}`` and ``{object}``.
    open_world_note
        By language: a template with ``{layers}`` and ``{as_of}``.
    layers
        The layers it reads, most trusted first: of those that are asked for, only these.
    file
        The name of its file.
    shipped
        Whether it comes with the package. One's own rules run in a process that can be killed.
    """

    id: str
    label: Text
    definition: Text
    severity: str
    select: str
    parameters: tuple[Parameter, ...]
    absent: tuple[Text, ...]
    explanation: Text
    open_world_note: Text
    layers: tuple[str, ...] = LAYERS
    file: str = ""
    shipped: bool = True

    def describe(self) -> dict[str, Any]:
        """Return what the API tells of a rule."""
        return {
            "id": self.id,
            "label": self.label,
            "definition": self.definition,
            "severity": self.severity,
            "parameters": [
                {
                    "name": p.name,
                    "label": p.label,
                    "allowed": list(p.allowed),
                    "default": p.default,
                }
                for p in self.parameters
            ],
            "open_world_note": self.open_world_note,
            "absent": list(self.absent),
            "explanation": self.explanation,
            "layers": list(self.layers),
            "file": self.file,
            "shipped": self.shipped,
        }


def read_rules(folders: Iterable[Path]) -> dict[str, GapRule]:
    """Read every rule in some folders, in the order of their ids.

    Raises
    ------
    DataInvalid
        If a file holds no rule, or one that lacks something, cannot run, or has an id taken.

    Examples
    --------
    >>> from coopgraph.resources import ontology_dir
    >>> "advantage-unused" in read_rules([ontology_dir() / "gaps"])
    True
    """
    rules: dict[str, GapRule] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.ttl")):
            add_rules(path, rules)
    return dict(sorted(rules.items()))


def add_rules(path: Path, rules: dict[str, GapRule], *, shipped: bool = True) -> None:
    """Read the rules of one file and add them to others.

    Raises
    ------
    DataInvalid, DocumentSyntaxError
        If the file is broken; then nothing is added.
    """
    found = _rules_in(read_rdf(path))
    if not found:
        raise _broken(path.name, "it holds no coop:GapRule: say <…> a coop:GapRule")
    fresh: dict[str, GapRule] = {}
    for rule in found:
        if rule.id in rules or rule.id in fresh:
            raise _broken(
                path.name,
                f"there is a rule {rule.id!r} already: give it a dct:identifier of its own",
            )
        fresh[rule.id] = replace(rule, shipped=shipped)
    rules.update(fresh)


def _rules_in(document: RdfDocument) -> list[GapRule]:
    said: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for triple in document.triples:
        said[triple.subject.value][triple.predicate.value].append(triple.object)  # type: ignore[union-attr]
    return [
        _rule(document.name, about, said)
        for iri, about in sorted(said.items())
        if any(term.value == COOP + "GapRule" for term in about.get(RDF + "type", ()))
    ]


def _rule(file: str, about: Mapping[str, list[Any]], said: Mapping[str, Any]) -> GapRule:
    said_absent: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for term in about.get(COOP + "absent", []):
        said_absent.setdefault(term.language, []).append(term.value)
    if not said_absent["zh"] or len(said_absent["zh"]) != len(said_absent["en"]):
        raise _broken(file, "coop:absent needs the same things in zh and in en")
    rule = GapRule(
        id=_one(file, about, DCT + "identifier"),
        label=_text(file, about, RDFS + "label"),
        definition=_text(file, about, SKOS + "definition"),
        severity=_one(file, about, COOP + "severity"),
        select=_one(file, about, COOP + "select"),
        parameters=tuple(
            _parameter(file, said[node.value])
            for node in sorted(about.get(COOP + "parameter", []), key=str)
        ),
        absent=tuple(
            {"zh": zh, "en": en}
            for zh, en in zip(said_absent["zh"], said_absent["en"], strict=True)
        ),
        explanation=_text(file, about, COOP + "explanation"),
        open_world_note=_text(file, about, COOP + "openWorldNote"),
        layers=_layers(file, about),
        file=file,
    )
    if not _ID.fullmatch(rule.id):
        raise _broken(file, f"dct:identifier {rule.id!r} must be small letters, digits and hyphens")
    if rule.severity not in SEVERITIES:
        raise _broken(file, f"severity {rule.severity!r} is not one of {', '.join(SEVERITIES)}")
    _try(file, rule)
    return rule


def _layers(file: str, about: Mapping[str, list[Any]]) -> tuple[str, ...]:
    said = {term.value for term in about.get(COOP + "readsLayer", [])}
    if unknown := said - set(LAYERS):
        raise _broken(
            file, f"coop:readsLayer {sorted(unknown)[0]!r} is none of {', '.join(LAYERS)}"
        )
    return tuple(layer for layer in LAYERS if not said or layer in said)


def _parameter(file: str, about: Mapping[str, list[Any]]) -> Parameter:
    parameter = Parameter(
        name=_one(file, about, COOP + "name"),
        label=_text(file, about, RDFS + "label"),
        allowed=tuple(sorted(term.value for term in about.get(COOP + "allowedValue", []))),
        default=_one(file, about, COOP + "defaultValue"),
    )
    if parameter.default not in parameter.allowed:
        raise _broken(file, f"the default of parameter {parameter.name!r} is not an allowed value")
    return parameter


def _one(file: str, about: Mapping[str, list[Any]], prop: str) -> str:
    values = about.get(prop, [])
    if len(values) != 1:
        raise _broken(file, f"it needs exactly one value of <{prop}>, it has {len(values)}")
    return str(values[0].value)


def _text(file: str, about: Mapping[str, list[Any]], prop: str) -> Text:
    found = {term.language: term.value for term in about.get(prop, [])}
    missing = [language for language in LANGUAGES if language not in found]
    if missing:
        raise _broken(file, f"<{prop}> is missing in {', '.join(missing)}")
    return {language: found[language] for language in LANGUAGES}


def _try(file: str, rule: GapRule) -> None:
    """Run a rule on an empty store: it must parse, be a SELECT and bind ?subject."""
    try:
        check(rule.select, QueryLimits(max_patterns=10_000))
    except CoopgraphError as error:  # it runs in the service itself: it may reach nobody
        raise _broken(file, error.detail) from None
    try:
        result = ox.Store().query(rule.select)
    except SyntaxError as error:
        raise _broken(file, f"its query does not parse: {error}") from None
    if not isinstance(result, ox.QuerySolutions):
        raise _broken(file, "its query is not a SELECT")
    if "subject" not in {variable.value for variable in result.variables}:
        raise _broken(file, "its query does not bind ?subject")


def _broken(file: str, reason: str) -> BadRequest | DataInvalid:
    return DataInvalid(
        f"gap rule file {file}: {reason}", zh=f"缺口规则文件 {file} 有误：{reason}", file=file
    )
