"""The stored texts that quotations are found in: one file a source document, named after it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from coopgraph.errors import BadRequest, NotFound
from coopgraph.vocabulary import ID

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
    if slug == document:
        raise BadRequest(
            f"<{document}> cannot be cited: a source document's IRI begins with {ID}document/",
            zh=f"<{document}> 不能作为依据：来源文献的 IRI 须以 {ID}document/ 开头",
        )
    return slug


def stored_texts(folder: Path) -> TextOf:
    """Return a reader of the stored texts in a folder; each text is read once.

    Calling it raises NotFound if a document has no text there.
    """
    texts: dict[str, str] = {}

    def text_of(document: str) -> str:
        if document not in texts:
            name = f"{slug_of(document)}.txt"
            try:
                texts[document] = (folder / name).read_bytes().decode()
            except OSError as error:
                raise NotFound(
                    f"no stored text of <{document}>: {name} is not in {folder.name}",
                    zh=f"没有 <{document}> 的存档文本：{folder.name} 中缺少 {name}",
                ) from error
        return texts[document]

    return text_of
