"""Labels and quotations as one line of plain text, whatever somebody wrote into them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from coopgraph.briefing.texts import text as words
from coopgraph.export.xml_text import printable

LONGEST_NAME: Final = 80
LONGEST_QUOTE: Final = 120
NAMES_SHOWN: Final = 12

_SPACE: Final = re.compile(r"[\s\x85\u2028\u2029]+")
# Marks that turn the direction of writing, or that cannot be seen, would change what is read.
_UNSEEN: Final = re.compile(
    "[\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_MARKDOWN: Final = re.compile(r"([\\`*_\[\]|~#$])")
_BLOCK: Final = re.compile(r"^([-+=>:])|^(\d+)([.)])")


def line(text: str, longest: int | None = None) -> str:
    r"""Return a text as one line that any format can hold, cut with an ellipsis if too long.

    Examples
    --------
    >>> line("a\n b\x00\u202e", 10), line("abcdef", 4)
    ('a b�', 'abc…')
    """
    flat = _UNSEEN.sub("", printable(_SPACE.sub(" ", text))).strip()
    if longest is not None and len(flat) > longest:
        return flat[: longest - 1] + "…"
    return flat


def markdown(text: str) -> str:
    r"""Return a line of plain text as Markdown shows it.

    Examples
    --------
    >>> markdown("<b>|*x*"), markdown("- a"), markdown("1. b")
    ('&lt;b&gt;\\|\\*x\\*', '\\- a', '1\\. b')
    """
    flat = line(text)
    flat = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BLOCK.sub(
        lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", _MARKDOWN.sub(r"\\\1", flat)
    )


def joined(names: list[str], lang: str, most: int = NAMES_SHOWN) -> str:
    """Return names as a list in words, cut where there are too many.

    Examples
    --------
    >>> joined(["a", "b", "c"], "en", 2), joined(["甲", "乙"], "zh")
    ('a, b and 1 more', '甲、乙')
    """
    said = words("comma", lang).join(names[:most])
    if len(names) > most:
        said += words("names_more", lang, n=len(names) - most, all=len(names))
    return said


def ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers of sources, three or more in a row as a range.

    Examples
    --------
    >>> ranges([1, 2, 3, 5, 8, 9])
    '[1–3, 5, 8, 9]'
    """
    runs: list[list[int]] = []
    for n in numbers:
        if runs and runs[-1][-1] == n - 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    said = [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return f"[{', '.join(said)}]"
