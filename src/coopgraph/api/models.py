"""The shapes of answers, for the API's description. Answers themselves are written as bytes."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field

T = TypeVar("T")


class Label(BaseModel):
    """A label in both languages."""

    zh: str = Field(examples=["宝武集团"])
    en: str = Field(examples=["Baowu Group"])


class Evidence(BaseModel):
    """Where it says so. A source that is cited as a whole has no quotation and no offsets."""

    id: str = Field(examples=["evidence/gansu-iit-2019-67/p11-226-267"])
    document: str = Field(examples=["document/gansu-iit-2019-67"])
    paragraph: int | None = Field(description="From 1.")
    quote: str | None
    start: int | None = Field(description="Unicode code points from the start of the document.")
    end: int | None


class Reader(BaseModel):
    """Who read it so."""

    id: str = Field(examples=["agent/coopgraph-project"])
    label: Label


class Interpretation(BaseModel):
    """How open words were read."""

    id: str = Field(examples=["interpretation/gansu-iit-2019-67/reading-01-party-or-doer"])
    label: Label
    reading: Label
    rationale: Label = Field(description="Why they were read so.")
    by: list[Reader]


class Node(BaseModel):
    """A node."""

    id: str = Field(description="Short id.", examples=["org/baowu"])
    iri: str
    type: str = Field(description="Local name of the most specific class.")
    label: Label


class Valid(BaseModel):
    """First and last day, planned or actual."""

    from_: str | None = Field(alias="from")
    to: str | None


class Edge(BaseModel):
    """An edge, with what it rests on."""

    id: str
    source: str
    target: str
    relation: str = Field(description="A local name, or a concept's short id.")
    label: Label
    directed: bool
    via: str | None = Field(description="The relator that is drawn as this edge.")
    status: str | None
    valid: Valid
    layer: str
    evidence: list[Evidence]
    interpretations: list[Interpretation]


class Meta(BaseModel):
    """What an answer rests on."""

    generation: int = Field(description="Counts published changes; also the ETag.")
    layers: list[str]
    view: str
    as_of: str | None
    truncated: bool
    next: str | None = Field(description="URL of the next page.")
    notes: list[Label] | None = Field(
        default=None, description="What could not be looked at; only where there is something."
    )


class Envelope(BaseModel, Generic[T]):
    """Every answer."""

    data: T
    meta: Meta


class LayerCount(BaseModel):
    """How much one layer holds."""

    edges: int
    triples: int


class Memory(BaseModel):
    """What is counted weighs so many bytes in memory."""

    topology: int = Field(description="Ends, directions, adjacency.")
    attributes: int = Field(description="Types, relations, layers, intervals.")
    per_edge: float = Field(description="Topology and attributes, an edge.")
    names: int = Field(description="IRIs of nodes and of what says the edges.")
    words: int = Field(description="Labels and aliases to search by.")


class Stats(BaseModel):
    """Counts."""

    nodes: int
    edges: int
    classes: dict[str, int]
    relations: dict[str, int]
    layers: dict[str, LayerCount]
    memory: Memory


class Hit(Node):
    """A node found by name."""

    score: float
    matched: str


class Statement(BaseModel):
    """A statement in which a node stands: ``out`` it makes itself, ``in`` is about it."""

    direction: str
    property: str
    label: Label
    object: dict[str, Any] | None = None
    subject: dict[str, Any] | None = None
    layer: str
    evidence: list[Evidence]
    interpretations: list[Interpretation]


class NodeDetail(Node):
    """A node with everything said of it."""

    evidence: list[Evidence]
    interpretations: list[Interpretation]
    statements: list[Statement]


class Neighbour(BaseModel):
    """A neighbour and the edges that join it to nodes one step nearer."""

    node: Node
    distance: int
    edges: list[Edge]


class Neighbours(BaseModel):
    """A page of neighbours; total and counts are of all pages."""

    node: Node
    neighbours: list[Neighbour]
    total: int
    counts: dict[str, int]
    relations: dict[str, int] = Field(description="Neighbours by the relation that joins them.")


class Path(BaseModel):
    """A path; ``edges[i]`` holds every parallel edge between ``nodes[i]`` and ``nodes[i+1]``."""

    length: int
    cost: float = Field(description="Its steps; with `cost=informative` hubs on the way cost more.")
    nodes: list[Node]
    edges: list[list[Edge]]
    suggested: bool | None = Field(
        None,
        description="With `suggested=include`: whether a step has no edge but suggested ones.",
    )


class PathList(BaseModel):
    """Paths, shortest first."""

    paths: list[Path]


class RankedNode(BaseModel):
    """A node and its place."""

    rank: int
    value: float
    node: Node


class Centrality(BaseModel):
    """Nodes by a measure, the most central first."""

    measure: str
    definition: Label
    lowest_first: bool
    exact: bool = Field(description="False where it was computed from a sample of the nodes.")
    sources: int | None = Field(description="The size of that sample.")
    total: int
    nodes: list[RankedNode]


class Component(BaseModel):
    """A part of the network; of its nodes those with most neighbours."""

    size: int
    counts: dict[str, int]
    nodes: list[Node]


class Components(BaseModel):
    """The parts of the network, largest first."""

    total: int
    single: int = Field(description="Nodes that nothing joins.")
    components: list[Component]


class ArticulationPoint(BaseModel):
    """A node without which its part of the network falls into several."""

    node: Node
    parts: int
    cuts_off: int = Field(description="Nodes outside the largest of them.")


class Bridge(BaseModel):
    """An edge without which its part of the network falls in two."""

    source: Node
    target: Node
    edge: Edge
    cuts_off: int = Field(description="Nodes on the smaller side.")


class Bridges(BaseModel):
    """What alone holds parts together, what holds most first."""

    total: dict[str, int]
    articulation_points: list[ArticulationPoint]
    bridges: list[Bridge]


class Question(BaseModel):
    """A competency question: an example of what can be asked in SPARQL."""

    id: str = Field(examples=["chinalco-to-aluminium"])
    kind: str = Field(description="`neighbours`, `paths` or `gaps`.")
    question: Label
    layers: list[str] = Field(description="The layers its answer is read from.")
    query: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    title_zh: str | None = None
    status: int
    detail: str
    detail_zh: str | None = None
