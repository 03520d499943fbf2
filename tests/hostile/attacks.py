"""What hostile clients send, and a client that costs little itself."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Final, NamedTuple

NODE: Final = "<https://w3id.org/coopgraph/id/org/baowu>"
EVERYTHING: Final = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
STOPPED: Final = frozenset((503, 504))
REFUSED: Final = frozenset((400, 413))


class Ending(NamedTuple):
    """How a request ended: 0 if the connection was broken off before a status."""

    status: int
    seconds: float
    body: bytes


HEAVY: Final = {
    "cartesian count": f"SELECT (COUNT(*) AS ?n) {{ {EVERYTHING} }}",
    "cartesian sort": f"SELECT * {{ {EVERYTHING} }} ORDER BY ?f ?a",
    "distinct": f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {EVERYTHING} }}",
    "distinct rows": f"SELECT DISTINCT ?a ?e ?i {{ {EVERYTHING} FILTER(?a = ?i && ?a != ?i) }}",
    "group_concat": "SELECT (STRLEN(GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g)))) AS ?n) "
    f"{{ {EVERYTHING} }}",
    "doubling": "SELECT (STRLEN(?v40) AS ?n) { BIND('xxxxxxxxxxxxxxxx' AS ?v0) "
    + " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40))
    + "}",
    "closure": "SELECT (COUNT(*) AS ?n) { ?a (<x:p>|!<x:p>)* ?b . ?c (<x:p>|!<x:p>)* ?d . "
    "?e (<x:p>|!<x:p>)* ?f }",
    "regex": f"SELECT (COUNT(*) AS ?n) {{ {EVERYTHING} "
    "FILTER(REGEX(CONCAT(STR(?a), STR(?d), STR(?i)), '(x+x+)+y(a|b|c){1,50}')) }",
    "looks like a lookup": f"ASK {{ {NODE} a ?t OPTIONAL {{ {NODE} ?p ?o }} "
    + " ".join(f"VALUES ?v{i} {{ {'1 ' * 40} }}" for i in range(6))
    + " FILTER(?v0 + ?v5 = 5) }",
    "hidden product": "SELECT * { "
    + " ".join(f"VALUES ?v{i} {{ {'1 ' * 40} }}" for i in range(6))
    + f" {NODE} ?p ?o FILTER(?v0 + ?v5 = 5) }}",
}


def monsters(times: int) -> dict[str, str]:
    """Return texts that end the engine's parser or planner, so many times as large as needed."""

    def n(count: int) -> int:
        return count * times

    return {
        "groups": "SELECT * " + "{" * n(2_191) + "}" * n(2_191),
        "parentheses": "SELECT * { FILTER(" + "(" * n(5_670) + "1" + ")" * n(5_670) + ") }",
        "not": "SELECT * { FILTER(" + "!" * n(11_564) + "true) }",
        "sub-selects": "SELECT * {" + "{SELECT * {" * n(1_362) + "}}" * n(1_362) + "}",
        "unions": "SELECT * { {?s ?p ?o}" + " UNION {?s ?p ?o}" * n(7_191) + " }",
        "optionals": "SELECT * { ?s ?p ?o" + " OPTIONAL {?s ?p ?o}" * n(2_779) + " }",
        "nested optionals": "SELECT * {" + "OPTIONAL {" * n(2_779) + "}" * n(2_779) + "}",
        "800 patterns": "SELECT * {" + "".join(f"?v{i} ?p ?v{i + 1}." for i in range(n(800))) + "}",
        "5,000 patterns": "ASK{" + "".join(f"?v{i} ?p ?v{i + 1}." for i in range(n(5_000))) + "}",
        "path": "SELECT * { ?s " + "/".join(["<x:p>"] * n(1_000)) + " ?o }",
        "list": "SELECT * { ?s ?p (" + "?x " * n(1_000) + ") }",
        "nested list": "SELECT * { ?s ?p " + "(" * n(1_000) + "1" + ")" * n(1_000) + " }",
    }


LONGEST: Final = 256 * 1024
LONG: Final = {  # as long as may be, and not refused by the first word
    "values": "ASK { VALUES ?v {" + "1 " * (LONGEST // 2 - 40) + "} FILTER(?v = 2 && ?v = 3) }",
    "list": "ASK { ?s ?p ?o FILTER(?o IN (" + "1," * (LONGEST // 2 - 40) + "1) && ?o = 2) }",
    "less than": "ASK{FILTER(" + "<a" * (LONGEST // 2 - 40) + ")}",
    "escape": "ASK { VALUES ?v {" + "1 " * (LONGEST // 2 - 40) + "'\\u0041'} ?s ?v ?o }",
    "quotes": "ASK { VALUES ?v {" + "'a " * (LONGEST // 3 - 40) + "} }",
    "brackets": "ASK { VALUES ?v {" + "1 " * (LONGEST // 2 - 40) + "} } }",
    "words": "a " * (LONGEST // 2 - 40),
    "name": "ASK { ?s <x:" + "a" * (LONGEST - 60) + "> ?o . ?a ?b ?c . ?d ?e ?f }",
}


def posted(query: str) -> bytes:
    """Return the request that posts a query."""
    body = query.encode()
    return (
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Content-Type: application/sparql-query\r\nContent-Length: %d\r\n\r\n" % len(body)
    ) + body


async def send(port: int, data: bytes, *, patience: float = 30) -> Ending:
    """Send some bytes, and read all that comes."""
    begin, answer = time.monotonic(), b""
    try:
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(data)
                while piece := await reader.read(65536):
                    answer = (answer + piece)[:65536]
            finally:
                writer.close()
    except (ConnectionError, BrokenPipeError):
        pass
    status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0
    return Ending(status, time.monotonic() - begin, answer.partition(b"\r\n\r\n")[2])


async def flood(port: int, head: bytes, piece: bytes, most: int) -> tuple[Ending, int]:
    """Send a head, and then a body without end, whatever is answered; return what went out."""
    begin, answer, sent = time.monotonic(), b"", 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(head)
        while sent < most:
            writer.write(piece)
            await writer.drain()
            sent += len(piece)
    except ConnectionError:
        pass
    with contextlib.suppress(ConnectionError):
        answer = await reader.read(65536)
    writer.transport.abort()
    status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0
    return Ending(status, time.monotonic() - begin, answer), sent
