"""Linked data over HTTP: every IRI that ships, in every format that is offered."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import random
import re
import shutil
import warnings
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from lxml import html
from rdflib.compare import isomorphic

from coopgraph import CoopGraph
from coopgraph.api.app import create_app
from coopgraph.linked.document import Document
from coopgraph.linked.formats import formats_for, write
from coopgraph.linked.graphs import read_graphs
from coopgraph.vocabulary import BASE, COOP, DERIVED, GRAPH, ID, LAYERS, RDF, VOCABULARY_GRAPH

FORMATS = {
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
    ".trig": "application/trig",
    ".nq": "application/n-quads",
}
READERS = {".ttl": "turtle", ".jsonld": "json-ld", ".nt": "nt", ".rdf": "xml"}
QUADS = {".trig": ox.RdfFormat.TRIG, ".nq": ox.RdfFormat.N_QUADS}
BAOWU = "id/cooperation/gs-2019/docking-baowu"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def path_of(iri):
    return iri.removeprefix(BASE)


def triples(body, suffix) -> rdflib.Graph:
    with warnings.catch_warnings():  # rdflib's own reader of JSON-LD uses what it deprecates
        warnings.simplefilter("ignore", DeprecationWarning)
        return rdflib.Graph().parse(data=body, format=READERS[suffix])


def quads(body, suffix) -> set[ox.Quad]:
    return set(ox.parse(input=body, format=QUADS[suffix]))


def page(response):
    return html.fromstring(response.content.decode())


def data_block(response):
    (block,) = page(response).xpath("//script")
    assert block.get("type") == "application/ld+json"
    return json.loads(block.text)


@pytest.fixture(scope="module")
def store(full) -> ox.Store:
    return full.published.store


@pytest.fixture(scope="module")
def shipped(store) -> list[str]:
    subjects = {q.subject.value for q in store if isinstance(q.subject, ox.NamedNode)}
    return sorted({s.partition("#")[0] for s in subjects if s.startswith(BASE)})


@pytest.fixture(scope="module")
def sample(shipped) -> list[str]:
    """Some of every kind, the same at every run."""
    kinds: dict[str, list[str]] = {}
    for iri in shipped:
        kinds.setdefault("/".join(path_of(iri).split("/")[:2]), []).append(iri)
    chosen = random.Random(67)  # noqa: S311
    return sorted(iri for iris in kinds.values() for iri in chosen.sample(iris, min(2, len(iris))))


def alternates(response) -> dict[str, str]:
    return {
        kind: url
        for url, kind in re.findall(
            r'<([^>]*)>; rel="alternate"; type="([^"]*)"', response.headers["link"]
        )
    }


class TestEveryResourceThatShips:
    def test_is_offered_in_every_format_and_leads_there(self, client, shipped):
        """Each resource in one format over the wire, all formats in turn."""
        assert len(shipped) > 250
        kinds = ["text/html", *FORMATS.values()]
        for i, iri in enumerate(shipped):
            kind = kinds[i % 7]
            led = client.get(f"/{path_of(iri)}", headers={"Accept": kind})
            assert led.status_code == 303, iri
            assert led.headers["vary"] == "Accept"
            offered = alternates(led)
            assert set(offered) == set(kinds)
            assert led.headers["location"] == offered[kind]
            assert offered[kind].startswith("/")
            response = client.get(offered[kind])
            assert response.status_code == 200, (iri, kind)
            assert response.headers["content-type"].split(";")[0] == kind

    def test_has_its_type_in_every_format(self, full, shipped):
        """All resources in all formats, written without the wire and read by the engine."""
        linked = full.linked_data()
        for i, iri in enumerate(shipped):
            document = linked.document(iri, LAYERS)
            if not isinstance(document, Document):
                continue
            for form in formats_for(document.quads):
                if form.name == "jsonld" and i % 5:
                    continue  # the costly one
                body = write(document, form, linked.context)
                read = {q.triple for q in ox.parse(input=body, format=form.engine)}
                typed = (t for t in read if t.subject.value == iri)
                assert any(t.predicate.value == RDF + "type" for t in typed), (iri, form.name)
                if form.name not in ("trig", "nquads"):
                    assert len(read) == len(document.triples), (iri, form.name)

    def test_says_the_same_in_every_format(self, client, sample):
        for iri in sample:
            offered = alternates(client.get(f"/{path_of(iri)}"))
            read = {}
            for suffix, kind in FORMATS.items():
                response = client.get(offered[kind])
                assert response.status_code == 200, (iri, suffix)
                assert response.headers["content-type"].split(";")[0] == kind
                body = response.content
                read[suffix] = triples(body, suffix) if suffix in READERS else quads(body, suffix)
            assert read[".trig"] == read[".nq"], iri
            if ".ttl" not in read:
                continue
            assert any(read[".ttl"].objects(rdflib.URIRef(iri), rdflib.RDF.type)), iri
            # What rules derive stands beside nothing that is said; alone it may be asked for.
            alone = iri.startswith(DERIVED)
            stated = {q.triple for q in read[".nq"] if alone or DERIVED not in str(q.graph_name)}
            assert len(read[".nt"]) == len(stated), iri
            for suffix in (".ttl", ".jsonld", ".rdf"):
                # Without blank nodes, equal sets are isomorphic; only the costly check needs more.
                same = set(read[suffix]) == set(read[".nt"])
                assert same or isomorphic(read[suffix], read[".nt"]), (iri, suffix)

    def test_page_is_html_in_its_language_with_the_same_json_ld(self, client, sample):
        for iri in sample:
            for lang in ("zh", "en"):
                shown = client.get(f"/page/{path_of(iri)}", params={"lang": lang})
                tree = page(shown)
                assert tree.get("lang") == lang
                assert tree.findtext(".//title").strip()
                assert tree.xpath("//code[@class='iri']/text()") == [iri]
                linked = {(e.get("type")) for e in tree.xpath("//link[@rel='alternate']")}
                assert linked <= set(FORMATS.values())
                assert "script-src" not in shown.headers["content-security-policy"]
                assert "default-src 'none'" in shown.headers["content-security-policy"]
            if not iri.startswith(GRAPH):
                assert data_block(shown) == client.get(f"/data/{path_of(iri)}.jsonld").json(), iri

    def test_page_has_no_dead_link(self, client, sample):
        known: dict[str, int] = {}
        for iri in sample[::12]:
            for url in page(client.get(f"/page/{path_of(iri)}")).xpath("//@href|//@src"):
                if url.startswith("/"):
                    place = url.partition("#")[0]
                    if place not in known:
                        known[place] = client.get(place).status_code
                    assert known[place] == 200, (iri, url)


class TestDocument:
    def test_proves_itself(self, client):
        told = triples(client.get(f"/data/{BAOWU}.ttl").content, ".ttl")
        subject = rdflib.URIRef(BASE + BAOWU)
        coop = rdflib.Namespace(COOP)
        oa = rdflib.Namespace("http://www.w3.org/ns/oa#")
        parties = set(told.objects(subject, coop.hasParticipation))
        assert {str(told.value(p, coop.participant)) for p in parties} == {
            ID + "org/baowu", ID + "region/CN-GS"
        }  # fmt: skip
        quotes = {
            str(told.value(selector, oa.exact))
            for evidence in told.objects(subject, coop.evidencedBy)
            for selector in told.objects(evidence, oa.hasSelector)
        }
        assert any("宝武集团" in quote for quote in quotes)
        for read_as in told.objects(subject, coop.interpretation):
            assert isinstance(read_as, rdflib.Literal) or (read_as, None, None) in told

    def test_inference_never_passes_for_a_statement(self, client, store):
        inferred = {str(q.triple.predicate) for q in store if DERIVED in str(q.graph_name)}
        assert inferred
        for suffix in FORMATS:
            body = client.get(f"/data/{BAOWU}{suffix}").content
            if suffix in QUADS:
                derived = [q for q in quads(body, suffix) if str(q.predicate) in inferred]
                assert derived
                assert all(q.graph_name.value.startswith(DERIVED) for q in derived)
            else:
                assert not {p.n3() for p in triples(body, suffix).predicates()} & inferred

    def test_layers_are_as_if_the_others_had_never_been_loaded(self, client, full, stated_alone):
        alone = stated_alone.linked_data()
        everywhere = full.linked_data()
        subjects = {
            q.subject.value.partition("#")[0]
            for q in alone.store.quads_for_pattern(None, None, None, None)
            if isinstance(q.subject, ox.NamedNode) and q.subject.value.startswith((ID, BASE + "s"))
        }
        for iri in sorted(s for s in subjects if "/id/rule/" not in s)[::2]:
            here, there = (d.document(iri, ("stated",)) for d in (everywhere, alone))
            assert here.quads == there.quads, iri
            assert here.derived == there.derived, iri
        asked = client.get("/data/id/region/CN-GS.nt", params={"layers": "stated"})
        assert "iso3166Code" not in asked.text
        assert "iso3166Code" in client.get("/data/id/region/CN-GS.nt").text
        led = client.get("/id/region/CN-GS?layers=stated", headers={"Accept": "text/turtle"})
        assert led.headers["location"] == "/data/id/region/CN-GS.ttl?layers=stated"
        only = client.get("/data/id/region/CN-AH.nt", params={"layers": "stated"})
        assert only.status_code == 404

    def test_concept_scheme_has_its_concepts(self, client, store):
        told = triples(client.get("/data/scheme/sector.ttl").content, ".ttl")
        concepts = {
            q.subject.value
            for q in store
            if q.predicate.value.endswith("#inScheme") and str(q.object) == f"<{BASE}scheme/sector>"
        }
        assert len(concepts) > 15
        assert concepts <= {str(s) for s in told.subjects()}

    def test_turtle_is_stable_and_has_only_the_prefixes_it_needs(self, client):
        first, again = (client.get(f"/data/{BAOWU}.ttl").text for _ in range(2))
        assert first == again
        head = [line for line in first.splitlines() if line.startswith("@")]
        assert head == sorted(head)
        assert "@prefix sh:" not in first
        assert f"<{BAOWU}> a coop:Cooperation" in first

    def test_json_ld_is_compact_and_uses_the_published_context(self, client):
        document = client.get(f"/data/{BAOWU}.jsonld").json()
        published = client.get("/ns/context.jsonld")
        assert published.headers["content-type"] == "application/ld+json"
        assert document["@context"] == published.json()["@context"]
        first = document["@graph"][0]
        assert first["@id"] == BASE + BAOWU
        assert first["@type"] == "Cooperation"
        assert first["hasParticipation"] == [BASE + BAOWU + f"#party-{n}" for n in (1, 2)]

    def test_ontology_is_what_its_file_says(self, client, ontology):
        told = triples(client.get("/data/ns.ttl").content, ".ttl")
        file = rdflib.Graph().parse(ontology.folder / "coopgraph.ttl")
        assert len(file) > 1000
        assert not set(file) - set(told)
        version = next(file.objects(rdflib.URIRef(BASE + "ns"), rdflib.OWL.versionIRI))
        same = client.get(f"/data/{path_of(str(version))}.ttl")
        assert same.text == client.get("/data/ns.ttl").text
        assert client.get("/ns/0.0.0").status_code == 404

    def test_shapes_are_what_their_file_says(self, client, ontology):
        assert client.get("/data/shapes.ttl").content == ontology.shapes.read_bytes()
        file = rdflib.Graph().parse(ontology.shapes)
        assert isomorphic(triples(client.get("/data/shapes.nt").content, ".nt"), file)


class TestGraphs:
    def test_dump_is_the_whole_graph(self, client, store):
        for node in store.named_graphs():
            body = client.get(f"/data/{path_of(node.value)}.nq").content
            inside = {q for q in quads(body, ".nq") if q.graph_name == node}
            assert inside == set(store.quads_for_pattern(None, None, None, node))

    def test_everything_is_one_dump(self, client, store):
        dump = client.get("/data/graph.nq")
        assert int(dump.headers["content-length"]) == len(dump.content)
        named = {q for q in store if isinstance(q.graph_name, ox.NamedNode)}
        assert quads(dump.content, ".nq") == named
        assert client.get("/graph", headers={"Accept": "text/turtle"}).status_code == 406

    def test_a_layer_is_all_its_graphs(self, client, store):
        dump = read_graphs(store, GRAPH + "background", LAYERS)
        assert len(dump.graphs) > 2
        told = triples(client.get("/data/graph/background.nt").content, ".nt")
        expected = {q.triple for g in dump.graphs for q in
                    store.quads_for_pattern(None, None, None, ox.NamedNode(g))}  # fmt: skip
        assert len(told) == len(expected)

    def test_layers_restrict_it(self, client):
        asked = {"layers": "stated"}
        assert client.get("/data/graph/background.nq", params=asked).status_code == 404
        body = client.get("/data/graph.nq", params=asked).content
        assert not [q for q in quads(body, ".nq") if "/background" in str(q.graph_name)]
        assert client.get("/data/graph.nq?layers=no").status_code == 400


class TestNegotiation:
    @pytest.mark.parametrize(
        ("accept", "place"),
        [
            (None, "/page/id/org/baowu"),
            ("*/*", "/page/id/org/baowu"),
            (BROWSER, "/page/id/org/baowu"),
            ("application/xhtml+xml", "/page/id/org/baowu"),
            ("text/html;q=0.5, text/turtle", "/data/id/org/baowu.ttl"),
            ("text/html;q=0, */*", "/data/id/org/baowu.ttl"),
            ("text/*;q=0, */*;q=0.1", "/data/id/org/baowu.jsonld"),
            ("application/json", "/data/id/org/baowu.jsonld"),
            ("application/ld+json;profile=\"http://www.w3.org/ns/json-ld#compacted\"",
             "/data/id/org/baowu.jsonld"),
            ("application/rdf+xml, text/turtle;q=0.9", "/data/id/org/baowu.rdf"),
            ("text/plain", "/data/id/org/baowu.nt"),
            ("application/trig", "/data/id/org/baowu.trig"),
            ("application/n-quads", "/data/id/org/baowu.nq"),
            ("TEXT/TURTLE; charset=utf-8", "/data/id/org/baowu.ttl"),
        ],
    )  # fmt: skip
    def test_by_accept(self, client, accept, place):
        request = client.build_request("GET", "/id/org/baowu")
        del request.headers["accept"]
        if accept is not None:
            request.headers["accept"] = accept
        assert client.send(request).headers["location"] == place

    @pytest.mark.parametrize("path", ["/id/org/baowu", "/data/id/org/baowu"])
    def test_what_nobody_has_is_406(self, client, problem, path):
        refused = problem(client.get(path, headers={"Accept": "image/png"}))
        assert refused["status"] == 406
        assert "text/turtle" in refused["available"]
        assert client.get(path, headers={"Accept": "*/*;q=0"}).status_code == 406

    def test_data_without_an_ending_negotiates(self, client):
        for suffix, kind in FORMATS.items():
            response = client.get("/data/id/org/baowu", headers={"Accept": kind})
            assert response.status_code == 200
            assert response.headers["content-type"].split(";")[0] == kind
            assert response.headers["vary"] == "Accept"
            place = response.headers["content-location"]
            assert place == f"/data/id/org/baowu{suffix}"
            assert client.get(place).content == response.content
        assert "content-location" not in client.get("/data/id/org/baowu.ttl").headers
        html_only = client.get("/data/id/org/baowu", headers={"Accept": "text/html"})
        assert html_only.status_code == 406

    @pytest.mark.parametrize(
        ("query", "header", "expected"),
        [
            ("", "", "zh"),
            ("", "en-GB,en;q=0.9", "en"),
            ("", "fr, zh-CN;q=0.5, en;q=0.1", "zh"),
            ("", "de", "zh"),
            ("?lang=en", "zh", "en"),
        ],
    )
    def test_language_of_a_page(self, client, query, header, expected):
        shown = client.get(f"/page/id/org/baowu{query}", headers={"Accept-Language": header})
        assert page(shown).get("lang") == expected
        assert shown.headers["content-language"] == expected
        assert "Accept-Language" in shown.headers["vary"]

    def test_a_language_that_is_not_there(self, client, problem):
        assert problem(client.get("/page/id/org/baowu?lang=fr"))["status"] == 400

    @pytest.mark.parametrize(
        "path", ["/id/org/baowu", "/data/id/org/baowu", "/data/id/org/baowu.nq", "/page/ns"]
    )
    def test_head_is_get_without_a_body(self, client, path):
        asked, headed = client.get(path), client.head(path)
        assert headed.status_code == asked.status_code
        assert headed.content == b""
        assert {k: v for k, v in headed.headers.items() if k != "date"} == {
            k: v for k, v in asked.headers.items() if k != "date"
        }

    @pytest.mark.parametrize(
        "path",
        ["/data/id/org/baowu", "/data/id/org/baowu.ttl", "/page/id/org/baowu", "/page/ns/sector",
         "/ns/context.jsonld", "/data/graph/vocabulary.nq"],
    )  # fmt: skip
    def test_unchanged(self, client, path):
        first = client.get(path)
        tag = first.headers["etag"]
        assert tag.startswith('W/"')
        assert first.headers["cache-control"] == "no-cache"
        same = client.get(path, headers={"If-None-Match": tag})
        assert same.status_code == 304
        assert same.content == b""
        assert same.headers["etag"] == tag
        assert same.headers.get("vary") == first.headers.get("vary")
        assert client.get(path, headers={"If-None-Match": 'W/"x"'}).status_code == 200

    def test_each_format_language_and_selection_has_a_tag_of_its_own(self, client):
        tags = {
            client.get(path).headers["etag"]
            for path in (
                "/data/id/org/baowu.ttl", "/data/id/org/baowu.nt",
                "/data/id/org/baowu.ttl?layers=stated", "/page/id/org/baowu?lang=zh",
                "/page/id/org/baowu?lang=en",
            )
        }  # fmt: skip
        assert len(tags) == 5
        turtle = client.get("/data/id/org/baowu", headers={"Accept": "text/turtle"})
        other = {"Accept": "application/n-triples", "If-None-Match": turtle.headers["etag"]}
        assert client.get("/data/id/org/baowu", headers=other).status_code == 200

    def test_an_error_is_never_unchanged(self, client):
        tag = client.get("/data/id/org/baowu").headers["etag"]
        assert client.get("/data/id/no", headers={"If-None-Match": tag}).status_code == 404


class TestHostilePaths:
    @pytest.mark.parametrize("place", ["", "data/", "page/"])
    @pytest.mark.parametrize(
        "path",
        ["id/", "id/org/no-such", "id/..%2F..%2Fetc%2Fpasswd", "id/%2e%2e/%2e%2e/secret",
         "id/../../../../etc/passwd", "id/%00", "id/a%0Ab", "id/%FF%FE", "id/%ZZ", "id/%", "id/<x>",
         "id/%3Cscript%3E", "id/{x}", "id/ä", "id/%E5%AE%9D", "id/" + "a" * 5000, "id//org/baowu",
         "id/org/baowu/", "id/org/baowu%23x", "id/org%2Fbaowu", "graph/", "graph/stat",
         "graph/stated/../background/divisions", "ns/../shapes.ttl", "ns/9.9.9", "scheme/",
         "ns/%27%22", ".well-known/genid/x", "id/org/baowu%0d%0aSet-Cookie:x=1"],
    )  # fmt: skip
    def test_are_refused(self, server, place, path):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        with contextlib.closing(connection):  # a real client would tidy the path up before
            connection.request("GET", quote(f"/{place}{path}", safe="/%<>{}.:="))
            response = connection.getresponse()
            body = response.read().decode()
        assert response.status in (400, 404), body
        assert "root:" not in body
        assert response.headers["set-cookie"] is None
        assert response.headers["content-type"] == "application/problem+json"
        assert json.loads(body)["detail_zh" if response.status == 400 else "detail"]

    def test_the_nearest_are_named(self, client, problem):
        missing = problem(client.get("/id/org/baow"))
        assert missing["status"] == 404
        assert "id/org/baowu" in missing["candidates"]
        assert "Cooperation" in problem(client.get("/page/ns/Coperation"))["candidates"]

    def test_a_fragment_cannot_be_asked_for(self, client):
        assert client.get("/page/ns%23Cooperation").status_code == 404

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    def test_nothing_is_written(self, client, method):
        assert client.request(method, "/data/id/org/baowu").status_code == 405


HOSTILE = """
<https://w3id.org/coopgraph/id/x/evil> a coop:Project , <javascript:alert(1)> ;
  skos:prefLabel "<script>alert(1)</script>"@en , "</script><!-- <script>"@zh ;
  coop:statusWording "\\"><img src=x onerror=alert(1)>"@en ;
  coop:locatedIn <https://w3id.org/coopgraph/id/宝武/一%20号> , <javascript:alert(2)> ;
  <http://example.org/1> "\\u0001 not XML" .
<https://w3id.org/coopgraph/id/宝武/一%20号> skos:prefLabel "不变"@zh ; coop:note [ coop:x 1 ] .
<https://w3id.org/coopgraph/id/x/evil#loose> coop:x "a part that nothing leads to" .
<https://w3id.org/coopgraph/id/file.ttl> skos:prefLabel "called like a file"@en .
"""


@pytest.fixture(scope="module")
def strange(published_dir, tmp_path_factory, prefixes, serve):
    folder = tmp_path_factory.mktemp("strange")
    (folder / "strange.ttl").write_text(prefixes + HOSTILE, encoding="utf-8")
    data = shutil.copytree(published_dir, folder / "data")
    with CoopGraph.open(data, shipped=False) as graph:
        graph.load(folder / "strange.ttl", layer="analyst", shacl=False)
        with serve(graph) as running:
            yield running


@pytest.fixture(scope="module")
def there(strange):
    with httpx.Client(base_url=strange.url, timeout=30) as http:
        yield http


class TestStrangeData:
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_nothing_of_it_becomes_markup(self, there, lang):
        for path in ("id/x/evil", "graph/analyst/strange", "ns/Project", "ns/locatedIn"):
            shown = there.get(f"/page/{path}", params={"lang": lang})
            assert shown.status_code == 200
            tree = page(shown)
            assert len(tree.xpath("//script")) == 1
            assert not tree.xpath("//img[@onerror]")
            assert not tree.xpath("//@href[starts-with(., 'javascript')]")
        shown = there.get("/page/id/x/evil", params={"lang": lang})
        assert data_block(shown) == there.get("/data/id/x/evil.jsonld").json()
        assert "alert(1)" in page(shown).text_content()

    def test_what_xml_cannot_say_is_not_offered_as_xml(self, there, problem):
        assert problem(there.get("/data/id/x/evil.rdf"))["status"] == 406
        assert "rdf+xml" not in there.get("/id/x/evil").headers["link"]
        asked = {"Accept": "application/rdf+xml, text/turtle;q=0.1"}
        assert there.get("/id/x/evil", headers=asked).headers["location"].endswith(".ttl")

    def test_all_else_is(self, there):
        told = {s: there.get(f"/data/id/x/evil{s}").content for s in (".ttl", ".nt", ".jsonld")}
        graphs = [triples(body, suffix) for suffix, body in told.items()]
        assert set(graphs[0]) == set(graphs[1]) == set(graphs[2])
        assert "a part that nothing leads to" in told[".nt"].decode()

    def test_names_in_any_script(self, there):
        for path in (quote("id/宝武/一") + "%20" + quote("号"), "id/宝武/一%20号"):
            led = there.get(f"/{path}", headers={"Accept": "text/turtle"})
            assert led.status_code == 303
            assert led.headers["location"].isascii()
            assert "不变" in there.get(led.headers["location"]).text

    def test_names_of_blank_nodes_are_served(self, there):
        told = there.get("/data/" + quote("id/宝武/一") + "%20" + quote("号") + ".nt").text
        (name,) = set(re.findall(rf"<{BASE}(\.well-known/genid/[^>]+)>", told))
        assert there.get(f"/{name}").status_code == 303
        assert there.get(f"/data/{name}.ttl").status_code == 200

    def test_a_resource_called_like_a_file(self, there):
        led = there.get("/id/file.ttl", headers={"Accept": "text/turtle"})
        assert led.headers["location"] == "/data/id/file.ttl.ttl"
        for path in ("/data/id/file.ttl.ttl", "/data/id/file.ttl"):
            assert "called like a file" in there.get(path).text


class TestPages:
    def test_statements_have_layer_and_source(self, client):
        shown = page(client.get(f"/page/{BAOWU}?lang=zh"))
        text = shown.text_content()
        assert "文件所述" in text
        assert "继续与中铝集团、中建材、宝武集团" in text
        assert re.search(r"第\s*11\s*段", text)
        assert "字符 1546–1587" in text
        for reference in shown.xpath("//a[@class='note']/@href"):
            assert shown.xpath(f"//*[@id='{reference[1:]}']")

    def test_readings_and_inferences_are_set_apart(self, client):
        shown = page(client.get(f"/page/{BAOWU}?lang=en"))
        (derived,) = shown.xpath("//section[contains(@class, 'derived')]")
        assert "Derived by rule, not stated" in derived.text_content()
        assert "has-party" in derived.text_content()
        (stated,) = shown.xpath("//section[@aria-labelledby='statements']")
        assert "has-party" not in stated.text_content()
        assert "has party" not in stated.text_content()
        (read_as,) = shown.xpath("//section[contains(@class, 'readings')]")
        assert "Read as" in read_as.text_content()

    def test_a_hub_is_shown_in_parts_and_says_so(self, client, full):
        describer = full.linked_data().describer(LAYERS, "en")
        document = ID + "document/gansu-iit-2019-67"
        found = describer.references(document)
        assert found.total >= found.shown
        hub = VOCABULARY_GRAPH
        shown = client.get(f"/page/{path_of(hub)}?lang=en")
        assert re.search(r"1 to \d+ of \d+", page(shown).text_content())

    def test_pages_of_references_are_one_after_the_other(self, graph_of):
        said = "".join(f"<{ID}x/{n}> coop:sector <{ID}hub> ." for n in range(450))
        graph = graph_of(analyst=said + f"<{ID}hub> skos:prefLabel 'hub'@en .")
        describer = graph.linked_data().describer(LAYERS, "en")
        pages = [describer.references(ID + "hub", n) for n in (1, 2, 3, 4)]
        assert [p.shown for p in pages] == [200, 200, 50, 0]
        assert {p.total for p in pages} == {450}
        seen = [v.iri for p in pages for row in p.rows for v in row.values]
        assert len(seen) == len(set(seen)) == 450

    def test_a_node_leads_to_the_start_page(self, client):
        links = page(client.get("/page/id/region/CN-GS?lang=en")).xpath("//@href")
        assert "/?of=region/CN-GS&lang=en" in links
        assert not [
            u for u in page(client.get(f"/page/{BAOWU}")).xpath("//@href") if u.startswith("/?of")
        ]

    def test_language_is_kept(self, client):
        shown = page(client.get("/page/id/org/baowu?lang=en&layers=stated"))
        inner = [u for u in shown.xpath("//main//@href") if u.startswith("/page/")]
        assert inner
        assert all("lang=en" in u and "layers=stated" in u for u in inner)
        assert "?lang=zh&layers=stated" in shown.xpath("//header//a/@href")

    def test_ontology_has_every_term_with_an_anchor(self, client, full):
        shown = page(client.get("/page/ns?lang=en"))
        anchors = set(shown.xpath("//article/@id"))
        assert anchors == set(full.linked_data().terms)
        assert len(anchors) > 80

    def test_every_term_has_a_page(self, client, full):
        for name, term in full.linked_data().terms.items():
            shown = client.get(f"/page/ns/{name}", params={"lang": "en"})
            assert shown.status_code == 200, name
            text = shown.text
            assert term.iri in text
        assert client.get("/page/ns/NoSuchTerm").status_code == 404

    def test_a_term_says_where_it_is_used(self, client):
        text = page(client.get("/page/ns/leadProduct?lang=en")).text_content()
        assert "Project: from self to coop:leadProduct" in text
        shown = page(client.get("/page/ns/Cooperation?lang=en"))
        text = shown.text_content()
        assert "合作" in text
        assert "CooperationHasType" in text
        assert "needs at least one coop:hasParticipation" in text
        examples = shown.xpath("//ul[@class='examples']/li")
        assert len(examples) == 3
        assert all("stated" in e.text_content() for e in examples)
        assert shown.xpath("//ol[@class='notes']//blockquote")


def test_below_another_path(full):
    """Behind a proxy that serves it at a path, every address begins with that."""

    async def ask():
        transport = httpx.ASGITransport(create_app(full), root_path="/kg")
        async with httpx.AsyncClient(transport=transport, base_url="http://kg.example") as client:
            led = await client.get("/kg/id/org/baowu", headers={"Accept": "text/turtle"})
            assert led.headers["location"] == "/kg/data/id/org/baowu.ttl"
            assert (await client.get(led.headers["location"])).status_code == 200
            shown = page(await client.get("/kg/page/id/org/baowu"))
            urls = shown.xpath("//@href|//@src")
            assert all(u.startswith(("/kg/", "#", "?", "http")) for u in urls)
            told = (await client.get("/kg/.well-known/void?format=turtle")).text
            assert "<http://kg.example/kg/sparql>" in told
            assert "http://kg.example/sparql" not in told

    asyncio.run(ask())
