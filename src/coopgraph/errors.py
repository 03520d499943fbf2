"""Every error a user can meet.

Each class is one problem type of RFC 9457: ``slug`` is the last part of its stable URL path
``/problems/{slug}``, ``status`` its HTTP status, ``exit_code`` what the command line ends with.

::

    CoopgraphError
    ├── BadRequest              400
    │   ├── InvalidParameters   422  errors
    │   ├── QuerySyntaxError    400  line, column
    │   └── DocumentSyntaxError 400  line, column
    ├── Unauthorized            401  reason
    ├── Forbidden               403  refused by policy
    ├── NotFound                404  candidates
    ├── MethodNotAllowed        405
    ├── NotAcceptable           406
    ├── AmbiguousName           409  candidates
    ├── DataInvalid             409  violations
    ├── DataFolderBusy          409
    ├── PayloadTooLarge         413
    ├── UnsupportedMediaType    415
    ├── Unavailable             503
    │   └── QueryOutOfMemory    503
    ├── QueryTimeout            504
    └── WriteFailed             500
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class CoopgraphError(Exception):
    """The base of all errors that are reported to people.

    Parameters
    ----------
    detail
        What is wrong, where, and what to do, in English.
    zh
        The same in Chinese; shown beside the English where given.
    **extensions
        Further members of the problem document, such as ``line``, ``column`` or ``candidates``.

    Examples
    --------
    >>> NotFound("no such node", candidates=["org/baowu"]).problem()["status"]
    404
    """

    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Internal error"
    title_zh: ClassVar[str] = "内部错误"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 3

    def __init__(self, detail: str, *, zh: str | None = None, **extensions: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.zh = zh
        self.extensions: Mapping[str, Any] = {k: v for k, v in extensions.items() if v is not None}

    def problem(self) -> dict[str, Any]:
        """Return the problem document (RFC 9457) as a dict."""
        document: dict[str, Any] = {
            "type": f"/problems/{self.slug}",
            "title": self.title,
            "title_zh": self.title_zh,
            "status": self.status,
            "detail": self.detail,
        }
        if self.zh is not None:
            document["detail_zh"] = self.zh
        document.update(self.extensions)
        return document


class BadRequest(CoopgraphError):
    """A parameter or a body is malformed."""

    slug = "bad-request"
    title = "Malformed request"
    title_zh = "请求有误"
    status = 400
    exit_code = 2


class InvalidParameters(BadRequest):
    """A parameter is missing or has a value of the wrong kind; ``errors`` names each."""

    slug = "invalid-parameters"
    title = "Invalid parameters"
    title_zh = "参数无效"
    status = 422


class QuerySyntaxError(BadRequest):
    """A SPARQL text does not parse; carries ``line`` and ``column`` where the engine says them."""

    slug = "query-syntax"
    title = "SPARQL syntax error"
    title_zh = "SPARQL 语法错误"


class DocumentSyntaxError(BadRequest):
    """An RDF document does not parse; carries ``line`` and ``column``."""

    slug = "document-syntax"
    title = "RDF syntax error"
    title_zh = "RDF 语法错误"
    exit_code = 1


class Unauthorized(CoopgraphError):
    """Writing needs a token; ``reason`` says that one was given and is not valid."""

    slug = "unauthorized"
    title = "Token needed"
    title_zh = "需要令牌"
    status = 401
    exit_code = 2


class Forbidden(CoopgraphError):
    """The request is understood and refused by policy."""

    slug = "forbidden"
    title = "Refused by policy"
    title_zh = "按策略拒绝"
    status = 403


class NotFound(CoopgraphError):
    """A name, node, rule or path is unknown; ``candidates`` holds the nearest ones."""

    slug = "not-found"
    title = "Not found"
    title_zh = "未找到"
    status = 404
    exit_code = 2


class MethodNotAllowed(CoopgraphError):
    """The path exists, the method does not."""

    slug = "method-not-allowed"
    title = "Method not allowed"
    title_zh = "不允许的方法"
    status = 405


class NotAcceptable(CoopgraphError):
    """None of the media types asked for can be served."""

    slug = "not-acceptable"
    title = "Not acceptable"
    title_zh = "无法提供所请求的格式"
    status = 406


class AmbiguousName(CoopgraphError):
    """A name stands for more than one node; ``candidates`` holds them."""

    slug = "ambiguous-name"
    title = "Ambiguous name"
    title_zh = "名称不唯一"
    status = 409
    exit_code = 2


class DataInvalid(CoopgraphError):
    """Data breaks a shape or cites a quotation that is not there; ``violations`` lists each."""

    slug = "data-invalid"
    title = "Data refused"
    title_zh = "数据未通过校验"
    status = 409
    exit_code = 1


class DataFolderBusy(CoopgraphError):
    """Another process is publishing to the data folder."""

    slug = "data-folder-busy"
    title = "Data folder busy"
    title_zh = "数据目录正被占用"
    status = 409


class PayloadTooLarge(CoopgraphError):
    """A body or a text is larger than its limit."""

    slug = "payload-too-large"
    title = "Too large"
    title_zh = "内容过大"
    status = 413


class UnsupportedMediaType(CoopgraphError):
    """The media type of the body is not one that is read here."""

    slug = "unsupported-media-type"
    title = "Unsupported media type"
    title_zh = "不支持的媒体类型"
    status = 415
    exit_code = 2


class Unavailable(CoopgraphError):
    """The service is overloaded or not ready; try again."""

    slug = "unavailable"
    title = "Service unavailable"
    title_zh = "服务暂不可用"
    status = 503


class QueryOutOfMemory(Unavailable):
    """A query needed more memory than one query may use."""

    slug = "query-out-of-memory"
    title = "Query memory limit"
    title_zh = "查询超出内存上限"


class QueryTimeout(CoopgraphError):
    """A query did not end within the time limit and was stopped."""

    slug = "query-timeout"
    title = "Query time limit"
    title_zh = "查询超时"
    status = 504


class WriteFailed(CoopgraphError):
    """A file cannot be written."""

    slug = "write-failed"
    title = "Cannot write"
    title_zh = "无法写入"
