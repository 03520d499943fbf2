"""The picture of the model, in Chinese and in English.

What it says is read from ``ontology/coopgraph.ttl``: labels, and definitions, which are shown where
the pointer rests. By hand, in the tables below, is where things stand: boxes, the lines of text in
them, arrows, and the classes that are left out. A test compares the tables with domains and ranges.

``python docs/model_diagram.py`` writes ``docs/pictures/model-zh.svg`` and ``model-en.svg`` anew.
"""

# ruff: noqa: E501  (the tables have one line a box and one an arrow)

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import pyoxigraph as ox

from coopgraph.vocabulary import COOP, OWL, RDF, RDFS, SKOS

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
LANGUAGES = ("zh", "en")
SCHEMA = "https://schema.org/"
FOREIGN_SPACES = {
    "oa": "http://www.w3.org/ns/oa#",
    "skos": SKOS,
    "xkos": "http://rdf-vocabulary.ddialliance.org/xkos#",
}
WIDTH, HEIGHT = 1608, 1248

# Colours and fonts of the start page (src/coopgraph/explorer/static/page.css).
INK, SECOND, EDGE, STRONG = "#1f2328", "#57606a", "#c9d0d8", "#8c96a3"
ACCENT, TINT = "#17457f", "#f4f7fb"
ACTOR, SECTOR, CARRIER, PROJECT = "#e16b07", "#017a33", "#4f8cd0", "#7a828c"
EVIDENCE = "#971753"
SANS = (
    'system-ui, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", '
    "sans-serif"
)
MONO = 'ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace'
HEAD, ROW, SMALL = 48, 20, 13

Point = tuple[int, int]


class Box(NamedTuple):
    """A class: where it stands, its subclasses, and properties told in words instead of arrows.

    A row names properties of the class, and after ``>`` the class that they lead to, if any;
    nothing after ``>`` is the class itself.
    """

    x: int
    y: int
    w: int
    colour: str
    below: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    @property
    def h(self) -> int:
        """The height, which follows from the lines of text."""
        lines = len(self.below) + len(self.rows)
        return HEAD + lines * ROW + (8 if lines else 0)


class Arrow(NamedTuple):
    """Properties from a class to a class: the points of the line, and where each label stands.

    A label begins, ends or has its middle at its place, or stands ``on`` a line of the gutter.
    ``joins`` are lines from further classes that run into it.
    """

    source: str
    target: str
    labels: dict[str, tuple[int, int, str]]
    points: tuple[Point, ...]
    joins: dict[str, tuple[Point, ...]] | None = None


class Zone(NamedTuple):
    """A frame around boxes, with a name."""

    x: int
    y: int
    right: int
    bottom: int
    name: dict[str, str]
    name_x: int


ZONES = (
    Zone(24, 96, 380, 640, {"zh": "主体与地区", "en": "Actors and regions"}, 40),
    Zone(510, 96, 1060, 640, {"zh": "关系", "en": "Ties"}, 526),
    Zone(1150, 96, 1584, 640, {"zh": "领域、产业链、分类对照", "en": "Sectors, chains, mapping"}, 1166),
    Zone(24, 704, 852, 936, {"zh": "文件、举措、目标", "en": "Instruments, measures, goals"}, 300),
    Zone(870, 704, 1356, 936, {"zh": "项目、载体、产品", "en": "Projects, carriers, products"}, 886),
    Zone(1384, 704, 1584, 936, {"zh": "状态", "en": "Status"}, 1400),
    Zone(24, 968, 900, 1224, {"zh": "依据与解读", "en": "Evidence and readings"}, 40),
    Zone(928, 968, 1584, 1224, {"zh": "图层：陈述所在之图", "en": "Layers: the graph a statement is in"}, 944),
)  # fmt: skip

ANYTHING = "*"
BOXES = {
    "Actor": Box(60, 136, 304, ACTOR, rows=("memberGroup>ActorGroup", "cooperatesWith>", "engagesInSector>Sector")),
    "Organization": Box(60, 280, 304, ACTOR, ("GovernmentBody", "Enterprise", "CentralEnterprise", "MediaOutlet"), ("mainSector>Sector",)),
    "ActorGroup": Box(60, 468, 130, ACTOR),
    "Region": Box(210, 468, 154, ACCENT, ("Province", "Country", "MacroRegion", "Area")),
    "Capability": Box(530, 168, 182, INK, ("IndustrialAdvantage", "SurplusCapacity", "TechnicalCapability")),
    "Need": Box(732, 168, 132, INK),
    "Circumstance": Box(882, 168, 148, INK),
    "Participation": Box(530, 360, 172, INK),
    "Role": Box(530, 456, 172, STRONG),
    "CooperationType": Box(530, 552, 172, STRONG),
    "Cooperation": Box(840, 360, 200, INK, rows=(
        "hasParty>Actor", "statedDoer>Actor", "listIsOpen", "planFrom planTo",
        "actualFrom actualTo", "status>Status", "statusWording", "hasStatusRecord>StatusRecord",
    )),
    "Sector": Box(1170, 136, 180, SECTOR, rows=("feedsDirectly>", "upstreamOf>")),
    "ChainLink": Box(1170, 348, 180, SECTOR, rows=("reviewStatus>ReviewStatus",)),
    "IndustryChain": Box(1170, 480, 180, SECTOR),
    "xkos:ConceptAssociation": Box(1388, 348, 180, SECTOR, rows=("reviewStatus>ReviewStatus",)),
    "skos:Concept": Box(1388, 480, 180, SECTOR),
    "PolicyInstrument": Box(60, 740, 196, SECOND, rows=(
        "issuedBy>Organization", "addressee>Actor", "implements>", "requiredBy fulfils>",
        "documentNumber", "documentDate",
    )),
    "Measure": Box(376, 740, 190, SECOND, rows=(
        "measureType>MeasureType", "addressee>Actor", "counterpart>Actor", "focusesOn>Actor",
        "partOf>", "status>Status",
    )),
    "Goal": Box(676, 740, 160, SECOND, rows=("addressee>Actor", "counterpart>Actor", "sector>Sector")),
    "Project": Box(886, 740, 180, PROJECT, ("ProjectBatch",), (
        "hasParticipation>Participation", "sector>Sector", "locatedIn>Region", "promotes>Goal",
        "status>Status",
    )),
    "Carrier": Box(1170, 740, 170, CARRIER, ("Park", "Base", "CarrierGroup")),
    "Product": Box(1170, 872, 170, CARRIER),
    "StatusRecord": Box(1400, 740, 168, STRONG, rows=("recordDate", "statusWording")),
    "Status": Box(1400, 872, 168, STRONG),
    ANYTHING: Box(60, 1004, 196, INK),
    "Evidence": Box(376, 1004, 190, EVIDENCE, rows=("paragraph supports",)),
    "Interpretation": Box(376, 1116, 190, EVIDENCE, rows=("reading rationale", "concerns")),
    "SourceDocument": Box(696, 1004, 180, EVIDENCE, rows=("documentDate",)),
}  # fmt: skip

ARROWS = (
    Arrow("Cooperation", "Participation", {"hasParticipation": (771, 376, "middle")}, ((840, 384), (702, 384))),
    Arrow("Participation", "Role", {"role": (624, 437, "start")}, ((616, 408), (616, 456))),
    Arrow("Participation", "Actor", {"participant": (420, 332, "on")}, ((530, 384), (420, 384), (420, 222), (364, 222))),
    Arrow("Cooperation", "CooperationType", {"cooperationType": (771, 557, "middle")}, ((840, 565), (702, 565))),
    Arrow("Cooperation", "Region", {"targetRegion": (445, 520, "middle"), "sourceRegion": (445, 545, "middle")}, ((840, 528), (364, 528))),
    Arrow("Circumstance", "Actor", {"holder": (417, 158, "middle")}, ((956, 216), (956, 316), (470, 316), (470, 166), (364, 166)),
        {"Capability": ((616, 284), (616, 316)), "Need": ((792, 216), (792, 316))}),
    Arrow("Capability", "Sector", {"sector": (1110, 144, "middle")}, ((616, 168), (616, 152), (1170, 152)),
        {"Need": ((792, 168), (792, 152)), "Circumstance": ((956, 168), (956, 152))}),
    Arrow("Cooperation", "Sector", {"sector": (1110, 300, "on")}, ((1040, 384), (1110, 384), (1110, 208), (1170, 208))),
    Arrow("ChainLink", "Sector", {"upstreamSector": (1196, 278, "start")}, ((1190, 348), (1190, 232))),
    Arrow("ChainLink", "Sector", {"downstreamSector": (1324, 308, "end")}, ((1330, 348), (1330, 232))),
    Arrow("ChainLink", "IndustryChain", {"inChain": (1268, 456, "start")}, ((1260, 424), (1260, 480))),
    Arrow("xkos:ConceptAssociation", "Sector", {"xkos:sourceConcept": (1414, 168, "middle")}, ((1478, 348), (1478, 176), (1350, 176))),
    Arrow("xkos:ConceptAssociation", "skos:Concept", {"xkos:targetConcept": (1470, 456, "end")}, ((1478, 424), (1478, 480))),
    Arrow("Cooperation", "PolicyInstrument", {"setOutIn": (445, 650, "middle"), "underInstrument": (445, 676, "middle")},
        ((860, 576), (860, 658), (222, 658), (222, 740))),
    Arrow("Cooperation", "Goal", {"promotes": (808, 674, "middle")}, ((890, 576), (890, 682), (756, 682), (756, 740))),
    Arrow("Cooperation", "Carrier", {"hasCarrier": (1120, 664, "middle")}, ((1000, 576), (1000, 672), (1255, 672), (1255, 740))),
    Arrow("Measure", "PolicyInstrument", {"setOutIn": (316, 780, "middle")}, ((376, 788), (256, 788))),
    Arrow("Measure", "Goal", {"promotes": (621, 780, "middle")}, ((566, 788), (676, 788))),
    Arrow("Project", "Carrier", {"hasCarrier": (1118, 780, "middle")}, ((1066, 788), (1170, 788))),
    Arrow("Project", "Product", {"leadProduct": (1118, 888, "middle")}, ((1066, 896), (1170, 896))),
    Arrow("StatusRecord", "Status", {"status": (1492, 859, "start")}, ((1484, 836), (1484, 872))),
    Arrow(ANYTHING, "Evidence", {"evidencedBy": (316, 1020, "middle")}, ((256, 1028), (376, 1028))),
    Arrow(ANYTHING, "Interpretation", {"interpretation": (300, 1132, "middle")}, ((158, 1052), (158, 1140), (376, 1140))),
    Arrow("Interpretation", "Evidence", {"evidencedBy": (479, 1102, "start")}, ((471, 1116), (471, 1080))),
    Arrow("Evidence", "SourceDocument", {"oa:hasSource": (631, 1020, "middle")}, ((566, 1028), (696, 1028))),
)  # fmt: skip

SUBCLASS_LINES = {
    ("ActorGroup", "Actor"): ((60, 492), (44, 492), (44, 160), (60, 160)),
    ("Organization", "Actor"): ((60, 304), (44, 304)),
}
LEFT_OUT = {
    "GapRule": "a rule of the service: about what is not recorded, no part of what is",
    "RuleParameter": "a choice that a gap rule offers",
    "GapDecision": "what somebody decided about a gap, no part of what is recorded of cooperation",
}
FOREIGN = {
    "xkos:ConceptAssociation": {"zh": "对照", "en": "mapping"},
    "skos:Concept": {"zh": "GB/T、ISIC 代码", "en": "GB/T, ISIC code"},
    "xkos:sourceConcept": {"zh": "源概念", "en": "source concept"},
    "xkos:targetConcept": {"zh": "目标概念", "en": "target concept"},
    "oa:hasSource": {"zh": "引自", "en": "has source"},
}
ANY_LABEL = {
    "label": {"zh": "任何所记事项", "en": "what is recorded"},
    "code": {"zh": "合作、能力、项目……", "en": "ties, projects, goals …"},
}
LAYERS = {
    "stated": {"zh": "文件所述，附原文引文", "en": "what documents say, with their words"},
    "background": {"zh": "另有所知，注明出处", "en": "what is known otherwise, with its source"},
    "analyst": {"zh": "人工补充，注明出处", "en": "what was added by hand, with its source"},
    "derived": {"zh": "按规则分图层推出（⇢），不在文件中", "en": "what follows by rule, layer by layer (⇢)"},
}  # fmt: skip
TITLE = {"zh": "产业合作知识图谱的模型", "en": "The model of the graph of industrial cooperation"}
LEGEND = {
    "zh": ("→ 属性指向的类", "↺ 指向同类", "⇢ 按规则推出的属性", "△ 或缩进：子类", "◆ 也是主体"),
    "en": (
        *("→ property, and the class it leads to", "↺ leads to the same class"),
        *("⇢ property derived by rule", "△ or indented: subclass", "◆ also an actor"),
    ),
}
DESCRIPTION = {
    "zh": "方框为类，箭头为属性。合作、能力、需求、处境各为一个资源：合作经参与连到主体，能力、需求、处境经拥有方"
    "连到主体；它们连到领域。合作载于政策文件，以载体进行，促进目标；举措载于政策文件，促进目标；项目有载体和主导"
    "产品。产业链环节关系连接上下游领域；对照把领域连到分类代码。任何所记事项都有依据，依据引自来源文献；原文"
    "留有余地处有解读。每条陈述属于一个图层。",
    "en": "Boxes are classes, arrows are properties. Cooperations, capabilities, needs and "
    "circumstances are resources of their own: a cooperation leads to actors through "
    "participations, the others through their holder; all lead to sectors. A cooperation is set "
    "out in a policy instrument, has carriers and promotes goals; a measure is set out in an "
    "instrument and promotes goals; a project has a carrier and lead products. A chain link joins "
    "an upstream and a downstream sector; a mapping joins a sector and a code. Whatever is recorded "
    "has evidence, which is from a source document, and interpretations where the words are open. "
    "Each statement is in one layer.",
}


class Ontology:
    """What the picture takes from the ontology."""

    def __init__(self) -> None:
        self._store = ox.Store()
        path = ROOT / "ontology" / "coopgraph.ttl"
        self._store.load(path=str(path), format=ox.RdfFormat.TURTLE)

    def values(self, name: str, prop: str) -> set[str]:
        """Return the IRIs that a term has for a property."""
        found = self._store.quads_for_pattern(ox.NamedNode(iri(name)), ox.NamedNode(prop), None)
        return {quad.object.value for quad in found}

    def text(self, name: str, prop: str, lang: str) -> str:
        """Return a text of a term in a language."""
        found = self._store.quads_for_pattern(ox.NamedNode(iri(name)), ox.NamedNode(prop), None)
        return next((q.object.value for q in found if q.object.language == lang), "")

    @cached_property
    def version(self) -> str:
        """The version of the ontology."""
        (version,) = self.values("", OWL + "versionInfo")
        return version

    @cached_property
    def classes(self) -> set[str]:
        """The names of the classes of ours."""
        found = self._store.quads_for_pattern(
            None, ox.NamedNode(RDF + "type"), ox.NamedNode(OWL + "Class")
        )
        return {q.subject.value[len(COOP) :] for q in found if q.subject.value.startswith(COOP)}

    def above(self, name: str) -> set[str]:
        """Return a class and all classes above it, as IRIs."""
        found, todo = {iri(name)}, [iri(name)]
        while todo:
            for other in self.values(todo.pop(), RDFS + "subClassOf") - found:
                found.add(other)
                todo.append(other)
        return found

    def label(self, name: str, lang: str) -> str:
        """Return the label of a term."""
        return FOREIGN[name][lang] if name in FOREIGN else self.text(name, RDFS + "label", lang)

    def says(self, name: str, lang: str) -> str:
        """Return label, name and definition of a term: what the pointer shows."""
        code = name if ":" in name else f"coop:{name}"
        text = self.text(name, SKOS + "definition", lang)
        colon = "：" if lang == "zh" else ": "
        return f"{self.label(name, lang)} ({code})" + (f"{colon}{text}" if text else "")


def iri(name: str) -> str:
    """Return the IRI of a term by its short name; the empty name is the ontology."""
    if name.startswith(("http:", "https:")):
        return name
    prefix, colon, local = name.partition(":")
    if colon:
        return FOREIGN_SPACES[prefix] + local
    return COOP + name if name else COOP.removesuffix("#")


def row_parts(box: str, row: str) -> tuple[list[str], str | None]:
    """Return the properties of a row, and the class that they lead to.

    Examples
    --------
    >>> row_parts("Measure", "partOf>"), row_parts("Goal", "planFrom planTo")
    ((['partOf'], 'Measure'), (['planFrom', 'planTo'], None))
    """
    names, arrow, target = row.partition(">")
    return names.split(), (target or box) if arrow else None


def row_text(ontology: Ontology, box: str, row: str, lang: str) -> str:
    """Return a row in words."""
    names, target = row_parts(box, row)
    text = ("、" if lang == "zh" else ", ").join(ontology.label(name, lang) for name in names)
    derived = any(ontology.values(name, COOP + "derivedBy") for name in names)
    if target == box:
        text += " ↺"
    elif target and ontology.label(target, lang) in text:
        text += " →"
    elif target:
        text += f" → {ontology.label(target, lang)}"
    return f"⇢ {text}" if derived else text


def width_of(text: str, size: float = SMALL) -> float:
    """Estimate how wide a text is; rather too much than too little."""
    return sum(size if ord(letter) > 0x2E7F else size * 0.61 for letter in text)


def shown(ontology: Ontology) -> set[str]:
    """Return the classes of ours that the picture names."""
    names = {name for name in BOXES if name != ANYTHING and ":" not in name}
    for name, box in BOXES.items():
        names |= set(box.below)
        names |= {target for row in box.rows if (target := row_parts(name, row)[1])}
    return {name for name in names if name in ontology.classes}


# -------------------------------------------------------------------------------- drawing


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start", title: str = "") -> str:
    inside = f"<title>{escape(title)}</title>" if title else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{kind}" x="{x:g}" y="{y:g}"{place}>{inside}{escape(text)}</text>'


def _line(points: tuple[Point, ...], kind: str, head: str = "") -> str:
    path = "M" + " L".join(f"{x} {y}" for x, y in points)
    marker = f' marker-end="url(#{head})"' if head else ""
    return f'<path class="{kind}" d="{path}"{marker}/>'


def _box(ontology: Ontology, name: str, box: Box, lang: str) -> list[str]:
    title = "" if name == ANYTHING else ontology.says(name, lang)
    label = ANY_LABEL["label"][lang] if name == ANYTHING else ontology.label(name, lang)
    code = ANY_LABEL["code"][lang] if name == ANYTHING else name
    dashed = " dashed" if name == ANYTHING else ""
    out = [
        "<g>" + (f"<title>{escape(title)}</title>" if title else ""),
        f'<rect class="box{dashed}" x="{box.x}" y="{box.y}" width="{box.w}" height="{box.h}" rx="4"/>',
        f'<rect x="{box.x}" y="{box.y}" width="5" height="{box.h}" fill="{box.colour}"/>',
        _text(box.x + 14, box.y + 20, label, "name"),
        _text(box.x + 14, box.y + 38, code, "quiet" if name == ANYTHING else "code"),
        "</g>",
    ]
    y = box.y + HEAD + 14
    depth = {name: 0}
    for kind in box.below:
        parents = [
            parent for parent in depth if iri(parent) in ontology.values(kind, RDFS + "subClassOf")
        ]
        depth[kind] = max((depth[p] + 1 for p in parents), default=1)
        mark = ""
        if iri("Actor") in ontology.above(kind) and iri("Actor") not in ontology.above(name):
            mark = " ◆"
        x = box.x + 12 + 14 * depth[kind]
        out.append(
            _text(x, y, ontology.label(kind, lang) + mark, "below", title=ontology.says(kind, lang))
        )
        y += ROW
    for row in box.rows:
        names, _ = row_parts(name, row)
        says = " ".join(ontology.says(n, lang) for n in names)
        out.append(_text(box.x + 14, y, row_text(ontology, name, row, lang), "row", title=says))
        y += ROW
    return out


def _arrow(ontology: Ontology, arrow: Arrow, lang: str) -> list[str]:
    out = [_line(points, "edge") for points in (arrow.joins or {}).values()]
    out.append(_line(arrow.points, "edge", "head"))
    for name, (x, y, anchor) in arrow.labels.items():
        label = ontology.label(name, lang)
        if anchor == "on":
            out.append(f'<rect x="{x - 4}" y="{y - 14}" width="8" height="19" fill="#fff"/>')
            anchor = "middle"
        out.append(_text(x, y, label, "label", anchor, ontology.says(name, lang)))
    return out


def _layers(lang: str) -> list[str]:
    out = []
    for number, (name, text) in enumerate(LAYERS.items()):
        y = 1004 + number * 50
        dashed = " dashed" if name == "derived" else ""
        out.append(f'<rect class="box{dashed}" x="944" y="{y}" width="624" height="38" rx="4"/>')
        graph = "graph/derived/{layer}/{rule}" if name == "derived" else f"graph/{name}/…"
        out.append(_text(958, y + 24, graph, "code"))
        out.append(_text(1178, y + 24, text[lang], "row"))
    return out


def picture(lang: str) -> str:
    """Return the picture in a language, as SVG."""
    ontology = Ontology()
    style = f"""
    text {{ font-family: {SANS}; fill: {INK}; }}
    .title {{ font-size: 24px; font-weight: 600; }}
    .zone-name {{ font-size: 15px; font-weight: 600; fill: {SECOND}; }}
    .name {{ font-size: 16px; font-weight: 600; }}
    .code {{ font-family: {MONO}; font-size: 11.5px; fill: {SECOND}; }}
    .below, .row, .label {{ font-size: {SMALL}px; }}
    .quiet {{ font-size: {SMALL}px; fill: {SECOND}; }}
    .label {{ fill: {ACCENT}; }}
    .zone {{ fill: {TINT}; stroke: {EDGE}; }}
    .box {{ fill: #fff; stroke: {STRONG}; }}
    .dashed {{ stroke-dasharray: 5 3; }}
    .edge {{ fill: none; stroke: {ACCENT}; stroke-width: 1.4; }}
    .subclass {{ fill: none; stroke: {SECOND}; stroke-width: 1.2; }}
    """
    version = f"coop: {ontology.version}"
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xml:lang="{lang}" lang="{lang}" role="img" '
        f'aria-labelledby="title description" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}">',
        f'<title id="title">{escape(TITLE[lang])}</title>',
        f'<desc id="description">{escape(DESCRIPTION[lang])}</desc>',
        f"<style>{style}</style>",
        "<defs>",
        '<marker id="head" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="8" markerHeight="8" '
        f'orient="auto"><path d="M0 1 L10 5 L0 9 z" fill="{ACCENT}"/></marker>',
        '<marker id="above" viewBox="0 0 12 12" refX="11" refY="6" markerWidth="12" '
        f'markerHeight="12" orient="auto"><path d="M1 1 L11 6 L1 11 z" fill="#fff" '
        f'stroke="{SECOND}"/></marker>',
        "</defs>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(24, 44, TITLE[lang], "title"),
        _text(24, 74, "\u2003\u2003".join(LEGEND[lang]), "quiet"),
        _text(WIDTH - 24, 44, version, "code", "end"),
    ]
    for zone in ZONES:
        out.append(
            f'<rect class="zone" x="{zone.x}" y="{zone.y}" width="{zone.right - zone.x}" '
            f'height="{zone.bottom - zone.y}" rx="8"/>'
        )
        out.append(_text(zone.name_x, zone.y + 25, zone.name[lang], "zone-name"))
    for (_, above), points in SUBCLASS_LINES.items():
        reaches = points[-1][0] == BOXES[above].x
        out.append(_line(points, "subclass", "above" if reaches else ""))
    for name, box in BOXES.items():
        out += _box(ontology, name, box, lang)
    for arrow in ARROWS:
        out += _arrow(ontology, arrow, lang)
    out += _layers(lang)
    out.append("</svg>")
    return "\n".join(out) + "\n"


def main() -> None:
    """Write the pictures."""
    for lang in LANGUAGES:
        path = PICTURES / f"model-{lang}.svg"
        path.write_text(picture(lang), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
