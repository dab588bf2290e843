"""What happened to the stations between two days: a list of movements, and an account that reconciles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, get_args

from stations.model.crs import metric_points
from stations.model.settings import Settings
from stations.model.vocabulary import Status, Tier
from stations.planning.coverage.counting import of_a_place
from stations.planning.questions import earlier
from stations.planning.register import Holdings, holdings

if TYPE_CHECKING:
    import numpy as np
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pandas import DataFrame, Series

Frame = TypeVar("Frame", bound="DataFrame")
Movement = Literal["added", "undated", "delisted", "uncounted", "upgraded", "downgraded", "moved"]
MOVEMENTS: tuple[Movement, ...] = get_args(Movement)
"""`undated`: entered since, and nobody knows whether it was there before. `uncounted`: on the books no more, and not
delisted: planned again, or taken out of the register."""
OFF_THE_BOOKS = (Status.PLANNED, Status.DELISTED)
"""A station in one of these is in the register, and is not counted: not yet, or no more."""

COMPARED = ["name", "tier", "division", "lon", "lat", "coord_source", "opened_on", "status_on"]
MOVED_M = 1.0
"""A place that differs by less is the same one."""


class Kept(NamedTuple):
    """Which stations are on the books of both days.

    For each station of the earlier day (`own`) and of the later one (`new`) whether it is; and of the latter, at which
    position of the earlier day each stands (`where`).
    """

    own: NDArray[np.bool_]
    new: NDArray[np.bool_]
    where: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Movements:
    """The stations of two days, `before` and `after`, both as they are known now."""

    before: Holdings
    after: Holdings

    @cached_property
    def stations(self) -> DataFrame:
        """A row for each movement: `station_id`, `name`, `movement`, `district` (after, or last), `was`, `is_now`.

        `was` and `is_now` are tiers, ``None`` where it was not counted; of one that moved, `is_now` are the metres.
        """
        import pandas as pd

        columns = ["station_id", "name", "movement", "district", "was", "is_now"]
        return pd.DataFrame([*self._entered_and_left(), *self._changed()], columns=columns, dtype=object)

    def by(self, field: Literal["tier", "division"]) -> DataFrame:
        """Return the account by tier or division.

        `opening` + `added` + `undated` − `delisted` − `uncounted` + `came` − `went` = `closing`; `came` and `went`
        count stations on the books on both days under another tier or division.
        """
        import numpy as np
        import pandas as pd

        rows = [tier.value for tier in Tier] if field == "tier" else [*self.after.districts.index, ""]
        known = (side[field].fillna("") for side in self._sides)  # an empty text where it is not known
        own, new = (pd.Index(rows).get_indexer(pd.Index(side)) for side in known)
        stayed, now = own[self._kept.where], new[self._kept.new]
        parts = {
            "opening": own,
            "added": new[~self._kept.new & ~self._undated],
            "undated": new[self._undated],
            "delisted": own[self._delisted],
            "uncounted": own[~self._kept.own & ~self._delisted],
            "came": now[stayed != now],
            "went": stayed[stayed != now],
            "closing": new,
        }
        counts = {name: np.bincount(part[part >= 0], minlength=len(rows)) for name, part in parts.items()}
        table = pd.DataFrame(counts, index=rows)
        return table if field == "tier" or table.loc[""].any() else table.drop(index="")

    def total(self) -> dict[str, int]:
        """Return the city's account, whatever the tiers.

        `opening` + `added` + `undated` − `delisted` − `uncounted` = `closing`.
        """
        own, new, _where = self._kept
        undated, delisted = int(self._undated.sum()), int(self._delisted.sum())
        came = {"added": int((~new).sum()) - undated, "undated": undated}
        left = {"delisted": delisted, "uncounted": int((~own).sum()) - delisted}
        return {"opening": len(own), **came, **left, "closing": len(new)}

    @cached_property
    def _sides(self) -> tuple[DataFrame, DataFrame]:
        """The stations on the books of either day."""
        import pandas as pd

        frames = (pd.DataFrame(held.stations)[["status", *COMPARED]] for held in (self.before, self.after))
        before, after = map(on_the_books, frames)
        return before, after

    @cached_property
    def _kept(self) -> Kept:
        """Which stations of either side are on the other as well."""
        import numpy as np

        own, new = self._sides
        there = own.index.get_indexer(new.index)
        where = there[there >= 0]
        stayed = np.zeros(len(own), dtype=bool)
        stayed[where] = True
        return Kept(stayed, there >= 0, where)

    @cached_property
    def _undated(self) -> NDArray[np.bool_]:
        """Which stations of the later day were entered since without a date that tells since when they are there."""
        _own, new = self._sides
        unknown = (new["opened_on"].isna() & new["status_on"].isna()).to_numpy(bool)
        undated: NDArray[np.bool_] = unknown & ~new.index.isin(self.before.stations.index)
        return undated

    @cached_property
    def _delisted(self) -> NDArray[np.bool_]:
        """Which stations of the earlier day are delisted on the later one."""
        own, _new = self._sides
        now = self.after.stations["status"].reindex(own.index)
        delisted: NDArray[np.bool_] = (now == Status.DELISTED.value).to_numpy(bool)
        return delisted

    def _entered_and_left(self) -> Iterator[tuple[object, ...]]:
        own, new = self._sides
        for movement, which in (("added", ~self._kept.new & ~self._undated), ("undated", self._undated)):
            for row in new[which].itertuples():
                yield row.Index, row.name, movement, row.division, None, row.tier
        for movement, which in (("delisted", self._delisted), ("uncounted", ~self._kept.own & ~self._delisted)):
            for row in own[which].itertuples():
                yield row.Index, row.name, movement, row.division, row.tier, None

    def _changed(self) -> Iterator[tuple[object, ...]]:
        own, new = self._sides[0].iloc[self._kept.where], self._sides[1][self._kept.new]
        unlike = {name: own[name].to_numpy() != new[name].to_numpy() for name in ("lon", "lat", "tier")}
        elsewhere = unlike["lon"] | unlike["lat"]
        other = elsewhere | unlike["tier"]  # most stay as they are
        own, new = own[other], new[other]
        metres = self._metres(own, new).where(elsewhere[other])
        pairs = new[["name", "division"]].assign(was=own["tier"], is_now=new["tier"], metres=metres)
        rows: Iterable[Any] = pairs.itertuples()
        for row in rows:
            if row.was != row.is_now:
                up = Tier(row.is_now).rank < Tier(row.was).rank
                yield row.Index, row.name, "upgraded" if up else "downgraded", row.division, row.was, row.is_now
            if row.metres > MOVED_M:
                yield row.Index, row.name, "moved", row.division, None, row.metres

    def _metres(self, own: DataFrame, new: DataFrame) -> Series:
        """Return how far the places of the same stations lie apart; NaN where either is not known exactly."""
        import numpy as np
        import pandas as pd

        sides = [side[["lon", "lat"]].to_numpy(float) for side in (own, new)]
        before, after = (metric_points(lon, lat, self.after.city.metric_crs) for lon, lat in (side.T for side in sides))
        metres = pd.Series(np.hypot(*(after - before).T), index=new.index)
        return metres.where(of_a_place(own) & of_a_place(new))


def counted_stations(held: Holdings) -> GeoDataFrame:
    """Return the stations on the books: all but those that are planned or delisted."""
    return on_the_books(held.stations)


def on_the_books(stations: Frame) -> Frame:
    """Return stations without those that are planned or delisted."""
    return stations[~stations["status"].isin([status.value for status in OFF_THE_BOOKS])]


def movements(settings: Settings, *, since: dt.date) -> Movements:
    """Return what happened to the stations of a city from the end of a day to that of `settings`, or until now."""
    return Movements(holdings(settings.having(on=earlier(since, settings.on))), holdings(settings))
