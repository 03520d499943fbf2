"""A small HTTP/1.1 client that costs little beside what it measures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence


class Connection(asyncio.Protocol):
    """One kept-alive connection, one request at a time."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the request that is waiting."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("closed by the server"))

    def data_received(self, data: bytes) -> None:
        """Collect until the body is whole."""
        self._data += data
        head = self._data.find(b"\r\n\r\n")
        if head < 0:
            return
        lines = bytes(self._data[:head]).lower().split(b"\r\n")
        length = next(int(x[15:]) for x in lines if x.startswith(b"content-length:"))
        if len(self._data) < head + 4 + length:
            return
        body = bytes(self._data[head + 4 : head + 4 + length])
        self._data.clear()
        assert self._answer is not None
        self._answer.set_result((int(lines[0].split()[1]), body))

    async def get(self, path: str) -> tuple[int, bytes]:
        """Return status and body."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return await self._answer


async def fetch(port: int, paths: Sequence[str]) -> list[tuple[int, bytes]]:
    """Return status and body of each path, one after the other."""
    connection = await _connect(port)
    try:
        return [await connection.get(path) for path in paths]
    finally:
        _close(connection)


async def hammer(port: int, paths: Sequence[str], clients: int, count: int) -> float:
    """Ask ``count`` times by so many clients at once; return seconds a request.

    Raises
    ------
    AssertionError
        If an answer is not 200.
    """
    connections = [await _connect(port) for _ in range(clients)]
    numbers = iter(range(count))

    async def work(connection: Connection) -> None:
        for number in numbers:
            status, _ = await connection.get(paths[number % len(paths)])
            assert status == 200, f"{status} for {paths[number % len(paths)]}"

    begin = time.perf_counter()
    await asyncio.gather(*map(work, connections))
    took = time.perf_counter() - begin
    for connection in connections:
        _close(connection)
    return took / count


async def _connect(port: int) -> Connection:
    _, connection = await asyncio.get_running_loop().create_connection(
        Connection, "127.0.0.1", port
    )
    return connection


def _close(connection: Connection) -> None:
    if connection._transport is not None:
        connection._transport.close()
