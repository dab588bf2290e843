"""HiGHS as siting uses it: silent, on one core, until the time is over."""

from __future__ import annotations

import time

import highspy


class _Silent(highspy.Highs):
    """HiGHS without the callbacks that nobody asks for: turning them on writes its version to the output."""

    def enableCallbacks(self) -> None:  # noqa: N802  # its name
        """Leave them off."""


def solver(*, until: float) -> highspy.Highs:
    """Return a solver that stops when the clock says `until`."""
    highs = _Silent()  # type: ignore[no-untyped-call]  # it has no types
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("time_limit", max(0.0, until - time.perf_counter()))
    return highs
