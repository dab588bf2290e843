"""Which records a list shows, and in which order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stations.model.places import union_code
from stations.model.schema import IDENTIFIERS, STALE_AFTER_DAYS, Kind
from stations.model.vocabulary import BaseKind, Status, Term, Tier, folded
from stations.planning.coverage.counting import located
from stations.planning.questions import today
from stations.planning.register import Holdings

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series


class Lacking(Term):
    """Something that a record should have, and has not."""

    PLACE = "place", "没有准确位置", "no exact location"
    HOURS = "hours", "开放时间未知", "hours not known"
    DISTRICT = "district", "没有县区", "no district"
    VERIFICATION = "verification", "半年内未核验", "not verified for half a year"


class Order(Term):
    """What a list is ordered by."""

    ENTERED = "entered", "录入先后", "as entered"
    NAME = "name", "名称", "name"
    TIER = "tier", "等级", "tier"
    DISTRICT = "district", "县区", "district"
    VERIFIED = "verified", "核验最早在前", "least recently verified"


@dataclass(frozen=True)
class Filter:
    """What the records of a list have in common; but for the tiers, an empty part lets every record through.

    `words`: all of them are in name, number or address; width, case and spaces are ignored. `divisions` are adcodes,
    `union` is the code of a county-level union. `tiers` and `statuses` are asked of stations alone, `kinds` of bases.
    """

    words: str = ""
    tiers: tuple[Tier, ...] = tuple(Tier)
    kinds: tuple[BaseKind, ...] = ()
    divisions: tuple[str, ...] = ()
    union: str | None = None
    statuses: tuple[Status, ...] = ()
    lacking: tuple[Lacking, ...] = ()


def keys_of(held: Holdings, kind: Kind, wish: Filter, *, order: Order = Order.ENTERED) -> list[str]:
    """Return the identifiers of the records that a filter lets through, in order."""
    frame = held.of(kind)
    for passes in _tests(held, kind, wish):
        frame = frame[passes(frame).to_numpy(dtype=bool)]
    return [str(key) for key in _ordered(frame, kind, order).index]


def _tests(held: Holdings, kind: Kind, wish: Filter) -> list[Callable[[GeoDataFrame], Series]]:
    """Return what each part of a filter that says something asks of a frame."""
    stations = kind == "station"
    words = [folded(word) for word in wish.words.split()]
    tests: list[tuple[bool, Callable[[GeoDataFrame], Series]]] = [
        (stations, lambda frame: frame["tier"].isin(list(wish.tiers))),
        (bool(wish.statuses) and stations, lambda frame: frame["status"].isin(list(wish.statuses))),
        (bool(wish.kinds) and not stations, lambda frame: frame["kinds"].map(lambda own: _shares(own, wish.kinds))),
        (bool(wish.divisions), lambda frame: frame["division"].fillna("").isin(wish.divisions)),
        (wish.union is not None, lambda frame: _unions(held, frame) == wish.union),
        *((True, LACKS[what]) for what in wish.lacking),
        (bool(words), lambda frame: _texts(frame, kind).map(lambda text: all(word in text for word in words))),
    ]
    return [test for asked, test in tests if asked]


def _shares(own: Any, wanted: tuple[BaseKind, ...]) -> bool:
    return not set(own or ()).isdisjoint(wanted)


def _unions(held: Holdings, frame: GeoDataFrame) -> Series:
    """Return the code of the union each record is of: the one it names, else that of its district."""
    import pandas as pd

    rows = zip(frame["union_unit"], frame["district"], strict=True)
    return pd.Series([union_code(held.city, union, district) for union, district in rows], frame.index, dtype=object)


def _texts(frame: GeoDataFrame, kind: Kind) -> Series:
    """Return what the words of a search are looked for in."""
    import pandas as pd

    rows = zip(frame["name"], frame[IDENTIFIERS[kind]], frame["address"], strict=True)
    return pd.Series([folded(f"{name} {key} {address or ''}") for name, key, address in rows], frame.index)


def _unverified(frame: GeoDataFrame) -> Series:
    oldest = (today() - dt.timedelta(days=STALE_AFTER_DAYS)).isoformat()
    stale: Series = frame["verified_on"].map(lambda day: not day or str(day) < oldest)
    return stale


LACKS: Mapping[Lacking, Callable[[GeoDataFrame], Series]] = {
    Lacking.PLACE: lambda frame: ~located(frame),
    Lacking.HOURS: lambda frame: frame["opening_hours"].isna(),
    Lacking.DISTRICT: lambda frame: frame["division"].isna(),
    Lacking.VERIFICATION: _unverified,
}
"""What lacks something, row by row."""


def _ordered(frame: GeoDataFrame, kind: Kind, order: Order) -> GeoDataFrame:
    """Return the frame in order; records alike in it stay as they were entered, unknown ones come last."""
    if order is Order.TIER:
        ranks = frame["tier"].map(lambda tier: Tier(tier).rank) if kind == "station" else frame["kinds"].map(str)
        return frame.loc[ranks.sort_values(kind="stable").index]
    column = {Order.NAME: "name", Order.DISTRICT: "division", Order.VERIFIED: "verified_on"}.get(order)
    if column is None:
        return frame
    place = "first" if order is Order.VERIFIED else "last"  # never verified: that is what is looked for
    return frame.loc[frame[column].sort_values(kind="stable", na_position=place).index]
