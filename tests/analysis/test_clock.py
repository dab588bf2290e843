from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stations.analysis.clock import by_hour, day_curve, opening
from stations.analysis.pairs import pairs_within
from stations.model.hours import Hours, is_open, parse_hours
from tests.analysis.towns import Town, demand_frame, radii, station_frame, towns

MONDAY, SATURDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 28)
TEXTS = [
    None,
    "rubbish",
    "全天",
    "周一至周五8点-18点，中午不休",
    "周五至周日 21:00-次日5:00",
    "7:30-21:30有人值守，其余时段扫码进入",
    "24小时无人值守",
    "工作日 8:30-17:00",
]


def hours_of(town: Town, *texts: str | None) -> pd.Series:
    return pd.Series(list(texts), index=town.stations.index, dtype=object)


def state(text: str | None, weekday: int, minute: int, *, attended_only: bool) -> bool | None:
    """Return open, closed or not known, read off `is_open`."""
    hours = parse_hours(text)
    if hours is None:
        return None
    now = is_open(hours, weekday, minute)
    if not attended_only or not now:
        return now
    return None if hours.attended is None else is_open(Hours(hours.attended), weekday, minute)


@settings(max_examples=20, deadline=None)
@given(towns(), radii, st.booleans(), st.data())
def test_the_week_equals_a_slow_loop(town: Town, radius_m: float, attended_only: bool, data: st.DataObject) -> None:
    texts = hours_of(town, *(data.draw(st.sampled_from(TEXTS)) for _ in town.stations.index))
    pairs = pairs_within(*town[:2], radius_m=radius_m)
    people = town.demand["people"].astype(int)
    table = by_hour(pairs, people, opening_hours=texts, attended_only=attended_only)
    assert table.index.tolist() == [(weekday, hour) for weekday in range(7) for hour in range(24)]
    for (weekday, hour), row in table.iterrows():
        states = [state(text, weekday, hour * 60, attended_only=attended_only) for text in texts]
        low = {p for p, s in zip(pairs.point, pairs.station, strict=True) if states[s]}
        high = {p for p, s in zip(pairs.point, pairs.station, strict=True) if states[s] is not False}
        counted = [states.count(True), states.count(None), *(sum(people.iloc[p] for p in side) for side in (low, high))]
        assert row.tolist() == counted
        known = opening(texts, weekday, hour * 60, attended_only=attended_only)
        assert [None if pd.isna(now) else bool(now) for now in known] == states


def test_the_toy_town_as_counted_on_paper(toy_town: Town) -> None:
    texts = hours_of(toy_town, "周一至周五 8:00-18:00", None, "24小时")
    pairs = pairs_within(*toy_town[:2], radius_m=1000)
    week = by_hour(pairs, toy_town.demand["people"], opening_hours=texts, attended_only=False)
    assert week.loc[(0, 8)].tolist() == [2, 1, 215, 265]
    assert week.loc[(0, 18)].tolist() == [1, 1, 195, 245]  # an end is not open
    assert week.loc[(5, 8)].tolist() == [1, 1, 195, 245]
    staffed = by_hour(pairs, toy_town.demand["people"], opening_hours=texts, attended_only=True)
    assert staffed.loc[(0, 8)].tolist() == [0, 3, 0, 265]
    assert staffed.loc[(0, 18)].tolist() == [0, 2, 0, 245]


@pytest.mark.parametrize(
    ("text", "states"),
    [
        (None, "???"),
        ("周一至周五 8:00-18:00", "-?-"),
        ("8:00-18:00，节假日除外", "---"),
        ("8:00-18:00，节假日照常开放", "-+-"),
        ("周一至周五 8:00-18:00；周末及节假日 11:00-17:00", "-+-"),
        ("周一至周五 8:00-11:00；周末及节假日 11:00-20:00", "-??"),
        ("24小时", "???"),
        ("24小时全年无休", "+++"),
        ("21:00-次日5:00，节假日除外", "?--"),
    ],
)
def test_on_a_holiday_only_what_is_written_is_known(text: str | None, states: str) -> None:
    town = Town(demand_frame([(0, 0)], [9]), station_frame([(0, 0)]), station_frame([]))
    pairs = pairs_within(*town[:2], radius_m=5)
    curve = day_curve(
        pairs,
        town.demand["people"],
        MONDAY,
        holidays={MONDAY},
        opening_hours=hours_of(town, text),
        attended_only=False,
    )
    band = {"+": (9, 9), "?": (0, 9), "-": (0, 0)}
    found = curve.loc[[3, 12, 19], ["covered_people_low", "covered_people_high"]]
    assert [tuple(row) for row in found.to_numpy()] == [band[sign] for sign in states]


def test_an_ordinary_date_is_its_weekday(toy_town: Town) -> None:
    texts = hours_of(toy_town, "周一至周五 8:00-18:00", None, "24小时")
    pairs, people = pairs_within(*toy_town[:2], radius_m=1000), toy_town.demand["people"]
    week = by_hour(pairs, people, opening_hours=texts, attended_only=False)
    for date in (MONDAY, SATURDAY):
        day = day_curve(pairs, people, date, holidays=(), opening_hours=texts, attended_only=False)
        pd.testing.assert_frame_equal(day, week.loc[date.weekday()])


def test_nothing_built_covers_nothing_at_any_hour() -> None:
    for demand, stations in (([(0, 0)], []), ([], [(0, 0)])):
        town = Town(demand_frame(demand), station_frame(stations), station_frame([]))
        pairs = pairs_within(*town[:2], radius_m=5)
        texts = hours_of(town, *["全天" for _ in stations])
        table = by_hour(pairs, town.demand["people"].astype(int), opening_hours=texts, attended_only=False)
        assert table.shape == (168, 4)
        assert not table[["covered_people_low", "covered_people_high"]].to_numpy().any()
