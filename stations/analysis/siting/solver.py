"""HiGHS as siting uses it: silent, on one core, until the time is over or the search is stopped."""

from __future__ import annotations

import highspy
from highspy.highs import HighsCallbackEvent

from stations.analysis.siting.clock import over, remaining, stoppable


class _Silent(highspy.Highs):
    """HiGHS that asks between its branches whether it is to end, where somebody may stop it."""

    _raised: BaseException | None = None

    def enableCallbacks(self) -> None:  # noqa: N802  # its name
        """Leave callbacks off as long as it is not silent: turning them on writes its version to the output."""

    def listen(self, until: float) -> None:
        """Ask from now on; not within a relaxation, which would wait for Python at each of its steps."""

        def end(event: HighsCallbackEvent) -> None:
            try:
                ended = over(until)
            except BaseException as error:  # noqa: BLE001  # HiGHS would drop it: `run` raises it
                self._raised, ended = error, True
            if ended:
                event.interrupt()

        super().enableCallbacks()  # type: ignore[no-untyped-call]  # it has no types
        self.cbMipInterrupt += end

    def run(self) -> highspy.HighsStatus:
        """Solve what was passed. Raises what was raised by whoever was asked; of an error nothing is to be believed."""
        status = super().run()
        if self._raised is not None:
            raise self._raised
        return status


def solver(*, until: float) -> highspy.Highs:
    """Return a solver that stops when the clock says `until`."""
    highs = _Silent()  # type: ignore[no-untyped-call]  # it has no types
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("time_limit", remaining(until))
    if stoppable():
        highs.listen(until)
    return highs
