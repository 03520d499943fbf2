"""Where the files that ship with the package are: ontology/ and data/.

In a wheel they lie inside the package, in a checkout at the top of the tree.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parents[1] / name


def ontology_dir() -> Path:
    """Return the folder with the ontology, shapes, schemes, rules and questions.

    Examples
    --------
    >>> (ontology_dir() / "coopgraph.ttl").is_file()
    True
    """
    return _folder("ontology")


def data_dir() -> Path:
    """Return the folder with the shipped sources and data.

    Examples
    --------
    >>> (data_dir() / "stated").is_dir()
    True
    """
    return _folder("data")
