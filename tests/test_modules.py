"""How the source is kept: small modules, each said in a sentence."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import coopgraph

ROOT = Path(coopgraph.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))
MAX_LINES = 350


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
class TestEveryModule:
    def test_is_short(self, path):
        assert len(path.read_text("utf-8").splitlines()) <= MAX_LINES

    def test_has_a_docstring(self, path):
        assert ast.get_docstring(ast.parse(path.read_text("utf-8")))

    def test_documents_what_is_public(self, path):
        bare = []

        def look(body, prefix=""):
            for item in body:
                if not isinstance(item, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    continue
                if item.name.startswith("_"):
                    continue
                if not ast.get_docstring(item):
                    bare.append(prefix + item.name)
                if isinstance(item, ast.ClassDef):
                    look(item.body, f"{prefix}{item.name}.")

        look(ast.parse(path.read_text("utf-8")).body)
        assert bare == []


def test_the_package_names_what_it_offers():
    assert set(coopgraph.__all__) == {"CoopGraph", "__version__"}
    assert coopgraph.CoopGraph.__name__ == "CoopGraph"
    with pytest.raises(AttributeError):
        _ = coopgraph.NoSuchThing
