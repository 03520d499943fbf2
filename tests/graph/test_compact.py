"""How cooperations, projects and capabilities are drawn."""

from __future__ import annotations

import networkx as nx
import pytest

WORK = "cooperation/c"


@pytest.fixture
def draw(graph_of):
    def draw(said: str, **scope) -> nx.MultiDiGraph:
        return graph_of(stated=said).to_networkx(**scope)

    return draw


def cooperation(*parties: tuple[str, str], more: str = "") -> str:
    """Return a cooperation of some parties, each ``(name, role)``."""
    said = [f"<https://w3id.org/coopgraph/id/{WORK}> a coop:Cooperation {more} ."]
    for i, (name, role) in enumerate(parties):
        part = f"<https://w3id.org/coopgraph/id/part/{i}>"
        who = f"<https://w3id.org/coopgraph/id/org/{name}>"
        said.append(
            f"<https://w3id.org/coopgraph/id/{WORK}> coop:hasParticipation {part} . "
            f"{part} a coop:Participation ; coop:participant {who} ; "
            f"coop:role <https://w3id.org/coopgraph/scheme/role/{role}> . {who} a coop:Enterprise ."
        )
    return "\n".join(said)


def edges(graph: nx.MultiDiGraph) -> set[tuple[str, str, str]]:
    return {
        (
            source.removeprefix("org/"),
            edge["relation"].rsplit("/", 1)[-1],
            target.removeprefix("org/"),
        )
        for source, target, edge in graph.edges(data=True)
    }


DOCKING = "; coop:cooperationType <https://w3id.org/coopgraph/scheme/cooperation-type/docking>"
STEEL = "; coop:sector <https://w3id.org/coopgraph/scheme/sector/steel>"


def test_who_leads_is_joined_to_each_partner(draw):
    graph = draw(cooperation(("a", "lead"), ("b", "partner"), ("c", "partner"), more=DOCKING))
    assert edges(graph) == {("a", "docking", "b"), ("a", "docking", "c")}
    assert WORK not in graph
    for *_, edge in graph.edges(data=True):
        assert edge["via"] == WORK
        assert edge["directed"] is False


def test_each_leader_is_joined_to_each_partner(draw):
    graph = draw(cooperation(("a", "lead"), ("b", "lead"), ("c", "partner"), more=DOCKING))
    assert edges(graph) == {("a", "docking", "c"), ("b", "docking", "c")}


def test_two_who_lead_together_are_joined_once(draw):
    graph = draw(cooperation(("a", "lead"), ("b", "lead"), more=DOCKING))
    assert edges(graph) == {("a", "docking", "b")}
    assert [e["directed"] for *_, e in graph.edges(data=True)] == [False]


def test_three_who_lead_together_stay_connected_through_the_cooperation(draw):
    graph = draw(cooperation(("a", "lead"), ("b", "lead"), ("c", "lead"), more=DOCKING))
    assert nx.is_connected(nx.Graph(graph))
    assert {"org/a", "org/b", "org/c"} <= set(graph)
    assert graph.number_of_edges() == 3


def test_one_leader_alone_is_joined_to_nobody(draw):
    graph = draw(cooperation(("a", "lead"), more=DOCKING))
    assert edges(graph) == set()
    assert "org/a" in graph


def test_a_leader_alone_is_joined_to_sectors_and_regions(draw):
    more = DOCKING + STEEL + "; coop:targetRegion <https://w3id.org/coopgraph/id/region/BY>"
    graph = draw(cooperation(("a", "lead"), more=more))
    assert edges(graph) == {
        ("a", "sector", "scheme/sector/steel"),
        ("a", "targetRegion", "region/BY"),
    }


def test_without_a_leader_one_party_speaks(draw):
    graph = draw(cooperation(("a", "partner"), more=DOCKING + STEEL))
    assert edges(graph) == {("a", "sector", "scheme/sector/steel")}


def test_without_a_leader_two_parties_are_joined_once(draw):
    graph = draw(cooperation(("a", "partner"), ("b", "partner"), more=DOCKING + STEEL))
    assert edges(graph) == {
        ("a", "docking", "b"),
        ("a", "sector", "scheme/sector/steel"),
        ("b", "sector", "scheme/sector/steel"),
    }


@pytest.mark.parametrize("n", [3, 4, 40])
def test_without_a_leader_the_cooperation_of_many_stays_a_node(draw, n):
    parties = [(f"p{i}", "partner") for i in range(n)]
    graph = draw(cooperation(*parties, more=DOCKING + STEEL))
    assert WORK in graph
    assert graph.nodes[WORK]["type"] == "Cooperation"
    assert edges(graph) == {
        *((WORK, "docking", name) for name, _ in parties),
        (WORK, "sector", "scheme/sector/steel"),
    }
    assert graph.number_of_edges() == n + 1
    assert {e["via"] for *_, e in graph.edges(data=True)} == {None}


def test_who_leads_and_is_a_partner_too_is_not_joined_to_itself(draw):
    graph = draw(cooperation(("a", "lead"), ("a", "partner"), ("b", "partner"), more=DOCKING))
    assert edges(graph) == {("a", "docking", "b")}


def test_a_party_in_two_roles_is_joined_once(draw):
    graph = draw(cooperation(("a", "lead"), ("b", "partner"), ("b", "undertaker"), more=DOCKING))
    assert edges(graph) == {("a", "docking", "b")}
    assert graph.number_of_edges() == 1


def test_each_type_of_a_cooperation_is_an_edge(draw):
    more = DOCKING + ", <https://w3id.org/coopgraph/scheme/cooperation-type/exchange>"
    graph = draw(cooperation(("a", "lead"), ("b", "partner"), more=more))
    assert edges(graph) == {("a", "docking", "b"), ("a", "exchange", "b")}


def test_a_cooperation_of_no_known_type_is_still_drawn(draw):
    graph = draw(cooperation(("a", "lead"), ("b", "partner")))
    assert edges(graph) == {("a", "Cooperation", "b")}


def test_a_cooperation_without_parties_draws_nothing(draw):
    graph = draw(f"<https://w3id.org/coopgraph/id/{WORK}> a coop:Cooperation {DOCKING} {STEEL} .")
    assert graph.number_of_edges() == 0


def test_a_participation_without_a_participant_or_role_draws_nothing(draw):
    said = f"""<https://w3id.org/coopgraph/id/{WORK}> a coop:Cooperation ;
        coop:hasParticipation <http://x/p1> , <http://x/p2> .
        <http://x/p1> coop:participant <http://x/a> . <http://x/a> a coop:Enterprise .
        <http://x/p2> coop:role <https://w3id.org/coopgraph/scheme/role/lead> ."""
    assert draw(said).number_of_edges() == 0


def test_a_project_is_joined_to_parties_by_role(draw):
    said = cooperation(("a", "lead"), ("a", "undertaker"), ("b", "investor")).replace(
        "coop:Cooperation", "coop:Project"
    )
    graph = draw(said)
    assert edges(graph) == {
        (WORK, "lead", "a"),
        (WORK, "undertaker", "a"),
        (WORK, "investor", "b"),
    }
    assert all(e["directed"] and e["via"] is None for *_, e in graph.edges(data=True))


@pytest.mark.parametrize("kind", ["SurplusCapacity", "IndustrialAdvantage", "Capability", "Need"])
def test_a_capability_is_an_edge_from_holder_to_sector(draw, kind):
    graph = draw(f"""
        <http://x/cap> a coop:{kind} ; coop:holder <http://x/a> {STEEL} .
        <http://x/a> a coop:Enterprise .""")
    assert edges(graph) == {("http://x/a", kind, "scheme/sector/steel")}
    assert [(e["via"], e["directed"]) for *_, e in graph.edges(data=True)] == [
        ("http://x/cap", True)
    ]


def test_a_capability_of_no_sector_draws_nothing(draw):
    graph = draw("<http://x/cap> a coop:Capability ; coop:holder <http://x/a> . "
                 "<http://x/a> a coop:Enterprise .")  # fmt: skip
    assert list(graph) == ["http://x/a"]


def test_rows_of_a_class_hold_for_its_subclasses(draw):
    graph = draw("""
        <http://x/park> a coop:Park ; coop:locatedIn <http://x/r> . <http://x/r> a coop:Area .
        <http://x/ceo> a coop:CentralEnterprise ; coop:locatedIn <http://x/r> .""")
    assert edges(graph) == {
        ("http://x/park", "locatedIn", "http://x/r"),
        ("http://x/ceo", "locatedIn", "http://x/r"),
    }
    assert graph.nodes["http://x/park"]["type"] == "Park"


def test_a_thing_is_not_joined_to_itself(draw):
    assert edges(draw("<http://x/r> a coop:Area ; coop:locatedIn <http://x/r> .")) == set()


def test_documents_evidence_types_roles_and_statuses_are_never_nodes(full):
    graph = full.to_networkx()
    for name, data in graph.nodes(data=True):
        assert not name.startswith(
            ("document/", "evidence/", "participation/", "scheme/role/", "scheme/status/",
             "scheme/cooperation-type/", "cooperation/", "capability/")
        ), name  # fmt: skip
        assert data["type"] not in {
            "Document", "Evidence", "Participation", "Role", "Status", "CooperationType",
            "Class", "Concept", "ConceptScheme", "Resource",
        }, name  # fmt: skip


def test_every_drawn_relation_names_its_relator(full):
    for source, target, edge in full.to_networkx().edges(data=True):
        assert edge["via"] not in (source, target)
        own = edge["relation"] in {
            "locatedIn", "memberGroup", "issuedBy", "requiredBy", "fulfils", "implements",
            "addressee", "leadProduct", "mainSector",
        } or source.split("/")[0] in (
            "project", "carrier", "product", "policy", "measure", "goal"
        )  # fmt: skip
        assert (edge["via"] is None) == own, (source, edge)


class TestTime:
    @pytest.fixture
    def holds(self, graph_of):
        def holds(dates: str, **scope) -> bool:
            said = cooperation(("a", "lead"), ("b", "partner"), more=DOCKING + dates)
            graph = graph_of(stated=said)
            drawn = graph.to_networkx(**scope).number_of_edges()
            near = graph.neighbours("org/a", **scope).data["total"]
            paths = len(graph.paths("org/a", "org/b", **scope).data["paths"])
            stats = graph.stats(**scope).data["edges"]
            assert drawn == near == paths == stats
            return bool(drawn)

        return holds

    PLANNED = '; coop:planFrom "2019-01-01"^^xsd:date ; coop:planTo "2019-12-31"^^xsd:date'

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            ("2018-12-31", False),
            ("2019-01-01", True),
            ("2019-07-01", True),
            ("2019-12-31", True),
            ("2020-01-01", False),
        ],
    )
    def test_first_and_last_day_hold(self, holds, day, expected):
        assert holds(self.PLANNED, as_of=day) is expected
        assert holds(self.PLANNED, as_of=day, dated="only") is expected

    @pytest.mark.parametrize(
        ("dates", "before", "inside", "after"),
        [
            ('; coop:planFrom "2019-01-01"^^xsd:date', False, True, True),
            ('; coop:planTo "2019-12-31"^^xsd:date', True, True, False),
            ("", True, True, True),
        ],
    )
    def test_open_ends(self, holds, dates, before, inside, after):
        days = ("0001-01-01", "2019-07-01", "9999-12-31")
        for day, expected in zip(days, (before, inside, after), strict=True):
            assert holds(dates, as_of=day) is expected
            assert holds(dates, as_of=day, dated="only") is (expected and bool(dates))

    def test_what_has_no_dates_is_left_out_on_request(self, holds):
        assert holds("")
        assert not holds("", dated="only")
        assert holds('; coop:planFrom "2019-01-01"^^xsd:date', dated="only")

    def test_actual_dates_win_over_planned_ones(self, holds):
        late = self.PLANNED + '; coop:actualFrom "2019-06-01"^^xsd:date'
        assert not holds(late, as_of="2019-05-31")
        assert holds(late, as_of="2019-06-01")
        assert holds(late, as_of="2019-12-31")
        assert not holds(late, as_of="2020-01-01")
        longer = late + '; coop:actualTo "2021-03-01"^^xsd:date'
        assert holds(longer, as_of="2021-03-01")
        assert not holds(longer, as_of="2021-03-02")

    def test_a_year_is_no_date_and_leaves_the_end_open(self, holds):
        assert holds('; coop:planFrom "2019"^^xsd:gYear', as_of="1999-01-01")

    def test_the_api_shows_both_days(self, draw):
        (edge,) = [
            e for *_, e in draw(
                cooperation(("a", "lead"), ("b", "partner"), more=self.PLANNED)
            ).edges(data=True)
        ]  # fmt: skip
        assert edge["valid"] == {"from": "2019-01-01", "to": "2019-12-31"}


def test_no_edge_ends_in_what_is_itself_drawn_as_edges(draw):
    measure = (
        "<http://x/m> a coop:Measure ; coop:addressee <http://x/g> ; "
        f"coop:promotes <https://w3id.org/coopgraph/id/{WORK}> , <http://x/goal> . "
        "<http://x/g> a coop:ActorGroup . <http://x/goal> a coop:Goal . "
    )
    said = cooperation(("a", "lead"), ("b", "partner"), more=DOCKING) + measure
    graph = draw(said)
    assert WORK not in graph
    assert ("http://x/m", "promotes", "http://x/goal") in edges(graph)
    assert graph.has_edge("http://x/m", "http://x/g")
    assert draw(said, view="full").has_edge("http://x/m", WORK)
