"""HiGHS as siting uses it: silent, on one core, until the time is over or the search is stopped."""

from __future__ import annotations

import highspy
from highspy.highs import HighsCallbackEvent

from stations.analysis.siting.clock import over, remaining


class _Silent(highspy.Highs):
    """HiGHS without its callbacks as long as it is not silent: turning them on writes its version to the output."""

    def enableCallbacks(self) -> None:  # noqa: N802  # its name
        """Leave them off."""

    def minding(self, until: float) -> None:
        """Ask between the nodes of a search by branches whether it is to end; who stops it is not told otherwise."""

        def end(event: HighsCallbackEvent) -> None:
            if over(until):
                event.interrupt()

        super().enableCallbacks()  # type: ignore[no-untyped-call]
        self.cbMipInterrupt += end


def solver(*, until: float) -> highspy.Highs:
    """Return a solver that stops when the clock says `until`."""
    highs = _Silent()  # type: ignore[no-untyped-call]  # it has no types
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("time_limit", remaining(until))
    highs.minding(until)
    return highs
