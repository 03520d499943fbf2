"""The service with just what was published: ``python -m benchmarks.sparql.service FOLDER PORT``.

``coopgraph serve`` would first publish the shipped graph and derive statements that the others do
not have; application and server are the same.
"""

from __future__ import annotations

import sys

from coopgraph import CoopGraph
from coopgraph.api.app import create_app
from coopgraph.api.connection import server_of

if __name__ == "__main__":
    folder, port = sys.argv[1:]
    with CoopGraph.open(folder, shipped=False) as graph:
        server_of(create_app(graph), graph.settings, port=int(port), log_level="warning").run()
