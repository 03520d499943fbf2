"""The shapes of answers about gaps."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from coopgraph.api.models import Evidence, Interpretation, Label, Node


class RuleParameter(BaseModel):
    """What may be chosen when a rule is run."""

    name: str
    label: Label
    allowed: list[str]
    default: str


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
