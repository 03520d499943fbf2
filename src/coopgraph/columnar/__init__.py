"""Rules evaluated on columns of numbers: the part of SPARQL that rules use, for large graphs.

Whatever is not of that part raises :class:`~coopgraph.columnar.table.Unsupported`, and the
store's engine answers instead. Both give the same rows; the tests compare them.
"""
