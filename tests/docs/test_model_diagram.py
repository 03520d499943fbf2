"""The pictures of the model are drawn from the ontology, name all of it, and are well laid out."""

import importlib.util
import itertools
from pathlib import Path

import pytest
from lxml import etree

from coopgraph.vocabulary import COOP, OWL, RDF, RDFS

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"


def _module():
    spec = importlib.util.spec_from_file_location("model_diagram", ROOT / "docs/model_diagram.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


model = _module()
ONTOLOGY = model.Ontology()
BOXES = model.BOXES
ROWS = [(name, row) for name, box in BOXES.items() for row in box.rows]
OURS = [name for name in BOXES if name != model.ANYTHING and ":" not in name]
# Everything that an arrow or a row of text says: a class, a property, the class it leads to.
SAID = [
    (source, prop, arrow.target)
    for arrow in model.ARROWS
    for source in (arrow.source, *(arrow.joins or {}))
    for prop in arrow.labels
] + [
    (name, prop, target)
    for name, row in ROWS
    for props, target in [model.row_parts(name, row)]
    for prop in props
]


def file(lang: str) -> Path:
    return ROOT / "docs" / "pictures" / f"model-{lang}.svg"


@pytest.mark.parametrize("lang", model.LANGUAGES)
def test_the_picture_is_current(lang):
    assert file(lang).read_text("utf-8") == model.picture(lang)


@pytest.mark.parametrize("lang", model.LANGUAGES)
def test_the_picture_is_well_formed_and_says_what_it_is(lang):
    root = etree.parse(file(lang)).getroot()
    assert root.tag == SVG + "svg"
    assert root.get("role") == "img"
    title, description = (root.find(SVG + tag) for tag in ("title", "desc"))
    assert root.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert title.text == model.TITLE[lang]
    assert len(description.text) > 100
    assert root.get("lang") == lang
    text = file(lang).read_text("utf-8")
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "url(" not in text.replace("url(#", "")
    assert not root.findall(f".//{SVG}image")


@pytest.mark.parametrize("lang", model.LANGUAGES)
def test_every_class_has_its_label_and_its_definition(lang):
    root = etree.parse(file(lang)).getroot()
    written = {text.xpath("string(text())") for text in root.iter(SVG + "text")}
    written |= {"".join(t.itertext(tag=SVG + "text")) for t in root.iter(SVG + "text")}
    titles = {title.text for title in root.iter(SVG + "title")}
    for name in OURS:
        assert any(ONTOLOGY.label(name, lang) in text for text in written), name
        assert ONTOLOGY.says(name, lang) in titles
        assert len(ONTOLOGY.says(name, lang)) > len(name) + 12


def test_every_class_is_in_the_picture_or_left_out_for_a_reason():
    assert model.shown(ONTOLOGY) | set(model.LEFT_OUT) == ONTOLOGY.classes
    assert not model.shown(ONTOLOGY) & set(model.LEFT_OUT)
    assert all(model.LEFT_OUT.values())


@pytest.mark.parametrize("name", [n for n in BOXES if n != model.ANYTHING])
def test_a_box_is_a_class_and_the_classes_in_it_are_below_it(name):
    assert OWL + "Class" in ONTOLOGY.values(name, RDF + "type")
    for kind in BOXES[name].below:
        assert model.iri(name) in ONTOLOGY.above(kind) - {model.iri(kind)}


@pytest.mark.parametrize(("below", "above"), model.SUBCLASS_LINES)
def test_a_line_of_subclass_is_an_axiom(below, above):
    assert model.iri(above) in ONTOLOGY.values(below, RDFS + "subClassOf")


@pytest.mark.parametrize(("source", "prop", "target"), SAID)
def test_a_property_is_used_as_its_domain_and_range_say(source, prop, target):
    kinds = ONTOLOGY.values(prop, RDF + "type")
    assert kinds & {OWL + f"{kind}Property" for kind in ("Object", "Datatype", "Annotation")}
    if target is None:
        assert OWL + "ObjectProperty" not in kinds
    if ":" in prop:  # of another vocabulary: its axioms are not repeated here
        return
    domain = ONTOLOGY.values(prop, RDFS + "domain")
    domain |= ONTOLOGY.values(prop, model.SCHEMA + "domainIncludes")
    if source == model.ANYTHING:
        assert not domain
    elif domain:
        assert ONTOLOGY.above(source) & domain
    if target is not None:
        ranges = ONTOLOGY.values(prop, RDFS + "range")
        ranges |= ONTOLOGY.values(prop, model.SCHEMA + "rangeIncludes")
        assert model.iri(target) in ranges


# ------------------------------------------------------------------------------- the layout


def inside(box, x: float, y: float) -> bool:
    return box.x < x < box.x + box.w and box.y < y < box.y + box.h


def on_edge(box, x: float, y: float) -> bool:
    within = box.x <= x <= box.x + box.w and box.y <= y <= box.y + box.h
    return within and not inside(box, x, y)


def overlap(a, b) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def frame(box):
    return box.x, box.y, box.x + box.w, box.y + box.h


def lines():
    """Every straight piece of an arrow, with the name of its arrow."""
    for number, arrow in enumerate(model.ARROWS):
        for points in (arrow.points, *(arrow.joins or {}).values()):
            for (x1, y1), (x2, y2) in itertools.pairwise(points):
                assert x1 == x2 or y1 == y2
                yield number, (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def labels(lang: str):
    for number, arrow in enumerate(model.ARROWS):
        for name, (x, y, anchor) in arrow.labels.items():
            wide = model.width_of(ONTOLOGY.label(name, lang)) * 0.95
            left = {"start": x, "end": x - wide}.get(anchor, x - wide / 2)
            yield number, name, anchor, (left, y - 11, left + wide, y + 3)


def test_boxes_are_apart_and_inside_their_zones():
    for one, other in itertools.combinations(BOXES.values(), 2):
        assert not overlap(frame(one), frame(other))
    for name, box in BOXES.items():
        homes = [
            z
            for z in model.ZONES
            if z.x < box.x and box.x + box.w < z.right and z.y < box.y and box.y + box.h < z.bottom
        ]
        assert len(homes) == 1, name
    for one, other in itertools.combinations(model.ZONES, 2):
        assert not overlap(
            (one.x, one.y, one.right, one.bottom), (other.x, other.y, other.right, other.bottom)
        )


@pytest.mark.parametrize("arrow", model.ARROWS, ids=lambda a: f"{a.source}-{a.target}")
def test_an_arrow_leads_from_box_to_box(arrow):
    assert on_edge(BOXES[arrow.source], *arrow.points[0])
    assert on_edge(BOXES[arrow.target], *arrow.points[-1])
    for source, points in (arrow.joins or {}).items():
        assert on_edge(BOXES[source], *points[0])


def test_no_arrow_runs_through_a_box_or_across_another():
    pieces = list(lines())
    for _, (x1, y1, x2, y2) in pieces:
        for name, box in BOXES.items():
            crosses = x1 < box.x + box.w and box.x < x2 and box.y < y1 < box.y + box.h
            crosses |= y1 < box.y + box.h and box.y < y2 and box.x < x1 < box.x + box.w
            assert not crosses, name
    for (a, one), (b, other) in itertools.combinations(pieces, 2):
        if a != b:
            level, upright = (one, other) if one[1] == one[3] else (other, one)
            if level[1] == level[3] and upright[0] == upright[2]:
                crosses = level[0] < upright[0] < level[2] and upright[1] < level[1] < upright[3]
                assert not crosses, (model.ARROWS[a], model.ARROWS[b])


@pytest.mark.parametrize("lang", model.LANGUAGES)
def test_labels_keep_clear_of_boxes_lines_and_each_other(lang):
    found = list(labels(lang))
    for _, name, _, place in found:
        assert not any(overlap(place, frame(box)) for box in BOXES.values()), name
        assert 0 < place[0] < place[2] < model.WIDTH
    for (_, one, _, a), (_, other, _, b) in itertools.combinations(found, 2):
        assert not overlap(a, b), (one, other)
    for number, name, anchor, place in found:
        for of, (x1, y1, x2, y2) in lines():
            if not (anchor == "on" and of == number):
                assert not overlap(place, (x1 - 1, y1 - 1, x2 + 1, y2 + 1)), name


@pytest.mark.parametrize("lang", model.LANGUAGES)
def test_texts_fit_into_their_boxes(lang):
    for name, row in ROWS:
        text = model.row_text(ONTOLOGY, name, row, lang)
        assert model.width_of(text) * 0.95 + 14 < BOXES[name].w, text
    for name in OURS:
        assert model.width_of(ONTOLOGY.label(name, lang), 16) + 14 < BOXES[name].w, name
        for kind in BOXES[name].below:
            assert model.width_of(ONTOLOGY.label(kind, lang)) * 0.95 + 28 < BOXES[name].w, kind


def test_the_colours_are_those_of_the_pages():
    css = (ROOT / "src/coopgraph/explorer/static/page.css").read_text("utf-8")
    for name in ("INK", "SECOND", "EDGE", "STRONG", "ACCENT", "TINT", "ACTOR", "SECTOR", "CARRIER", "PROJECT", "EVIDENCE"):  # fmt: skip  # noqa: E501
        assert f": {getattr(model, name)};" in css


def test_the_names_are_of_this_ontology():
    assert {name for name in ONTOLOGY.classes if f"{COOP}{name}" == model.iri(name)} == (
        ONTOLOGY.classes
    )
