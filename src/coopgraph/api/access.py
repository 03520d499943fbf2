"""Who may write: whoever shows a token, and on one's own machine a bare store's user."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from anyio import to_thread
from fastapi import Request
from fastapi.security import HTTPBearer

from coopgraph.api.exchange import exchange_of
from coopgraph.errors import Forbidden, Unauthorized
from coopgraph.store.graph_store import GraphStore

bearer = HTTPBearer(
    auto_error=False,
    description="A token made by `coopgraph token create NAME`. Only writing needs one.",
)
LOCAL = "local"


def is_loopback(host: str) -> bool:
    """Tell whether an address reaches this machine only.

    Examples
    --------
    >>> [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "example.org")]
    [True, True, True, False, False]
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def authorise(request: Request, graph: GraphStore) -> str:
    """Return the name of who writes.

    Raises
    ------
    Unauthorized
        If there is no token, or not a valid one.
    Forbidden
        If none is needed on this machine, but the request comes from a page of another site.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        owner = await to_thread.run_sync(graph.tokens.owner, token.strip())
        if owner is not None:
            exchange_of(request.scope).who = owner
            return owner
        raise Unauthorized(
            "this token is not valid, or was revoked", zh="令牌无效或已撤销", reason="invalid_token"
        )
    if request.app.state.open_to_local:
        _refuse_other_sites(request)
        return LOCAL
    raise Unauthorized(
        "writing needs a token: `coopgraph token create NAME` makes one; send it as "
        "'Authorization: Bearer …'",
        zh="写入需要令牌：用 coopgraph token create 名称 生成，并以 Authorization: Bearer … 发送",
    )


def _refuse_other_sites(request: Request) -> None:
    """Let no web page make its visitor's browser write to a store on the visitor's machine."""
    host = request.headers.get("host", "")
    origin = request.headers.get("origin")
    try:
        named = urlsplit(f"//{host}").hostname or ""
        same = origin is None or urlsplit(origin).netloc == host
    except ValueError:
        named, same = "", False
    if not is_loopback(named) or not same:
        raise Forbidden(
            "without a token only this machine may write, and no page of another site: ask by "
            "127.0.0.1 or localhost, or send a token",
            zh="未带令牌时仅限本机写入，且不接受其他网站的页面：请用 127.0.0.1 或 localhost 访问，"
            "或发送令牌",
        )
