"""``/backtest``: how well suggestions find what came later, as a page in one of two languages."""

from __future__ import annotations

from typing import Any, Final

from anyio import to_thread
from fastapi import APIRouter
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from coopgraph.api.pages import HEADERS
from coopgraph.api.parameters import Graph
from coopgraph.errors import CoopgraphError

router = APIRouter(include_in_schema=False)

Words = tuple[str, str]

COLUMNS: Final[tuple[tuple[str, Words], ...]] = (
    ("mrr", ("MRR", "MRR")),
    ("hits_at_1", ("Hits@1", "Hits@1")),
    ("hits_at_10", ("Hits@10", "Hits@10")),
    ("auc", ("AUC", "AUC")),
    ("ap_over_base_rate", ("AP ÷ 基准", "AP ÷ base rate")),
    ("precision_at_50", ("P@50", "P@50")),
)
NAMES: Final[dict[str, Words]] = {
    "constant": ("常数（基线）", "constant (base line)"),
    "frequency": ("频次（基线）", "frequency (base line)"),
    "degree": ("度（基线）", "degree (base line)"),
    "rules": ("规则", "rules"),
    "analogues": ("相似主体", "analogues"),
    "combined": ("合并", "combined"),
}
BANDS: Final[dict[str, Words]] = {
    "strong": ("强", "strong"),
    "moderate": ("中", "moderate"),
    "weak": ("弱", "weak"),
}
CHOICES: Final[tuple[tuple[str, Words], ...]] = (
    ("", ("全部", "all")),
    ("stated", ("仅文件所述", "stated only")),
    ("stated,background", ("文件所述与背景资料", "stated and background")),
    ("stated,analyst", ("文件所述与分析补充", "stated and analyst")),
)
_PAGE: Final = Environment(
    loader=PackageLoader("coopgraph.api", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
).get_template("backtest.html")


@router.get("/backtest")
async def page(graph: Graph, as_of: str = "", layers: str = "", lang: str = "zh") -> HTMLResponse:
    """Show a form, and the backtest of the day that it asks for."""
    answer: dict[str, Any] = {}
    error: CoopgraphError | None = None
    if as_of:
        try:
            answer = await to_thread.run_sync(
                lambda: graph.backtest(as_of, layers=layers or None).to_dict()
            )
        except CoopgraphError as raised:
            error = raised
    text = render(answer, as_of=as_of, layers=layers, lang=lang, error=error)
    return HTMLResponse(text, error.status if error else 200, headers=HEADERS)


def render(
    answer: dict[str, Any],
    *,
    as_of: str = "",
    layers: str = "",
    lang: str = "zh",
    error: CoopgraphError | None = None,
) -> str:
    """Return the page.

    Parameters
    ----------
    answer
        What ``CoopGraph.backtest`` answers; empty where nothing was asked.
    as_of, layers
        As they were asked for.
    lang
        ``en``; anything else is Chinese.
    error
        Why there is no answer.

    Examples
    --------
    >>> "Backtest of suggested links" in render({}, lang="en")
    True
    """
    english = lang == "en"
    choices = [(value, words[english]) for value, words in CHOICES]
    if layers not in dict(choices):
        choices.append((layers, layers))
    asked = {name: value for name, value in (("as_of", as_of), ("layers", layers)) if value}
    return _PAGE.render(
        t=lambda zh, en: en if english else zh,
        lang="en" if english else "zh",
        asked=asked,
        question=asked or {"as_of": "YYYY-MM-DD"},
        as_of=as_of,
        layers=layers,
        choices=choices,
        error=error,
        data=answer.get("data"),
        notes=answer.get("meta", {}).get("notes", ()),
        columns=COLUMNS,
        names=NAMES,
        bands=BANDS,
    )
