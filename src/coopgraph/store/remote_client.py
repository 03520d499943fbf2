"""Our own calls to a remote SPARQL server: ask, read graphs, write graphs.

What may be repeated without harm (queries; GET, PUT and DELETE of a graph) is tried again when the
store is away or busy, later and later and never all at once. An update is sent once.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx
import orjson

from coopgraph.errors import BadRequest, CoopgraphError, NotFound, Unavailable
from coopgraph.settings import Settings
from coopgraph.store.remote_endpoint import (
    AWAY_SECONDS,
    away,
    check_urls,
    connection,
    failure,
    place,
    timed_out,
)

CHUNK: Final = 256 * 1024
TEXT_FORMATS: Final = "application/n-triples, text/turtle;q=0.5"
_TABLE: Final = "application/sparql-results+json"
_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 8.0
_LONGEST_ERROR: Final = 64 * 1024
_AGAIN: Final = (408, 429, 502, 503, 504)
_log = logging.getLogger("coopgraph.store")

Row = dict[str, str]


class RemoteClient:
    """A remote store, as the settings name it.

    Parameters
    ----------
    settings
        The URLs, how to sign in, how patient to be.
    sleep
        Waits between tries.

    Raises
    ------
    BadRequest
        If a URL is none.

    Examples
    --------
    >>> with RemoteClient(Settings(store="http://127.0.0.1:9/", store_retries=0)) as client:
    ...     client.select("SELECT * {}")
    Traceback (most recent call last):
    ...
    coopgraph.errors.Unavailable: the store http://127.0.0.1:9/ cannot be reached (...
    """

    def __init__(self, settings: Settings, *, sleep: Callable[[float], None] = time.sleep) -> None:
        check_urls(settings)
        self.url = settings.store
        self.update_url = settings.store_update
        self.graph_url = settings.store_graph
        self._retries = settings.store_retries
        self._seconds = settings.store_read_timeout
        self._sleep = sleep
        self._http = httpx.Client(**connection(settings))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def writable(self) -> bool:
        """Whether the settings name a URL to write to."""
        return bool(self.graph_url or self.update_url)

    # Asking

    def select(self, query: str) -> list[Row]:
        """Return the rows of a small SELECT, each as name and value; what is unbound is left out.

        Raises
        ------
        Unavailable
            If the store is away, refuses us, or answers with something else.
        """
        with self._sent("POST", self.url, data={"query": query}, accept=_TABLE) as response:
            body = response.read()
        try:
            found = orjson.loads(body)["results"]["bindings"]
            return [{name: cell["value"] for name, cell in row.items()} for row in found]
        except (ValueError, TypeError, KeyError, AttributeError):
            raise self._senseless(self.url) from None

    def construct(self, query: str, file: Path) -> str:
        """Write the graph of a CONSTRUCT to a file as it comes; return its media type."""
        with self._sent("POST", self.url, data={"query": query}, accept=TEXT_FORMATS) as response:
            return self._save(response, file, self.url)

    # Whole graphs

    def download(self, graph: str, file: Path) -> str | None:
        """Write a named graph to a file as it comes; return its media type, None if it is none."""
        try:
            with self._sent(
                "GET", self.graph_url, params={"graph": graph}, accept=TEXT_FORMATS
            ) as response:
                return self._save(response, file, self.graph_url)
        except _NoSuchGraph:
            return None

    def put(self, graph: str, file: Path) -> None:
        """Make a named graph hold what is in a file of N-Triples."""
        for kind in ("application/n-triples", "text/turtle"):
            try:
                with self._sent(
                    "PUT", self.graph_url, params={"graph": graph}, content=_Upload(file), kind=kind
                ) as response:
                    response.read()
                    return
            except _NotThatFormat:
                continue
        raise BadRequest(
            f"the store {place(self.graph_url)} takes neither N-Triples nor Turtle",
            zh=f"远程存储 {place(self.graph_url)} 既不接受 N-Triples 也不接受 Turtle",
        )

    def delete(self, graph: str) -> None:
        """Remove a named graph; one that is not there is no error."""
        try:
            with self._sent("DELETE", self.graph_url, params={"graph": graph}) as response:
                response.read()
        except _NoSuchGraph:
            pass

    def update(self, text: str) -> None:
        """Send an update, once."""
        with self._sent("POST", self.update_url, data={"update": text}, again=False) as response:
            response.read()

    # Sending

    @contextmanager
    def _sent(
        self,
        method: str,
        url: str,
        *,
        params: dict[str, str] | None = None,
        data: dict[str, str] | None = None,
        content: _Upload | None = None,
        accept: str = "*/*",
        kind: str | None = None,
        again: bool = True,
    ) -> Iterator[httpx.Response]:
        headers = {"Accept": accept, **({"Content-Type": kind} if kind else {})}
        if content is not None:  # Virtuoso does not read a body that comes in chunks
            headers["Content-Length"] = str(content.size)
        # A URL of a graph store may have parameters of its own.
        target = httpx.URL(url).copy_merge_params(params) if params else httpx.URL(url)
        request = {"data": data, "content": content, "headers": headers}
        for pause in [*self._pauses(), None] if again else [None]:
            try:
                response = self._once(method, target, request)
            except Unavailable as error:
                if pause is None or error.extensions.get("store_status") not in (None, *_AGAIN):
                    raise
                _log.info("%s; trying again in %.1f s", error.detail, pause)
                self._sleep(pause)
                continue
            try:
                yield response
            except httpx.TimeoutException:
                raise timed_out(url, self._seconds) from None
            except httpx.TransportError as error:
                raise away(url, error) from None
            finally:
                response.close()
            return

    def _once(self, method: str, target: httpx.URL, request: dict[str, Any]) -> httpx.Response:
        url = str(target)
        try:
            response = self._http.send(
                self._http.build_request(method, target, **request), stream=True
            )
        except httpx.TimeoutException as error:
            raise away(url, error or TimeoutError("timed out")) from None
        except httpx.TransportError as error:
            raise away(url, error) from None
        if response.is_success:
            return response
        try:
            refusal = self._refused(url, response)
        finally:
            response.close()
        raise refusal

    def _refused(self, url: str, response: httpx.Response) -> CoopgraphError:
        body = b""
        try:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _LONGEST_ERROR:
                    break
        except httpx.HTTPError:
            pass
        if self.graph_url and url.startswith(self.graph_url):
            if response.status_code == 404 and "graph=" in url:
                return _NoSuchGraph(f"no such graph at {place(url)}")
            if response.status_code == 415:
                return _NotThatFormat("not that format")
        error = failure(url, response, body)
        if response.status_code in _AGAIN and not isinstance(error, Unavailable):
            return Unavailable(error.detail, zh=error.zh, retry_after=AWAY_SECONDS)
        return error

    def _pauses(self) -> list[float]:
        # Full jitter: services that lost the same store do not all come back at once.
        longest = (min(_FIRST_PAUSE * 2**n, _LONGEST_PAUSE) for n in range(self._retries))
        return [random.uniform(pause / 2, pause) for pause in longest]  # noqa: S311

    def _save(self, response: httpx.Response, file: Path, url: str) -> str:
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind not in _KINDS:
            raise self._senseless(url)
        with file.open("wb") as out:
            for chunk in response.iter_bytes(CHUNK):
                out.write(chunk)
        return _KINDS[kind]

    def _senseless(self, url: str) -> Unavailable:
        return Unavailable(
            f"{place(url)} answers, but not as SPARQL 1.1 does: is the URL right?",
            zh=f"{place(url)} 的答复不符合 SPARQL 1.1：地址是否正确？",
            retry_after=AWAY_SECONDS,
        )


_KINDS: Final = {
    "application/n-triples": "application/n-triples",
    "text/ntriples": "application/n-triples",
    "text/plain": "application/n-triples",
    "text/turtle": "text/turtle",
    "application/x-turtle": "text/turtle",
}


class _Upload:
    """A file on its way out: read anew each time that it is sent, by pieces."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.size = file.stat().st_size

    def __iter__(self) -> Iterator[bytes]:
        with self._file.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


class _NoSuchGraph(NotFound):
    """The store says that it has no such graph."""


class _NotThatFormat(BadRequest):
    """The store does not read that format."""
