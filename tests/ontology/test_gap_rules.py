from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox
import pytest

from coopgraph.resources import ontology_dir
from coopgraph.vocabulary import COOP, DCT, RDF, RDFS, SKOS, short_id

RULES = sorted((ontology_dir() / "gaps").glob("*.ttl"))
BLOCK = re.compile(r"VALUES\s*\(\s*(\?asOf\b[^)]*)\)\s*\{\s*\([^)]*\)\s*\}")
NO_SECTOR = {
    f"cooperation/gs-2019/{name}"
    for name in (
        *(f"docking-{slug}" for slug in ("baowu", "chinalco", "cnbm", "crrc", "minmetals")),
        *(f"strategic-{slug}" for slug in ("fujian", "guangdong", "guangxi", "sichuan", "tianjin")),
        "exchange-central-eastern", "industrial-central-eastern", "industrial-central-soes",
        "mechanism-central-eastern", "transfer-central-eastern", "transfer-central-west-asia",
        "westward-shift",
    )
}  # fmt: skip
PROJECTS = {
    f"project/{name}"
    for name in (
        "china-belarus-park", "export-processing-base", "international-capacity-batch",
        "key-projects", "lanzhou-fine-chemical-park", "large-supporting-batch",
    )
}  # fmt: skip
LAYERS = [("stated",), ("stated", "background")]

SURPLUS = {"copper-smelting", "electrolytic-aluminium", "steel", "cement"}
PARTNERS = {
    *(f"region/CN-{code}" for code in ("GX", "SC", "GD", "FJ", "TJ")),
    *(f"org/{slug}" for slug in ("chinalco", "cnbm", "baowu", "minmetals", "crrc")),
}


def bind(select: str, values: Mapping[str, str]) -> str:
    """As ontology/gaps/README.md tells the engine to do."""

    def row(block: re.Match[str]) -> str:
        names = block[1].replace("?", "").split()
        return f"VALUES ({block[1]}) {{ ({' '.join(values.get(n, 'UNDEF') for n in names)}) }}"

    return BLOCK.sub(row, select)


def rule(name: str) -> list[ox.Triple]:
    path = ontology_dir() / "gaps" / f"{name}.ttl"
    return [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]


def select_of(name: str) -> str:
    return next(t.object.value for t in rule(name) if t.predicate.value == COOP + "select")


def gaps(
    store: ox.Store, name: str, variable: str, *, match: str = "exact", as_of: str | None = None
) -> set[str]:
    values = {"match": f'"{match}"'}
    if as_of:
        values["asOf"] = f'"{as_of}"^^<http://www.w3.org/2001/XMLSchema#date>'
    found = store.query(bind(select_of(name), values))
    return {short_id(row[variable].value).removeprefix("scheme/sector/") for row in found}


@pytest.mark.parametrize("layers", LAYERS, ids=" ".join)
class TestOnTheNotice:
    def test_surplus_capacity_without_outlet(self, store_of, layers):
        store = store_of(*layers)
        assert gaps(store, "capacity-without-outlet", "sector") == SURPLUS
        assert gaps(store, "capacity-without-outlet", "sector", match="broader") == {
            "steel",
            "cement",
        }

    @pytest.mark.parametrize("match", ["exact", "broader"])
    def test_unused_advantage(self, store_of, layers, match):
        found = gaps(store_of(*layers), "advantage-unused", "sector", match=match)
        assert found == {"petrochemicals"}

    def test_partners_without_project(self, store_of, layers):
        assert gaps(store_of(*layers), "partner-without-project", "subject") == PARTNERS

    def test_required_instruments(self, store_of, layers):
        assert gaps(store_of(*layers), "instrument-required-missing", "subject") == {
            "policy/gansu-industrial-cooperation-plan",
            "policy/gansu-industrial-transfer-measures",
        }

    def test_cooperations_without_sector(self, store_of, layers):
        # Table X: "(not stated)" of X01-X12, X16, X17, X19, X21 and X22.
        assert gaps(store_of(*layers), "cooperation-without-sector", "subject") == NO_SECTOR

    def test_projects_without_partner(self, store_of, layers):
        # Table J: no row names a counterparty; 省内企业 build (J04), the province supports or leads.  # noqa: E501
        assert gaps(store_of(*layers), "project-without-partner", "subject") == PROJECTS

    def test_markets_without_transfer(self, store_of, layers):
        # R05 and R06: to Central and West Asia there is X12. R07: only the export base faces it.
        store = store_of(*layers)
        assert gaps(store, "market-without-transfer", "subject") == {
            "region/central-eastern-europe"
        }
        # X12 is work of 2019.
        assert gaps(store, "market-without-transfer", "subject", as_of="2018-06-01") == {
            "region/central-eastern-europe",
            "region/central-west-asia",
        }

    @pytest.mark.parametrize("match", ["exact", "broader"])
    def test_candidate_partners(self, store_of, layers, match):
        # No partner has a sector in the notice (reading 3); main sectors are background.
        found = gaps(store_of(*layers), "candidate-partner", "object", match=match)
        expected = {"org/baowu", "org/chinalco", "org/cnbm"} if "background" in layers else set()
        assert found == expected

    @pytest.mark.parametrize("match", ["exact", "broader"])
    def test_no_chain_breaks(self, store_of, layers, match):
        # Of the chains Gansu has steel and equipment, petrochemicals and fine chemicals: next to
        # each other, with nothing between them.
        assert not gaps(store_of(*layers), "chain-break", "sector", match=match)

    def test_no_sector_is_inferred_for_a_partner(self, store_of, layers):
        store = store_of(*layers)
        candidates = {
            row["candidate"].value
            for row in store.query(select_of("cooperation-without-sector"))
            if row["candidate"] is not None
        }
        assert bool(candidates) == ("background" in layers)

    def test_nothing_planned_for_2019_counts_before_it(self, store_of, layers):
        store = store_of(*layers)
        assert gaps(store, "partner-without-project", "subject", as_of="2019-12-31") == PARTNERS
        assert not gaps(store, "partner-without-project", "subject", as_of="2018-12-31")
        assert not gaps(store, "instrument-required-missing", "subject", as_of="2018-12-31")


class TestTime:
    @pytest.fixture
    def store(self, store_of) -> ox.Store:
        store = ox.Store()
        store.extend(store_of("stated"))
        store.load(
            b"""
            @base <https://w3id.org/coopgraph/> .
            @prefix coop: <https://w3id.org/coopgraph/ns#> .
            @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
            <id/cooperation/x> a coop:Cooperation ; coop:sector <scheme/sector/steel> ;
                coop:planFrom "2019-01-01"^^xsd:date ; coop:actualFrom "2020-03-01"^^xsd:date ;
                coop:actualTo "2020-12-31"^^xsd:date ;
                coop:hasParticipation <id/cooperation/x#party-1> .
            <id/cooperation/x#party-1> a coop:Participation ;
                coop:participant <id/region/CN-GS> ; coop:role <scheme/role/lead> .
            <id/project/x> a coop:ProjectBatch ; coop:planFrom "2021-01-01"^^xsd:date ;
                coop:hasParticipation <id/project/x#party-1> .
            <id/project/x#party-1> a coop:Participation ;
                coop:participant <id/org/baowu> ; coop:role <scheme/role/partner> .
            """,
            format=ox.RdfFormat.TURTLE,
        )
        return store

    @pytest.mark.parametrize(
        ("day", "covered"),
        [(None, True), ("2019-06-01", False), ("2020-06-01", True), ("2021-06-01", False)],
    )
    def test_actual_dates_go_before_planned_ones(self, store, day, covered):
        found = gaps(store, "capacity-without-outlet", "sector", as_of=day)
        assert found == (SURPLUS - {"steel"} if covered else SURPLUS)

    @pytest.mark.parametrize(("day", "covered"), [(None, True), ("2019-06-01", False)])
    def test_a_project_counts_from_its_first_day(self, store, day, covered):
        found = gaps(store, "partner-without-project", "subject", as_of=day)
        assert found == (PARTNERS - {"org/baowu"} if covered else PARTNERS)


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
class TestForm:
    def test_rule_is_complete(self, path):
        triples = rule(path.stem)
        subject = next(
            t.subject
            for t in triples
            if t.predicate.value == RDF + "type" and t.object.value == COOP + "GapRule"
        )
        said = [(t.predicate.value, t.object) for t in triples if t.subject == subject]
        values = {key: value for key, value in said}  # noqa: C416 - the last of each
        assert values[DCT + "identifier"].value == path.stem
        assert values[COOP + "severity"].value in {"high", "medium", "low"}
        for key in (
            RDFS + "label",
            SKOS + "definition",
            COOP + "absent",
            COOP + "explanation",
            COOP + "openWorldNote",
        ):
            assert {value.language for k, value in said if k == key} == {"zh", "en"}
        for key, value in said:
            if key == COOP + "openWorldNote":
                assert "{layers}" in value.value
                assert "{as_of}" in value.value

    def test_select_is_a_query_as_it_stands(self, path, store_of):
        select = select_of(path.stem)
        assert BLOCK.search(select)
        assert "NOT EXISTS" not in select
        result = store_of("stated").query(select)
        assert "subject" in {variable.value for variable in result.variables}
        if path.stem not in ("candidate-partner", "chain-break"):  # they need the background
            assert list(result)
