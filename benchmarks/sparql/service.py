"""The service with just what was published: ``python -m benchmarks.sparql.service FOLDER PORT``.

``coopgraph serve`` would first publish the shipped graph and derive statements that the others do
not have; application and server are the same.
"""

from __future__ import annotations

import sys

import uvicorn

from coopgraph import CoopGraph
from coopgraph.api.app import create_app

if __name__ == "__main__":
    folder, port = sys.argv[1:]
    with CoopGraph.open(folder, shipped=False) as graph:
        app = create_app(graph)
        uvicorn.run(app, port=int(port), log_level="warning", server_header=False)
