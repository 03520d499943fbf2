"""How the kernels are compiled: one typed alias of numba's decorator.

The compiled code is kept beside the source, or in numba's user cache where that folder is
read-only, so that only the very first process pays for the compiler.

numba recompiles a kernel when its own module changes, but not when a helper from another module
does: after editing a helper, delete the ``*.nbi`` files in ``__pycache__``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile a function to machine code on its first call; it runs without the GIL.

    Parameters
    ----------
    function
        A function in the subset of Python that numba knows.

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
    try:
        decorated = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        # No folder for the cache can be written: compile in every process rather than fail.
        decorated = numba.njit(nogil=True, error_model="numpy")(function)
    return cast(Function, decorated)


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
    return cast(Function, numba.njit(nogil=True, error_model="numpy", forceinline=True)(function))
