"""One key for every way of writing the same name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import opencc

_DROPPED: Final = re.compile(r"[\s()\[\]{}<>《》〈〉「」『』“”\"'‘’·・.,、,;:–—-]+")


@lru_cache(maxsize=1)
def _to_simplified() -> opencc.OpenCC:
    # t2s alone: tw2sp rewords (建立 → 创建).
    return opencc.OpenCC("t2s")


def match_key(name: str) -> str:
    """Return the key under which a name is found.

    Full-width and half-width, Traditional and Simplified, upper and lower case, spaces, brackets
    and punctuation make no difference. A key is for comparing only and is never shown.

    Examples
    --------
    >>> match_key("寶武集團") == match_key("宝武集团")
    True
    >>> match_key("China-Belarus Industrial Park")
    'chinabelarusindustrialpark'
    """
    folded = unicodedata.normalize("NFKC", name.encode("utf-8", "replace").decode())
    return _DROPPED.sub("", _to_simplified().convert(folded).casefold())
