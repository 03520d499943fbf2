"""Faults of a SPARQL text that are seen from its tokens."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Final, NamedTuple

from coopgraph.store.query_lexer import BLANK, GROUP, QUADS, Token
from coopgraph.vocabulary import PREFIXES

FUNCTIONS: Final = frozenset(
    [
        "ABS",
        "AVG",
        "BNODE",
        "BOUND",
        "CEIL",
        "COALESCE",
        "CONCAT",
        "CONTAINS",
        "COUNT",
        "DATATYPE",
        "DAY",
        "ENCODE_FOR_URI",
        "EXISTS",
        "FLOOR",
        "GROUP_CONCAT",
        "HASLANG",
        "HASLANGDIR",
        "HOURS",
        "IF",
        "IRI",
        "ISBLANK",
        "ISIRI",
        "ISLITERAL",
        "ISNUMERIC",
        "ISTRIPLE",
        "ISURI",
        "LANG",
        "LANGDIR",
        "LANGMATCHES",
        "LCASE",
        "MAX",
        "MD5",
        "MIN",
        "MINUTES",
        "MONTH",
        "NOW",
        "OBJECT",
        "PREDICATE",
        "RAND",
        "REGEX",
        "REPLACE",
        "ROUND",
        "SAMETERM",
        "SAMPLE",
        "SECONDS",
        "SHA1",
        "SHA256",
        "SHA384",
        "SHA512",
        "STR",
        "STRAFTER",
        "STRBEFORE",
        "STRDT",
        "STRENDS",
        "STRLANG",
        "STRLANGDIR",
        "STRLEN",
        "STRSTARTS",
        "STRUUID",
        "SUBJECT",
        "SUBSTR",
        "SUM",
        "TIMEZONE",
        "TRIPLE",
        "TZ",
        "UCASE",
        "URI",
        "UUID",
        "YEAR",
        "ADJUST",
    ]
)
KEYWORDS: Final = frozenset(
    [
        "A",
        "ADD",
        "ALL",
        "AS",
        "ASC",
        "ASK",
        "BASE",
        "BIND",
        "BY",
        "CLEAR",
        "CONSTRUCT",
        "COPY",
        "CREATE",
        "DATA",
        "DEFAULT",
        "DELETE",
        "DESC",
        "DESCRIBE",
        "DISTINCT",
        "DROP",
        "FALSE",
        "FILTER",
        "FROM",
        "GRAPH",
        "GROUP",
        "HAVING",
        "IN",
        "INSERT",
        "INTO",
        "LATERAL",
        "LIMIT",
        "LOAD",
        "MINUS",
        "MOVE",
        "NAMED",
        "NOT",
        "OFFSET",
        "OPTIONAL",
        "ORDER",
        "PREFIX",
        "REDUCED",
        "SELECT",
        "SEPARATOR",
        "SERVICE",
        "SILENT",
        "TO",
        "TRUE",
        "UNDEF",
        "UNION",
        "USING",
        "VALUES",
        "VERSION",
        "WHERE",
        "WITH",
    ]
)
_TERMS: Final = frozenset(("var", "iri", "name", "number", "string"))


class Fault(NamedTuple):
    """What is wrong at an offset, in both languages."""

    position: int
    detail: str
    zh: str


def undeclared(seen: list[Token]) -> Iterator[Fault]:
    """Yield names whose prefix is not declared."""
    declared: set[str] = set()
    before = ""
    for token in seen:
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if before == "prefix":
                declared.add(prefix)
            elif prefix != "_" and prefix not in declared:
                known = PREFIXES.get(prefix)
                hint = f"PREFIX {prefix}: <{known or '…'}>"
                yield Fault(
                    token.start,
                    f"the prefix {prefix}: is not declared; write {hint} at the beginning",
                    f"前缀 {prefix}: 未声明；请在开头写上 {hint}",
                )
        before = token.text.casefold() if token.kind == "word" else ""


def misspelt(seen: list[Token]) -> list[Fault]:
    """Return words that are no keyword and no function, with the nearest that is."""
    faults = []
    for token, after in zip(seen, [*seen[1:], None], strict=True):
        word = token.text.upper()
        if token.kind != "word" or word in KEYWORDS or word in FUNCTIONS:
            continue
        call = after is not None and after.text == "("
        known = FUNCTIONS | ({"FILTER", "BIND", "HAVING"} if call else KEYWORDS)
        nearest = difflib.get_close_matches(word, sorted(known), 1, 0.6)
        noun, noun_zh = ("function", "函数") if call else ("keyword", "关键字")
        detail, zh = f"{token.text!r} is no {noun} here", f"{token.text!r} 不是{noun_zh}"
        if nearest:
            detail, zh = f"{detail}; is {nearest[0]} meant?", f"{zh}；是否应为 {nearest[0]}？"
        elif not call:
            detail += ": a variable begins with ?, a name has a prefix, an IRI stands in <…>"
            zh += "：变量以 ? 开头，名称须带前缀，IRI 写在 <…> 中"
        faults.append(Fault(token.start, detail, zh))
    return faults


def statements(seen: list[Token]) -> Iterator[Fault]:
    """Yield statements with a term too many, or too few."""
    counts: list[int] = []  # terms of the statement that stands open in each bracket
    paths = False
    for token in seen:
        if token.bracket:
            if token.text in ("{", "[", "(", "<<"):
                counts.append(0)
                continue
            if not counts:
                return
            count = counts.pop()
            if token.text == "}" and token.bracket in (GROUP, QUADS) and count in (1, 2):
                yield Fault(
                    token.start,
                    "the statement before this has no object: subject, predicate and object "
                    "are needed",
                    "前一条陈述不完整：须有主语、谓语和宾语",
                )
                return
            if counts and token.text != "}":
                counts[-1] += 1
            elif counts:
                counts[-1] = 0
            continue
        if not counts or token.frame not in (GROUP, QUADS, BLANK):
            continue
        if token.kind == "op":
            if token.text in (".", ";", ","):
                counts[-1] = {".": 0, ";": 1, ",": 2}[token.text]
            elif token.text in ("/", "|", "^", "!", "*", "+", "?", "^^"):
                paths = True
        elif token.kind == "word" and token.text not in ("a", "true", "false"):
            counts[-1] = -9  # GRAPH <x> {, BIND (…), VALUES ?x {: no statement
        elif token.frame != BLANK and (token.kind in _TERMS or token.kind == "word"):
            counts[-1] += 1
            if counts[-1] == 4 and not paths:
                yield Fault(
                    token.start,
                    "a '.' (or ';' or ',') is missing before this: the statement has three terms "
                    "already",
                    "此处之前缺少“.”（或“;”“,”）：前面的陈述已有三项",
                )
                return
