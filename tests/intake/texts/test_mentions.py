"""What a text's figures are taken to count, in words that offices write."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.intake.texts.mentions import Mention, mentions
from stations.model.counted import Counted
from stations.model.places import load_city
from stations.model.vocabulary import BaseKind, Status, Tier

HUAINAN = load_city("340400")
ENGLISH = "98 service stations in use, of which 5 national, 6 provincial and 35 municipal"
SEED = "全市建成并投入使用工会服务驿站98个,其中全国最美站点5个、省级站点6个、市级站点35个"


def only(text: str) -> Mention:
    (found,) = mentions(text, HUAINAN)
    return found


def counted(text: str) -> Counted:
    """Return what the only figure of a text counts."""
    counts = only(text).counts
    assert counts is not None
    return counts


def all_counted(text: str) -> list[Counted]:
    """Return what the figures of a text count, all of them something."""
    return [each.counts for each in mentions(text, HUAINAN) if each.counts]


@pytest.mark.parametrize("text", [SEED, ENGLISH])
def test_the_sentence_of_a_yearly_review_is_understood(text: str) -> None:
    found = mentions(text, HUAINAN)
    assert [each.number.value for each in found] == [98, 5, 6, 35]
    assert [each.tier for each in all_counted(text)] == [None, Tier.NATIONAL, Tier.PROVINCIAL, Tier.MUNICIPAL]
    assert {(each.kind, each.status) for each in all_counted(text)} == {("station", Status.IN_USE)}
    assert [each.whole for each in found] == [None, 0, 0, 0]
    written = ["98个", "5个", "6个", "35个"] if text == SEED else ["98", "5", "6", "35"]
    assert [text[each.number.start : each.number.end] for each in found] == written


def test_the_noun_may_stand_behind_the_figure() -> None:
    assert counted("建成98个工会驿站") == Counted("station")
    assert counted("建设10个职工书屋") == Counted("base", base_kind=BaseKind.BOOK_HOUSE)
    whole, part = mentions("98个驿站中有全国最美5个", HUAINAN)
    assert (whole.counts, part.counts, part.whole) == (
        Counted("station"),
        Counted("station", tier=Tier.NATIONAL),
        0,
    )


def test_a_number_without_a_counter_is_one_where_the_text_says_so() -> None:
    assert counted("站点数量达98").kind == "station"
    assert mentions("驿站98", HUAINAN) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The city has more than 1,000 activity bases.", [Counted("base")]),
        ("Tianjia'an District has 21 service stations", [Counted("station", place="340403")]),
        ("21 service stations in Tianjia’an", [Counted("station", place="340403")]),
        ("five national stations", [Counted("station", tier=Tier.NATIONAL)]),
        ("98 of the stations are in use", [Counted("station", status=Status.IN_USE)]),
        ("Service stations: 98. Activity bases: 1,036.", [Counted("station"), Counted("base")]),
        ("There are 351 workers' book houses", [Counted("base", base_kind=BaseKind.BOOK_HOUSE)]),
        ("In 2022, 22 stations were added", [Counted("station", change="added")]),
        ("Seven of the stations are in Shou County.", [Counted("station", place="340422")]),
        ("Station 12 has 4 rooms.", []),
        ("98 service stations, serving 482,900 workers", [Counted("station")]),
    ],
)
def test_english_is_understood(text: str, expected: list[Counted]) -> None:
    assert all_counted(text) == expected


@pytest.mark.parametrize(
    "text", ["省级站点（6个）", "省级站点：6个", "省级站点，6个", "(1) 省级站点：6个", "1. provincial stations (6)"]
)
def test_a_figure_that_stands_alone_counts_what_is_named_right_before(text: str) -> None:
    assert counted(text) == Counted("station", tier=Tier.PROVINCIAL)


def test_a_listing_with_its_figures_behind_is_understood() -> None:
    found = all_counted("全国最美、省级、市级站点分别为5个、6个、35个")
    assert [each.tier for each in found] == [Tier.NATIONAL, Tier.PROVINCIAL, Tier.MUNICIPAL]
    assert [each.place for each in all_counted("大通区、寿县驿站分别有10个、12个")] == ["340402", "340422"]
    kinds = all_counted("驿站、职工书屋、爱心母婴室分别为98个、351个、166个")
    assert [each.base_kind for each in kinds] == [None, BaseKind.BOOK_HOUSE, BaseKind.NURSING_ROOM]
    found = mentions("国家级、省级、市级驿站各为5、6、36个", HUAINAN)
    assert [(each.number.value, each.counts and each.counts.tier) for each in found] == [
        (5, Tier.NATIONAL),
        (6, Tier.PROVINCIAL),
        (36, Tier.MUNICIPAL),
    ]
    places = all_counted("各县区驿站数分别为：大通区10个、田家庵区32个")
    assert [(each.kind, each.place) for each in places] == [("station", "340402"), ("station", "340403")]
    assert mentions("大通区、寿县、凤台县驿站分别有10个、12个", HUAINAN)[0].doubt == "unsaid"


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


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("覆盖10个县级工会", "reach"),
        ("惠及职工482,900人", "other"),
        ("覆盖率达41.2%", "reach"),
        ("服务4.8万人次", "other"),
        ("10家企业参与", "other"),
        ("占比5.1%", "share"),
        ("投入资金增长5.1%", "share"),
        ("驿站共有床位20个", "other"),
        ("驿站内设图书角5个", "other"),
        ("其中志愿服务队30个", "unsaid"),
        ("省级工人先锋号6个", "other"),
        ("满意率98%", "share"),
    ],
)
def test_a_figure_of_something_else_says_why_it_cannot_be_checked(text: str, doubt: str) -> None:
    found = mentions(f"建成驿站98个，{text}", HUAINAN)[1]
    assert (found.counts, found.doubt) == (None, doubt)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("计划建成驿站200个", "plan"),
        ("We will have 200 stations", "plan"),
        ("全省建成驿站5000个", "elsewhere"),
        ("洞山街道建成驿站3个", "elsewhere"),
        ("依托银行网点建成驿站20个", "qualified"),
        ("五星级驿站3个", "qualified"),
        ("市级以上驿站46个", "qualified"),
        ("市级及以上站点46个", "qualified"),
        ("全市每万人拥有驿站0.3个", "qualified"),
        ("“最美驿站”5个", "qualified"),
        *(
            (f"{place}建成工会驿站98个", "elsewhere")
            for place in ("合肥市", "安徽省", "长丰县", "我省", "本县", "该区")
        ),
        ("合肥市高度重视，建成驿站98个", "elsewhere"),
        ("对标合肥市98个驿站的做法", "elsewhere"),
        *((f"{wish}驿站98个", "plan") for wish in ("明年建成", "争取建成", "确保年底前建成", "下一步建设", "需要建设")),
        ("计划到2027年，建成驿站98个", "plan"),
        *((f"{lack}驿站98个", "denied") for lack in ("还差", "没有建成")),
        ("98 stations do not have water", "denied"),
        ("田家庵区（不含高新区）驿站25个", "denied"),
        ("除高新区外，全市驿站91个", "denied"),
        ("Hefei has 98 stations", "unread"),
        ("走访驿站98个", "unread"),
        ("98个驿站配备了空调", "unread"),
        ("为32个驿站配发药箱", "unread"),
        ("依托学校驿站98个", "unread"),
        ("依托驿站建设10个职工书屋", "several"),
        *((f"{both}41个", "several") for both in ("省级及市级驿站", "省、市级驿站", "全国最美、省级、市级站点共")),
        ("驿站、阵地共1036个", "several"),
        ("凤台县（含毛集）驿站16个", "several"),
        ("11 national and provincial stations", "several"),
    ],
)
def test_what_the_register_of_the_city_is_not_asked_says_why(text: str, doubt: str) -> None:
    assert only(text).doubt == doubt


def test_what_stands_in_brackets_explains_the_figure_before_them() -> None:
    text = "全市驿站98个（其中田家庵区32个（其中省级2个（含高新区1个）、市级9个）、寿县16个），省级6个，市级35个"
    found = mentions(text, HUAINAN)
    assert [(each.counts and each.counts.place, each.counts and each.counts.tier) for each in found] == [
        (None, None),
        ("340403", None),
        ("340403", Tier.PROVINCIAL),
        ("340403-GX", Tier.PROVINCIAL),
        ("340403", Tier.MUNICIPAL),
        ("340422", None),
        (None, Tier.PROVINCIAL),
        (None, Tier.MUNICIPAL),
    ]
    assert [each.whole for each in found] == [None, 0, 1, 2, 1, 0, 0, 0]
    assert not any(each.doubt for each in found)


@pytest.mark.parametrize("text", ["驿站98个（2021年76个）", "驿站98个〔2021年76个〕", "驿站98个[2021年76个]"])
def test_the_figure_of_another_year_may_stand_in_brackets(text: str) -> None:
    whole, before = mentions(text, HUAINAN)
    assert whole.counts == before.counts == Counted("station")
    assert (whole.stated, before.stated and before.stated.day) == (None, dt.date(2021, 12, 31))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("全国最美站点5个（田家庵区3个）、省级站点6个", [None, "340403", None]),
        ("新增省级站点2个（含田家庵区1个），市级站点10个", [None, "340403", None]),
        ("驿站98个（寿县16个、凤台县16个），职工书屋351家", [None, "340422", "340421", None]),
    ],
)
def test_a_place_in_brackets_holds_in_these_alone(text: str, places: list[str | None]) -> None:
    assert [each.counts and each.counts.place for each in mentions(text, HUAINAN)] == places


def test_what_is_said_of_a_whole_is_said_of_its_parts() -> None:
    found = mentions("合肥市驿站120个，其中省级站点6个", HUAINAN)
    assert [each.doubt for each in found] == ["elsewhere", "elsewhere"]
    assert [each.doubt for each in mentions("合肥市驿站500个，淮南市98个", HUAINAN)] == ["elsewhere", None]
    assert [each.doubt for each in mentions("计划新增驿站20个，目前建成98个", HUAINAN)] == ["plan", None]


def test_words_that_are_not_understood_are_told() -> None:
    assert mentions("驿站98个，其中70个提供热水", HUAINAN)[1].unread == "提供热水"


def test_a_place_that_begins_a_clause_holds_until_the_city_is_named() -> None:
    text = "田家庵区高度重视，建成驿站32个，职工书屋50家。工会阵地140个。全市驿站98个。"
    assert [each.place for each in all_counted(text)] == ["340403", "340403", "340403", None]
    assert [each.place for each in all_counted("寿县驿站16个，凤台县16个，职工书屋351家")] == ["340422", "340421", None]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("寿县总工会工作走在全市前列，建成驿站16个", ["340422"]),
        ("凤台县位居全市前列，共建成工会驿站16个", ["340421"]),
        ("田家庵区驿站数居全市首位，达到32个，其中省级2个", ["340403", "340403"]),
        ("寿县认真落实全市统一部署，建成驿站16个", ["340422"]),
        ("落实全市统一部署，寿县建成驿站16个，其中省级2个", ["340422", "340422"]),
        ("寿县驿站16个，占全市驿站总数的16.3%，其中市级2个", ["340422", "340422", "340422"]),
        ("寿县走在全市前列。全市共建成驿站98个，其中省级6个", [None, None]),
        ("寿县建成驿站16个。我们在全市建成驿站98个，其中省级6个", ["340422", None, None]),
    ],
)
def test_a_district_that_is_first_in_the_city_is_still_meant(text: str, places: list[str | None]) -> None:
    assert [each.counts and each.counts.place for each in mentions(text, HUAINAN)] == places


def test_a_union_is_another_than_its_district() -> None:
    assert counted("大通区总工会驿站6个") == Counted("station", place="340402", union=True)
    table = "工会\t站点\t全国最美\t阵地\n大通区\t6\t0\t55"
    assert {(each.kind, each.place, each.union) for each in all_counted(table)} == {
        ("station", "340402", True),
        ("base", "340402", True),
    }


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("工会驿站：98", Counted("station")),
        ("全市共有驿站98", Counted("station")),
        ("未获荣誉的驿站52个", Counted("station", tier=Tier.NONE)),
        ("1，036个阵地", Counted("base")),
    ],
)
def test_an_office_may_write_it_like_this(text: str, counts: Counted) -> None:
    assert counted(text) == counts
    assert only(text).doubt is None


def test_bases_are_told_by_their_kind() -> None:
    assert counted("职工书屋三百余家").base_kind == BaseKind.BOOK_HOUSE
    assert counted("心灵驿站5个").base_kind == BaseKind.COUNSELLING
    assert counted("职工阵地1000余家") == Counted("base")


def test_places_are_divisions_and_zones_and_neighbours_are_no_parts() -> None:
    text = "田家庵区有驿站20个,大通12个,高新区3个"
    assert [each.place for each in all_counted(text)] == ["340403", "340402", "340403-GX"]
    assert [each.whole for each in mentions(text, HUAINAN)] == [None, None, None]
    text = "全市新增驿站8个，其中寿县5个，田家庵区3个"
    assert [(each.change, each.place) for each in all_counted(text)] == [
        ("added", None),
        ("added", "340422"),
        ("added", "340403"),
    ]
    assert [each.whole for each in mentions(text, HUAINAN)] == [None, 0, 0]


@pytest.mark.parametrize(
    ("text", "counts", "of"),
    [
        ("驿站98个，其中省级站点6个，占6.1%", Counted("station", tier=Tier.PROVINCIAL), Counted("station")),
        ("省级站点6个（占全市驿站总数的6.1%）", Counted("station", tier=Tier.PROVINCIAL), Counted("station")),
        ("省级站点占比6.1%", Counted("station", tier=Tier.PROVINCIAL), Counted("station")),
        (
            "National stations account for 5.1% of all stations.",
            Counted("station", tier=Tier.NATIONAL),
            Counted("station"),
        ),
        ("职工书屋占阵地的33.9%", Counted("base", base_kind=BaseKind.BOOK_HOUSE), Counted("base")),
    ],
)
def test_a_share_says_of_what(text: str, counts: Counted, of: Counted) -> None:
    share = mentions(text, HUAINAN)[-1]
    assert (share.counts, share.of) == (counts, of)


def test_year_on_year_is_a_difference_and_what_was_added_is_none() -> None:
    text = "2022年新增驿站30个，较上年增加22个，同比增长28.9%"
    added, grown, rate = mentions(text, HUAINAN)
    assert [each.counts and each.counts.change for each in (added, grown, rate)] == ["added", "grown", "grown"]
    assert (rate.of, rate.number.is_share) == (Counted("station"), True)


@pytest.mark.parametrize(
    ("text", "day", "since"),
    [
        ("与2021年相比，驿站增加22个", None, "2021-12-31"),
        ("2022年底驿站98个。与2020年相比，增加30个", "2022-12-31", "2020-12-31"),
        ("较2021年底增加驿站22个", None, "2021-12-31"),
        ("Compared with 2021, 22 stations were added", None, "2021-12-31"),
    ],
)
def test_a_year_that_is_only_compared_with_is_not_the_day(text: str, day: str | None, since: str) -> None:
    stated = mentions(text, HUAINAN)[-1].stated
    assert stated is not None
    assert (stated.day and stated.day.isoformat(), stated.since and stated.since.isoformat()) == (day, since)


def test_a_rise_is_held_against_both_days() -> None:
    first, last = mentions("服务站点由2021年的76个增加到2022年的98个", HUAINAN)
    assert first.counts == last.counts == Counted("station")
    assert [each.stated and each.stated.day for each in (first, last)] == [dt.date(2021, 12, 31), dt.date(2022, 12, 31)]
    assert [each.doubt for each in mentions("驿站从76个增加到98个", HUAINAN)] == ["vague", None]
    first, last = mentions("驿站总数由2021年的76个增加至98个", HUAINAN)
    assert (first.stated and first.stated.day, last.stated) == (dt.date(2021, 12, 31), None)
    assert first.counts == last.counts == Counted("station")


def test_what_is_listed_with_a_change_has_it_too() -> None:
    text = "2022年新增省级站点2个，市级站点10个；共有市级站点35个"
    assert [each.change for each in all_counted(text)] == ["added", "added", None]
    text = "2022年新建驿站22个，累计建成98个，其中5个获评全国最美站点、6个获评省级最美站点"
    assert [(each.change, each.tier) for each in all_counted(text)] == [
        ("added", None),
        (None, None),
        (None, Tier.NATIONAL),
        (None, Tier.PROVINCIAL),
    ]
    text = "驿站98个，新增22个，其中省级2个"
    assert [each.whole for each in mentions(text, HUAINAN)] == [None, None, 1]


def test_a_day_holds_for_its_sentence_and_for_the_rest_of_its_paragraph() -> None:
    text = "驿站98个。截至2022年底，驿站97个。其中省级6个。目前驿站99个。\n驿站90个（截至2021年底）。"
    days = [each.stated and each.stated.day for each in mentions(text, HUAINAN)]
    end = dt.date(2022, 12, 31)
    assert days == [None, end, end, None, dt.date(2021, 12, 31)]


def test_a_day_in_brackets_with_a_figure_of_its_own_is_not_the_others() -> None:
    days = [each.stated and each.stated.day for each in mentions("全市驿站98个(2021年76个)", HUAINAN)]
    assert days == [None, dt.date(2021, 12, 31)]


def test_what_another_time_is_compared_with_is_no_growth() -> None:
    assert [each.doubt for each in mentions("驿站98个，较上年76个增加22个", HUAINAN)] == [None, "unsaid", None]


def test_of_which_goes_on_with_the_sentence_before() -> None:
    assert [each.whole for each in mentions("驿站98个。其中省级6个", HUAINAN)] == [None, 0]

    assert mentions("全市有驿站98个。其中最美5个", HUAINAN)[1].doubt == "qualified"  # of whom: city, province or nation


@pytest.mark.parametrize("behind", ["省级6个", "田家庵区32个", "新增22个", "2021年76个", "共6个"])
def test_another_sentence_begins_anew(behind: str) -> None:
    """What was counted before a full stop may not be what is counted behind it: 新增22个。省级6个."""
    first, second = mentions(f"驿站98个。{behind}", HUAINAN)
    assert (first.counts, second.counts, second.doubt) == (Counted("station"), None, "unsaid")


@given(
    st.text(
        alphabet="0123456789,.，、。余多个家站驿省级市一二十百千万 其中占分别为年底%\n\t{}<&()of which and stations",
        max_size=200,
    )
)
def test_whatever_is_pasted_is_read_and_its_figures_stand_where_they_are_said_to(text: str) -> None:
    found = mentions(text, HUAINAN)
    assert all(0 <= each.number.start < each.number.end <= len(text) for each in found)
    assert all(one.number.end <= two.number.start for one, two in pairwise(found))
    assert all(each.whole is None or found[each.whole].whole is None for each in found)


@pytest.mark.parametrize(
    "unit",
    [
        SEED,
        "9",
        "2022年驿站5个，",
        "in 2022 5 stations ",
        "驿站",
        "其中",
        "，",
        "占",
        "\t9",
        "9\t驿站\n",
        "(",
        ") ",
        "and ",
        "分别",
        "<&",
    ],
)
def test_a_long_text_takes_its_time_by_its_length(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    assert all(0 <= each.number.start < each.number.end <= len(text) for each in mentions(text, HUAINAN))


def test_a_million_characters_are_read() -> None:
    assert len(mentions(SEED * (1_000_000 // len(SEED)), HUAINAN)) == 4 * (1_000_000 // len(SEED))


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("淮南市总工会2022年工作总结", dt.date(2022, 12, 31)),
        ("2022年工作总结及2023年工作打算", dt.date(2022, 12, 31)),
        ("关于２０２２年驿站建设情况的报告", dt.date(2022, 12, 31)),
        ("淮南市总工会工作总结", None),
        ("2021年、2022年工作总结", None),
        ("2022年，全市驿站工作情况良好", None),
    ],
)
def test_a_title_says_which_year_a_text_reviews(title: str, day: dt.date | None) -> None:
    found = mentions(f"{title}\n\n全市驿站98个，较上年新增22个。\n2021年驿站76个。", HUAINAN)
    assert [each.stated and each.stated.day for each in found] == [day, day, dt.date(2021, 12, 31)]


def test_what_stands_below_a_heading_of_plans_is_one() -> None:
    plans = "二、下一步打算\n（一）加强建设\n驿站总数达到800个。\n目前有98个驿站。"
    text = f"一、基本情况\n驿站98个。\n{plans}\n三、保障\n驿站98个。"
    assert [each.doubt for each in mentions(text, HUAINAN)] == [None, "plan", None, None]


def test_further_ones_are_not_all_of_them() -> None:
    assert only("像这样的驿站，全市还有97个").doubt == "qualified"
