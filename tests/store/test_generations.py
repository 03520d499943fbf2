"""Publishing: what readers see, whatever happens to publishers."""

from __future__ import annotations

import gc
import json
import multiprocessing
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from coopgraph.errors import CoopgraphError, DataFolderBusy, Unavailable
from coopgraph.store.generations import Generations

P = ox.NamedNode("http://x/p")


def value(number: int):
    """Return a change that replaces everything by one number, said 500 times."""

    def change(store: ox.Store) -> None:
        store.clear()
        store.extend(
            ox.Quad(ox.NamedNode(f"http://x/{i}"), P, ox.Literal(number)) for i in range(500)
        )

    return change


def read(store: ox.Store) -> set[int]:
    numbers = [int(q.object.value) for q in store]
    assert len(numbers) in (0, 500)
    return set(numbers)


@pytest.fixture
def generations():
    # A folder in memory: what is tested here is the order of things, not the disk.
    owner = Generations(":memory:")
    yield Generations(owner.folder)
    owner.close()


def folders(generations: Generations) -> list[int]:
    return sorted(int(p.name) for p in (generations.folder / "generations").glob("[0-9]*"))


def test_nothing_is_published_at_first(generations):
    assert generations.current() is None
    assert generations.reader() is None


def test_each_publish_is_the_next_generation(generations):
    for number in (1, 2, 3):
        published = generations.publish(
            value(number), lambda info: {"before": info.get("at"), "at": 7}
        )
        assert published.number == number
        assert generations.current() == published
        reader = generations.reader()
        assert reader is not None
        assert read(reader.store) == {number}
        assert reader.generation.info["before"] == (None if number == 1 else 7)
        reader.close()


def test_a_reader_keeps_what_it_opened(generations):
    generations.publish(value(1))
    reader = generations.reader()
    for number in range(2, 8):
        generations.publish(value(number))
    assert read(reader.store) == {1}
    assert reader.generation.path.is_dir()
    assert 1 in folders(generations)
    reader.close()
    generations.publish(value(8))
    assert 1 not in folders(generations)


def test_a_reader_that_is_forgotten_lets_go(generations):
    generations.publish(value(1))
    reader = generations.reader()
    generations.publish(value(2))
    del reader
    gc.collect()
    for number in (3, 4):
        generations.publish(value(number))
    assert folders(generations) == [3, 4]


def test_old_generations_are_pruned(generations):
    for number in range(1, 7):
        generations.publish(value(number))
    assert folders(generations) == [5, 6]


def test_a_change_that_fails_publishes_nothing(generations):
    generations.publish(value(1))
    before = sorted(p.name for p in generations.folder.rglob("*"))

    def broken(store):
        value(2)(store)
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        generations.publish(broken)
    with pytest.raises(TypeError):
        generations.publish(value(2), lambda info: {"not JSON": object()})
    assert generations.current().number == 1
    assert read(generations.reader().store) == {1}
    after = sorted(p.name for p in generations.folder.rglob("*"))
    assert set(after) - set(before) <= {"lock"}


def test_what_a_killed_publisher_left_is_swept(generations):
    generations.publish(value(1))
    root = generations.folder / "generations"
    (root / ".draft-dead" / "store").mkdir(parents=True)
    (root / "00000002" / "store").mkdir(parents=True)
    (generations.folder / "CURRENT.draft").write_text("")
    assert read(generations.reader().store) == {1}
    assert generations.publish(value(2)).number == 2
    assert read(generations.reader().store) == {2}
    assert not list(root.glob(".draft-*"))


def test_a_strange_folder_among_the_generations_does_no_harm(generations):
    generations.publish(value(1))
    (generations.folder / "generations" / "00000001.bak").mkdir()
    for number in (2, 3, 4):
        generations.publish(value(number))
    assert (generations.folder / "generations" / "00000001.bak").is_dir()


def test_a_reader_whose_generation_is_pruned_meanwhile_takes_the_next(generations, monkeypatch):
    stale = generations.publish(value(1))
    for number in (2, 3, 4):
        generations.publish(value(number))
    assert not stale.path.exists()
    look_up, answers = generations.current, [stale]
    monkeypatch.setattr(generations, "current", lambda: answers.pop() if answers else look_up())
    assert read(generations.reader().store) == {4}


def test_current_looks_again_when_its_generation_is_gone(generations):
    """Between reading CURRENT and generation.json two publishers may come by."""
    for number in (1, 2, 3, 4):
        generations.publish(value(number))
    marker = generations.folder / "CURRENT"
    genuine, reads = Path.read_text, []

    def late(path: Path, *args, **kwargs):
        if path == marker and not reads:
            reads.append(path)
            return "1\n"
        return genuine(path, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_text", late)
        assert generations.current().number == 4


@pytest.mark.parametrize("text", ["", "seven", "00000099"])
def test_a_broken_marker_is_told_plainly(generations, text):
    generations.publish(value(1))
    (generations.folder / "CURRENT").write_text(text)
    with pytest.raises(CoopgraphError):
        generations.current()


def test_the_folder_is_busy_while_another_publishes(generations):
    impatient = Generations(generations.folder, busy_timeout=0.05)

    def change(store):
        with pytest.raises(DataFolderBusy) as caught:
            impatient.publish(value(9))
        assert str(generations.folder) in caught.value.detail
        assert caught.value.zh
        value(1)(store)

    generations.publish(change)
    assert read(generations.reader().store) == {1}
    assert impatient.publish(value(2)).number == 2


def test_memory_leaves_nothing_behind():
    generations = Generations(":memory:")
    folder = generations.folder
    generations.publish(value(1))
    assert folder.is_dir()
    generations.close()
    generations.close()
    assert not folder.exists()


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/coopgraph", "/dev/null"])
def test_a_folder_that_cannot_be_made_is_told_plainly(tmp_path, place):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable) as caught:
        Generations(tmp_path / place)
    assert "--data-dir" in caught.value.detail
    assert caught.value.zh


def test_a_home_folder_is_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Generations("~/data").folder == (tmp_path / "data").resolve()


def _publish_some(folder: Path, first: int, count: int) -> None:
    generations = Generations(folder)
    for number in range(first, first + count):
        generations.publish(value(number))


def test_two_processes_publish_by_turns(generations):
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=_publish_some, args=(generations.folder, first, 5))
        for first in (100, 200)
    ]
    for worker in workers:
        worker.start()
    seen = set()
    while any(worker.is_alive() for worker in workers):
        reader = generations.reader()
        if reader is not None:
            seen |= read(reader.store)
            reader.close()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    assert generations.current().number == 10
    assert read(generations.reader().store) in ({104}, {204})
    assert seen <= {*range(100, 105), *range(200, 205)}


FOREVER = """
import sys, itertools, pyoxigraph as ox
from coopgraph.store.generations import Generations
generations = Generations(sys.argv[1])
print("ready", flush=True)
for number in itertools.count(int(sys.argv[2])):
    def change(store):
        store.clear()
        store.extend(ox.Quad(ox.NamedNode(f"http://x/{i}"), ox.NamedNode("http://x/p"),
                             ox.Literal(number)) for i in range(500))
    generations.publish(change)
"""


def test_a_publisher_killed_at_any_moment_leaves_the_old_or_the_new(generations):
    chance = random.Random(20190219)  # noqa: S311
    generations.publish(value(0))
    for attempt in range(1, 10):
        process = subprocess.Popen(
            [sys.executable, "-c", FOREVER, str(generations.folder), str(1000 * attempt)],
            stdout=subprocess.PIPE,
        )
        assert process.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0, 0.06))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        current = generations.current()
        reader = generations.reader()
        (number,) = read(reader.store)
        assert (
            json.loads((current.path / "generation.json").read_text())["generation"]
            == current.number
        )
        assert number // 1000 <= attempt
        reader.close()
        after = generations.publish(value(1000 * attempt))
        assert after.number == current.number + 1
        assert read(generations.reader().store) == {1000 * attempt}
        assert len(folders(generations)) <= 3


def test_a_disk_that_is_full_changes_nothing(data_folder):
    """A limit on the size of files stands in for the disk."""
    script = """
import resource, signal, sys
from coopgraph import CoopGraph
from coopgraph.errors import CoopgraphError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with CoopGraph.open(sys.argv[1], shipped=False) as graph:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
    try:
        graph.load(sys.argv[2], shacl=False)
    except CoopgraphError as error:
        print("told", graph.generation)
    except OSError as error:
        print("raised", type(error).__name__, graph.generation)
"""
    big = data_folder.parent / "big.nt"
    big.write_text(
        "".join(f'<http://x/{i}> <http://x/p> "{"v" * 200}{i}" .\n' for i in range(3000))
    )
    before = (data_folder / "CURRENT").read_text()
    done = subprocess.run(
        [sys.executable, "-c", script, str(data_folder), str(big)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.split()[0] == "told", done.stdout + done.stderr
    assert (data_folder / "CURRENT").read_text() == before
    assert not list((data_folder / "generations").glob(".draft-*"))
