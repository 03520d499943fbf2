"""``/backtest``: how well suggestions find what came later, as a page in both languages."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from anyio import to_thread
from fastapi import APIRouter
from starlette.responses import HTMLResponse

from coopgraph.api.pages import HEADERS
from coopgraph.api.parameters import Graph
from coopgraph.errors import CoopgraphError

router = APIRouter(include_in_schema=False)

COLUMNS: Final = (
    ("mrr", "MRR"), ("hits_at_1", "Hits@1"), ("hits_at_10", "Hits@10"), ("auc", "AUC"),
    ("ap_over_base_rate", "AP ÷ 基准 base"), ("precision_at_50", "P@50"),
)  # fmt: skip
NAMES: Final = {
    "constant": "常数 constant", "frequency": "频次 frequency", "degree": "度 degree",
    "rules": "规则 rules", "analogues": "相似主体 analogues", "combined": "合并 combined",
}  # fmt: skip
BAND_NAMES: Final = {"strong": "强 strong", "moderate": "中 moderate", "weak": "弱 weak"}


@router.get("/backtest")
async def page(graph: Graph, as_of: str = "", layers: str = "") -> HTMLResponse:
    """Show a form, and the backtest of the day that it asks for."""
    body, status = "", 200
    if as_of:
        try:
            answer = await to_thread.run_sync(
                lambda: graph.backtest(as_of, layers=layers or None).to_dict()
            )
            body = _shown(answer)
        except CoopgraphError as error:
            status = error.status
            body = f"<p>{escape(error.zh or '')}</p><p>{escape(error.detail)}</p>"
    return HTMLResponse(
        '<!doctype html><html lang="zh"><meta charset="utf-8"><title>回测 · Backtest</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="/static/icon.svg" type="image/svg+xml">'
        '<link rel="stylesheet" href="/static/page.css">'
        '<main><p><a href="/">合作图谱 coopgraph</a></p><h1>推荐联系的回测 · '
        '<span lang="en">Backtest of suggested links</span></h1>'
        "<p>以某日之前有效的联系为训练，看推荐能否找到其后才有的联系。 "
        '<span lang="en">Trained on what was valid before a day, tested on what came after.'
        "</span></p>"
        '<form><label>日期 · day <input type="date" name="as_of" required '
        f'value="{escape(as_of)}"></label> <label>图层 · layers <input name="layers" '
        f'placeholder="stated,background,analyst" value="{escape(layers)}"></label> '
        f"<button>回测 · test</button></form>{body}</main></html>",
        status,
        headers=HEADERS,
    )


def _shown(answer: dict[str, Any]) -> str:
    data = answer["data"]
    notes = "".join(
        f'<p>{escape(note["zh"])}</p><p lang="en">{escape(note["en"])}</p>'
        for note in answer["meta"].get("notes", ())
    )
    if not data["possible"]:
        return notes
    head = "".join(f"<th>{word}</th>" for _, word in COLUMNS)
    rows = "".join(
        f"<tr><th>{NAMES[name]}</th>"
        + "".join(f"<td>{of[key]:.3f}</td>" for key, _ in COLUMNS)
        + f"<td>{of['auc_interval'][0]:.3f}–{of['auc_interval'][1]:.3f}</td></tr>"
        for name, of in data["results"].items()
    )
    bands = "".join(
        f"<tr><th>{BAND_NAMES[band]}</th><td>{of['candidates']}</td><td>{of['came_true']}</td>"
        f"<td>{'–' if of['rate'] is None else format(of['rate'], '.2%')}</td></tr>"
        for band, of in data["bands"].items()
    )
    c = data["calibration"]
    said = "" if c is None else (
        f"<p>ECE {c['ece']:.4f} · Brier skill {c['brier_skill']:.3f} "
        f"({escape(c['fitted_on'])})</p>"
    )  # fmt: skip
    return (
        f"<p>{data['candidates']} 个候选，其后有记录的 {data['came_true']} 个，"
        f"基准比例 {data['base_rate']:.2%}。 "
        f'<span lang="en">{data["candidates"]} candidates, {data["came_true"]} came true, base '
        f"rate {data['base_rate']:.2%}.</span></p>"
        f"<table><tr><th>信号 signal</th>{head}<th>AUC 95 %</th></tr>{rows}</table>"
        "<table><tr><th>档 band</th><th>候选 candidates</th><th>其后有记录 came true</th>"
        f"<th>比例 rate</th></tr>{bands}</table>{said}{notes}"
    )
