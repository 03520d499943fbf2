"""What updates and uploads mean for a knowledge graph."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
import rdflib

from coopgraph import CoopGraph

UPDATE = {"Content-Type": "application/sparql-update"}
GRAPH = "https://w3id.org/coopgraph/graph/"
MINE = GRAPH + "analyst/mine"
DEFAULT = GRAPH + "analyst/default"
NOTICE = GRAPH + "stated/gansu-iit-2019-67"
PREFIXES = """PREFIX coop: <https://w3id.org/coopgraph/ns#> PREFIX id: <https://w3id.org/coopgraph/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX dct: <http://purl.org/dc/terms/>
"""
ACME = "<https://w3id.org/coopgraph/id/org/acme>"
FACTS = f"{ACME} a coop:Enterprise ; skos:prefLabel 'Acme'@en ."
TURTLE = {"Content-Type": "text/turtle"}


def update(client: httpx.Client, text: str) -> httpx.Response:
    return client.post("/sparql", content=PREFIXES + text, headers=UPDATE)


def ask(client: httpx.Client, pattern: str) -> bool:
    query = {"query": PREFIXES + f"ASK {{ {pattern} }}"}
    return bool(client.get("/sparql", params=query).json()["boolean"])


def count(client: httpx.Client, pattern: str) -> int:
    query = {"query": PREFIXES + f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"}
    rows = client.get("/sparql", params=query).json()["results"]["bindings"]
    return int(rows[0]["n"]["value"])


def generation(client: httpx.Client) -> int:
    return int(client.get("/readyz").json()["generation"])


def is_union(client: httpx.Client) -> bool:
    return not ask(client, "?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } }") and not ask(
        client, "GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { ?s ?p ?o }"
    )


class TestUpdate:
    def test_a_named_graph_of_a_layer(self, writable, data_folder):
        before = generation(writable)
        sent = update(writable, f"INSERT DATA {{ GRAPH <{MINE}> {{ {FACTS} }} }}")
        assert sent.status_code == 204, sent.text
        assert sent.headers["etag"].startswith(f'W/"{before + 1}-')
        assert ask(writable, f"{ACME} ?p ?o")
        node = writable.get("/api/v1/nodes/org/acme")
        assert node.json()["meta"]["generation"] == before + 1
        assert ask(writable, f"GRAPH <{GRAPH}provenance> {{ <{MINE}> ?p ?o }}")
        assert is_union(writable)
        info = json.loads(
            (data_folder / "generations" / f"{before + 1:08d}" / "generation.json").read_text()
        )
        said = info["datasets"][MINE]
        assert (said["file"], said["by"], said["triples"]) == ("update", "tester", 2)
        assert said["validated"] is True
        assert len(said["sha256"]) == 64

    def test_what_names_no_graph_is_the_analysts(self, writable):
        assert update(writable, f"INSERT DATA {{ {FACTS} }}").status_code == 204
        assert ask(writable, f"GRAPH <{DEFAULT}> {{ {ACME} a coop:Enterprise }}")
        assert update(writable, f"DELETE WHERE {{ {ACME} ?p ?o }}").status_code == 204
        assert not ask(writable, f"{ACME} ?p ?o")
        assert not ask(writable, f"GRAPH <{DEFAULT}> {{ ?s ?p ?o }}")
        assert is_union(writable)

    def test_what_goes_from_the_default_graph_goes_from_every_layer_that_has_it(self, writable):
        other = GRAPH + "background/other"
        update(
            writable,
            f"INSERT DATA {{ GRAPH <{MINE}> {{ {FACTS} }} GRAPH <{MINE}2> {{ {FACTS} "
            f"{ACME} skos:altLabel 'A'@en }} }}",
        )
        assert count(writable, f"GRAPH ?g {{ {ACME} a coop:Enterprise }}") == 2
        sent = update(writable, f"DELETE DATA {{ {FACTS} }}")
        assert sent.status_code == 204, sent.text
        assert count(writable, f"GRAPH ?g {{ {ACME} ?p ?o }}") == 1
        assert not ask(writable, f"GRAPH <{other}> {{ ?s ?p ?o }}")
        assert is_union(writable)

    def test_a_move_between_graphs(self, writable):
        update(writable, f"INSERT DATA {{ {FACTS} }}")
        sent = update(writable, f"MOVE <{DEFAULT}> TO <{MINE}>")
        assert sent.status_code == 204
        assert count(writable, f"GRAPH <{MINE}> {{ ?s ?p ?o }}") == 2
        assert not ask(writable, f"GRAPH <{DEFAULT}> {{ ?s ?p ?o }}")
        assert is_union(writable)

    def test_rules_are_applied_to_the_layer_that_changes(self, writable):
        text = (Path(__file__).parents[2] / "docs" / "examples" / "steel-pilot.ttl").read_text()
        where = f"/store?graph={MINE}"
        stated = count(writable, f"GRAPH <{GRAPH}derived/stated/has-party> {{ ?s ?p ?o }}")
        sent = writable.put(where, content=text.encode(), headers=TURTLE)
        assert sent.status_code == 201, sent.text
        assert ask(writable, f"GRAPH <{GRAPH}derived/analyst/has-party> {{ ?s ?p ?o }}")
        assert writable.delete(where).status_code == 204
        assert not ask(writable, f"GRAPH <{GRAPH}derived/analyst/has-party> {{ ?s ?p ?o }}")
        assert stated == count(writable, f"GRAPH <{GRAPH}derived/stated/has-party> {{ ?s ?p ?o }}")
        assert is_union(writable)

    def test_blank_nodes_get_names(self, writable):
        text = f"INSERT DATA {{ GRAPH <{MINE}> {{ _:x dct:title 'x' }} }}"
        assert update(writable, text).status_code == 204
        assert ask(writable, "?s dct:title 'x' FILTER(isIRI(?s))")
        number = generation(writable)
        assert update(writable, text).status_code == 204  # the same node again
        assert generation(writable) == number
        assert count(writable, "?s dct:title 'x'") == 1

    @pytest.mark.parametrize(
        "text",
        ["INSERT DATA {}", "DELETE WHERE { <x:no> ?p ?o }", f"CREATE GRAPH <{MINE}>",
         "INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }",
         "INSERT DATA { <x:a> <x:b> 1 } ; DELETE DATA { <x:a> <x:b> 1 }"],
    )  # fmt: skip
    def test_what_changes_nothing_keeps_the_generation(self, writable, text):
        before = generation(writable)
        sent = update(writable, text)
        assert sent.status_code == 204
        assert sent.headers["etag"].startswith(f'W/"{before}-')
        assert generation(writable) == before

    @pytest.mark.parametrize(
        "text",
        [
            "INSERT DATA { GRAPH <http://example.org/g> { <x:a> <x:b> 1 } }",
            f"INSERT DATA {{ GRAPH <{GRAPH}vocabulary> {{ <x:a> <x:b> 1 }} }}",
            f"INSERT DATA {{ GRAPH <{GRAPH}derived/stated/has-party> {{ <x:a> <x:b> 1 }} }}",
            f"INSERT DATA {{ GRAPH <{GRAPH}provenance> {{ <x:a> <x:b> 1 }} }}",
            f"INSERT DATA {{ GRAPH <{GRAPH}analyst> {{ <x:a> <x:b> 1 }} }}",
            f"DROP GRAPH <{GRAPH}vocabulary>",
            "CREATE GRAPH <http://example.org/g>",
            "DROP ALL",
            "CLEAR NAMED",
        ],
    )
    def test_other_graphs_are_403(self, writable, problem, text):
        before = generation(writable)
        sent = update(writable, text)
        assert sent.status_code == 403
        said = problem(sent)
        assert f"{GRAPH}analyst/NAME" in said["detail"]
        assert said["detail_zh"]
        assert generation(writable) == before
        assert is_union(writable)

    def test_what_breaks_a_shape_is_409_with_the_report(self, writable, problem):
        before = generation(writable)
        text = f"INSERT DATA {{ GRAPH <{GRAPH}stated/x> {{ {ACME} a coop:Cooperation }} }}"
        sent = update(writable, f"INSERT DATA {{ {FACTS} }} ; {text}")
        assert sent.status_code == 409
        said = problem(sent)
        assert said["type"] == "/problems/data-invalid"
        assert said["violations"][0]["focus"] == "org/acme"
        assert said["violations"][0]["line"] is None
        assert generation(writable) == before
        assert not ask(writable, f"{ACME} ?p ?o")

    def test_statements_about_statements_are_400(self, writable, problem):
        sent = update(writable, f"INSERT DATA {{ {ACME} <x:p> <<( <x:a> <x:b> 1 )>> }}")
        assert sent.status_code == 400
        problem(sent)

    def test_a_graph_that_is_dropped_is_gone_for_good(self, writable, data_folder):
        assert update(writable, f"DROP GRAPH <{NOTICE}>").status_code == 204
        assert not ask(writable, f"GRAPH <{NOTICE}> {{ ?s ?p ?o }}")
        assert is_union(writable)
        assert writable.get("/api/v1/stats").status_code == 200
        with CoopGraph.open(data_folder) as graph:
            assert NOTICE not in graph.info["datasets"]


class TestStore:
    def test_put_post_and_delete_of_a_layer_graph(self, writable):
        prefixes = PREFIXES.replace("PREFIX", "@prefix").replace("> @prefix", "> .\n@prefix")
        prefixes = prefixes.replace(">\n", "> .\n")
        where = f"/store?graph={MINE}"
        sent = writable.put(where, content=prefixes + FACTS, headers=TURTLE)
        assert sent.status_code == 201, sent.text
        more = prefixes + f"{ACME} skos:altLabel 'A'@en ."
        assert writable.post(where, content=more, headers=TURTLE).status_code == 204
        read = rdflib.Graph().parse(data=writable.get(where).content, format="turtle")
        assert len(read) == 3
        assert is_union(writable)
        assert writable.delete(where).status_code == 204
        assert writable.delete(where).status_code == 404
        assert not ask(writable, f"{ACME} ?p ?o")

    def test_the_default_graph_is_read_as_the_union_and_written_as_the_analysts(self, writable):
        text = f"{ACME} <http://purl.org/dc/terms/title> 'x' ."
        union = len(writable.get("/store?default&format=ntriples").content.splitlines())
        assert writable.put("/store?default", content=text, headers=TURTLE).status_code == 201
        assert ask(writable, f"GRAPH <{DEFAULT}> {{ {ACME} dct:title 'x' }}")
        after = writable.get("/store?default&format=ntriples").content.splitlines()
        assert len(after) > union
        assert writable.delete("/store?default").status_code == 204
        assert not ask(writable, f"{ACME} ?p ?o")
        assert ask(writable, f"GRAPH <{NOTICE}> {{ ?s ?p ?o }}")

    def test_a_new_graph_is_the_analysts(self, writable):
        text = f"{ACME} <http://purl.org/dc/terms/title> 'x' ."
        sent = writable.post("/store", content=text, headers=TURTLE)
        assert sent.status_code == 201
        assert sent.headers["location"].startswith(str(writable.base_url))
        assert "'x'" in writable.get(sent.headers["location"]).text.replace('"', "'")
        assert ask(
            writable,
            f"GRAPH ?g {{ {ACME} ?p ?o }} FILTER(STRSTARTS(STR(?g), '{GRAPH}analyst/'))",
        )

    def test_other_graphs_are_403(self, writable, problem):
        for where in ("?graph=http://x/g", f"?graph={GRAPH}vocabulary", "/direct"):
            for method in ("PUT", "POST", "DELETE"):
                sent = writable.request(method, "/store" + where, headers=TURTLE, content="")
                assert sent.status_code == 403, (method, where)
                problem(sent)
        assert writable.get(f"/store?graph={GRAPH}vocabulary").status_code == 200

    def test_what_breaks_a_shape_is_409(self, writable, problem):
        text = f"{ACME} a <https://w3id.org/coopgraph/ns#Cooperation> ."
        sent = writable.put(f"/store?graph={GRAPH}stated/x", content=text, headers=TURTLE)
        assert sent.status_code == 409
        assert problem(sent)["violations"]
