"""The stored texts that quotations are found in: one file a source document, named after it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from coopgraph.errors import BadRequest, NotFound
from coopgraph.vocabulary import ID

_SLUG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

TextOf: TypeAlias = Callable[[str], str]
"""Gives the stored text of a document, by the document's IRI."""


def slug_of(document: str) -> str:
    """Return the last part of a source document's IRI, which is also its text's file name.

    Raises
    ------
    BadRequest
        If the IRI is not that of a source document.

    Examples
    --------
    >>> slug_of("https://w3id.org/coopgraph/id/document/gansu-iit-2019-67")
    'gansu-iit-2019-67'
    """
    slug = document.removeprefix(ID + "document/")
    if slug == document or not _SLUG.fullmatch(slug):  # it becomes a file's name
        raise BadRequest(
            f"<{document}> cannot be cited: a source document's IRI is {ID}document/ and a name of "
            "letters, digits, '.', '-' and '_'",
            zh=f"<{document}> 不能作为依据：来源文献的 IRI 须为 {ID}document/ 加名称"
            "（字母、数字、“.”“-”“_”）",
        )
    return slug


def no_text(document: str) -> str:
    """Say of every document that it has no stored text.

    Raises
    ------
    NotFound
        Always.
    """
    raise NotFound(f"no stored text of <{document}>", zh=f"没有 <{document}> 的存档文本")


def stored_texts(*folders: Path) -> TextOf:
    """Return a reader of the stored texts in some folders; each text is read once.

    Calling it raises NotFound if a document has no text in any of them.
    """
    texts: dict[str, str] = {}

    def text_of(document: str) -> str:
        if document not in texts:
            name = f"{slug_of(document)}.txt"
            found = next((f / name for f in folders if (f / name).is_file()), None)
            if found is None:
                places, places_zh = (sep.join(f.name for f in folders) for sep in (", ", "、"))
                raise NotFound(
                    f"no stored text of <{document}>: {name} is not in {places}",
                    zh=f"没有 <{document}> 的存档文本：{places_zh} 中缺少 {name}",
                )
            texts[document] = found.read_bytes().decode()
        return texts[document]

    return text_of
