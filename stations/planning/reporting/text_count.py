"""What the register gives for what a text counts: how many there are, how many there may be, and which rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stations.model.counted import Counted
from stations.model.places import union_code
from stations.model.settings import Settings
from stations.model.vocabulary import Status, Tier
from stations.planning.coverage.counting import in_use
from stations.planning.records.movements import OFF_THE_BOOKS, Movements, movements
from stations.planning.register import Holdings, holdings, undated

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray


class Rows(NamedTuple):
    """The numbers of the records that are counted, and of those of which the register does not know it."""

    sure: frozenset[str]
    unsure: frozenset[str]

    @property
    def least(self) -> int:
        """How many there are at the least."""
        return len(self.sure)

    @property
    def most(self) -> int:
        """How many there may be."""
        return len(self.sure) + len(self.unsure)


@dataclass(frozen=True)
class Count:
    """A number that the register gives, from `least` to `most`, with the rows behind it."""

    least: int
    most: int
    keys: frozenset[str]


@dataclass
class Registers:
    """The register of one city on the days that a text speaks of, each looked at once."""

    settings: Settings
    _counted: dict[tuple[Counted, dt.date | None, dt.date | None], Count] = field(default_factory=dict)
    _moves: dict[tuple[dt.date | None, dt.date], Movements] = field(default_factory=dict)
    _held: dict[dt.date | None, Holdings] = field(default_factory=dict)

    @cached_property
    def now(self) -> Holdings:
        """The register as it is."""
        return holdings(replace(self.settings, on=None))

    def on(self, day: dt.date | None) -> Holdings:
        """Return the register of the end of a day, or as it is."""
        if day not in self._held:
            self._held[day] = self.now if day is None else holdings(replace(self.settings, on=day))
        return self._held[day]

    def count(self, counts: Counted, on: dt.date | None, since: dt.date | None) -> Count:
        """Return how many records there are, or came and went between two days."""
        key = counts, on, since if counts.change else None
        if key not in self._counted:
            self._counted[key] = self._count(*key)
        return self._counted[key]

    def _count(self, counts: Counted, on: dt.date | None, since: dt.date | None) -> Count:
        if since is None or counts.change is None:
            rows = self._standing(counts, on)
            return Count(rows.least, rows.most, rows.sure)
        if counts.change in {"grown", "shrunk"}:
            return self._net(counts, on, since)
        rows = self._moved(counts, self._movements(on, since))
        return Count(rows.least, rows.most, rows.sure)

    def _net(self, counts: Counted, on: dt.date | None, since: dt.date) -> Count:
        """Return by how many there are more, or fewer, at the end than at the beginning; its rows came or went."""
        opening, closing = (self._standing(replace(counts, change=None), day) for day in (since, on))
        keys = opening.sure ^ closing.sure
        if counts.change == "shrunk":
            opening, closing = closing, opening
        return Count(closing.least - opening.most, closing.most - opening.least, keys)

    def _movements(self, on: dt.date | None, since: dt.date) -> Movements:
        if (on, since) not in self._moves:
            self._moves[on, since] = movements(replace(self.settings, on=on), since=since)
        return self._moves[on, since]

    def _standing(self, counts: Counted, on: dt.date | None) -> Rows:
        held = self.on(on)
        rows = _rows(held.of(counts.kind), _conditions(counts, held))
        if on is None:
            return rows
        later = undated(held, self.now, counts.kind)
        maybe = _rows(later, _conditions(counts, self.now))
        return Rows(rows.sure, rows.unsure | maybe.sure | maybe.unsure)

    def _moved(self, counts: Counted, moves: Movements) -> Rows:
        """Return the stations that came, left or were honoured; of the unsure ones no day is known."""
        listed = moves.stations
        of = {name: frozenset(listed.loc[listed["movement"] == name, "station_id"]) for name in _MOVES}
        side = moves.before if counts.change == "delisted" else moves.after
        frame = side.stations
        rows = _rows(frame, _conditions(replace(counts, status=None), side))
        if counts.change == "honoured":  # since when a station holds what it held before is not known
            honoured = frozenset(frame.index[frame["tier"] != Tier.NONE])
            new = of["upgraded"] | of["added"]
            return Rows(rows.sure & new & honoured, (rows.sure & honoured) - new)
        moved = of[str(counts.change)]
        unsure = of["undated"] if counts.change == "added" else frozenset[str]()
        return Rows(rows.sure & moved, (rows.sure & unsure) | (rows.unsure & (moved | unsure)))


_MOVES = ("added", "delisted", "upgraded", "undated")

Condition = Callable[["GeoDataFrame"], "tuple[NDArray[np.bool_], NDArray[np.bool_]]"]
"""Says of each row of a frame whether it meets a wish, and whether the register does not know."""


def _rows(frame: GeoDataFrame, conditions: Iterator[Condition]) -> Rows:
    sure, possible = np.ones(len(frame), dtype=bool), np.ones(len(frame), dtype=bool)
    for condition in conditions:
        meets, unknown = condition(frame)
        sure &= meets
        possible &= meets | unknown
    return Rows(frozenset(map(str, frame.index[sure])), frozenset(map(str, frame.index[possible & ~sure])))


def _conditions(counts: Counted, held: Holdings) -> Iterator[Condition]:
    if counts.kind == "station":
        yield lambda frame: _with_status(frame, counts.status)
    if counts.tier:
        yield lambda frame: ((frame["tier"] == counts.tier).to_numpy(), np.zeros(len(frame), dtype=bool))
    if counts.base_kind:
        yield lambda frame: _of_kind(frame, str(counts.base_kind))
    if counts.place:
        yield lambda frame: _in_place(frame, held, str(counts.place), union=counts.union)


def _with_status(frame: GeoDataFrame, status: Status | None) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which are on the books, or have the status that is named; of some it is not known."""
    unknown = frame["status"].isna().to_numpy()
    if status is None:
        return ~frame["status"].isin([each.value for each in OFF_THE_BOOKS]).to_numpy(), np.zeros(
            len(frame), dtype=bool
        )
    return (in_use(frame) if status is Status.IN_USE else frame["status"] == status).to_numpy(), unknown


def _of_kind(frame: GeoDataFrame, kind: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    meets = [kind in kinds for kinds in frame["kinds"]]
    return np.array(meets, dtype=bool), np.array([not kinds for kinds in frame["kinds"]], dtype=bool)


def _in_place(
    frame: GeoDataFrame, held: Holdings, place: str, *, union: bool
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which are of a division, or of a union; of those without a district it is not known."""
    if place in held.city.divisions and not union:
        meets = [code == place for code in frame["division"]]
    else:
        named = zip(frame["union_unit"], frame["district"], frame["division"], strict=True)
        meets = [union_code(held.city, unit, district or division) == place for unit, district, division in named]
    nowhere = [code is None and not unit for code, unit in zip(frame["division"], frame["union_unit"], strict=True)]
    return np.array(meets, dtype=bool), np.array(nowhere, dtype=bool)
