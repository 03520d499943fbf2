"""rdflib-endpoint with one file in memory: ``python -m benchmarks.sparql.rdflib_server FILE PORT``.

It listens when the file is loaded.
"""

from __future__ import annotations

import sys

import uvicorn
from rdflib import Graph
from rdflib_endpoint import SparqlEndpoint

if __name__ == "__main__":
    file, port = sys.argv[1:]
    graph = Graph()
    graph.parse(file, format="nt")
    uvicorn.run(SparqlEndpoint(graph=graph), port=int(port), log_level="warning")
