from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopgraph.knowledge.derive import derive as derive_all
from coopgraph.resources import ontology_dir
from coopgraph.vocabulary import COOP, GRAPH, derived_graph_iri, short_id


def derive(store: ox.Store, name: str) -> set[tuple[str, str]]:
    query = (ontology_dir() / "rules" / f"{name}.rq").read_text("utf-8")
    return {(short_id(t.subject.value), short_id(t.object.value)) for t in store.query(query)}


def _cooperation(*parties: tuple[str, str]) -> ox.Store:
    lines = [
        f"<c> a coop:Cooperation ; coop:hasParticipation <c{i}> . "
        f"<c{i}> coop:participant <{who}> ; coop:role role:{role} ."
        for i, (who, role) in enumerate(parties)
    ]
    store = ox.Store()
    store.load(
        "@base <http://x/> . @prefix coop: <https://w3id.org/coopgraph/ns#> . "
        "@prefix role: <https://w3id.org/coopgraph/scheme/role/> . " + " ".join(lines),
        format=ox.RdfFormat.TURTLE,
    )
    return store


def _pairs(store: ox.Store) -> set[str]:
    return {a[-1] + b[-1] for a, b in derive(store, "cooperates-with")}


RULES = sorted(path.stem for path in (ontology_dir() / "rules").glob("*.rq"))
# A status is stated or, where there are records of it, derived.
DERIVES_WHAT_IS_STATED_TOO = {"latest-status"}


def test_every_shortcut_names_its_rule(store_of):
    found = store_of().query(f"SELECT ?rule {{ ?shortcut <{COOP}derivedBy> ?rule }}")
    named = {row["rule"].value for row in found}
    assert named == set(RULES) - DERIVES_WHAT_IS_STATED_TOO


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_says_what_it_does_and_derives_one_property(rule):
    text = (ontology_dir() / "rules" / f"{rule}.rq").read_text("utf-8")
    assert text.startswith("# ")
    template = text[text.index("CONSTRUCT") : text.index("WHERE")]
    assert len({word for word in template.split() if word.startswith("coop:")}) == 1


def test_who_cooperates_in_the_notice(store_of):
    pairs = derive(store_of("stated"), "cooperates-with")
    assert ("org/chinalco", "region/CN-GS") in pairs
    assert ("region/CN-GS", "org/chinalco") in pairs
    assert all(a != b for a, b in pairs)
    assert ("org/chinalco", "org/baowu") not in pairs


def test_a_lead_cooperates_with_each_partner_and_they_not_with_one_another():
    store = _cooperation(("a", "lead"), ("b", "partner"), ("c", "partner"))
    assert _pairs(store) == {"ab", "ba", "ac", "ca"}


def test_two_without_a_lead_cooperate():
    assert _pairs(_cooperation(("a", "partner"), ("b", "partner"))) == {"ab", "ba"}


def test_three_without_a_lead_give_no_pairs():
    assert not _pairs(_cooperation(("a", "partner"), ("b", "partner"), ("c", "partner")))


def test_parties_and_sectors_of_the_notice(store_of):
    store = store_of("stated")
    assert ("project/international-capacity-batch", "group/gansu-enterprises") in derive(
        store, "has-party"
    )
    assert ("region/CN-GS", "scheme/sector/cement") in derive(store, "engages-in-sector")
    assert not {a for a, _ in derive(store, "engages-in-sector")} & {"org/chinalco"}


CHAIN = """
@base <http://x/> . @prefix coop: <https://w3id.org/coopgraph/ns#> .
<l1> a coop:ChainLink ; coop:upstreamSector <ore> ; coop:downstreamSector <metal> .
<l2> a coop:ChainLink ; coop:upstreamSector <metal> ; coop:downstreamSector <sheet> .
<sheet> coop:feedsDirectly <car> .
"""


def _loaded(turtle: str) -> ox.Store:
    store = ox.Store()
    store.load(turtle, format=ox.RdfFormat.TURTLE)
    return store


def _names(pairs: set[tuple[str, str]]) -> set[str]:
    return {f"{a.rsplit('/', 1)[1]} {b.rsplit('/', 1)[1]}" for a, b in pairs}


def test_a_link_of_a_chain_feeds_directly():
    assert _names(derive(_loaded(CHAIN), "feeds-directly")) == {"ore metal", "metal sheet"}


def test_upstream_goes_through_links_and_what_is_asserted_and_never_in_a_circle():
    found = _names(derive(_loaded(CHAIN), "upstream-of"))
    assert found == {
        "ore metal", "ore sheet", "ore car", "metal sheet", "metal car", "sheet car"
    }  # fmt: skip
    circle = CHAIN + "<car> coop:feedsDirectly <ore> ."
    assert all(a != b for a, b in derive(_loaded(circle), "upstream-of"))


def test_the_latest_record_is_the_status():
    record = (
        "<p> coop:hasStatusRecord <r{0}> . <r{0}> coop:status <s{0}> ; "
        'coop:recordDate "{0}-01-01"^^<http://www.w3.org/2001/XMLSchema#date> . '
    )
    head = "@base <http://x/> . @prefix coop: <https://w3id.org/coopgraph/ns#> . "
    store = _loaded(head + record.format(2021) + record.format(2019))
    assert _names(derive(store, "latest-status")) == {"p s2021"}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8), st.randoms())
def test_deriving_again_and_in_any_order_gives_the_same(links, shuffle: random.Random):
    lines = [
        f"<http://x/l{i}> a coop:ChainLink ; coop:upstreamSector <http://x/{a}> ; "
        f"coop:downstreamSector <http://x/{b}> ; coop:holder <http://x/{a}> ; "
        f"coop:sector <http://x/{b}> ."
        for i, (a, b) in enumerate(links)
    ]
    results = []
    for _ in range(2):
        shuffle.shuffle(lines)
        store = ox.Store()
        store.load(
            "@prefix coop: <https://w3id.org/coopgraph/ns#> .\n" + "\n".join(lines),
            format=ox.RdfFormat.TURTLE,
            to_graph=ox.NamedNode(GRAPH + "background/x"),
        )
        first = derive_all(store, ontology_dir() / "rules")
        once = set(store)
        assert derive_all(store, ontology_dir() / "rules") == first
        assert set(store) == once
        results.append(once)
    assert results[0] == results[1]


def test_a_rule_that_is_gone_takes_what_it_derived_with_it(tmp_path):
    store = ox.Store()
    fact = "<http://x/t> <https://w3id.org/coopgraph/ns#holder> <http://x/a> ."
    store.load(fact, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(GRAPH + "stated/x"))
    rule = tmp_path / "held.rq"
    rule.write_text(
        f"CONSTRUCT {{ ?a <{COOP}holds> ?t }} WHERE {{ ?t <{COOP}holder> ?a }}", "utf-8"
    )
    assert derive_all(store, tmp_path) == {derived_graph_iri("stated", "held"): 1}
    rule.unlink()
    assert derive_all(store, tmp_path) == {}
    assert not any(q.predicate.value == COOP + "holds" for q in store)
