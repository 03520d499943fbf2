"""The log of queries and changes: one line of JSON each, written behind the answers' back."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
import sys
import threading
from collections import deque
from datetime import UTC, datetime
from functools import lru_cache
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from coopgraph.settings import Settings
from coopgraph.store.tokens import PREFIX

STDERR: Final = "-"
PARTS: Final = 4
"""Files that the log may have: the one that is written, and older ones."""

_WAITING: Final = 20_000  # entries; more are dropped and counted
_WAITING_TEXT: Final = 32 * 1024 * 1024  # characters in them
_BATCH: Final = 200
_SECONDS: Final = 0.2
_AT_ONCE: Final = 10  # entries that are made into lines in one go, some fifteen µs each
_PIECE_OF_TEXT: Final = 16 * 1024  # characters
_PAUSE: Final = 0.0002  # seconds
_PIECE: Final = 256 * 1024  # characters
# JSON leaves these as they are; to some readers of logs they are the end of a line, or turn its
# order around.
_HIDDEN: Final = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_TOKEN: Final = re.compile(re.escape(PREFIX) + r"[A-Za-z0-9_-]{16,}")
_log: Final = logging.getLogger("coopgraph")


class LogEntry(NamedTuple):
    """What is written of one request.

    Parameters
    ----------
    when
        When it came: seconds since 1970.
    who
        The name of the token that was shown, else the address of the client.
    kind
        ``query``, ``update``, ``store read`` or ``store write``.
    text
        The query or update; of the graph store, the graph.
    seconds
        How long it took, to the last byte.
    sent
        Bytes of the body of the answer.
    cache
        ``hit``, ``miss``, or empty where the cache was not asked.
    ended
        How it ended: see docs/operations/query-log.md.
    status
        The HTTP status.
    """

    when: float
    who: str
    kind: str
    text: str
    seconds: float
    sent: int
    cache: str
    ended: str
    status: int


def line_of(entry: LogEntry, text_length: int) -> str:
    r"""Return the line of an entry; whatever the text holds, it is one line.

    Examples
    --------
    >>> entry = LogEntry(0.0, "me", "query", "ASK\n{}", 0.0123456, 33, "hit", "ok", 200)
    >>> line_of(entry, 5)  # doctest: +ELLIPSIS
    '{"time":"1970-01-01T00:00:00.000Z","who":"me","kind":"query","text":"ASK\\n{","length":6,...'
    """
    text, length, digest = _described(entry.text, text_length)
    when = datetime.fromtimestamp(entry.when, UTC).isoformat(timespec="milliseconds")
    record: dict[str, Any] = {
        "time": when.replace("+00:00", "Z"),
        "who": entry.who,
        "kind": entry.kind,
        "text": text,
        "length": length,
        "sha256": digest,
        "seconds": round(entry.seconds, 6),
        "bytes": entry.sent,
        "cache": entry.cache or None,
        "ended": entry.ended,
        "status": entry.status,
    }
    line = orjson.dumps(record).decode()
    if line.isascii():
        return line.replace("\x7f", "\\u007f")
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


@lru_cache(maxsize=64)
def _described(text: str, most: int) -> tuple[str, int, str]:
    data = text.encode("utf-8", "replace")
    text = data.decode()
    shown = (_TOKEN.sub(PREFIX + "…", text) if PREFIX in text else text)[:most]
    return shown, len(text), hashlib.sha256(data).hexdigest()[:16]


class QueryLog:
    """Writes entries in a thread of its own, many at a time.

    Whoever adds an entry never waits and never fails: where the disk is full or too slow, entries
    are dropped, and the service's own log says so once.

    Parameters
    ----------
    handler
        Where the lines go.
    text_length
        Characters of a text that are kept.

    Examples
    --------
    >>> log = QueryLog.from_settings(Settings(query_log=""), Path("."))
    >>> log is None
    True
    """

    def __init__(self, handler: logging.Handler, text_length: int) -> None:
        self._handler = handler
        self._handler.setFormatter(logging.Formatter("%(message)s"))
        self._handler.handleError = self._failed  # type: ignore[method-assign]
        self._text_length = text_length
        # A file is changed between pieces, and never within one.
        self._piece = getattr(handler, "maxBytes", 0) // 8 or _PIECE
        self._entries: deque[LogEntry] = deque()
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._said = False
        self._held = 0
        self.dropped = 0
        self._thread = threading.Thread(target=self._run, name="query-log", daemon=True)
        self._thread.start()

    @classmethod
    def from_settings(
        cls, settings: Settings, folder: Path, *, temporary: bool = False
    ) -> QueryLog | None:
        """Return the log that the settings name, None for none.

        Parameters
        ----------
        settings
            Those of the service.
        folder
            The data folder, which a relative path starts from.
        temporary
            Whether it is gone at the end; then nothing is written to it.
        """
        place = settings.query_log
        if not place:
            return None
        if place == STDERR:
            return cls(logging.StreamHandler(sys.stderr), settings.query_log_text)
        path = Path(place).expanduser()
        if not path.is_absolute():
            if temporary:
                return None
            path = folder / path
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handler = RotatingFileHandler(
                path,
                maxBytes=settings.query_log_bytes // PARTS,
                backupCount=PARTS - 1,
                encoding="utf-8",
                delay=True,
            )
        except OSError as error:
            _log.warning("the query log %s cannot be written: %s", path, error)
            return None
        return cls(handler, settings.query_log_text)

    def add(self, entry: LogEntry) -> None:
        """Have an entry written soon."""
        if len(self._entries) >= _WAITING or self._held > _WAITING_TEXT:
            self.dropped += 1
            return
        self._held += len(entry.text)
        self._entries.append(entry)
        if not self._wake.is_set():
            self._wake.set()

    def close(self) -> None:
        """Write what waits and let go of the file."""
        self._closing.set()
        self._wake.set()
        self._thread.join(timeout=5)
        with contextlib.suppress(OSError):  # of a full disk, which has been said
            self._handler.close()

    def _run(self) -> None:
        while not self._closing.is_set():
            self._wake.wait()
            self._closing.wait(_SECONDS)  # for more of them
            self._wake.clear()
            self._held = 0  # what comes now counts for the next round
            while self._entries:
                self._write([self._entries.popleft() for _ in range(self._ready())])

    def _ready(self) -> int:
        return min(len(self._entries), _BATCH)

    def _write(self, entries: list[LogEntry]) -> None:
        try:
            lines = []
            for number, entry in enumerate(entries, 1):
                lines.append(line_of(entry, self._text_length))
                if not number % _AT_ONCE or len(entry.text) > _PIECE_OF_TEXT:
                    # Who answers requests waits for the interpreter as long as this thread has it.
                    self._closing.wait(_PAUSE)
            while lines:
                text: list[str] = []
                size = 0
                while lines and (not text or size + len(lines[0]) < self._piece):
                    text.append(lines.pop(0))
                    size += len(text[-1])
                self._write_text("\n".join(text))
        except Exception:
            self.dropped += len(entries)
            self._failed(None)

    def _write_text(self, text: str) -> None:
        record = logging.LogRecord("coopgraph.queries", logging.INFO, "", 0, text, None, None)
        self._handler.handle(record)

    def _failed(self, record: logging.LogRecord | None) -> None:
        if record is not None:
            self.dropped += record.getMessage().count("\n") + 1
        if not self._said:  # once: the disk that is full may be the one of this log, too
            self._said = True
            _log.warning("entries of the query log are lost", exc_info=True)
