"""A real server over a data folder of its own, and a real Chromium that can reach nothing else."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from coopgraph import CoopGraph

START_SECONDS = 30
WAIT_MS = 5000
CLI = "from coopgraph.cli import main; main()"

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]

HOSTILE = r"""
@prefix coop: <https://w3id.org/coopgraph/ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/coopgraph/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<https://w3id.org/coopgraph/id/org/hostile-works> a coop:Enterprise ;
    skos:prefLabel "<img src=x onerror=\"window.hurt=1\">"@zh ,
        "<img src=x onerror=\"window.hurt=1\">"@en ;
    coop:locatedIn <https://w3id.org/coopgraph/id/region/CN-GS> ;
    dct:source <http://example.org/a> .

<https://w3id.org/coopgraph/id/org/hostile-twin> a coop:Enterprise ;
    skos:prefLabel "孪生公司"@zh , "Twin Works"@en ;
    coop:locatedIn <https://w3id.org/coopgraph/id/region/CN-SC> ;
    dct:source <http://example.org/a> .

<https://w3id.org/coopgraph/id/org/hostile-twin-2> a coop:Enterprise ;
    skos:prefLabel "孪生公司"@zh , "Twin Works"@en ;
    coop:locatedIn <https://w3id.org/coopgraph/id/region/CN-GD> ;
    dct:source <http://example.org/a> .
"""


@dataclass
class Watch:
    """What a page did that it should not: addresses it asked for, what its console said."""

    origin: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    expected_status: set[int] = field(default_factory=set)

    def follow(self, page: Page) -> None:
        page.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if any(f"status of {status} " in message.text for status in self.expected_status):
            return
        self.complaints.append(message.text)

    def check(self) -> None:
        """Nothing left this host, and nothing was complained about (a CSP violation would be)."""
        outside = [url for url in self.requests if not url.startswith((self.origin, "data:"))]
        assert outside == []
        assert self.complaints == []


def _chromium() -> str:
    found = (
        os.environ.get("COOPGRAPH_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if found:
        return found
    reason = "no Chromium: install Debian's `chromium` or set COOPGRAPH_CHROMIUM"
    if os.environ.get("COOPGRAPH_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_until_ready(origin: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the server ended: {process.communicate()}")
        try:
            with urllib.request.urlopen(f"{origin}/readyz", timeout=2):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail("the server is not ready in time")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; asked for first, so that nothing is started in vain."""
    return _chromium()


@pytest.fixture(scope="session")
def origin(
    chromium: str, published_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a server with the shipped data and a file of hostile names."""
    folder = tmp_path_factory.mktemp("explorer")
    data = Path(shutil.copytree(published_dir, folder / "data"))
    hostile = folder / "hostile.ttl"
    hostile.write_text(HOSTILE, encoding="utf-8")
    with CoopGraph.open(data, shipped=False) as graph:
        graph.load(hostile, shacl=False)
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", CLI, "serve", "--data-dir", str(data), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(address, process)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for a module; playwright's loop runs as long, so no longer than needed."""
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def watch(origin: str) -> Watch:
    """What the page does, watched."""
    return Watch(origin)


@pytest.fixture
def page(browser: Browser, origin: str, watch: Watch) -> Iterator[Page]:
    """A page in a browser of its own, in Chinese; checked after every test."""
    context = browser.new_context(
        base_url=origin, locale="zh-CN", viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    watch.follow(page)
    yield page
    context.close()
    watch.check()
