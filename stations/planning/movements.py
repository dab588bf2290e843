"""What happened to the stations between two days: a list of movements, and an account that reconciles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from stations.model.crs import to_metric
from stations.model.settings import Settings
from stations.model.vocabulary import Status, Tier
from stations.planning.counting import located
from stations.planning.questions import earlier
from stations.planning.register import Holdings, holdings

if TYPE_CHECKING:
    import numpy as np
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pandas import DataFrame, Series

Movement = Literal["added", "undated", "delisted", "upgraded", "downgraded", "moved"]
MOVEMENTS: tuple[Movement, ...] = ("added", "undated", "delisted", "upgraded", "downgraded", "moved")
"""`undated`: entered since, and nobody knows whether it was there before."""
OFF_THE_BOOKS = (Status.PLANNED, Status.DELISTED)
"""A station in one of these is in the register, and is not counted: not yet, or no more."""

COMPARED = ["name", "tier", "division", "lon", "lat", "coord_source", "geometry"]
MOVED_M = 1.0
"""A place that differs by less is the same one."""


class Kept(NamedTuple):
    """For each station of the earlier and of the later day, whether it is on the books of the other, too."""

    own: NDArray[np.bool_]
    new: NDArray[np.bool_]


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

        `opening` + `added` + `undated` − `delisted` + `came` − `went` = `closing`; `came` and `went` count stations on
        the books on both days under another tier or division.
        """
        import pandas as pd

        own, new = (side[field].fillna("") for side in self._sides)  # an empty text where it is not known
        stayed, now = (side[kept] for side, kept in zip((own, new), self._kept, strict=True))
        stayed = stayed.reindex(now.index)
        other = (stayed != now).to_numpy()
        parts = {
            "opening": own,
            "added": new[~self._kept.new & ~self._undated],
            "undated": new[self._undated],
            "delisted": own[~self._kept.own],
            "came": now[other],
            "went": stayed[other],
            "closing": new,
        }
        rows = [tier.value for tier in Tier] if field == "tier" else [*self.after.districts.index, ""]
        counts = {name: part.value_counts() for name, part in parts.items()}
        table = pd.DataFrame(counts).reindex(rows).fillna(0).astype(int)
        return table if field == "tier" or table.loc[""].any() else table.drop(index="")

    def total(self) -> dict[str, int]:
        """Return the city's account: `opening` + `added` + `undated` − `delisted` = `closing`, whatever the tiers."""
        own, new = self._kept
        undated = int(self._undated.sum())
        came = {"added": int((~new).sum()) - undated, "undated": undated}
        return {"opening": len(own), **came, "delisted": int((~own).sum()), "closing": len(new)}

    @cached_property
    def _sides(self) -> tuple[GeoDataFrame, GeoDataFrame]:
        """The stations on the books of either day."""
        before, after = (counted_stations(held)[COMPARED] for held in (self.before, self.after))
        return before, after

    @cached_property
    def _kept(self) -> Kept:
        """Which stations of either side are on the other as well."""
        own, new = self._sides
        return Kept(own.index.isin(new.index), new.index.isin(own.index))

    @cached_property
    def _undated(self) -> NDArray[np.bool_]:
        """Which stations of the later day were entered since without a date that tells since when they are there."""
        _own, new = self._sides
        held = self.after.stations.loc[new.index]
        unknown = (held["opened_on"].isna() & held["status_on"].isna()).to_numpy(bool)
        undated: NDArray[np.bool_] = unknown & ~new.index.isin(self.before.stations.index)
        return undated

    def _entered_and_left(self) -> Iterator[tuple[object, ...]]:
        own, new = self._sides
        for movement, which in (("added", ~self._kept.new & ~self._undated), ("undated", self._undated)):
            for row in new[which].itertuples():
                yield row.Index, row.name, movement, row.division, None, row.tier
        for row in own[~self._kept.own].itertuples():
            yield row.Index, row.name, "delisted", row.division, row.tier, None

    def _changed(self) -> Iterator[tuple[object, ...]]:
        own, new = (side[kept] for side, kept in zip(self._sides, self._kept, strict=True))
        own = own.reindex(new.index)
        elsewhere = (own["lon"] != new["lon"]) | (own["lat"] != new["lat"])
        other = elsewhere | (own["tier"] != new["tier"])  # most stay as they are
        own, new = own[other], new[other]
        pairs = new[["name", "division"]].assign(was=own["tier"], is_now=new["tier"], metres=self._metres(own, new))
        for row in pairs.itertuples():
            if row.was != row.is_now:
                up = Tier(row.is_now).rank < Tier(row.was).rank
                yield row.Index, row.name, "upgraded" if up else "downgraded", row.division, row.was, row.is_now
            if row.metres > MOVED_M:
                yield row.Index, row.name, "moved", row.division, None, row.metres

    def _metres(self, own: GeoDataFrame, new: GeoDataFrame) -> Series:
        """Return how far the places of the same stations lie apart; NaN where either is not known exactly."""
        places = [to_metric(side[["geometry"]], self.after.city.metric_crs) for side in (own, new)]
        metres: Series = places[0].distance(places[1])
        return metres.where(located(own) & located(new))


def counted_stations(held: Holdings) -> GeoDataFrame:
    """Return the stations on the books: all but those that are planned or delisted."""
    return on_the_books(held.stations)


def on_the_books(stations: GeoDataFrame) -> GeoDataFrame:
    """Return stations without those that are planned or delisted."""
    return stations[~stations["status"].isin([status.value for status in OFF_THE_BOOKS])]


def movements(settings: Settings, *, since: dt.date) -> Movements:
    """Return what happened to the stations of a city from the end of a day to that of `settings`, or until now."""
    return Movements(holdings(settings.having(on=earlier(since, settings.on))), holdings(settings))
