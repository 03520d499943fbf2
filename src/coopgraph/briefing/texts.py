"""The words of briefings, in Chinese and in English."""

from __future__ import annotations

from typing import Final

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "title": ("{name}合作情况简报", "Briefing on cooperation: {name}"),
    "subtitle": ("{type}，标识 {id}", "{type}, id {id}"),
    "day": ("日期", "Day"),
    "any_day": ("不限日期", "any day"),
    "on_day": (
        "{day} 当日有效的内容；未载日期的一并列入",
        "what holds on {day}; what has no date is kept",
    ),
    "on_day_dated": ("{day} 当日有效且载有日期的内容", "what holds on {day}, and has dates"),
    "dated": ("仅列载有日期的内容", "only what has dates"),
    "layers": ("图层", "Layers"),
    "generation": ("数据版本", "Generation"),
    "generation_is": ("第 {n} 次发布", "{n}, which counts published changes"),
    "stated": ("文件所述", "stated"),
    "background": ("背景资料", "background"),
    "analyst": ("分析补充", "analyst"),
    "stated_is": ("文件所述（原文明载）", "stated (what a document says)"),
    "background_is": ("背景资料（公开资料）", "background (public sources)"),
    "analyst_is": ("分析补充（人工补记）", "analyst (added by analysts)"),
    "comma": ("、", ", "),
    "semicolon": ("；", "; "),
    "figures": ("概况", "Summary"),
    "partners": ("合作方与合作内容", "Partners and what is agreed"),
    "projects": ("项目", "Projects"),
    "fields": ("领域与能力", "Sectors and capabilities"),
    "others": ("其他已记录关系", "Other recorded relations"),
    "chains": ("产业链", "Industry chains"),
    "gaps": ("缺口（按严重程度）", "Gaps, by severity"),
    "suggestions": ("可供研究的联系（统计推荐）", "Suggested links"),
    "readings": ("解读说明", "Readings"),
    "sources": ("依据", "Sources"),
    "partner": ("合作方", "Partner"),
    "agreed": ("合作类型", "Type"),
    "status": ("进展", "Status"),
    "period": ("期间", "Period"),
    "evidence": ("依据", "Source"),
    "project": ("项目", "Project"),
    "part": ("参与方式", "Relation"),
    "relation": ("关系", "Relation"),
    "what": ("对象", "What"),
    "chain": ("产业链", "Chain"),
    "stages": ("各环节（由上游至下游）", "Stages, upstream to downstream"),
    "severity": ("程度", "Severity"),
    "gap": ("缺口", "Gap"),
    "explanation": ("说明", "Explanation"),
    "candidate": ("对象与联系", "Candidate and relation"),
    "band": ("强度", "Band"),
    "why": ("理由", "Reasons"),
    "high": ("高", "high"),
    "medium": ("中", "medium"),
    "low": ("低", "low"),
    "strong": ("较强", "strong"),
    "moderate": ("中等", "moderate"),
    "weak": ("较弱", "weak"),
    "none": ("未载明", "not stated"),
    "period_is": ("{first} 至 {last}", "{first} to {last}"),
    "year": ("{year} 年", "{year}"),
    "from": ("{first} 起", "from {first}"),
    "until": ("至 {last}", "until {last}"),
    "names_more": ("等共 {all} 个", " and {n} more"),
    "n_partners": ("合作方 {n} 个", "partners: {n}"),
    "n_cooperations": ("合作 {n} 项", "cooperations: {n}"),
    "n_projects": ("项目 {n} 个", "projects: {n}"),
    "n_fields": ("领域 {n} 个", "sectors: {n}"),
    "n_gaps": ("缺口 {n} 处", "gaps: {n}"),
    "in_brackets": ("（{of}）", " ({of})"),
    "of_kind": ("{kind} {n}", "{kind} {n}"),
    "stop": ("。", "."),
    "nothing": (
        "所选范围内没有关于本对象的合作、项目、领域或其他关系的记录。未见记录不等于不存在。",
        "Nothing is recorded of this node in this scope: no cooperation, project, sector or other "
        "relation. Not recorded does not mean not existing.",
    ),
    "empty": (
        "所选图层中没有任何记录，因此不能说明任何情况。",
        "Nothing is recorded in the layers asked for, so nothing can be said.",
    ),
    "no_partners": ("未见记录。", "None recorded."),
    "no_gaps": (
        "按现有规则未发现缺口；这只说明规则未命中，不说明情况完备。",
        "The rules find none; that does not mean that nothing is missing.",
    ),
    "no_suggestions": ("记录过少，无可推荐。", "Too little is recorded to suggest anything."),
    "gaps_are": (
        "由规则对照记录得出，不是文件陈述；每一处的含义均为“所选图层、所选日期中未见记录”，"
        "不等于不存在。",
        "Found by comparing rules with the record, not stated by any document. Each means “not "
        "recorded in these layers as of this day”, never “does not exist”.",
    ),
    "suggestions_are": (
        "以下是统计，不是陈述：由图中已有联系推算，尚无文件记载，也不是概率。",
        "These are statistics, not statements: computed from recorded links, said by no document, "
        "and no probability.",
    ),
    "chains_are": (
        "产业链划分见所注依据；●为已记录，○为未见记录（不等于不存在）。",
        "What the chains rest on is cited. ● recorded; ○ not recorded, which does not mean not "
        "existing.",
    ),
    "chains_of_sector": (
        "产业链划分见所注依据；●为本领域。",
        "What the chains rest on is cited. ● is this sector.",
    ),
    "others_are": (
        "→ 由本对象指向对方，← 由对方指向本对象，— 无方向。",
        "→ leads from this node, ← leads to it, — has no direction.",
    ),
    "readings_are": (
        "标有※的条目，原文留有余地，记录时采用了下列读法；这些读法不是原文所述。",
        "Lines with ※ rest on words that leave something open; they were read as follows, which "
        "is not what the source says.",
    ),
    "bears_on": ("（涉及 {cites}）", " (bears on {cites})"),
    "alike": ("同类另有 {n} 处：{names}。", " {n} more alike: {names}."),
    "confirmed": ("其中已由人工确认 {n} 处。", " Confirmed by somebody: {n}."),
    "dismissed": (
        "另有 {n} 处已由人工否定，未列入。",
        "{n} more were dismissed by somebody and are left out.",
    ),
    "elsewhere": (
        "图谱中另有 {n} 处缺口与本对象无直接关系，未列入：{where}。",
        "Left out as not about this node: {n}, see {where}.",
    ),
    "more": ("……另有 {n} 项，见 {where}。", "… and {n} more: {where}."),
    "more_sources": ("（另有 {n} 处）", " (and {n} more)"),
    "cut": (
        "本对象共有 {total} 个相邻节点，本简报只统计其中前 {n} 个，数字因此偏小。",
        "This node has {total} neighbours; only the first {n} are counted here, so the figures "
        "are too small.",
    ),
    "paragraph": ("第 {n} 段", "paragraph {n}"),
    "whole": ("引用整份资料", "cited as a whole"),
    "no_source": ("未注来源", "no source recorded"),
    "page": ("第 {n} 页", "Page {n}"),
}  # fmt: skip


def text(key: str, lang: str, /, **values: object) -> str:
    """Return words in a language, with values filled in.

    Examples
    --------
    >>> text("paragraph", "zh", n=6), text("paragraph", "en", n=6)
    ('第 6 段', 'paragraph 6')
    """
    return _TEXTS[key][lang != "zh"].format(**values)
