"""How the kernels are compiled: typed aliases of numba's decorator.

The compiled code is kept (:mod:`coopgraph.graph.kernels.cache`), so that only the very first
process pays for the compiler.

What is called from kernels alone is a :func:`helper`: without the code that takes Python's objects
apart, which for a tuple of ten arrays is several times as long as the helper, it compiles in a
fraction of the time. In kernels arrays are copied by loops: the assignment of a slice brings
numba's whole treatment of shapes and their error messages with it, seconds for each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numba
from numba.core import types

from coopgraph.graph.kernels.cache import kept_apart

Function = TypeVar("Function", bound=Callable[..., Any])

_KERNEL: Final[dict[str, Any]] = {
    "nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True,
}  # fmt: skip
_HELPER: Final[dict[str, Any]] = {**_KERNEL, "no_cpython_wrapper": True}


def kernel(function: Function, *, nogil: bool = True) -> Function:
    """Compile a function to machine code on its first call; it runs without the GIL.

    Parameters
    ----------
    function
        A function in the subset of Python that numba knows.
    nogil
        False for one so short that it is over before other threads could begin.

    Returns
    -------
    Function
        The compiled function, called like the original.

    Examples
    --------
    >>> @kernel
    ... def twice(x):
    ...     return 2 * x
    >>> twice.py_func(4)
    8
    """
    options = _KERNEL | {"nogil": nogil}
    try:
        with kept_apart():
            decorated = numba.njit(cache=True, **options)(function)
    except RuntimeError:
        # No folder for the cache can be written: compile in every process rather than fail.
        decorated = numba.njit(**options)(function)
    return cast(Function, decorated)


class Entry:
    """A kernel of whole numbers alone, called without a look at what its arguments are.

    That look takes numba as long as a short search. Anything that is not a whole number is turned
    into one or refused by the compiled code itself.

    Parameters
    ----------
    dispatcher
        What :func:`kernel` returns.

    Attributes
    ----------
    run
        The compiled code; until it is first called, what compiles or loads it.
    dispatcher
        What was given.

    Examples
    --------
    >>> @kernel
    ... def sum_of(x, y):
    ...     return x + y
    >>> Entry(sum_of).run(2, 3)
    5
    """

    __slots__ = ("dispatcher", "run")

    def __init__(self, dispatcher: Any) -> None:
        self.dispatcher = dispatcher
        self.run: Callable[..., Any] = self._first

    def _first(self, *arguments: int) -> Any:
        return self.compiled(len(arguments))(*arguments)

    def compiled(self, arguments: int) -> Callable[..., Any]:
        """Return the compiled code, which takes so many arguments."""
        self.run = self.dispatcher.compile((types.int64,) * arguments)
        return self.run


def entry(*, nogil: bool = True) -> Callable[[Callable[..., Any]], Entry]:
    """Compile a function of whole numbers like :func:`kernel`, to be called through ``run``.

    Examples
    --------
    >>> @entry()
    ... def square(x):
    ...     return x * x
    >>> square.run(7)
    49
    """
    return lambda function: Entry(kernel(function, nogil=nogil))


def helper(function: Function) -> Function:
    """Compile a part of kernels; only they may call it, Python may not.

    Parameters
    ----------
    function
        A function in the subset of Python that numba knows.

    Returns
    -------
    Function
        The compiled function; its code is kept with that of the kernels.

    Examples
    --------
    >>> @helper
    ... def half(x):
    ...     return x // 2
    >>> half.py_func(4)
    2
    """
    return cast(Function, _once(numba.njit(**_HELPER)(function)))


def inlined(function: Function) -> Function:
    """Compile a small helper that disappears into the kernels that call it.

    Parameters
    ----------
    function
        A function in the subset of Python that numba knows.

    Returns
    -------
    Function
        The compiled function; it has no cache of its own.

    Examples
    --------
    >>> @inlined
    ... def thrice(x):
    ...     return 3 * x
    >>> thrice.py_func(4)
    12
    """
    return cast(Function, _once(numba.njit(forceinline=True, **_HELPER)(function)))


def _once(dispatcher: Any) -> Any:
    """Compile a helper once for all whole numbers, not for each width and each constant.

    numba makes a version of its own for ``grow(0)``, ``grow(1)`` and ``grow(side)``: of some
    helpers there were four.
    """
    find = dispatcher.get_call_template

    def widened(kind: Any) -> Any:
        kind = types.unliteral(kind)  # type: ignore[no-untyped-call]
        return types.int64 if isinstance(kind, types.Integer) else kind

    def find_widened(args: Any, kws: Any) -> Any:
        return find(tuple(map(widened, args)), {n: widened(kind) for n, kind in kws.items()})

    dispatcher.get_call_template = find_widened
    return dispatcher
