"""The shape of a query: what has the same shape is judged alike."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coopgraph.errors import CoopgraphError, Forbidden, PayloadTooLarge
from coopgraph.store.guard import QueryLimits
from coopgraph.store.query_lexer import LexError, tokens
from coopgraph.store.query_shape import shape_of
from coopgraph.store.reader import Traits, read
from coopgraph.store.screen import Screen

LIMITS = QueryLimits(max_depth=8, max_patterns=12, max_triples=3)
IRIS = ["<http://x/a>", "<>", "<x:service>", "<x:filter>", "<x:#>", "<x:(>", "<x:load>"]
STRINGS = ["'a'", '"b # c"', "'''l\n<x:y>'''", '"""m"q"""', "'('", '"<x:z>"', "''"]
NUMBERS = ["1", "2.5", ".5", "7e9", "1.e3", "0"]
REMARKS = ["# one\n", "# ) } >\n", "#\n", "# 'x\n"]
OTHER = [
    "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "FILTER", "BIND", "AS", "VALUES", "OPTIONAL",
    "UNION", "MINUS", "GRAPH", "EXISTS", "NOT", "FROM", "NAMED", "GROUP BY", "HAVING", "IN",
    "NOW()", "RAND", "SERVICE", "service:a", "LOAD", "a", "true", "ex:b", ":c", "_:d", "ex:1.2",
    "filter:x", "DATA", "INSERT", "PREFIX ex:", "?s", "?o", "$p", "*", ".", ";", ",", "{", "}", "(",
    ")", "[", "]", "<<", ">>", "<", ">", "<=", ">=", "=", "!=", "&&", "||", "!", "+", "-", "/", "|",
    "^", "^^", "?", "@en", "@", ":", "'", '"', "\\", "\\u0041", "é", "·", "٣", "\x0b", "\xa0",
]  # fmt: skip
SPACE = ["", " ", " ", " ", "\n", "\t"]
PARTS = st.lists(
    st.tuples(st.sampled_from([*OTHER, *IRIS, *STRINGS, *NUMBERS, *REMARKS]),
              st.sampled_from(SPACE)),
    max_size=14,
)  # fmt: skip
PAIRED = [
    "SELECT * {{ {} }}",
    "ASK {{ {} FILTER(?s) }}",
    "{}",
    "SELECT (?s AS ?o) {{ {} }} GROUP BY ?s",
]


def judged(text: str) -> Traits | type[CoopgraphError]:
    try:
        return read(text, LIMITS)
    except CoopgraphError as error:
        return type(error)


def other(part: str, pick: int) -> str:
    """Another constant of the same kind."""
    if part in IRIS:
        return IRIS[pick % len(IRIS)]
    if part in STRINGS:
        same = [s for s in STRINGS if s[0] == part[0]]
        return same[pick % len(same)]
    if part in NUMBERS:
        same = [n for n in NUMBERS if n[0] == part[0]]
        return same[pick % len(same)]
    return REMARKS[pick % len(REMARKS)] if part in REMARKS else part


@given(PARTS, st.sampled_from(PAIRED), st.lists(st.integers(0, 20), min_size=14, max_size=14))
def test_texts_of_one_shape_are_judged_alike(parts, frame, picks):
    text = frame.format("".join(part + space for part, space in parts))
    changed = frame.format(
        "".join(other(part, n) + space for (part, space), n in zip(parts, picks, strict=False))
    )
    shape = shape_of(text)
    assume(shape is not None and shape == shape_of(changed))
    assert judged(text) == judged(changed)


@given(PARTS, st.sampled_from(PAIRED))
def test_a_shape_keeps_all_but_the_constants(parts, frame):
    text = frame.format("".join(part + space for part, space in parts))
    shape = shape_of(text)
    assume(shape is not None)
    try:
        found = [*tokens(text)]
    except LexError:
        return
    constants = [t.text[0] for t in found if t.kind in ("iri", "string", "number")]
    assert [first for _, first in shape if first not in ("", "#")] == constants
    kept = "".join(t.text for t in found if t.kind not in ("iri", "string", "number"))
    assert "".join("".join(k.split()) for k, _ in shape) == "".join(kept.split())


@pytest.mark.parametrize(
    "text",
    [
        "ASK { SERVICE <http://x/> { ?s ?p ?o } }",
        "ASK { ex:SERVICE <x> { ?s ?p ?o } }",
        "ASK { \u017fERVICE <http://x/> { ?s ?p ?o } }",
        "LOAD <http://x/>",
        "SELECT * { FILTER(?a<?b) }",
        "SELECT * { FILTER(?a <b> ?c) }",
        "SELECT * { FILTER<x:filter>(?a) }",
        "SELECT * { FILTER<x:filter> # (\n (?a) }",
        "SELECT * { ?s ?p ex:\\( }",
        "ASK { ?s ?p '\\u0041' }",
        "ASK { << ?s ?p ?o >> ?q 1 }",
        "ASK { ?s ?p 'not ended }",
    ],
)
def test_what_only_the_lexer_can_tell_has_no_shape(text):
    assert shape_of(text) is None


def test_what_was_let_through_opens_no_door():
    async def work() -> None:
        async with Screen() as screen:
            allowed = LIMITS._replace(service_allow=("http://x/yes",))
            kept = screen.read_short("ASK { SERVICE <http://x/yes> { ?s ?p ?o } }", allowed)
            assert not kept.deterministic
            with pytest.raises(Forbidden):
                screen.read_short("ASK { SERVICE <http://x/no> { ?s ?p ?o } }", allowed)
            for number in range(3):
                got = screen.read_short(f"ASK {{ <http://x/{number}> ?p {number} }}", LIMITS)
                assert got == Traits("boolean", True, True)
            narrow = LIMITS._replace(max_length=40)
            assert screen.read_short("ASK { <http://x/1> ?p ?o }", narrow)
            with pytest.raises(PayloadTooLarge):
                screen.read_short(f"ASK {{ <http://x/{'1' * 40}> ?p ?o }}", narrow)
            with pytest.raises(CoopgraphError):  # other limits, other verdicts
                screen.read_short("ASK { <http://x/1> ?p ?o }", LIMITS._replace(max_patterns=0))

    asyncio.run(work())


def test_shapes_are_bounded():
    async def work() -> int:
        async with Screen() as screen:
            for number in range(3000):
                screen.read_short(f"ASK {{ ?v{number} ?p 1 }}", LIMITS)
            return len(screen._shapes)

    assert asyncio.run(work()) <= 1024
