"""The same place under two names, or twice under one: offered, with how far and how alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from stations.intake.doctor import duplicates
from stations.intake.doctor.distinctive import own_words
from stations.intake.doctor.duplicates import (
    ALIKE,
    AROUND_M,
    AT_A_SPOT,
    Named,
    Pairs,
    named,
    near,
    near_each,
    pairs_between,
    pairs_within,
)
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


# --- many at once ---------------------------------------------------------------------------


def records(*rows: tuple[str, float | None], **told: Sequence[str]) -> Named:
    """Return records of a name and metres to the east, on one parallel; `told` of their addresses and districts."""
    metres_per_degree = math.radians(6371008.8 * math.cos(math.radians(32.6)))
    lon = [None if east_m is None else 117 + east_m / metres_per_degree for _name, east_m in rows]
    return named([name for name, _east_m in rows], (lon, [None if x is None else 32.6 for x in lon]), **told)


def found(pairs: Pairs) -> set[tuple[int, int]]:
    return set(zip(pairs.one.tolist(), pairs.other.tolist(), strict=True))


def test_alike_and_around_is_a_pair_with_the_earlier_one_first() -> None:
    pairs = pairs_within(records(("工会驿站(洞山中路店)", 0), ("示例书店", 10), ("工会驿站(洞山中路 店）", 300)))
    assert found(pairs) == {(0, 2)}
    assert pairs.metres[0] == pytest.approx(300, abs=1)


SPELLINGS = (
    "洞山中路工会驿站",
    "淮南市田家庵区洞山中路工会驿站",
    "工会驿站（洞山中路）",
    "工会驿站(洞山中路店)",
    "洞山中路户外劳动者驿站",
    "洞山中路工会驛站",
    "洞山中路工会驿站（建设银行）",
)


@pytest.mark.parametrize(("one", "other"), list(combinations(SPELLINGS, 2)))
def test_one_place_however_its_name_is_spelt_is_a_pair(one: str, other: str) -> None:
    places = records((one, 0), (other, 95), districts=["田家庵区"] * 2)
    assert found(pairs_within(places)) == {(0, 1)}
    assert found(pairs_between(places, places)) >= {(0, 1), (1, 0)}


def test_other_roads_of_one_kind_of_station_are_no_pair() -> None:
    rows = [(f"淮南市田家庵区{road}工会驿站", 100.0 * at) for at, road in enumerate(("洞山中路", "国庆路", "朝阳西路"))]
    assert found(pairs_within(records(*rows, districts=["田家庵区"] * 3))) == set()


def test_one_address_is_a_pair_near_by_whatever_the_names() -> None:
    rows = (("爱心屋", 0.0), ("洞山工会驿站3号点", 190.0), ("洞山工会驿站5号点", 195.0), ("示例书店", 500.0))
    addresses = ["淮南市田家庵区洞山中路8号", "洞山中路 8 号", "田家庵区洞山中路８号", "洞山中路8号"]
    places = records(*rows, addresses=addresses, districts=["田家庵区"] * 4)
    assert found(pairs_within(places)) == {(0, 1), (0, 2), (1, 2)}
    assert found(pairs_within(places._replace(addresses=["洞山中路1号", "洞山中路2号", "洞山中路3号", ""]))) == set()


def test_one_address_without_a_place_counts_in_one_district_and_with_a_number() -> None:
    rows = [(name, None) for name in ("爱心屋", "职工书屋", "加油站", "便利店")]
    districts = ["田家庵区", "田家庵区", "大通区", "田家庵区"]
    numbered = records(*rows, addresses=["人民路8号"] * 3 + [""], districts=districts)
    assert found(pairs_within(numbered)) == {(0, 1)}
    assert found(pairs_within(records(*rows, addresses=["洞山街道院内"] * 4, districts=districts))) == set()


def test_one_address_of_a_hundred_thousand_costs_nothing() -> None:
    rows = [(f"示例{letter}", None) for letter in "甲乙丙丁" * 25_000]
    told = {"addresses": ["人民路8号"] * len(rows), "districts": ["大通区"] * len(rows)}
    assert len(pairs_within(records(*rows, **told)).one) <= len(rows) * AT_A_SPOT


def test_farther_than_around_is_no_pair() -> None:
    rows = (("工会驿站洞山店", 0.0), ("工会驿站洞山店", AROUND_M + 2), ("工会驿站洞山店", 2 * AROUND_M))
    assert found(pairs_within(records(*rows))) == {(1, 2)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("洞山路工会驿站3号点", "洞山路工会驿站5号点"),
        ("洞山路第一工会驿站", "洞山路第二工会驿站"),
        ("商城路220号工会驿站", "商城路206号工会驿站"),
    ],
)
def test_names_told_apart_by_their_numbers_are_not_alike(one: str, other: str) -> None:
    assert found(pairs_within(records((one, 0), (other, 100)))) == set()


def test_without_a_place_the_name_decides() -> None:
    rows = (("工会驿站洞山中路店", None), ("工会驿站洞山中路点", 0.0), ("示例", None), ("工会驿站洞山中路店", None))
    assert found(pairs_within(records(*rows))) == {(0, 1), (0, 3), (1, 3)}


def test_where_names_are_too_many_only_the_very_same_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "MOST_BY_NAME", 1)
    own = records(("工会驿站洞山中路店", None), ("示例", None))
    others = records(("工会驿站洞山中路点", 0.0), ("工会驿站洞山中路店", 0.0), ("工会驿站洞山中路店", None))
    assert found(pairs_between(own, others)) == {(0, 1)}


def test_a_hundred_thousand_on_one_spot_cost_nothing() -> None:
    pairs = pairs_within(records(*[(f"示例{letter}", 0.0) for letter in "甲乙丙丁" * 25_000]))
    assert len(pairs.one) <= AT_A_SPOT**2


def _alike(one: str, other: str) -> bool:
    own = own_words(one, ""), own_words(other, "")
    return max(fuzz.ratio(one, other), fuzz.token_set_ratio(*own)) >= ALIKE


@given(
    st.lists(
        st.tuples(st.sampled_from(["洞山店", "洞山中店", "舜耕山", "洞山一店"]), st.integers(0, 1200)), max_size=12
    )
)
def test_pairs_are_those_that_a_slow_search_finds(rows: list[tuple[str, int]]) -> None:
    there = [(f"示例工会驿站{name}", float(east_m)) for name, east_m in rows if east_m % 7]  # none exactly at the limit
    slow = {
        (one, other)
        for (one, mine), (other, theirs) in combinations(enumerate(there), 2)
        if abs(mine[1] - theirs[1]) <= AROUND_M and _alike(mine[0], theirs[0])
    }
    assert found(pairs_within(records(*there))) == slow


def test_each_record_gets_its_own_neighbours() -> None:
    each = near_each([station("示例书店", 117.0), station("示例邮局驿站"), station("无")], OTHERS)
    assert [[hit.key for hit in hits] for hits in each] == [["A", "B"], ["B"], []]


def test_numbers_do_not_count_at_one_spot() -> None:
    others = pd.DataFrame({"name": ["示例路3号驿站"], "lon": [117.0], "lat": [32.6]}, index=["A"])
    assert [hit.key for hit in near(station("示例路5号驿站", 117.0002), others)] == ["A"]
    assert near(station("示例路5号驿站", 117.002), others) == []


def test_the_very_same_name_is_near_as_far_as_a_wrong_datum_moves_it() -> None:
    assert [hit.key for hit in near(station("示例邮局驿站", 117.01), OTHERS)] == ["B"]
    assert near(station("示例邮局驿站乙", 117.01), OTHERS) == []
    assert near(station("示例邮局驿站", 117.02), OTHERS)[0].key == "C"  # what is on its spot; B is 1.8 km away
