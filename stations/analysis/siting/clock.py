"""When a search has to end: its time is over, or somebody stops it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


def never() -> bool:
    """Return that nobody stops the search."""
    return False


_STOPPED: ContextVar[Callable[[], bool]] = ContextVar("stopped", default=never)


@contextmanager
def stopped_by(stopped: Callable[[], bool]) -> Iterator[None]:
    """Let whatever is searched for within, in this thread, end as if its time were over once `stopped` says so.

    No generator may yield within: whoever asks it would be stopped, too.
    """
    token = _STOPPED.set(stopped)
    try:
        yield
    finally:
        _STOPPED.reset(token)


def stoppable() -> bool:
    """Return whether somebody may stop the search before its time is over."""
    return _STOPPED.get() is not never


def remaining(until: float) -> float:
    """Return how many seconds are left until the clock (`time.perf_counter`) says `until`; none where it is over."""
    return 0.0 if _STOPPED.get()() else max(0.0, until - time.perf_counter())


def over(until: float) -> bool:
    """Return whether the clock says `until` or later, or the search is stopped."""
    return not remaining(until)
