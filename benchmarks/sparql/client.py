"""A client that costs a few microseconds a request: ready bytes, epoll, no parsing of bodies."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.parse import quote

_SIZE: Final = 256 * 1024


class Timing(NamedTuple):
    """What a series took: seconds a request, and the median seconds until one was answered."""

    each: float
    median: float
    count: int


class Failed(Exception):
    """A server did not answer with 200, or not in time."""


def get(path: str, query: str, accept: str) -> bytes:
    """Return the bytes of a request."""
    return (
        f"GET {path}?query={quote(query, safe='')} HTTP/1.1\r\n"
        f"Host: localhost\r\nAccept: {accept}\r\n\r\n"
    ).encode()


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = bytearray()
        self.sent = 0.0

    def send(self, request: bytes) -> None:
        self.data.clear()
        self.sent = time.perf_counter()
        self.socket.sendall(request)

    def received(self) -> bytes | None:
        """Read what is there; return the body when it is whole."""
        part = self.socket.recv(_SIZE)
        if not part:
            raise Failed("closed by the server")
        self.data += part
        head = self.data.find(b"\r\n\r\n")
        if head < 0:
            return None
        lines = bytes(self.data[:head]).lower()
        start = head + 4
        at = lines.find(b"content-length:")
        if at >= 0:
            length = int(lines[at + 15 :].split(b"\r\n", 1)[0])
            if len(self.data) < start + length:
                return None
            body = bytes(self.data[start : start + length])
        else:
            if not self.data.endswith(b"0\r\n\r\n"):
                return None
            whole = _unchunked(self.data, start)
            if whole is None:
                return None
            body = whole
        if lines[9:12] != b"200":
            raise Failed(f"{lines[9:12].decode()}: {body[:300].decode(errors='replace')}")
        return body


def _unchunked(data: bytearray, at: int) -> bytes | None:
    parts = []
    while True:
        end = data.find(b"\r\n", at)
        if end < 0:
            return None
        size = int(data[at:end], 16)
        if not size:
            return b"".join(parts)
        if len(data) < end + 4 + size:
            return None
        parts.append(bytes(data[end + 2 : end + 2 + size]))
        at = end + 4 + size


def fetch(port: int, request: bytes, seconds: float) -> bytes:
    """Return the body of one answer.

    Raises
    ------
    Failed
        If it is not 200 or does not come in time.
    """
    connection = _Connection(port)
    connection.socket.settimeout(seconds)
    try:
        connection.send(request)
        while (body := connection.received()) is None:
            pass
    except TimeoutError as error:
        raise Failed(f"no answer in {seconds:g} s") from error
    finally:
        connection.socket.close()
    return body


def hammer(port: int, requests: Sequence[bytes], clients: int, seconds: float) -> Timing:
    """Ask by so many clients at once until the time is over, or nothing is left to ask.

    Each has one request on its way; what is on its way at the end is waited for and counts.

    Raises
    ------
    Failed
        If an answer is not 200.
    """
    connections = {c.socket.fileno(): c for c in (_Connection(port) for _ in range(clients))}
    poll = select.epoll()
    for number in connections:
        poll.register(number, select.EPOLLIN)
    left, took = iter(requests), []
    begin = time.perf_counter()
    waiting = 0
    try:
        for connection, request in zip(connections.values(), left, strict=False):
            connection.send(request)
            waiting += 1
        while waiting:
            for number, _ in poll.poll():
                connection = connections[number]
                if connection.received() is None:
                    continue
                now = time.perf_counter()
                took.append(now - connection.sent)
                waiting -= 1
                if now - begin < seconds and (request := next(left, None)) is not None:
                    connection.send(request)
                    waiting += 1
        whole = time.perf_counter() - begin
    finally:
        poll.close()
        for connection in connections.values():
            connection.socket.close()
    took.sort()
    return Timing(whole / len(took), took[len(took) // 2], len(took))
