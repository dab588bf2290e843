"""Loops that whole arrays cannot say, compiled by numba.

Compiled code is kept beside the module that it stands in, or in the user's cache where nothing can be written there;
without it the first import takes some seconds. No loop keeps other threads waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

Marks = NDArray[np.bool_]
Starts = NDArray[np.int64]
Members = NDArray[np.int32]
Table = NDArray[np.float64]
Places = NDArray[np.int32]
Function = TypeVar("Function", bound=Callable[..., Any])

INTEGER, NUMBER, TRUTH, VOID, CHANCE = types.int64, types.float64, types.boolean, types.void, types.npy_rng
MARKS, STARTS, MEMBERS, FLOATS = types.boolean[::1], types.int64[::1], types.int32[::1], types.float64[::1]
TABLE, PLACES = types.float64[:, ::1], types.int32[:, ::1]


def tuple_of(kind: type, *parts: Any) -> Any:  # numba has no types
    """Return the type of a named tuple of such parts."""
    if len(set(parts)) == 1:
        return types.NamedUniTuple(parts[0], len(parts), kind)  # type: ignore[no-untyped-call]
    return types.NamedTuple(parts, kind)  # type: ignore[no-untyped-call]


def compiled(returned: Any, *given: object) -> Callable[[Function], Function]:
    """Return what compiles a function for arguments of these types, which returns such a one."""

    def compile_it(function: Function) -> Function:
        try:
            return cast("Function", numba.njit(returned(*given), nogil=True, cache=True)(function))
        except RuntimeError:  # there is nowhere to keep it
            return cast("Function", numba.njit(returned(*given), nogil=True)(function))

    return compile_it
