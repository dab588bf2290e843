"""What the audit keeps of sign-ins that had to wait: a line a minute for each name and address, with their count."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from threading import Lock

from stations.model.language import mark
from stations.store.accounts import Accounts

WAITED = mark("sign-in refused for now: too many tries")
A_MINUTE = dt.timedelta(minutes=1)


@dataclass
class _Tries:
    """Tries of which a line was written at a time, and how many there were since that no line tells of."""

    told_at: dt.datetime
    untold: int = 0


class Waiting:
    """Counts tries that are refused unjudged, so that whoever sends any number of them writes few lines.

    The first is a line at once, those of the minute after it are one, which is written with the next try of anybody.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._tries: dict[tuple[Accounts, str, str | None], _Tries] = {}

    def tell(self, kept: Accounts, who: str, address: str | None, *, of_any_name: bool, now: dt.datetime) -> None:
        """Take a try that has to wait into the audit; `of_any_name`: the address has to, whatever name it says."""
        key = kept, "" if of_any_name else who, address
        with self._lock:
            if key in self._tries:
                self._tries[key].untold += 1
            else:
                self._tries[key] = _Tries(now)
                _write(kept, who, address, count=1, now=now)
        self.catch_up(kept, now=now)

    def catch_up(self, kept: Accounts, *, now: dt.datetime) -> None:
        """Write the lines whose minute is over."""
        with self._lock:
            over = [key for key, tries in self._tries.items() if key[0] is kept and now - tries.told_at >= A_MINUTE]
            for key in over:
                tries = self._tries.pop(key)
                if tries.untold:
                    self._tries[key] = _Tries(now)
                    _write(*key, count=tries.untold, now=now)


def _write(kept: Accounts, who: str, address: str | None, *, count: int, now: dt.datetime) -> None:
    kept.note_at_door(who, WAITED, at=now, about=f"×{count}", address=address)
