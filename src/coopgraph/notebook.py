"""Answers as notebooks show them: tables in HTML, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from coopgraph.graph.scope import Scope

MOST_ROWS = 50


def to_html(data: Any, generation: int, scope: Scope, truncated: bool) -> str:
    """Return an answer as HTML; nothing of the data is taken for markup.

    Parameters
    ----------
    data
        What a question returned.
    generation, scope, truncated
        What it rests on, and whether there is more.

    Returns
    -------
    str
        A table of neighbours, of paths, of nodes or of whatever the answer lists, with labels in
        Chinese and English and with quotations.
    """
    parts = [_shown(data)]
    about = f"generation {generation} · {', '.join(scope.layers)} · {scope.view}"
    if scope.as_of:
        about += f" · {scope.as_of.isoformat()}"
    if truncated:
        about += " · more · 未完"
    parts.append(f"<p><small>{escape(about)}</small></p>")
    return "".join(parts)


def _shown(data: Any) -> str:
    if isinstance(data, dict) and "neighbours" in data:
        rows = [
            [escape(str(item["distance"])), _node(item["node"]), *_edges(item["edges"])]
            for item in data["neighbours"]
        ]
        title = f"{_node(data['node'])}: {data['total']}"
        return _table(title, ["step 步", "node 节点", "relation 关系", "source 出处"], rows)
    if isinstance(data, dict) and "paths" in data:
        heads = ["from 自", "relation 关系", "to 至", "source 出处"]
        tables = []
        for path in data["paths"]:
            rows = []
            for here, edges, there in zip(
                path["nodes"], path["edges"], path["nodes"][1:], strict=False
            ):
                said, cited = _edges(edges)
                rows.append([_node(here), said, _node(there), cited])
            title = f"length 长度 {path['length']} · cost 代价 {path['cost']:g}"
            tables.append(_table(title, heads, rows))
        return "".join(tables) or "<p>no path is recorded · 未见路径</p>"
    if isinstance(data, dict):
        lists = {key: value for key, value in data.items() if _is_table(value)}
        single = {key: value for key, value in data.items() if key not in lists}
        shown = _table("", ["", ""], [[escape(k), _cell(v)] for k, v in single.items()])
        return shown + "".join(_records(key, value) for key, value in lists.items())
    if _is_table(data):
        return _records("", data)
    return f"<p>{_cell(data)}</p>"


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _records(title: str, records: list[dict[str, Any]]) -> str:
    heads = list(dict.fromkeys(key for record in records for key in record))
    rows = [[_cell(record.get(key)) for key in heads] for record in records]
    return _table(escape(title), [escape(head) for head in heads], rows)


def _table(title: str, heads: list[str], rows: list[list[str]]) -> str:
    caption = f"<caption>{title}</caption>" if title else ""
    head = "".join(f"<th>{h}</th>" for h in heads)
    lines = (
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows[:MOST_ROWS]
    )
    rest = len(rows) - MOST_ROWS
    foot = f"<p><small>+ {rest}</small></p>" if rest > 0 else ""
    return f"<table>{caption}<tr>{head}</tr>{''.join(lines)}</table>{foot}"


def _label(label: dict[str, str]) -> str:
    words = dict.fromkeys([label["zh"], label["en"]])
    return " · ".join(escape(word) for word in words)


def _node(node: dict[str, Any]) -> str:
    return f"{_label(node['label'])} <small>({escape(node['id'])})</small>"


def _edges(edges: list[dict[str, Any]]) -> tuple[str, str]:
    said = "<br>".join(f"{_label(e['label'])} <small>{escape(e['layer'])}</small>" for e in edges)
    evidence = {item["id"]: item for edge in edges for item in edge["evidence"]}
    return said, "<br>".join(_quoted(item) for item in evidence.values())


def _quoted(evidence: dict[str, Any]) -> str:
    document = escape(evidence["document"].removeprefix("document/"))
    if not evidence["quote"]:
        return document
    return f"“{escape(evidence['quote'])}” <small>{document} ¶{evidence['paragraph']}</small>"


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            return _label(value)
        if "label" in value and "id" in value and "source" not in value:
            return _node(value)
        if "evidence" in value and "layer" in value:
            return "<br>".join(_edges([value]))
        if "quote" in value:
            return _quoted(value)
        return "<br>".join(f"{escape(str(k))}: {_cell(v)}" for k, v in value.items())
    if isinstance(value, list):
        return "<br>".join(_cell(v) for v in value)
    return "" if value is None else escape(str(value))


def edges_of(data: Any) -> Iterable[dict[str, Any]]:
    """Yield each edge of an answer once."""
    return _once(data, lambda v: {"id", "source", "target", "relation", "evidence"} <= set(v))


def nodes_of(data: Any) -> Iterable[dict[str, Any]]:
    """Yield each node of an answer once."""
    return _once(data, lambda v: {"id", "iri", "type", "label"} <= set(v))


def _once(data: Any, wanted: Callable[[dict[str, Any]], bool]) -> Iterable[dict[str, Any]]:
    seen = set()
    todo = [data]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            if wanted(value) and value["id"] not in seen:
                seen.add(value["id"])
                yield value
            todo.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            todo.extend(reversed(value))


def to_frame(data: Any) -> Any:
    """Return an answer as a pandas DataFrame: a row an edge, or else a row an item of its list.

    Raises
    ------
    ImportError
        If pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError:
        raise ImportError(
            "to_pandas() needs pandas, which coopgraph does not install: pip install pandas "
            "· to_pandas() 需要 pandas，请先安装：pip install pandas"
        ) from None
    if records := [_flat(edge) for edge in edges_of(data)]:
        return pd.DataFrame(records)
    if isinstance(data, dict):
        data = next((value for value in data.values() if _is_table(value)), [data])
    return pd.json_normalize(data, sep="_")


def _flat(edge: dict[str, Any]) -> dict[str, Any]:
    return {
        **{key: edge[key] for key in ("source", "target", "relation", "via", "status", "layer")},
        "label_zh": edge["label"]["zh"],
        "label_en": edge["label"]["en"],
        "valid_from": edge["valid"]["from"],
        "valid_to": edge["valid"]["to"],
        "quotes": [item["quote"] for item in edge["evidence"] if item["quote"]],
    }
