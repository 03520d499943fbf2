"""The words of the pages, in Chinese and in English."""

from __future__ import annotations

from typing import Final

from coopgraph.linked.names import DCAT, EVERYTHING, NAMESPACES
from coopgraph.vocabulary import DCT, GRAPH, OA, OWL, PROV, RDF, RDFS, SHAPES_DOCUMENT, SKOS

LANGUAGES: Final = ("zh", "en")

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "brand": ("合作图谱", "coopgraph"),
    "skip": ("跳到正文", "Skip to content"),
    "language": ("语言", "Language"),
    "iri": ("标识", "IRI"),
    "formats": ("数据格式", "As data"),
    "see_graph": ("在首页查看其关系", "See its relations on the start page"),
    "statements": ("陈述", "Statements"),
    "property": ("属性", "Property"),
    "value": ("值", "Value"),
    "layer": ("图层", "Layer"),
    "source": ("来源", "Source"),
    "who": ("来自", "By"),
    "parts": ("组成部分", "Parts"),
    "read_as": ("解读", "Read as"),
    "read_as_note": (
        "原文留有余地之处，记录时采用的读法；不是原文所述。",
        "How open words were read when this was recorded; not what the source says.",
    ),
    "incoming": ("指向它的陈述", "Statements about it"),
    "shown": ("共 {total} 条，此处为第 {first} 至 {last} 条", "{first} to {last} of {total}"),
    "at_least": ("至少 {n} 条", "at least {n}"),
    "cut": (
        "此处仅列前 {shown} 个值，共 {total} 个；其余见数据格式。",
        "The first {shown} of {total} values; all are in the data formats.",
    ),
    "previous": ("上一页", "Previous"),
    "next": ("下一页", "Next"),
    "derived": ("由规则推导，非原文陈述", "Derived by rule, not stated"),
    "derived_note": (
        "下列内容由规则从上述图层推出，只在 TriG 与 N-Quads 中随其命名图给出。",
        "Rules infer this from the layers. Only TriG and N-Quads carry it, in graphs of its own.",
    ),
    "rule": ("规则", "Rule"),
    "evidence": ("依据", "Evidence"),
    "paragraph": ("第 {n} 段", "paragraph {n}"),
    "offsets": ("字符 {start}–{end}", "characters {start}–{end}"),
    "whole": ("引用整份资料", "cited as a whole"),
    "no_source": ("—", "—"),
    "stated": ("文件所述", "stated"),
    "background": ("背景资料", "background"),
    "analyst": ("分析补充", "analyst"),
    "vocabulary": ("词汇", "vocabulary"),
    "provenance": ("来历", "provenance"),
    "not_recorded": (
        "未见记录不等于不存在。标识以 w3id.org/coopgraph 开头，与本机地址无关。",
        "Not recorded does not mean not existing. Identity is w3id.org/coopgraph, on any host.",
    ),
    "dataset": ("数据集说明", "The dataset"),
    "vocabulary_page": ("词汇表", "Vocabulary"),
    "start": ("首页", "Start"),
    "only_layers": ("仅限图层：{layers}", "Only of layers: {layers}"),
    # Named graphs
    "graph": ("命名图", "Named graph"),
    "graphs": ("命名图", "Named graphs"),
    "all_graphs": ("全部命名图", "All named graphs"),
    "derived_by": ("由规则 {rule} 推导（{layer}）", "derived by {rule} ({layer})"),
    "triples": ("三元组", "triples"),
    "triples_in": ("{n} 条三元组", "{n} triples"),
    "dumps": ("整体下载", "Whole, for download"),
    "dumps_quads": (
        "含规则推导的内容，故只以带命名图的格式提供。",
        "It holds what rules derive, so it comes only in formats that name the graph.",
    ),
    "resources": ("所述资源", "Resources described"),
    # The ontology and its terms
    "classes": ("类", "Classes"),
    "properties": ("属性", "Properties"),
    "subclass_of": ("上位类", "Subclass of"),
    "subclasses": ("下位类", "Subclasses"),
    "subproperty_of": ("上位属性", "Subproperty of"),
    "domain": ("适用于", "Domain"),
    "range": ("取值", "Range"),
    "has_properties": ("可用属性", "Properties with it as domain"),
    "is_range_of": ("作为取值", "Properties with it as range"),
    "projection": ("在精简视图中", "In the compact view"),
    "drawn_node": ("画作节点", "drawn as a node"),
    "drawn_edge": (
        "{cls}：从 {source} 到 {target}，关系 {relation}",
        "{cls}: from {source} to {target}, relation {relation}",
    ),
    "shapes": ("校验规则", "Shapes"),
    "severity": ("程度", "Severity"),
    "message": ("提示", "Message"),
    "target": ("对象", "Target"),
    "path": ("路径", "Path"),
    "examples": ("图谱中的实例", "Examples from the published graph"),
    "no_examples": ("所选图层中未见实例。", "No example in the chosen layers."),
    "version": ("版本", "Version"),
    "term_of": ("词汇表中的术语", "A term of the vocabulary"),
    "definition": ("定义", "Definition"),
    "context": ("JSON-LD 上下文", "JSON-LD context"),
    # VoID
    "licence": ("许可", "Licence"),
    "generation": ("第 {n} 代", "generation {n}"),
    "modified": ("更新", "Updated"),
    "figures": ("数量", "Figures"),
    "entities": ("实体", "entities"),
    "subjects": ("主语", "subjects"),
    "objects": ("宾语", "objects"),
    "loaded": ("载入时间", "Loaded"),
    "services": ("服务", "Services"),
    "vocabularies": ("所用词汇", "Vocabularies in use"),
    "example_resources": ("示例资源", "Example resources"),
    "by_class": ("各类资源", "Resources by class"),
    "by_property": ("各属性陈述", "Statements by property"),
    "per_graph": ("每个命名图", "Each named graph"),
    "colon": ("：", ": "),
    "comma": ("、", ", "),
}

_PROPERTIES: Final[dict[str, tuple[str, str]]] = {
    RDF + "type": ("类型", "type"),
    RDFS + "label": ("名称", "label"),
    RDFS + "comment": ("说明", "comment"),
    RDFS + "subClassOf": ("上位类", "subclass of"),
    RDFS + "subPropertyOf": ("上位属性", "subproperty of"),
    RDFS + "domain": ("适用于", "domain"),
    RDFS + "range": ("取值", "range"),
    RDFS + "isDefinedBy": ("定义于", "is defined by"),
    SKOS + "prefLabel": ("名称", "label"),
    SKOS + "altLabel": ("别名", "other name"),
    SKOS + "definition": ("定义", "definition"),
    SKOS + "scopeNote": ("用法说明", "scope note"),
    SKOS + "changeNote": ("变更说明", "change note"),
    SKOS + "notation": ("代号", "notation"),
    SKOS + "broader": ("上位概念", "broader"),
    SKOS + "inScheme": ("所属概念表", "in scheme"),
    SKOS + "topConceptOf": ("顶层概念，属于", "top concept of"),
    SKOS + "hasTopConcept": ("顶层概念", "has top concept"),
    SKOS + "exactMatch": ("等同于", "exact match"),
    SKOS + "closeMatch": ("近似于", "close match"),
    SKOS + "relatedMatch": ("相关于", "related match"),
    DCT + "title": ("标题", "title"),
    DCT + "description": ("描述", "description"),
    DCT + "source": ("来源", "source"),
    DCT + "date": ("日期", "date"),
    DCT + "created": ("创建", "created"),
    DCT + "modified": ("更新", "modified"),
    DCT + "creator": ("作者", "creator"),
    DCT + "publisher": ("发布者", "publisher"),
    DCT + "language": ("语言", "language"),
    DCT + "license": ("许可", "licence"),
    DCT + "identifier": ("编号", "identifier"),
    DCT + "conformsTo": ("符合", "conforms to"),
    OA + "hasSource": ("出自", "has source"),
    OA + "hasSelector": ("定位", "has selector"),
    OA + "exact": ("原文", "exact words"),
    OA + "prefix": ("前文", "words before"),
    OA + "suffix": ("后文", "words after"),
    OA + "start": ("起", "start"),
    OA + "end": ("止", "end"),
    OA + "TextQuoteSelector": ("引文定位", "text quote selector"),
    OA + "TextPositionSelector": ("位置定位", "text position selector"),
    OWL + "versionInfo": ("版本", "version"),
    OWL + "priorVersion": ("前一版本", "prior version"),
    OWL + "versionIRI": ("版本标识", "version IRI"),
    OWL + "disjointWith": ("互斥于", "disjoint with"),
    OWL + "Class": ("类", "class"),
    OWL + "ObjectProperty": ("对象属性", "object property"),
    OWL + "DatatypeProperty": ("数据属性", "datatype property"),
    OWL + "AnnotationProperty": ("注释属性", "annotation property"),
    SKOS + "ConceptScheme": ("概念表", "concept scheme"),
    SKOS + "Concept": ("概念", "concept"),
    DCAT + "Dataset": ("数据集", "dataset"),
    PROV + "generatedAtTime": ("生成时间", "generated at"),
    PROV + "wasGeneratedBy": ("生成于", "was generated by"),
    PROV + "wasDerivedFrom": ("来自", "was derived from"),
    PROV + "wasAttributedTo": ("作者", "was attributed to"),
    PROV + "used": ("使用", "used"),
    PROV + "endedAtTime": ("完成时间", "ended at"),
    PROV + "Entity": ("实体", "entity"),
    PROV + "Activity": ("活动", "activity"),
}


def text(key: str, language: str, **values: object) -> str:
    """Return the text for a key.

    Examples
    --------
    >>> text("paragraph", "en", n=3)
    'paragraph 3'
    """
    return _TEXTS[key][LANGUAGES.index(language)].format(**values)


def has_text(key: str) -> bool:
    """Say whether there is a text for a key.

    Examples
    --------
    >>> has_text("stated"), has_text("no such key")
    (True, False)
    """
    return key in _TEXTS


def property_label(iri: str, language: str) -> str | None:
    """Return what a term of another vocabulary is called: by its prefix where we have no name.

    Examples
    --------
    >>> property_label("http://www.w3.org/2004/02/skos/core#broader", "zh")
    '上位概念'
    >>> property_label("http://www.w3.org/ns/org#Role", "en")
    'org:Role'
    >>> property_label("http://example.org/x", "en") is None
    True
    """
    known = _PROPERTIES.get(iri)
    if known:
        return known[LANGUAGES.index(language)]
    for prefix, namespace in NAMESPACES.items():
        if prefix != "coop" and iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return None


def graph_label(iri: str, language: str) -> str | None:
    """Return what a named graph is called that does not say so itself.

    Examples
    --------
    >>> graph_label(GRAPH + "derived/stated/has-party", "en")
    'derived by has-party (stated)'
    >>> graph_label(GRAPH + "stated/gansu-iit-2019-67", "zh")
    '文件所述：gansu-iit-2019-67'
    """
    if iri in (EVERYTHING, SHAPES_DOCUMENT):
        return text("all_graphs" if iri == EVERYTHING else "shapes", language)
    if not iri.startswith(GRAPH) or "#" in iri:
        return None
    layer, _, name = iri.removeprefix(GRAPH).partition("/")
    if layer == "derived":
        of, _, rule = name.partition("/")
        if not rule:
            return text("derived", language)
        return text("derived_by", language, rule=rule, layer=text(of, language))
    if not has_text(layer):
        return None
    known = text(layer, language)
    return f"{known}{text('colon', language)}{name}" if name else known
