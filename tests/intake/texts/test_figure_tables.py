"""The figures of tables as Word and Excel copy them: cells apart by tabs."""

from __future__ import annotations

import datetime as dt

from stations.intake.texts.mentions import Mention, mentions
from stations.model.counted import Counted
from stations.model.places import load_city
from stations.model.vocabulary import Tier

HUAINAN = load_city("340400")
TABLE = """2022年底各县区工会驿站情况表
序号\t县区\t电话
1\t寿县\t5551234

县区\t驿站数\t全国最美\t占比（%）\t备注
田家庵区\t32\t1\t32.7\t另有省级站点2个
某村\t3\t-\t\t
合 计\t９８\t5个\t\t
驿站98个"""


def read(text: str) -> list[Mention]:
    return mentions(text, HUAINAN)


def test_the_head_and_the_first_cell_say_what_a_number_counts() -> None:
    found = read(TABLE)
    assert [each.number.value for each in found] == [32, 1, 32.7, 2, 3, 98, 5, 98]
    place = "340403"
    assert [each.counts for each in found] == [
        Counted("station", place=place),
        Counted("station", tier=Tier.NATIONAL, place=place),
        Counted("station", place=place),
        Counted("station", tier=Tier.PROVINCIAL),
        Counted("station"),
        Counted("station"),
        Counted("station", tier=Tier.NATIONAL),
        Counted("station"),
    ]
    assert found[2].of == Counted("station")
    assert [each.doubt for each in found] == [*[None] * 4, "elsewhere", *[None] * 3]
    assert [each.number.start for each in found] == sorted(each.number.start for each in found)


def test_a_row_of_which_nobody_knows_what_it_is_of_is_not_counted() -> None:
    assert [each.doubt for each in read("单位\t驿站数\n某公司\t3\n寿县\t1")] == ["other", None]


def test_the_title_gives_the_day_and_a_head_another() -> None:
    assert {each.stated and each.stated.day for each in read("2022年底驿站情况\n县区\t驿站数\n寿县\t1")} == {
        dt.date(2022, 12, 31)
    }
    years = read("驿站数\n县区\t2021年数量\t2022年数量\n寿县\t1\t2\n合计\t3\t4")
    assert [each.stated and each.stated.day and each.stated.day.year for each in years] == [2021, 2022, 2021, 2022]
    assert [each.counts and each.counts.kind for each in years] == ["station"] * 4


def test_a_line_with_a_tab_is_no_table() -> None:
    assert [each.counts for each in read("一、\t全市驿站98个")] == [Counted("station")]


def test_a_table_in_english_is_read() -> None:
    found = read("Service stations\nTier\tNumber\nNational\t5\nTotal\t98")
    assert [each.counts for each in found] == [Counted("station", tier=Tier.NATIONAL), Counted("station")]


def test_numbers_that_count_nothing_are_left_out() -> None:
    assert read("序号\t电话\n1\t5551234\n2\t5551235") == []
