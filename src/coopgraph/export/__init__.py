"""Export: the graph as files that other programs open."""
