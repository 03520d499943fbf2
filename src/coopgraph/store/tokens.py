"""Tokens that allow writing: shown once, kept as hashes in the data folder.

A token is 256 random bits, so one round of SHA-256 is enough: there is nothing to guess from.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from coopgraph.errors import BadRequest, NotFound, Unavailable

PREFIX: Final = "coopgraph_"
_NAME: Final = re.compile(r"[\w.@-]{1,64}")


class Tokens:
    """The tokens of one data folder.

    Parameters
    ----------
    folder
        The data folder; the hashes are in its ``tokens.json``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     tokens = Tokens(Path(folder))
    ...     token = tokens.create("wang")
    ...     tokens.owner(token), tokens.owner("another")
    ('wang', None)
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "tokens.json"

    def create(self, name: str) -> str:
        """Return a new token; it cannot be shown again.

        Raises
        ------
        BadRequest
            If the name is taken, or has other characters than letters, digits and ``. @ - _``.
        """
        if not _NAME.fullmatch(name):
            raise BadRequest(
                f"{name!r} cannot name a token: use at most 64 letters, digits, '.', '@', '-', '_'",
                zh=f"令牌名称 {name!r} 无效：只能用至多 64 个字母、数字与“.”“@”“-”“_”",
            )
        token = PREFIX + secrets.token_urlsafe(32)
        with self._changing():
            entries = self.entries()
            if any(entry["name"] == name for entry in entries):
                raise BadRequest(
                    f"there is a token {name!r} already: revoke it first, or take another name",
                    zh=f"已有名为 {name!r} 的令牌：请先撤销，或换个名称",
                )
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._write([*entries, {"name": name, "created_at": now, "sha256": _hash(token)}])
        return token

    def entries(self) -> list[dict[str, Any]]:
        """Return name, ``created_at`` and hash of every token.

        Raises
        ------
        Unavailable
            If ``tokens.json`` cannot be read.
        """
        try:
            return list(json.loads(self._path.read_text("utf-8"))["tokens"])
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Unavailable(
                f"{self._path} cannot be read: {error}", zh=f"无法读取 {self._path}"
            ) from error

    def revoke(self, name: str) -> None:
        """Take back a token.

        Raises
        ------
        NotFound
            If there is none of that name.
        """
        with self._changing():
            entries = self.entries()
            kept = [entry for entry in entries if entry["name"] != name]
            if len(kept) == len(entries):
                raise NotFound(
                    f"there is no token {name!r}",
                    zh=f"没有名为 {name!r} 的令牌",
                    candidates=[entry["name"] for entry in entries],
                )
            self._write(kept)

    def owner(self, token: str) -> str | None:
        """Return the name of a token; None if it is not, or no longer, valid."""
        given, found = _hash(token), None
        for entry in self.entries():  # all of them: the time tells nothing
            if hmac.compare_digest(str(entry["sha256"]), given):
                found = str(entry["name"])
        return found

    def _changing(self) -> FileLock:
        return FileLock(self._path.with_suffix(".lock"), timeout=10)

    def _write(self, entries: list[dict[str, Any]]) -> None:
        draft = self._path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"tokens": entries}, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
