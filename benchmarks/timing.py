"""How long a piece of work takes, and how much memory."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")

MIB = 2**20


@contextmanager
def settled() -> Iterator[None]:
    """Leave what is there now out of the search for garbage until the block ends, as the server does at its start."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds by the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def timed(work: Callable[[], Found]) -> tuple[Found, float]:
    """Return what the work comes to, and the seconds by the clock."""
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start


def peak_mib(work: Callable[[], object]) -> float:
    """Return the peak of what Python and NumPy allocate during the work."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / MIB


def count_peak_anew() -> None:
    """Let `peak_mb` count from here on."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_mb() -> float:
    """Return the most memory that this process has held, in millions of bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6
