"""What was compiled from other sources is never looked at."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numba
import pytest

from coopgraph.graph.kernels import cache
from coopgraph.graph.kernels.cache import cache_folder, sources_fingerprint
from coopgraph.graph.kernels.cheapest import first_cheapest
from coopgraph.graph.kernels.compile import kernel


@pytest.fixture
def anew():
    """Ask for the folder anew, before and after."""
    cache_folder.cache_clear()
    yield
    cache_folder.cache_clear()


def test_a_change_in_any_source_is_another_word(tmp_path):
    words = set()
    for name, text in (("a.py", "x = 1"), ("a.py", "x = 2"), ("part/b.py", ""), ("c.txt", "no")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        words.add(sources_fingerprint(tmp_path))
    assert len(words) == 3


def test_kernels_are_kept_there_and_nothing_else_is():
    assert Path(first_cheapest._cache.cache_path).is_relative_to(cache_folder())
    assert cache_folder() != numba.config.CACHE_DIR


def test_an_index_that_cannot_be_read_any_more_is_of_other_sources(tmp_path, monkeypatch, anew):
    """Its types were of a module that is gone: reading it ended the first question."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(cache, "_SOURCES", tmp_path / "sources")
    (tmp_path / "sources").mkdir()

    def twice(x):
        return 2 * x

    kernel(twice)(1)
    first = Path(cache_folder())
    (index,) = first.rglob("*.nbi")
    stamp = index.read_bytes()
    index.write_bytes(stamp[: stamp.index(b"\x80", 1)] + b"cno_such_module\nGone\n.")
    with pytest.raises(ModuleNotFoundError):
        kernel(twice)(1)
    (tmp_path / "sources" / "changed.py").write_text("")
    cache_folder.cache_clear()
    assert kernel(twice)(1) == 2
    assert Path(cache_folder()) != first


def test_what_nobody_touched_for_a_week_goes(tmp_path, monkeypatch, anew):
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    for name, days in (("kernels-old", 8), ("kernels-new", 1), ("other", 8)):
        (tmp_path / name).mkdir()
        when = time.time() - days * 86_400
        os.utime(tmp_path / name, (when, when))
    ours = Path(cache_folder()).name
    assert {path.name for path in tmp_path.iterdir()} == {"kernels-new", "other", ours}


def test_no_folder_can_be_written(tmp_path, monkeypatch, anew):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "file"))
    assert cache_folder() == ""
