from __future__ import annotations

import time

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coopgraph.errors import (
    BadRequest,
    CoopgraphError,
    Forbidden,
    PayloadTooLarge,
    QuerySyntaxError,
)
from coopgraph.settings import Settings
from coopgraph.store.guard import QueryLimits, check

X = "http://127.0.0.1:1/"

ORDINARY = [
    "SELECT * WHERE { ?s ?p ?o } LIMIT 10",
    "ASK {}",
    "SELECT * { ?s ?p 'SERVICE <x> {' . ?s ?p \"it's LOAD <x>\" }",
    'SELECT * { ?s ?p \'\'\'SERVICE <x> { " \' \'\'\', """a"b""c\\"""" }',
    "SELECT * { ?s ?p <http://example.org/SERVICE#x> } # SERVICE <http://x/> {}",
    "PREFIX service: <http://x/> SELECT * { ?service service:SERVICE service:service . {} }",
    "PREFIX ex: <http://x/> SELECT * { ?x a ex:Service {} }",
    "PREFIX service: <http://x/> SELECT * FROM service:a { GRAPH service:g { ?s ?p ?o } }",
    "PREFIX load: <http://x/> DESCRIBE load:a load:b",
    "PREFIX load: <http://x/> SELECT ?load FROM load:a { ?load load:load ?o }",
    "SELECT * { ?a ?b ?c FILTER(?a < ?b && ?b>?c || ?a<=?c) }",
    "SELECT * { ?a ?b ?c FILTER(?a<?b) }",
    "SELECT * { ?a ?b ?c FILTER(?a<?b&&?b>?c) }",
    "SELECT * { ?s ?p ?o FILTER(?o < 3) ?s ?q <http://x/y#z> }",
    "SELECT * { ?s (<x:a>|<x:b#c>)*/^<x:d>+ ?o . FILTER(?o IN (1, 2, <x:#y>)) }",
    "SELECT * { ?s ?p (1 <x:#a> <x:#b>) ; a [ ?p [] , ( ) ] }",
    "SELECT ?y (COUNT(DISTINCT ?x) * 2 AS ?n) { ?x ?y ?z } GROUP BY ?y HAVING (COUNT(?x) > 1)",
    "SELECT ?x { { SELECT ?x (MAX(?y) AS ?z) { ?x <p:p> ?y } GROUP BY ?x } } ORDER BY DESC(?x)",
    "SELECT * { VALUES (?a ?b) { (1 <http://x/service#a>) (UNDEF 'x'@zh-hans) } }",
    "SELECT * { ?s ?p ?o } VALUES ?s { <x:a> <x:#b> }",
    "CONSTRUCT { ?s ?p ?o . ?o ?p ?s } WHERE { ?s ?p ?o OPTIONAL { ?o ?p ?s } }",
    "CONSTRUCT WHERE { ?s ?p ?o }",
    "DESCRIBE <x:a> <x:b>",
    "SELECT * { ?s ?p 1.5, -2e3, +.5 ; ?q true . FILTER(!BOUND(?z) && -?o < - 1) }",
    "SELECT * { ?s ?p ?o MINUS { ?s ?q ?o } FILTER NOT EXISTS { ?s ?p 'x' } }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } { ?a ?b ?c } UNION { ?d ?e ?f } }",
    "SELECT * { ?s ?p '\\u0022SERVICE\\u0022', \"\\\\u0022\" }",
    "PREFIX ex: <x:> SELECT * { ?s ex:a.b ex:c\\#d%20 }",
    "PREFIX 甲: <x:> SELECT ?名 { ?名 甲:乙 '丙' }",
    "SELECT * { << ?s ?p ?o >> ?q ?r }",
    "SELECT * { ?s ?p ?o {| ?q ?r |} }",
    "SELECT * {{}{ ?s ?p ?o }}#",
]

CALLS = [
    f"SELECT * {{ SERVICE <{X}> {{?s ?p ?o}} }}",
    f"SELECT * {{ sErViCe <{X}> {{?s ?p ?o}} }}",
    f"SELECT * {{ SERVICE#c\n#d\r<{X}>#e\n{{?s ?p ?o}} }}",
    f"SELECT * {{ SERVICE SILENT <{X}> {{?s ?p ?o}} }}",
    f"PREFIX ex:<{X}> SELECT * {{ SERVICE ex:a {{?s ?p ?o}} }}",
    f"PREFIX ex:<{X}> SELECT * {{ SERVICEex:a{{?s ?p ?o}} }}",
    f"PREFIX ex:<{X}> SELECT * {{ SERVICESILENTex:a{{?s ?p ?o}} }}",
    f"PREFIX service:<{X}> PREFIX :<{X}> SELECT * {{ service:a{{?s ?p ?o}} }}",
    f"SELECT * {{ BIND(<{X}> AS ?x) SERVICE ?x {{?s ?p ?o}} }}",
    f"SELECT * {{ BIND(<{X}> AS ?x) SERVICE?x{{?s ?p ?o}} }}",
    f"SELECT * {{ OPTIONAL {{ SERVICE <{X}> {{?s ?p ?o}} }} }}",
    f"SELECT * {{ MINUS{{SERVICE<{X}>{{?s ?p ?o}}}} }}",
    f"SELECT * {{ {{}}UNION{{SERVICE<{X}>{{}}}} }}",
    f"SELECT * {{ {{ SELECT * {{ SERVICE <{X}> {{?s ?p ?o}} }} }} }}",
    f"SELECT * {{ FILTER EXISTS {{ SERVICE <{X}> {{?s ?p ?o}} }} }}",
    f"SELECT (EXISTS{{SERVICE<{X}>{{?s ?p ?o}}}} AS ?x) {{}}",
    f"SELECT * {{ VALUES ?x {{1}}SERVICE<{X}>{{?s ?p ?o}} }}",
    f"SELECT * {{ ?a ?b trueSERVICE <{X}>{{?s ?p ?o}} }}",
    f"SELECT * {{ ?a ?b 1.5e3SERVICE<{X}>{{?s ?p ?o}} }}",
    f"SELECT * {{ ?a ?b ?c.SERVICE<{X}>{{?s ?p ?o}} }}",
    f"SELECT * {{ ?a ?b '#' SERVICE<{X}>{{?s ?p ?o}} }}",
    f"SELECT * {{ ?a ?b 'x' # '\nSERVICE<{X}>{{?s ?p ?o}} }}",
    f"SELECT * {{ ?a ?b '''it's''' SERVICE<{X}>{{?s ?p ?o}} }}",
    f"SELECT * {{ ?a ?b <{X}#> SERVICE<{X}>{{?s ?p ?o}} }}",
    # The long string does not end, because of the bad escape: it is '' and 'x'.
    f'SELECT * {{ ?s ?p ("""x") . SERVICE <{X}> {{ ?s ?p ?o}} #\\q"""\n}}',
    # The IRI of ex:1SERVICE has no valid port: it is ex: and 1 and SERVICE.
    f"PREFIX ex:<http://h:80> SELECT * {{ ?s ex:1SERVICE<{X}>{{?s ?p ?o}} }}",
    f"PREFIX ex:<http://h:80> SELECT * {{ ?s ?p ex:SERVICE<{X}>{{?s ?p ?o}} }}",
    f"PREFIX ex:<x:> SELECT * {{ ?s ?p ex:a.b.SERVICE<{X}>{{?s ?p ?o}} }}",
]

# Here "<?b)SERVICE#>" looks like an IRI, and is "less than" and a comment.
AMBIGUOUS = [
    f"SELECT * {{ FILTER(?a<?b)SERVICE#>\n<{X}>{{?s ?p ?o}} }}",
    f"SELECT * {{ FILTER(1<2)FILTER(?a<?b)SERVICE#)>\n<{X}>{{?s ?p ?o}} }}",
    f"SELECT * {{ FILTER(true<?b)SERVICE#>\n<{X}>{{?s ?p ?o}} }}",
    f"SELECT * {{ FILTER(EXISTS{{}}<?b)SERVICE#>\n<{X}>{{?s ?p ?o}} }}",
    f"SELECT * {{ {{SELECT(?a<?b AS ?c){{}}ORDER BY(?a<?b)}}SERVICE<{X}>{{?s ?p ?o}} }}",
]

DECODED = [
    rf"SELECT * {{ \u0053ERVICE <{X}> {{?s ?p ?o}} }}",
    rf"SELECT * {{ \U00000053ERVICE <{X}>{{?s ?p ?o}} }}",
    rf"SELECT * {{ ?s ?p 'a\u0027 SERVICE <{X}> {{}} #' }}",
]


def parses(query: str) -> bool:
    try:
        ox.Store().query(query)
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize("query", ORDINARY)
def test_ordinary_queries_pass(query):
    assert parses(query)
    check(query)


@pytest.mark.parametrize("query", CALLS + AMBIGUOUS)
def test_service_is_refused_in_every_disguise_the_engine_takes(query):
    assert parses(query)
    with pytest.raises(Forbidden if query in CALLS else (Forbidden, QuerySyntaxError)) as refused:
        check(query)
    assert {"line", "column"} <= refused.value.extensions.keys()
    assert refused.value.zh


@pytest.mark.parametrize("query", DECODED)
def test_service_is_refused_where_only_other_engines_see_it(query):
    with pytest.raises(Forbidden):
        check(query)


@pytest.mark.parametrize(
    "text",
    [
        f"LOAD <{X}>",
        f"load silent <{X}> into graph <x:y>",
        f"INSERT DATA {{}} ; LoAd <{X}>",
        f"INSERT DATA {{}};LOAD<{X}>",
        f"PREFIX ex:<{X}>LOADex:a",
        f"CLEAR ALL ; # x\n LOAD <{X}>",
        rf"\u004COAD <{X}>",
    ],
)
def test_load_is_refused(text):
    with pytest.raises(Forbidden, match="LOAD is not allowed"):
        check(text)


def test_service_to_an_allowed_endpoint_passes():
    limits = QueryLimits(service_allow=("http://example.org/sparql",))
    check("SELECT * { SERVICE SILENT <http://example.org/sparql> { ?s ?p ?o } }", limits)
    for query in (
        *CALLS,
        "SELECT * { SERVICE <http://example.org/sparql?x> {} }",
        "SELECT * { SERVICE <http://example.org/sparql> { SERVICE <http://h/> {} } }",
        "PREFIX ex: <http://example.org/> SELECT * { SERVICE ex:sparql {} }",
        "BASE <http://example.org/> SELECT * { SERVICE <sparql> {} }",
    ):
        with pytest.raises(Forbidden):
            check(query, limits)


def test_bytes_are_bounded():
    check("#" * 100, QueryLimits(max_length=100))
    with pytest.raises(PayloadTooLarge):
        check("#" * 101, QueryLimits(max_length=100))
    with pytest.raises(PayloadTooLarge):
        check("#" + "中" * 34, QueryLimits(max_length=100))


@pytest.mark.parametrize(
    ("opening", "middle", "closing"),
    [
        ("{", "", "}"),
        ("{SELECT * {", "", "}}"),
        ("{OPTIONAL{", "", "}}"),
        ("{?s ?p [ ?q ", "[]", "]}"),
        ("{?s ?p (", "", ")}"),
    ],
)
def test_brackets_are_bounded(opening, middle, closing):
    depth = opening.count("{") + opening.count("[") + opening.count("(")
    limits = QueryLimits(max_depth=depth * 10 + middle.count("["))
    inner = opening * 10 + middle + closing * 10
    check(f"SELECT * {inner}", limits)
    with pytest.raises(BadRequest, match="nests deeper"):
        check(f"SELECT * {{{inner}}}", limits)


@pytest.mark.parametrize("sign", ["!", "-", "+", "! ", "-#\n"])
def test_runs_of_signs_are_bounded(sign):
    limits = QueryLimits(max_depth=20)
    check("SELECT * { FILTER(" + sign * 18 + "?x) }", limits)
    with pytest.raises(BadRequest, match="nests deeper") as refused:
        check("SELECT * { FILTER(" + sign * 19 + "?x) }", limits)
    assert refused.value.extensions["limit"] == 20


def test_triple_patterns_are_counted_one_by_one():
    for query, patterns in [
        ("SELECT * { ?s ?p ?o }", 1),
        ("SELECT * { ?s ?p ?o . ?a ?b ?c . }", 2),
        ("SELECT * { ?s ?p ?o , ?q ; ?r ?t ; . }", 3),
        ("SELECT * { [ ?p ?o ] ?q ?r }", 2),
        ("SELECT * { ?s ?p [ ?q ?o ] }", 2),
        ("SELECT * { ?s ?p/?q|^?r ?o }", 4),
        ("SELECT * { ?s (<x:a>/<x:b>) ?o }", 2),
        ("SELECT * { ?s ?p (1 2 3) }", 5),
        ("SELECT * { ?s ?p ?o FILTER(?o > 1 && ?o < 2 + 1) ?a ?b ?c }", 5),
        ("SELECT * { ?s ?p ?o OPTIONAL { ?a ?b ?c } }", 3),
        ("SELECT * { { ?a ?b ?c } UNION { ?d ?e ?f } }", 4),
        ("SELECT (1 AS ?x) { VALUES ?y { 1 2 3 4 5 6 7 8 9 } }", 4),
        ("SELECT * { FILTER(?x IN (1, 2, 3, 4, 5, 6, 7, 8)) }", 1),
        ("DESCRIBE <x:a> <x:b> <x:c>", 3),
    ]:
        check(query, QueryLimits(max_patterns=patterns))
        with pytest.raises(BadRequest, match="more than"):
            check(query, QueryLimits(max_patterns=patterns - 1))


def big(n: int) -> dict[str, str]:
    """Return texts that end the process that parses them, or nearly, for n >= 1000."""
    return {
        "braces": "SELECT * " + "{" * n + "}" * n,
        "parentheses": "SELECT * { FILTER(" + "(" * n + "1" + ")" * n + ") }",
        "not": "SELECT * { FILTER(" + "!" * n + "true) }",
        "sub-selects": "SELECT * {" + "{SELECT * {" * n + "}}" * n + "}",
        "unions": "SELECT * { {?s ?p ?o}" + " UNION {?s ?p ?o}" * n + " }",
        "optionals": "SELECT * { ?s ?p ?o" + " OPTIONAL {?s ?p ?o}" * n + " }",
        "chain": "SELECT * {" + "".join(f" ?v{i} ?p ?v{i + 1} ." for i in range(n)) + " }",
        "list": "SELECT * { ?s ?p (" + "?x " * n + ") }",
        "path": "SELECT * { ?s " + "/".join(["<x:p>"] * n) + " ?o }",
        "or": "SELECT * { FILTER(" + "||".join(["?x"] * n) + ") }",
        "sum": "SELECT * { FILTER(" + "+".join(["1"] * n) + ") }",
        "glued minus": "SELECT * { FILTER(" + "-".join(["true"] * n) + ") }",
        "binds": "SELECT * {" + "".join(f" BIND(1 AS ?v{i})" for i in range(n)) + " }",
        "filters": "SELECT * {" + " FILTER(1)" * n + " }",
        "groups": "SELECT * {" + "{}" * n + " }",
        "group by": "SELECT * { ?s ?p ?o } GROUP BY " + "(1)" * n,
        "describe": "DESCRIBE " + "<x:a>" * n,
        "anonymous": "SELECT * {" + "[] ?p [] ." * n + "}",
        "quoted": "SELECT * { " + "<<" * n + "?s ?p ?o" + " >> ?p ?o" * n + " }",
    }


@pytest.mark.parametrize("name", big(1))
@pytest.mark.parametrize("n", [800, 2_191, 11_564, 115_640])
def test_what_would_kill_the_parser_is_refused_with_its_place(name, n):
    with pytest.raises(BadRequest) as refused:
        check(big(n)[name], QueryLimits(max_length=1 << 24))
    assert refused.value.status == 400
    assert refused.value.extensions["column"] > 1
    with pytest.raises((BadRequest, PayloadTooLarge)):
        check(big(n)[name])


def test_brackets_must_match():
    with pytest.raises(QuerySyntaxError, match="line 2, column 3: '\\)' closes nothing"):
        check("SELECT * {\n  ) }")


@pytest.mark.parametrize(
    "piece",
    [
        *(";", "a-", "a.", '"', '"""\\q', "<a", "{", "a:", "a:.", "?a ", "service ", "\\u0041"),
        *("@a-", "'''a", "%", "#\n", "<<", "1.", "(a", "\x00", "中"),
    ],
)
def test_time_is_linear(piece):
    limits = QueryLimits(max_length=1 << 30, max_depth=1 << 30, max_patterns=1 << 30)

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        best = float("inf")
        for _ in range(2):
            start = time.process_time()
            try:
                check(text, limits)
            except CoopgraphError as error:
                assert error.status in (400, 403)  # noqa: PT017
            best = min(best, time.process_time() - start)
        return best

    assert seconds(32_000) < 8 * seconds(8_000) + 0.05  # 16 times if it were quadratic


TEXTS = (
    st.text()
    | st.lists(st.sampled_from(list("{}()[]<>.;,!|^/?$:#'\"\\ua1e-@ \n")), max_size=60).map("".join)
    | st.lists(
        st.sampled_from(
            [
                *("SELECT", "SERVICE", "SILENT", "LOAD", "FILTER", "VALUES", "<", "<x:#y>", "?x"),
                *(
                    "ex:a",
                    "{",
                    "}",
                    "(",
                    ")",
                    '"""',
                    "'",
                    "#",
                    "\n",
                    " ",
                    "\\u0041",
                    "<<",
                    ">>",
                    "1",
                ),
            ]
        ),
        max_size=40,
    ).map("".join)
)


@given(TEXTS)
@example("\ud800")
@example("\\uD800\\U99999999")
def test_no_text_breaks_it(text):
    try:
        check(text)
    except CoopgraphError as error:
        assert error.status in (400, 403)  # noqa: PT017


@given(TEXTS)
def test_nothing_in_a_string_or_comment_matters(text):
    quoted = text.replace("\\", "").replace("'", "").replace("\n", " ").replace("\r", " ")
    check(f"SELECT * {{ ?s ?p '{quoted}' }} # {quoted}")


def test_limits_come_from_the_settings():
    settings = Settings(query_max_depth=7, service_allow=("http://example.org/",))
    limits = QueryLimits.from_settings(settings)
    assert (limits.max_depth, limits.service_allow) == (7, ("http://example.org/",))
    assert limits._replace(max_depth=100, service_allow=()) == QueryLimits()


def test_usual_queries_take_under_a_millisecond():
    query = """PREFIX coop: <https://w3id.org/coopgraph/ns#>
    SELECT ?c ?label (COUNT(DISTINCT ?p) AS ?n) WHERE {
      ?c a coop:Cooperation ; coop:sector ?s .
      ?s coop:label ?label FILTER(lang(?label) = "zh" && ?n < 5)
      OPTIONAL { ?c coop:hasParticipation/coop:participant ?p . }
    } GROUP BY ?c ?label ORDER BY DESC(?n) LIMIT 10"""
    times = []
    for _ in range(20):
        start = time.perf_counter()
        check(query)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.001
