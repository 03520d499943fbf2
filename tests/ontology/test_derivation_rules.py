from __future__ import annotations

import pyoxigraph as ox

from coopgraph.resources import ontology_dir
from coopgraph.vocabulary import COOP, short_id


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


def test_every_shortcut_names_its_rule(store_of):
    found = store_of().query(f"SELECT ?rule {{ ?shortcut <{COOP}derivedBy> ?rule }}")
    named = {row["rule"].value for row in found}
    assert named == {path.stem for path in (ontology_dir() / "rules").glob("*.rq")}


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
