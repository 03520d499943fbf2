"""A remote SPARQL server: where it is, how to sign in, and what its refusals mean.

Used by the client that follows the store and loads into it (:mod:`.remote_client`) and by the one
that hands on strangers' queries (:mod:`.remote_queries`). Both speak to the configured URLs only:
redirects are not followed and proxies of the environment are not used.
"""

from __future__ import annotations

import re
import ssl
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from coopgraph.errors import (
    BadRequest,
    CoopgraphError,
    NotAcceptable,
    PayloadTooLarge,
    QuerySyntaxError,
    QueryTimeout,
    Unavailable,
)
from coopgraph.settings import Settings

AWAY_SECONDS: Final = 5
"""What ``Retry-After`` says where the store is away and does not say itself."""

MESSAGE: Final = 1000
"""Characters shown of what the store says."""

_LINE: Final = re.compile(r"\bline:?\s+(\d+)(?:\D{1,12}?col(?:umn)?:?\s*(\d+))?", re.IGNORECASE)
_TAGS: Final = re.compile(r"<(?:[a-zA-Z!/][^<>]*)>")


def place(url: str) -> str:
    """Return a URL as it may be shown: without user, password and parameters.

    Examples
    --------
    >>> place("https://me:secret@db.example.org:7200/repositories/x?key=1")
    'https://db.example.org:7200/repositories/x'
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{shown}{port}{parts.path}"


def check_urls(settings: Settings) -> None:
    """Refuse a URL of the store that is none.

    Raises
    ------
    BadRequest
        Naming the setting.

    Examples
    --------
    >>> check_urls(Settings(store="http://127.0.0.1:7878/query"))
    >>> check_urls(Settings(store="ftp://x/"))
    Traceback (most recent call last):
    ...
    coopgraph.errors.BadRequest: store: 'ftp://x/' is no http or https URL
    """
    for name in ("store", "store_update", "store_graph"):
        url = getattr(settings, name)
        try:
            parts = urlsplit(url)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if url and not good:
            raise BadRequest(
                f"{name}: {url!r} is no http or https URL",
                zh=f"{name}：{url!r} 不是 http 或 https 地址",
            )


@cache
def _authorities() -> ssl.SSLContext:
    """Return the certificate authorities that httpx trusts; reading them takes 25 ms."""
    return httpx.create_ssl_context(trust_env=False)


def connection(settings: Settings) -> dict[str, Any]:
    """Return the options of an httpx client for the store, sync or async.

    Examples
    --------
    >>> connection(Settings(store="http://x/", store_token="t"))["headers"]["Authorization"]
    'Bearer t'
    """
    headers = {"User-Agent": "coopgraph"}
    auth: httpx.Auth | None = None
    if token := settings.store_token.get_secret_value():
        headers["Authorization"] = f"Bearer {token}"
    elif settings.store_user:
        kind = httpx.DigestAuth if settings.store_auth == "digest" else httpx.BasicAuth
        auth = kind(settings.store_user, settings.store_password.get_secret_value())
    return {
        "headers": headers,
        "auth": auth,
        "timeout": httpx.Timeout(
            settings.store_read_timeout, connect=settings.store_connect_timeout
        ),
        "follow_redirects": False,
        "trust_env": False,
        "verify": _authorities(),
    }


def away(
    url: str, error: Exception | None = None, *, retry_after: int | None = None
) -> Unavailable:
    """Return the error that says that the store cannot be reached.

    Examples
    --------
    >>> away("http://db/sparql").extensions["retry_after"]
    5
    """
    said = str(error) if error else ""
    reason = f" ({said})" if said else ""
    return Unavailable(
        f"the store {place(url)} cannot be reached{reason}; try again",
        zh=f"无法连接远程存储 {place(url)}；请稍后重试",
        retry_after=AWAY_SECONDS if retry_after is None else retry_after,
    )


def timed_out(url: str, seconds: float) -> QueryTimeout:
    """Return the error that says that the store took too long."""
    return QueryTimeout(
        f"the store {place(url)} did not answer within {seconds:g} s",
        zh=f"远程存储 {place(url)} 未在 {seconds:g} 秒内答复",
        limit=seconds,
    )


def failure(url: str, response: httpx.Response, body: bytes) -> CoopgraphError:
    """Return what a refusal of the store means to whoever asked.

    =============  =============================================  ======
    its status     what it means                                  ours
    =============  =============================================  ======
    400            the query is at fault, in the store's words    400
    401, 403       our user or password is                        503
    404, 405, 3xx  the URL is                                     503
    406, 415       it has not that format                         406
    408, 504       it stopped the query                           504
    413, 414       it finds the query too long                    413
    429, 502, 503  it is busy or starting                         503
    anything else  it failed, in its words                        503
    =============  =============================================  ======
    """
    status, where, said = response.status_code, place(url), message(body)
    match status:
        case 400:
            return _at_fault(said)
        case 401 | 403:
            return Unavailable(
                f"the store {where} refuses our user, password or token (HTTP {status}): see the "
                "settings store_user, store_password and store_token",
                zh=f"远程存储 {where} 拒绝了凭据（HTTP {status}）：请检查 store_user 等设置",
                retry_after=AWAY_SECONDS,
                store_status=status,
            )
        case 406 | 415:
            return NotAcceptable(
                f"the store {where} has no answer in that format",
                zh=f"远程存储 {where} 不提供该格式",
            )
        case 408 | 504:
            return QueryTimeout(
                f"the store {where} stopped the query: {said}", zh=f"远程存储 {where} 中止了查询"
            )
        case 413 | 414:
            return PayloadTooLarge(
                f"the store {where} finds the request too large",
                zh=f"远程存储 {where} 认为请求过大",
            )
        case 429 | 502 | 503:
            return away(
                url,
                Exception(f"HTTP {status}"),
                retry_after=_seconds(response.headers.get("retry-after")),
            )
    if status in (404, 405) or 300 <= status < 400:
        moved = response.headers.get("location")
        hint = f" and points to {place(moved)}" if moved and "://" in moved else ""
        return Unavailable(
            f"the store does not serve {where}: HTTP {status}{hint}; is the URL right?",
            zh=f"远程存储未在 {where} 提供服务（HTTP {status}）：地址是否正确？",
            retry_after=AWAY_SECONDS,
            store_status=status,
        )
    return Unavailable(
        f"the store {where} failed (HTTP {status}): {said}",
        zh=f"远程存储 {where} 出错（HTTP {status}）：{said}",
        retry_after=AWAY_SECONDS,
        store_status=status,
    )


def _at_fault(said: str) -> CoopgraphError:
    where = _LINE.search(said)
    line, column = (where[1], where[2]) if where else (None, None)
    return QuerySyntaxError(
        f"the store refuses the query: {said}",
        zh=f"远程存储拒绝了此查询：{said}",
        line=None if line is None else int(line),
        column=None if column is None else int(column),
    )


def message(body: bytes) -> str:
    r"""Return what a server says, in one line and not too long.

    Examples
    --------
    >>> message(b"<html><body><p>syntax error\n at line 3</p></body></html>")
    'syntax error at line 3'
    """
    text = body.decode("utf-8", "replace")
    if text.lstrip()[:5].lower() in ("<html", "<!doc"):
        text = _TAGS.sub(" ", text)
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= MESSAGE else text[:MESSAGE] + "…"


def _seconds(value: str | None) -> int | None:
    return (
        int(value) if value and value.isascii() and value.isdecimal() and len(value) < 6 else None
    )
