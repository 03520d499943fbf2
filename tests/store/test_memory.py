from __future__ import annotations

import os
import subprocess
import sys

import pytest

from coopgraph.errors import BadRequest
from coopgraph.settings import MIB, Settings
from coopgraph.store.memory import LEAST, available, fitted, plan, tree, used


@pytest.mark.parametrize("gib", [3, 4, 8, 16, 64])
def test_limits_fit_together_and_none_is_raised(gib):
    settings = Settings(memory_bytes=gib * 1024 * MIB)
    found = plan(settings)
    total = 2 * found.query + 2 * found.lookup + found.update
    assert total <= settings.memory_bytes * 3 // 4
    assert LEAST <= found.query <= settings.query_memory_bytes
    assert LEAST <= found.update <= settings.update_memory_bytes
    assert fitted(fitted(settings)) == fitted(settings)


def test_what_cannot_fit_says_what_to_change():
    with pytest.raises(BadRequest, match="COOPGRAPH_QUERY_WORKERS") as refused:
        plan(Settings(memory_bytes=4096 * MIB, query_workers=20))
    assert refused.value.zh


def test_the_default_follows_the_machine():
    assert plan(Settings(query_workers=1, lookup_workers=0)).total == available() * 3 // 4


def test_a_tree_holds_what_its_processes_hold():
    code = "x = bytearray(b'x') * (64 << 20); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout
        child.stdout.readline()
        assert child.pid in tree(os.getpid())
        assert used(child.pid) > 64 * MIB
        child.communicate(b"\n")
    assert used(child.pid) == 0
