"""Which of the quotations of a resource an edge rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from coopgraph.graph.interpretations import is_property
from coopgraph.vocabulary import iri_of, short_id


def rests_on(
    cited: Iterable[str],
    prop: str | None,
    *,
    supports: Callable[[str], set[str]],
    other: Callable[[], Iterable[str]] | None,
    quotation: Callable[[str], dict[str, Any]],
    sources: Iterable[str],
) -> list[dict[str, Any]]:
    """Return where it is said what a resource says, or what it says by one property.

    Parameters
    ----------
    cited
        IRIs of the evidence of the resource.
    prop
        The property's IRI; None for all that is said of the resource.
    supports
        Gives, of evidence, the properties that it supports alone, as far as the resource has them.
    other
        Gives the evidence that the property's value cites; None where there is no value to ask.
    quotation
        Gives evidence in the shape of the API.
    sources
        IRIs of sources that the resource cites as a whole.

    Examples
    --------
    >>> rests_on([], None, supports=set, other=None, quotation=dict, sources=["http://x/d"])
    [{'id': 'http://x/d', 'document': 'http://x/d', 'paragraph': None, 'quote': None, \
'start': None, 'end': None}]
    """
    cited = list(dict.fromkeys(cited))  # two layers may cite the same
    if prop is not None:
        # Things that say the same words share the evidence: it supports of each what it has.
        supported = {node: supports(node) for node in cited}
        named = [node for node in cited if prop in supported[node]]
        general = [node for node in cited if not supported[node]]
        # What supports another property is no evidence for this one; a relation that is a
        # kind of cooperation rests on the relator, and so on all that is quoted for it.
        chosen = set(named or general or ([] if is_property(prop) else cited))
    else:
        named, chosen = [], set(cited)
    if other is not None and len(chosen) > 1:
        chosen = chosen & set(other()) or chosen
    found = {node: quotation(node) for node in cited}
    quoted = [found[node] for node in cited if node in chosen]
    quoted.sort(key=lambda e: (e["document"], e["start"] or 0, e["end"] or 0, e["id"]))
    documents = {iri_of(e["document"]) for e in found.values()}
    # Words that are quoted for just this leave no need to cite a source as a whole.
    whole = [] if named else [s for s in dict.fromkeys(sources) if s not in documents]
    return quoted + [
        {
            "id": short_id(source), "document": short_id(source), "paragraph": None,
            "quote": None, "start": None, "end": None,
        }
        for source in whole
    ]  # fmt: skip
