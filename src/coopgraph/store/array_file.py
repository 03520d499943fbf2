"""Arrays in one file: written whole or not at all, and mapped into memory rather than read.

::

    magic (16 bytes) · length of the header (8) · CRC-32 of the header (4)
    header: JSON with what the file is of, and where each array lies
    the arrays, each at a multiple of 64 bytes

A file says what it was made from. One that was made from something else, that is cut short or in
which a byte has changed is as good as none: the caller makes it anew.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import tempfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_MAGIC: Final = b"coopgraph array1"
_FRONT: Final = struct.Struct("<16sQI")
_ALIGNED: Final = 64  # a cache line; every data type lies at a multiple of its size
_KINDS: Final = frozenset("biu")
_CHUNK: Final = 1 << 24


@dataclass(frozen=True)
class ArrayFile:
    """What a file holds.

    Attributes
    ----------
    said
        Plain data that was written with the arrays.
    arrays
        By name; they cannot be written, and the pages come into memory as they are read.
    """

    said: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]


def write_arrays(
    path: Path,
    made_from: Mapping[str, Any],
    said: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
) -> None:
    """Write a file of arrays so that it is there whole or not at all.

    Parameters
    ----------
    path
        Where; what was there is replaced.
    made_from
        Plain data that tells whether the file may be used: :func:`read_arrays` compares it.
    said
        Plain data to keep with the arrays.
    arrays
        One-dimensional, of whole numbers or truth values.

    Raises
    ------
    OSError
        If it cannot be written; what was there is as it was.
    ValueError
        If an array has another shape or kind.
    """
    places: dict[str, Any] = {}
    position = 0
    for name, array in arrays.items():
        if array.ndim != 1 or array.dtype.kind not in _KINDS:
            raise ValueError(f"{name} is not one-dimensional or not of whole numbers")
        places[name] = [array.dtype.str, len(array), position, _sum(array)]
        position = _aligned(position + array.nbytes)
    header = json.dumps(
        {"made_from": made_from, "said": said, "arrays": places, "bytes": position},
        ensure_ascii=False,
    ).encode("utf-8", "surrogatepass")
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_FRONT.pack(_MAGIC, len(header), zlib.crc32(header)))
            file.write(header)
            start = _aligned(file.tell())
            for name, array in arrays.items():
                file.write(b"\0" * (start + places[name][2] - file.tell()))
                file.write(_bytes(array))
            file.write(b"\0" * (start + position - file.tell()))
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise


def read_arrays(path: Path, made_from: Mapping[str, Any]) -> ArrayFile | None:
    """Map a file of arrays; None if there is none, or none that may be trusted.

    Parameters
    ----------
    path
        Where it lies.
    made_from
        What it must have been made from.

    Examples
    --------
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name, "numbers")
    >>> write_arrays(path, {"of": 1}, {"unit": "day"}, {"days": np.arange(3)})
    >>> read_arrays(path, {"of": 1}).arrays["days"].tolist()
    [0, 1, 2]
    >>> read_arrays(path, {"of": 2}) is None
    True
    >>> folder.cleanup()
    """
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return _parse(data, json.loads(json.dumps(made_from)))
    # Whatever is wrong with a broken file, it is made anew.
    except (OSError, ValueError, KeyError, TypeError, struct.error, RecursionError, MemoryError):
        return None


def _parse(data: mmap.mmap, made_from: Any) -> ArrayFile | None:
    magic, length, checksum = _FRONT.unpack_from(data)
    header = data[_FRONT.size : _FRONT.size + length]
    if magic != _MAGIC or len(header) != length or zlib.crc32(header) != checksum:
        return None
    told = json.loads(header.decode("utf-8", "surrogatepass"))
    start = _aligned(_FRONT.size + length)
    if told["made_from"] != made_from or len(data) != start + told["bytes"]:
        return None
    arrays: dict[str, NDArray[Any]] = {}
    for name, (kind, count, position, checksum) in told["arrays"].items():
        dtype = np.dtype(kind)
        # numpy takes no empty array at the end of a buffer.
        array = np.frombuffer(data, dtype, count, start + position) if count else np.empty(0, dtype)
        if _sum(array) != checksum:
            return None
        array.flags.writeable = False
        arrays[name] = array
    return ArrayFile(told["said"], arrays)


def _aligned(position: int) -> int:
    return -(-position // _ALIGNED) * _ALIGNED


def _bytes(array: NDArray[Any]) -> memoryview:
    # A view without anything in it cannot be cast.
    return np.ascontiguousarray(array).data.cast("B") if array.size else memoryview(b"")


def _sum(array: NDArray[Any]) -> int:
    """Return the CRC-32 of an array's bytes."""
    view = _bytes(array)
    found = 0
    for place in range(0, len(view), _CHUNK):
        found = zlib.crc32(view[place : place + _CHUNK], found)
    return found
