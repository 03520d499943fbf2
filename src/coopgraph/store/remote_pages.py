"""Copy one named graph of a remote store into files, whole or not at all, in little memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from coopgraph.errors import Unavailable
from coopgraph.store.remote_client import RemoteClient
from coopgraph.store.union import RdfFile

_PAGE: Final = (
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {{ SELECT ?s ?p ?o WHERE {{ "
    "{{ SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} "
    "ORDER BY ?s ?p STR(?o) LANG(?o) }} }} LIMIT {limit} OFFSET {offset} }} }}"
)
"""The inner SELECT orders, the outer one cuts: Virtuoso refuses to sort more rows than it gives.

Names in two languages may be the same word, which ``ORDER BY ?o`` alone leaves undecided.
"""

Step = Callable[[int], None]


def copy_graph(
    client: RemoteClient,
    graph: str,
    expected: int,
    folder: Path,
    page_size: int,
    step: Step,
) -> list[RdfFile]:
    """Copy a graph into files.

    Parameters
    ----------
    client
        The store.
    graph
        The graph's IRI.
    expected
        How many statements the store counts in it.
    folder
        Where the files are made.
    page_size
        Statements that are asked for at once where the graph store URL does not give all.
    step
        Is told how many statements have come since it was last told.

    Raises
    ------
    Unavailable
        If fewer come than the store counts: it cuts its answers short, or the graph is changing.
    """
    if client.graph_url:
        file = folder / "graph"
        kind = client.download(graph, file)
        if kind is None:
            raise incomplete(graph, 0, expected)
        found = RdfFile(file, _format(kind))
        if statements(found) >= expected:
            step(expected)
            return [found]
        # Virtuoso gives no more rows here than it does for a query: ask for pages instead.
        file.unlink()
    files: list[RdfFile] = []
    count = 0
    while count < expected:
        query = _PAGE.format(graph=graph, limit=page_size, offset=count)
        file = folder / f"page-{len(files)}"
        page = RdfFile(file, _format(client.construct(query, file)))
        # A page may be shorter than asked, where a server gives no more than so many rows at once;
        # an empty one is the end, whatever was counted.
        got = statements(page)
        if got == 0:
            raise incomplete(graph, count, expected)
        files.append(page)
        count += got
        step(got)
    return files


def statements(file: RdfFile) -> int:
    """Return how many statements a file has; of N-Triples, how many lines."""
    if file.format != ox.RdfFormat.N_TRIPLES:
        return sum(1 for _ in ox.parse(path=str(file.path), format=file.format))
    with file.path.open("rb") as lines:
        return sum(1 for line in lines if line[:1] in (b"<", b"_"))


def incomplete(graph: str, count: int, expected: int) -> Unavailable:
    """Return the error that says that not all of a graph came."""
    return Unavailable(
        f"the store gave {count} of the {expected} statements of <{graph}>: it cuts its answers "
        "short, or the graph is changing. Nothing was taken over. Raise the store's limit of rows",
        zh=f"远程存储只给出 <{graph}> 的 {expected} 条陈述中的 {count} 条：结果被截断，或该图正在"
        "变化。未采用任何内容。请提高该存储的行数上限",
    )


def _format(media_type: str) -> ox.RdfFormat:
    form = ox.RdfFormat.from_media_type(media_type)
    assert form is not None  # noqa: S101  (the client takes no other)
    return form
