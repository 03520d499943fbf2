from __future__ import annotations

import pytest

from coopgraph import CoopGraph
from coopgraph.errors import BadRequest, DataInvalid, DocumentSyntaxError
from coopgraph.gaps.find import bind
from coopgraph.gaps.rules import read_rules
from coopgraph.resources import ontology_dir

RULE = """
<http://x/rule> a coop:GapRule ; dct:identifier "no-english-name" ;
  rdfs:label "无英文名"@zh , "no English name"@en ;
  skos:definition "组织没有英文名。"@zh , "An organization has no English name."@en ;
  coop:severity "low" ; coop:absent "英文名"@zh , "an English name"@en ;
  coop:explanation "{subject}没有英文名。"@zh , "{subject} has no English name."@en ;
  coop:openWorldNote "{layers} {as_of}"@zh , "{layers} {as_of}"@en ;
  coop:select '''SELECT ?subject ?found WHERE {
      VALUES (?asOf) { (UNDEF) }
      ?subject a <https://w3id.org/coopgraph/ns#CentralEnterprise> . BIND(?subject AS ?found)
      OPTIONAL { ?subject <http://www.w3.org/2004/02/skos/core#prefLabel> ?n
                 FILTER(LANG(?n) = "xx") }
      FILTER(!BOUND(?n)) }''' .
"""


@pytest.fixture
def folder(tmp_path, prefixes):
    def folder(*texts: str):
        for i, text in enumerate(texts):
            (tmp_path / f"rule{i}.ttl").write_text(prefixes + text, encoding="utf-8")
        return tmp_path

    return folder


def test_the_shipped_rules_are_those_of_the_contract():
    rules = read_rules([ontology_dir() / "gaps"])
    assert set(rules) == {
        "capacity-without-outlet", "advantage-unused", "cooperation-without-sector",
        "partner-without-project", "project-without-partner", "instrument-required-missing",
        "market-without-transfer", "chain-break", "candidate-partner",
    }  # fmt: skip
    assert list(rules) == sorted(rules)
    for rule in rules.values():
        told = rule.describe()
        assert {"id", "label", "definition", "severity", "parameters"} <= set(told)
        for text in (told["label"], told["definition"], rule.explanation, rule.open_world_note):
            assert set(text) == {"zh", "en"}
            assert all(text.values())


def test_a_rule_of_ones_own_is_served_like_the_others(data_folder, prefixes):
    (data_folder / "gaps").mkdir()
    (data_folder / "gaps" / "mine.ttl").write_text(prefixes + RULE, encoding="utf-8")
    with CoopGraph.open(data_folder, shipped=False) as graph:
        assert "no-english-name" in [rule["id"] for rule in graph.gap_rules().data]
        found = graph.gaps(rule="no-english-name").data
        assert len(found) == 5
        assert found[0]["explanation"]["zh"].endswith("没有英文名。")
        assert graph.gaps(limit=1000).data[-1]["severity"] == "low"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a coop:GapRule", "a coop:Rule"),
        ('"low"', '"urgent"'),
        ('coop:severity "low"', 'coop:severity "low" , "high"'),
        ('"无英文名"@zh , ', ""),
        ('coop:absent "英文名"@zh , "an English name"@en', 'coop:absent "英文名"@zh'),
        ("SELECT ?subject", "SELEKT ?subject"),
        ("SELECT ?subject ?found WHERE", "SELECT ?found WHERE"),
        ("SELECT ?subject ?found WHERE", "ASK"),
        ('dct:identifier "no-english-name" ;', ""),
        ("coop:select", "coop:selects"),
        ('coop:severity "low"',
         'coop:severity "low" ; coop:parameter <http://x/p>'),
        ('coop:severity "low"',
         'coop:severity "low" ; coop:parameter <http://x/p>'
         '. <http://x/p> coop:name "match" ; rdfs:label "a"@zh , "a"@en . '
         '<http://x/rule> a coop:GapRule'),
        ('coop:absent "英文名"@zh', 'coop:absent "英文名"'),
    ],
)  # fmt: skip
def test_a_broken_rule_is_refused_and_its_file_named(folder, old, new):
    assert old in RULE
    with pytest.raises(DataInvalid) as caught:
        read_rules([folder(RULE.replace(old, new))])
    assert "rule0.ttl" in caught.value.detail
    assert caught.value.zh


def test_a_rule_that_does_not_parse_is_told_with_its_line(folder):
    with pytest.raises(DocumentSyntaxError) as caught:
        read_rules([folder("oops")])
    assert caught.value.extensions["line"]


def test_an_id_is_taken_once(folder):
    with pytest.raises(DataInvalid, match="already"):
        read_rules([folder(RULE, RULE.replace("http://x/rule", "http://x/other"))])


def test_no_folder_is_no_rules(tmp_path):
    assert read_rules([tmp_path / "none"]) == {}


@pytest.mark.parametrize(
    ("select", "terms", "expected"),
    [
        ("VALUES (?asOf) { (UNDEF) }", {}, "VALUES (?asOf) { (UNDEF) }"),
        ("values(?asOf ?m){(UNDEF 'a')}", {"m": "'b'"}, None),
        (
            "VALUES (?asOf ?m) { (UNDEF 'a') }",
            {"asOf": "1", "m": "2"},
            "VALUES (?asOf ?m) { (1 2) }",
        ),
        ("VALUES (?other) { (1) }", {"other": "2"}, "VALUES (?other) { (1) }"),
    ],
)
def test_parameters_are_bound_in_their_block(select, terms, expected):
    bound = bind(select, terms)
    if expected is None:
        assert bound == select or "'b'" in bound
    else:
        assert " ".join(bound.split()) == expected


def test_a_match_that_a_rule_does_not_take_is_refused(full):
    for match in ("", "EXACT", "narrower", '" } #'):
        with pytest.raises(BadRequest) as caught:
            full.gaps(match=match)
        assert caught.value.zh
