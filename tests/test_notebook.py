"""What notebooks show, and the worked notebook itself."""

from __future__ import annotations

import ast
import json
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "docs" / "notebooks").glob("*.ipynb"))


class Text(HTMLParser):
    """Balanced tags and the text between."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.text = [], set(), ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not attrs
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def answers(graph):
    yield graph.neighbours("region/CN-GS", depth=2)
    yield graph.paths("org/chinalco", "scheme/sector/electrolytic-aluminium", mode="all")
    yield graph.stats()
    yield graph.search("甘肃")
    yield graph.node("org/chinalco")
    yield graph.gaps()
    yield graph.centrality()
    yield graph.components()
    yield graph.bridges()


def test_every_answer_is_shown(full):
    for answer in answers(full):
        shown = Text(answer._repr_html_())
        assert "table" in shown.tags
        assert f"generation {answer.generation}" in shown.text
    around = Text(full.neighbours("region/CN-GS")._repr_html_()).text
    for words in ("甘肃", "Gansu", "“", "¶"):
        assert words in around
    none = full.paths("org/chinalco", "org/crrc", max_length=0)
    assert "未见路径" in none._repr_html_()


def test_words_are_no_markup(graph_of):
    graph = graph_of(
        stated="""<http://x/a> a coop:Enterprise ;
        coop:officialName "<script>alert(1)</script>"@en ;
        coop:locatedIn <http://x/b> . <http://x/b> a coop:Region ; coop:officialName "A & B"@zh ."""
    )
    for answer in (graph.neighbours("http://x/a"), graph.paths("http://x/a", "http://x/b")):
        html = answer._repr_html_()
        assert "<script" not in html
        assert "&lt;script&gt;" in html
        assert "A &amp; B" in html


def test_to_networkx(full):
    whole = full.to_networkx()
    answer = full.neighbours("region/CN-GS", limit=1000)
    drawn = answer.to_networkx()
    assert len(drawn) == answer.data["total"] + 1
    for node, data in drawn.nodes(data=True):
        assert data == whole.nodes[node]
    assert drawn.number_of_edges() > 0
    for source, target, key, data in drawn.edges(keys=True, data=True):
        assert data == whole.edges[source, target, key]


def test_without_pandas_it_says_what_is_missing(full, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        full.stats().to_pandas()


def test_to_pandas(full):
    answer = full.neighbours("region/CN-GS", limit=1000)
    frame = answer.to_pandas()
    assert len(frame) == answer.to_networkx().number_of_edges()
    assert len(full.centrality(limit=5).to_pandas()) == 5


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_run_from_top_to_bottom(path):
    """Each cell is run in one namespace, and what it ends with is shown as a notebook shows it."""
    notebook = json.loads(path.read_text("utf-8"))
    assert notebook["nbformat"] == 4
    names = {"__name__": "__main__"}
    shown = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        assert (cell["outputs"], cell["execution_count"]) == ([], None), "strip the outputs"
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, str(path), "exec"), names)  # noqa: S102
        if last is not None:
            value = eval(compile(ast.Expression(last.value), str(path), "eval"), names)  # noqa: S307
            if hasattr(value, "_repr_html_"):
                assert "<table>" in value._repr_html_()
                shown += 1
    assert shown >= 4


def test_there_is_a_notebook():
    assert NOTEBOOKS
