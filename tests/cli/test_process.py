"""The installed command as a process: what a shell and a script see."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from coopgraph import __version__

VERBS = (
    "serve",
    "load",
    "validate",
    "export",
    "stats",
    "search",
    "neighbours",
    "paths",
    "gaps",
    "query",
    "token",
)


def test_the_version(command):
    done = command("--version")
    assert (done.code, done.out.strip(), done.err) == (0, __version__, "")


def test_without_a_verb_help_is_shown(call):
    done = call()
    assert "Usage" in done.out + done.err


@pytest.mark.parametrize("verb", [None, *VERBS])
def test_every_verb_has_help(call, verb):
    done = call(*([verb] if verb else []), "--help")
    assert done.code == 0
    assert "Usage" in done.out
    if verb is None:
        for each in VERBS:
            assert each in done.out


def test_answers_go_to_stdout_and_errors_to_stderr(command, call, published_dir):
    done = call("neighbours", "宝武集团", "--json", folder=published_dir)
    assert (done.code, done.err) == (0, "")
    assert done.json["data"]["node"]["id"] == "org/baowu"
    done = command("neighbours", "nobody", folder=published_dir)
    assert (done.code, done.out) == (2, "")
    assert "未找到" in done.err


def test_any_terminal_can_show_the_answer(command, published_dir):
    """GBK has Chinese and no pilcrow sign."""
    done = command("neighbours", "org/baowu", folder=published_dir, PYTHONIOENCODING="gbk")
    assert "Traceback" not in done.err
    assert done.code == 0


def test_an_argument_that_is_not_utf8_is_an_unknown_name(command, published_dir):
    done = command("neighbours", b"\xff\xfe", folder=published_dir)
    assert "Traceback" not in done.err
    assert done.code == 2


def test_a_reader_that_goes_away_ends_it_quietly(published_dir):
    export = [Path(sys.executable).with_name("coopgraph"), "export", "--view", "full"]
    process = subprocess.Popen(
        [*export, "--data-dir", published_dir], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout.read(10)
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 3
    assert b"Traceback" not in said


@pytest.mark.parametrize(
    ("name", "value"), [("COOPGRAPH_PORT", "http"), ("COOPGRAPH_QUERY_TIMEOUT", "-1")]
)
def test_a_bad_setting_is_a_usage_error_that_names_it(call, published_dir, name, value):
    done = call("stats", folder=published_dir, **{name: value})
    assert done.code == 2
    assert "Traceback" not in done.err
    assert name.lower().removeprefix("coopgraph_") in done.err.lower()


def test_a_data_folder_that_cannot_be_made_is_told(call, tmp_path):
    (tmp_path / "file").write_text("")
    done = call("stats", "--data-dir", tmp_path / "file")
    assert done.code == 3
    assert "--data-dir" in done.err
    assert "Traceback" not in done.err


def test_a_broken_gap_rule_in_the_data_folder_is_told(call, data_folder):
    (data_folder / "gaps").mkdir()
    (data_folder / "gaps" / "mine.ttl").write_text("<http://x/a> <http://x/b> 1 .")
    done = call("gaps", "--rules", folder=data_folder)
    assert done.code == 1
    assert "mine.ttl" in done.err
    assert "advantage-unused" in done.out
    assert call("gaps", folder=data_folder).code == 0  # the others are used


def test_a_query_from_the_standard_input(call, published_dir, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("ASK {}"))
    done = call("query", "-", "--json", folder=published_dir)
    assert json.loads(done.out)["boolean"] is True


def test_questions_and_loads_work_while_it_serves(command, call, data_folder, tmp_path, prefixes):
    process = subprocess.Popen(
        [Path(sys.executable).with_name("coopgraph"), "serve", "--port", "0", "--data-dir",
         data_folder,
         "--log-level", "info"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        url = None
        for line in process.stderr:
            if "running on" in line:
                url = line.split("running on ")[1].split()[0]
                break
        assert url
        with httpx.Client(base_url=url, timeout=30) as client:
            assert client.get("/readyz").json()["generation"] == 1
            done = call("neighbours", "宝武集团", "--json", folder=data_folder)
            assert done.json["data"] == client.get("/api/v1/neighbours?of=宝武集团").json()["data"]
            file = tmp_path / "mine.ttl"
            file.write_text(
                prefixes + "<https://w3id.org/coopgraph/id/org/acme> a coop:Enterprise ; "
                "skos:prefLabel 'Acme'@en ."
            )
            assert call("load", file, folder=data_folder).code == 0
            for _ in range(60):
                if client.get("/readyz").json()["generation"] == 2:
                    break
                time.sleep(0.1)
            assert client.get("/api/v1/nodes/org/acme").status_code == 200
            assert call("neighbours", "Acme", folder=data_folder).code == 0
    finally:
        process.terminate()
        code = process.wait(timeout=20)
        process.stdout.close()
        process.stderr.close()
    assert code in (0, -15, 143)


@pytest.mark.parametrize(("port", "code"), [("taken", 3), ("99999", 2)])
def test_a_port_that_cannot_be_had_ends_it(command, published_dir, server, port, code):
    # In a process of its own: should it serve after all, the test ends by its time limit.
    done = command("serve", "--port", port.replace("taken", str(server.port)), folder=published_dir)
    assert done.code == code
    assert "Traceback" not in done.err
