"""The same place under two names, or twice under one: offered, with how far and how alike."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from stations.intake.duplicates import near
from stations.model.schema import Station
from stations.model.vocabulary import CoordSource

OTHERS = pd.DataFrame(
    {
        "name": ["工会驿站（洞山中路店）", "示例邮局驿站", "示例加油站驿站", "工会驿站(洞山中路店)", "示例远方驿站"],
        "lon": [117.0, 117.0003, 117.02, None, 117.0021],
        "lat": [32.6, 32.6, 32.6, None, 32.6],
    },
    index=["A", "B", "C", "D", "E"],
)


def station(name: str, lon: float | None = None) -> Station:
    place = {} if lon is None else {"lon": lon, "lat": 32.6, "datum": "WGS84"}
    return Station.model_validate({"name": name, **place})


def test_what_is_at_one_spot_is_near_whatever_its_name() -> None:
    hits = near(station("示例书店", 117.0), OTHERS)
    assert [(hit.key, round(hit.distance_m)) for hit in hits] == [("A", 0), ("B", 28)]


def test_a_like_name_is_near_around_and_where_no_place_is_known() -> None:
    hits = near(station("工会驿站(洞山中路 店)", 117.002), OTHERS)
    assert [hit.key for hit in hits] == ["E", "A", "D"]
    assert hits[1].alike == pytest.approx(100)
    assert math.isnan(hits[2].distance_m)


def test_a_like_name_far_away_is_another_branch() -> None:
    assert [hit.key for hit in near(station("工会驿站(洞山中路店)", 117.2), OTHERS)] == ["D"]


def test_a_record_without_place_is_compared_by_name_alone() -> None:
    assert [hit.key for hit in near(station("示例邮局驿站"), OTHERS)] == ["B"]


def test_what_stands_for_its_area_is_near_nothing_and_compared_by_name() -> None:
    areas = OTHERS.assign(coord_source="area")
    assert near(station("示例书店", 117.0), areas) == []
    (hit,) = near(station("示例邮局驿站", 117.0003), areas)
    assert math.isnan(hit.distance_m)
    own = station("示例邮局驿站", 117.0003).model_copy(update={"coord_source": CoordSource.AREA})
    assert [(each.key, math.isnan(each.distance_m)) for each in near(own, OTHERS)] == [("B", True)]


def test_nothing_is_near_in_an_empty_register() -> None:
    assert near(station("示例", 117.0), OTHERS.iloc[:0]) == []
