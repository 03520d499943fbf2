from __future__ import annotations

import json
import logging
import time

import pytest

from coopgraph.settings import Settings
from coopgraph.store.query_log import PARTS, LogEntry, QueryLog


def entry(text):
    return LogEntry(time.time(), "me", "query", text, 0.1, 1, "miss", "ok", 200)


def test_old_parts_go_when_the_log_is_full(tmp_path):
    most = 64 * 1024
    log = QueryLog.from_settings(Settings(query_log_bytes=most), tmp_path)
    for number in range(3000):
        log.add(entry(f"ASK {{ <http://x/{number}> ?p ?o }}"))
        if number % 100 == 0:
            time.sleep(0.01)
    log.close()
    files = sorted((tmp_path / "logs").iterdir())
    assert 1 < len(files) <= PARTS
    assert sum(file.stat().st_size for file in files) <= most * 5 // 4
    newest = (tmp_path / "logs" / "queries.jsonl").read_text().splitlines()
    for file in files:
        for line in file.read_text().splitlines():
            assert json.loads(line)["who"] == "me"
    assert "2999" in json.loads(newest[-1])["text"]
    assert log.dropped == 0


def test_a_full_disk_loses_lines_and_nothing_else(tmp_path, caplog):
    settings = Settings(query_log="/dev/full")
    with caplog.at_level(logging.WARNING, "coopgraph"):
        log = QueryLog.from_settings(settings, tmp_path)
        assert log is not None
        for number in range(50):
            log.add(entry(f"ASK {{ {number} ?p ?o }}"))
            time.sleep(0.01)
        log.close()
    assert log.dropped > 0
    assert [record.message for record in caplog.records].count(
        "entries of the query log are lost"
    ) == 1  # said once


def test_a_place_that_cannot_be_is_said(tmp_path, caplog):
    (tmp_path / "logs").write_text("a file, and no folder")
    with caplog.at_level(logging.WARNING, "coopgraph"):
        log = QueryLog.from_settings(Settings(), tmp_path)
    assert log is None
    assert "cannot be written" in caplog.text


@pytest.mark.parametrize("place", ["", "logs/queries.jsonl"])
def test_no_log_where_there_is_none_or_the_folder_is_gone_at_the_end(tmp_path, place):
    assert QueryLog.from_settings(Settings(query_log=place), tmp_path, temporary=True) is None
