"""What the documentation shows is what the commands print."""

import doctest
import importlib.util
import shutil
import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ["README.md", "README.zh.md"]


def _module():
    spec = importlib.util.spec_from_file_location("console", ROOT / "docs" / "console.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


console = _module()
EXAMPLES = [
    pytest.param(command, output, id=f"{name}: {command}")
    for name in DOCUMENTS
    for command, output in console.examples((ROOT / name).read_text("utf-8"))
]


@pytest.fixture(scope="module")
def tour(published_dir, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tour")
    shutil.copytree(published_dir, folder / "data")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with console.tour(folder, port) as ready:
        yield ready


def test_there_are_examples():
    assert len(EXAMPLES) >= 10


@pytest.mark.parametrize(("command", "output"), EXAMPLES)
def test_the_example_prints_what_is_shown(command, output, tour):
    assert tour.run(command) == output


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_python_examples_run(name):
    failed, tried = doctest.testfile(
        str(ROOT / name), module_relative=False, encoding="utf-8", optionflags=doctest.ELLIPSIS
    )
    assert tried > 3
    assert failed == 0


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_to_files_lead_somewhere(name):
    import re

    text = (ROOT / name).read_text("utf-8")
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert targets
    for target in targets:
        assert (ROOT / target).exists(), target


def test_the_two_readmes_show_the_same_commands():
    english, chinese = (
        [command for command, _ in console.examples((ROOT / name).read_text("utf-8"))]
        for name in DOCUMENTS
    )
    strip = lambda commands: [c.replace(" --lang en", "") for c in commands]  # noqa: E731
    assert strip(english) == strip(chinese)
