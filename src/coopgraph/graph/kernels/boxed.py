"""What a kernel leaves in memory, as an array or a list of its own.

numba wraps an array that a kernel returns in half a microsecond, and a slice and its copy take a
quarter; here the wrapper of the kernel itself copies a stretch of memory into a fresh array, in
less than a tenth. It does so before the call returns: the memory has to last until then, no longer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from llvmlite import ir  # type: ignore[import-untyped]
from numba import extending
from numba.core import types
from numba.extending import intrinsic, models

from coopgraph.graph.kernels.room import cgutils, free

box: Callable[[Any], Callable[[Any], Any]] = extending.box
register_model: Any = extending.register_model

_INT32: Final = 5
_FLOAT64: Final = 12
"""numpy's numbers of these types, which are part of its binary interface."""
_DATA: Final = object.__basicsize__
"""Where in an array object the address of its data lies: behind the head of every object."""


class Stretch(types.Type):
    """A stretch of memory: address of the first value, and how many there are."""

    def __init__(self, name: str) -> None:
        super().__init__(name=f"Stretch({name})")


class _Array(Stretch):
    """Becomes an array."""

    def __init__(self, number: int, width: int) -> None:
        self.number, self.width = number, width
        super().__init__(f"{type(self).__name__} {number}")


class _Freed(_Array):
    """Becomes an array, and the memory is given back: where a kernel has none of its own."""


class _List(Stretch):
    """Of int32: becomes a list of int."""


class _Lists(Stretch):
    """Of int32: becomes a list of lists of int, and the memory is given back."""


_integers: Final = _Array(_INT32, 4)
_floats: Final = _Array(_FLOAT64, 8)
_one_list: Final = _List("list")
_freed: Final = _Freed(_INT32, 4)
_lists: Final = _Lists("lists")


@register_model(_Array)
@register_model(_Freed)
@register_model(_List)
@register_model(_Lists)
class _Model(models.StructModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        members = [("address", types.int64), ("size", types.int64)]
        super().__init__(manager, kind, members)  # type: ignore[no-untyped-call]


def _maker(kind: Any) -> Any:
    def typed(_typing: Any, _address: Any, _size: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            made = cgutils.create_struct_proxy(kind)(context, builder)
            made.address, made.size = arguments
            return made._getvalue()

        return kind(types.int64, types.int64), generate

    return intrinsic(typed)


array_of_int32: Any = _maker(_integers)
"""Return so many int32 from an address on, in compiled code; an array in Python."""
array_of_float64: Any = _maker(_floats)
"""Return so many float64 from an address on, in compiled code; an array in Python."""
lists_freed: Any = _maker(_lists)
"""Return the lists that lie in what was allocated, and give it back: a word with their number, then
for each how long it is and its values. The second argument is not looked at."""
array_freed: Any = _maker(_freed)
"""Return the first so many int32 of what was allocated, and give it back."""
list_of_int32: Any = _maker(_one_list)
"""Return so many int32 from an address on, in compiled code; a list in Python."""


@box(_Freed)
def _box_freed(kind: Any, value: Any, c: Any) -> Any:
    array = _box_array(kind, value, c)
    stretch = cgutils.create_struct_proxy(kind)(c.context, c.builder, value=value)
    free(c.builder, stretch.address)
    return array


@box(_Lists)
def _box_lists(kind: Any, value: Any, c: Any) -> Any:
    builder, wide = c.builder, ir.IntType(64)
    stretch = cgutils.create_struct_proxy(kind)(c.context, builder, value=value)
    words = builder.inttoptr(stretch.address, ir.IntType(32).as_pointer())
    count = builder.sext(builder.load(words), wide)
    at = cgutils.alloca_once_value(builder, wide(1))
    found = c.pyapi.list_new(count)
    made = cgutils.if_likely(builder, cgutils.is_not_null(builder, found))
    with made, cgutils.for_range(builder, count) as loop:
        begin = builder.load(at)
        size = builder.sext(builder.load(builder.gep(words, [begin])), wide)
        first = builder.gep(words, [builder.add(begin, wide(1))])
        c.pyapi.list_setitem(found, loop.index, _list(c, first, size))
        builder.store(builder.add(builder.add(begin, wide(1)), size), at)
    free(builder, stretch.address)
    return found


@box(_Array)
def _box_array(kind: Any, value: Any, c: Any) -> Any:
    builder = c.builder
    stretch = cgutils.create_struct_proxy(kind)(c.context, builder, value=value)
    word, pointer = ir.IntType(32), cgutils.voidptr_t
    signature = ir.FunctionType(c.pyapi.pyobj, [word, pointer, pointer, pointer, word, word])
    new = cgutils.get_or_insert_function(builder.module, signature, "numba_ndarray_new")
    shape = builder.bitcast(cgutils.alloca_once_value(builder, stretch.size), pointer)
    null = cgutils.get_null_value(pointer)
    array = builder.call(new, [word(1), shape, null, null, word(kind.number), word(kind.width)])
    with cgutils.if_likely(builder, cgutils.is_not_null(builder, array)):
        place = builder.gep(builder.bitcast(array, pointer), [ir.IntType(64)(_DATA)])
        data = builder.load(builder.bitcast(place, pointer.as_pointer()))
        source = builder.inttoptr(stretch.address, pointer)
        cgutils.raw_memcpy(builder, data, source, stretch.size, kind.width)
    return array


@box(_List)
def _box_list(kind: Any, value: Any, c: Any) -> Any:
    builder = c.builder
    stretch = cgutils.create_struct_proxy(kind)(c.context, builder, value=value)
    first = builder.inttoptr(stretch.address, ir.IntType(32).as_pointer())
    return _list(c, first, stretch.size)


def _list(c: Any, first: Any, size: Any) -> Any:
    builder = c.builder
    found = c.pyapi.list_new(size)
    made = cgutils.if_likely(builder, cgutils.is_not_null(builder, found))
    with made, cgutils.for_range(builder, size) as loop:
        node = builder.load(builder.gep(first, [loop.index]))
        number = c.pyapi.long_from_longlong(builder.sext(node, ir.IntType(64)))
        c.pyapi.list_setitem(found, loop.index, number)
    return found
