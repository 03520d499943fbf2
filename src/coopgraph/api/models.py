"""The shapes of answers, for the API's description. Answers themselves are written as bytes."""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

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


class Path(BaseModel):
    """A path; ``edges[i]`` holds every parallel edge between ``nodes[i]`` and ``nodes[i+1]``."""

    length: int
    cost: float
    nodes: list[Node]
    edges: list[list[Edge]]


class PathList(BaseModel):
    """Paths, shortest first."""

    paths: list[Path]


class RuleParameter(BaseModel):
    """What may be chosen when a rule is run."""

    name: str
    label: Label
    allowed: list[str]
    default: str


class Question(BaseModel):
    """A competency question: an example of what can be asked in SPARQL."""

    id: str = Field(examples=["chinalco-to-aluminium"])
    kind: str = Field(description="`neighbours`, `paths` or `gaps`.")
    question: Label
    layers: list[str] = Field(description="The layers its answer is read from.")
    query: str


class Rule(BaseModel):
    """A declared gap rule."""

    id: str
    label: Label
    definition: Label
    severity: str
    parameters: list[RuleParameter]
    open_world_note: Label
    absent: list[Label]
    explanation: Label
    layers: list[str] = Field(description="The layers it reads.")
    file: str
    shipped: bool = Field(description="False of one's own rules in the data folder.")


class BriefDecision(BaseModel):
    """What was decided about a gap."""

    id: str
    verdict: str = Field(description="`confirmed` or `dismissed`.")
    by: str
    at: str
    why: str


class GapDecision(BriefDecision):
    """A decision with what it is about."""

    gap: str
    rule: str
    subject: Node | None
    sector: Node | None
    object: Node | None
    current: bool = Field(description="False where a later decision supersedes it.")
    still_found: bool = Field(description="Whether the rule finds the gap now, in these layers.")


class NewDecision(BaseModel):
    """What to decide about a gap; who decides is who the token belongs to."""

    verdict: Literal["confirmed", "dismissed"]
    why: str = Field(min_length=1, max_length=4000)


class NotShown(BaseModel):
    """How many more there are than are shown."""

    found: int
    candidates: int


class Gap(BaseModel):
    """What should be there and is not recorded in these layers as of this day."""

    id: str
    rule: str
    severity: str
    subject: Node
    sector: Node | None
    object: Node | None
    found: list[Evidence]
    interpretations: list[Interpretation]
    absent: list[Label] = Field(description="Words for what was looked for and not found.")
    explanation: Label
    open_world_note: Label
    candidates: list[Node]
    not_shown: NotShown
    layers: list[str]
    as_of: str | None
    decision: BriefDecision | None = Field(
        description="The decision that holds; only where the layer analyst is asked for."
    )


class OneGap(Gap):
    """A gap with every decision about it, the latest first."""

    history: list[BriefDecision]


class MatrixCell(BaseModel):
    """One thing in one sector; beside the counts the short ids of what is counted, by kind."""

    model_config = ConfigDict(extra="allow")

    row: str
    column: str
    state: Literal["covered", "gap", "none-recorded"]
    counts: dict[str, int]


class GapMatrix(BaseModel):
    """A page of rows, every column, every cell."""

    rows: list[Node]
    columns: list[Node]
    cells: list[MatrixCell]
    total_rows: int
    total_columns: int


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    title_zh: str | None = None
    status: int
    detail: str
    detail_zh: str | None = None
