"""SPARQL over HTTP: the service beside ``oxigraph serve`` and rdflib-endpoint."""

from benchmarks.sparql.sections import sparql_sections

__all__ = ["sparql_sections"]
