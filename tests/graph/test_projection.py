from __future__ import annotations

import pytest

from coopgraph.errors import BadRequest
from coopgraph.graph.projection import HEADER, read_projection
from coopgraph.vocabulary import COOP


@pytest.fixture
def table(tmp_path):
    def read(*rows: str, header: str = ",".join(HEADER)):
        file = tmp_path / "projection.csv"
        file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return read_projection(file)

    return read


def test_a_row_without_ends_is_a_class_of_nodes(table):
    read = table("Actor,,,,,,", "Project,self,coop:sector,sector,涉及领域,in sector,true")
    assert read.node_classes == (COOP + "Actor",)
    (rule,) = read.edges
    assert (rule.class_iri, rule.source, rule.target) == (COOP + "Project", "self", "coop:sector")
    assert rule.label == {"zh": "涉及领域", "en": "in sector"}
    assert rule.directed


@pytest.mark.parametrize(
    "row",
    [
        "Project,self,sector,sector,,,true",
        "Project,,coop:sector,sector,,,true",
        "Project,self,coop:sector,sector,,,yes",
        "Project,self,coop:sector,sector,,,",
        "Project,self",
    ],
)
def test_a_row_that_is_not_understood_is_named_by_its_line(table, row):
    with pytest.raises(BadRequest, match="line 3"):
        table("Actor,,,,,,", row)


def test_other_columns_are_refused(table):
    with pytest.raises(BadRequest, match="line 1"):
        table(header="class,source,target")
