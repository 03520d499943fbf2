"""Memory of a kernel's own, where how much it needs shows only while it runs.

numba's arrays would do; but each keeps count of its users, and looks at that count whenever it is
handed on.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import core
from numba.core import types
from numba.extending import intrinsic

from coopgraph.graph.kernels.compile import inlined

cgutils: Any = core.cgutils
_WORD = ir.IntType(64)


def _call(builder: Any, name: str, result: Any, *arguments: Any) -> Any:
    kind = ir.FunctionType(result, [a.type for a in arguments])
    function = cgutils.get_or_insert_function(builder.module, kind, name)
    return builder.call(function, arguments)


def _allocate(_typing: Any, _size: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ptrtoint(_call(builder, "malloc", cgutils.voidptr_t, arguments[0]), _WORD)

    return types.int64(types.int64), generate


def _reallocate(_typing: Any, _address: Any, _size: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        old = builder.inttoptr(arguments[0], cgutils.voidptr_t)
        found = _call(builder, "realloc", cgutils.voidptr_t, old, arguments[1])
        return builder.ptrtoint(found, _WORD)

    return types.int64(types.int64, types.int64), generate


def free(builder: Any, address: Any) -> None:
    """Write the code that gives back what lies at an address."""
    _call(builder, "free", ir.VoidType(), builder.inttoptr(address, cgutils.voidptr_t))


def _release(_typing: Any, _address: Any) -> Any:
    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        free(builder, arguments[0])
        return context.get_dummy_value()

    return types.none(types.int64), generate


_allocated: Any = intrinsic(_allocate)
_reallocated: Any = intrinsic(_reallocate)
release: Any = intrinsic(_release)
"""Give back what lies at an address, in compiled code."""


@inlined
def allocate(size: int) -> int:
    """Return the address of so many bytes, in compiled code."""
    found = _allocated(size)
    if found == 0:
        raise MemoryError("no memory for a search")
    return int(found)


@inlined
def reallocate(address: int, size: int) -> int:
    """Return the address of so many bytes that begin as those at an older one, which is void."""
    found = _reallocated(address, size)
    if found == 0:
        raise MemoryError("no memory for a search")
    return int(found)
