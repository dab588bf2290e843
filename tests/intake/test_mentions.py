"""What a text's figures are taken to count, in words that offices write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.intake.mentions import Mention, mentions
from stations.model.places import load_city
from stations.model.vocabulary import BaseKind, Tier

HUAINAN = load_city("340400")
SEED = "全市建成并投入使用工会服务驿站98个,其中全国最美站点5个、省级站点6个、市级站点35个"


def only(text: str) -> Mention:
    (found,) = mentions(text, HUAINAN)
    return found


def test_the_sentence_of_a_yearly_review_is_understood() -> None:
    found = mentions(SEED, HUAINAN)
    assert [each.value for each in found] == [98, 5, 6, 35]
    assert [each.tier for each in found] == [None, Tier.NATIONAL, Tier.PROVINCIAL, Tier.MUNICIPAL]
    assert {(each.kind, each.in_use, each.bound) for each in found} == {("station", True, "exactly")}
    assert [each.whole for each in found] == [None, 0, 0, 0]
    assert [SEED[each.start : each.end] for each in found] == ["98个", "5个", "6个", "35个"]


@pytest.mark.parametrize(
    ("written", "value", "bound"),
    [
        ("98个", 98, "exactly"),
        ("９８个", 98, "exactly"),
        ("九十八个", 98, "exactly"),
        ("两百个", 200, "exactly"),
        ("1,036家", 1036, "exactly"),
        ("1000余家", 1000, "at_least"),
        ("一千余家", 1000, "at_least"),
        ("1.2万个", 12_000, "exactly"),
        ("不少于50个", 50, "at_least"),
        ("100个以上", 100, "at_least"),
        ("近100个", 100, "at_most"),
        ("约100个", 100, "about"),
        ("100个左右", 100, "about"),
    ],
)
def test_a_number_is_read_as_it_is_written(written: str, value: float, bound: str) -> None:
    found = only(f"全市有工会驿站{written}")
    assert (found.kind, found.value, found.bound) == ("station", value, bound)


def test_the_noun_may_stand_behind_the_figure() -> None:
    assert only("建成98个工会驿站").kind == "station"
    whole, part = mentions("98个驿站中有全国最美5个", HUAINAN)
    assert (whole.kind, whole.tier, part.tier, part.whole) == ("station", None, Tier.NATIONAL, 0)


def test_a_number_without_a_counter_is_one_where_the_text_says_so() -> None:
    assert only("站点数量达98").kind == "station"
    assert mentions("驿站98", HUAINAN) == []


@pytest.mark.parametrize(
    "text",
    [
        "2022年12月31日",
        "步行15分钟可达驿站",
        "驿站半径1000米",
        "第3个驿站",
        "投资50万元建驿站",
        "一个驿站就是一个家",
        "一流驿站",
        "GB 50180-2018",
        "",
        "无",
    ],
)
def test_what_is_no_figure_of_the_network_is_not_read(text: str) -> None:
    assert mentions(text, HUAINAN) == []


@pytest.mark.parametrize("text", ["覆盖10个县级工会", "惠及职工482,900人", "覆盖率达41.2%", "服务4.8万人次"])
def test_a_figure_of_something_else_is_listed_and_counts_nothing(text: str) -> None:
    assert mentions(f"建成驿站98个，{text}", HUAINAN)[1].kind is None


def test_bases_are_told_by_their_kind() -> None:
    assert only("职工书屋三百余家").base_kind == BaseKind.BOOK_HOUSE
    assert only("心灵驿站5个").base_kind == BaseKind.COUNSELLING
    assert (only("职工阵地1000余家").kind, only("职工阵地1000余家").base_kind) == ("base", None)


def test_places_are_divisions_and_zones_and_neighbours_are_no_parts() -> None:
    found = mentions("田家庵区有驿站20个,大通12个,高新区3个", HUAINAN)
    assert [each.place for each in found] == ["340403", "340402", "340403-GX"]
    assert [each.whole for each in found] == [None, None, None]
    found = mentions("全市新增驿站8个，其中寿县5个，田家庵区3个", HUAINAN)
    assert [(each.change, each.place, each.whole) for each in found] == [
        ("added", None, None),
        ("added", "340422", 0),
        ("added", "340403", 0),
    ]


def test_another_sentence_begins_anew() -> None:
    assert [each.kind for each in mentions("驿站98个。省级6个", HUAINAN)] == ["station", None]


@given(st.text(alphabet="0123456789,.，、。余多个家站驿省级市一二十百千万 其中%\n{}<&", max_size=200))
def test_whatever_is_pasted_is_read_and_its_figures_stand_where_they_are_said_to(text: str) -> None:
    found = mentions(text, HUAINAN)
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert [each.start for each in found] == sorted(each.start for each in found)
    assert all(each.whole is None or found[each.whole].whole is None for each in found)


def test_a_long_text_takes_its_time_by_its_length() -> None:
    assert len(mentions(SEED * 3000, HUAINAN)) == 12_000
    assert mentions("9" * 100_000, HUAINAN) == []
