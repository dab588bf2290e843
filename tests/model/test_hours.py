from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stations.model.hours import (
    WEEK_MINUTES,
    Hours,
    Interval,
    is_open,
    open_minutes,
    parse_hours,
)
from stations.model.hours_line import describe

MONDAY, TUESDAY, FRIDAY, SATURDAY, SUNDAY = 0, 1, 4, 5, 6
WORKING_WEEK, WEEKEND, EVERY_DAY = range(5), (SATURDAY, SUNDAY), range(7)


def at(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def week(days: range | tuple[int, ...], *times: str) -> tuple[Interval, ...]:
    spans = [time.split("-") for time in times]
    return tuple(Interval(day, at(start), at(end)) for day in days for start, end in spans)


def read(text: str) -> Hours:
    hours = parse_hours(text)
    assert hours is not None, text
    return hours


@pytest.mark.parametrize(
    "text",
    [
        "07:10-18:40",
        "7:10—18:40",
        "07:10～18:40",
        "7：10－18：40",
        "０７：１０－１８：４０",
        "7:10 -- 18:40",
        "7.10-18.40",
        "07:10:00-18:40:00",
        "7点10至18点40",
        "7时10分到18时40分",
        "早上7:10-下午6:40",
        "每天7:10-18:40",
        "每日 07:10-18:40",
        "周一至周日 07:10-18:40",
        "星期一至星期日 07:10-18:40",
        "周一至周五 7:10-18:40；周末 7:10-18:40",
        "开放时间：07:10-18:40",
        "营业时间为7:10-18:40。",
    ],
)
def test_one_opening_a_day_is_read_however_it_is_written(text: str) -> None:
    assert read(text) == Hours(week(EVERY_DAY, "7:10-18:40"))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("周一至周五", WORKING_WEEK),
        ("周一到周五", WORKING_WEEK),
        ("周一-五", WORKING_WEEK),
        ("周1至周5", WORKING_WEEK),
        ("周1-5", WORKING_WEEK),
        ("星期一~星期五", WORKING_WEEK),
        ("礼拜一至礼拜五", WORKING_WEEK),
        ("每周一至周五", WORKING_WEEK),
        ("周末", WEEKEND),
        ("双休日", WEEKEND),
        ("周六日", WEEKEND),
        ("周六、周日", WEEKEND),
        ("星期六和星期天", WEEKEND),
        ("周六至周一", (MONDAY, SATURDAY, SUNDAY)),
        ("周一、三、日", (MONDAY, 2, SUNDAY)),
        ("周一三日", (MONDAY, 2, SUNDAY)),
        ("周一至周五、周日", (*WORKING_WEEK, SUNDAY)),
        ("天天", EVERY_DAY),
    ],
)
@pytest.mark.parametrize(
    "form", ["{days} 8:20-17:50", "{days}：08:20-17:50", "{days}：8:20-17:50", "8:20-17:50（{days}）"]
)
def test_days_are_read_before_and_after_their_times(text: str, days: tuple[int, ...], form: str) -> None:
    assert read(form.format(days=text)) == Hours(week(days, "8:20-17:50"))


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("08:10-11:50,14:20-17:40", ("8:10-11:50", "14:20-17:40")),
        ("上午8:10-11:50 下午14:20-17:40", ("8:10-11:50", "14:20-17:40")),
        ("上午8:10-11:50，下午2:20-5:40", ("8:10-11:50", "14:20-17:40")),
        ("下午14:20-17:40、上午8:10-11:50", ("8:10-11:50", "14:20-17:40")),
        ("上午8点半—12点 下午2点—5点半 晚上7点-9点", ("8:30-12:00", "14:00-17:30", "19:00-21:00")),
        ("中午11:30-1:30", None),
        ("中午11:30-中午1:30", ("11:30-13:30",)),
        ("8-18点", ("8:00-18:00",)),
        ("早8点-晚8点", ("8:00-20:00",)),
        ("晚上8点-12点", ("20:00-24:00",)),
        ("6:00-24:00", ("6:00-24:00",)),
        ("6:00-00:00", ("6:00-24:00",)),
        ("9:00-12:00,12:00-18:00", ("9:00-18:00",)),
    ],
)
def test_times_of_a_day_are_read_in_twelves_and_in_twenty_fours(text: str, times: tuple[str, ...] | None) -> None:
    assert parse_hours(text) == (times and Hours(week(EVERY_DAY, *times)))


def test_each_group_of_days_keeps_its_own_times() -> None:
    expected = Hours(week(WORKING_WEEK, "8:40-12:00", "13:10-17:40") + week((SATURDAY,), "9:20-12:00"))
    assert read("周一至周五 08:40-12:00,13:10-17:40；周六 09:20-12:00") == expected
    assert read("08:40-12:00,13:10-17:40（周一至周五），09:20-12:00（周六）") == expected


@pytest.mark.parametrize(
    "text", ["21:30-次日05:30", "21:30-05:30", "晚上9点半-凌晨5点半", "21:30至翌日5:30", "晚上21:30-5:30"]
)
def test_a_night_passes_midnight(text: str) -> None:
    hours = read(text)
    assert hours == Hours(week(EVERY_DAY, "21:30-29:30"))
    assert is_open(hours, MONDAY, at("5:29"))
    assert not is_open(hours, MONDAY, at("5:30"))
    assert open_minutes(hours) == 7 * 8 * 60


def test_the_night_of_sunday_reaches_into_monday() -> None:
    hours = read("周日 22:00-次日06:00")
    assert is_open(hours, MONDAY, at("5:59"))
    assert not is_open(hours, TUESDAY, at("5:59"))


@pytest.mark.parametrize(
    "text", ["24小时", "二十四小时", "24h", "全天", "全天候", "全天24小时开放", "7×24小时", "0:00-24:00"]
)
def test_all_day_is_twenty_four_hours_every_day(text: str) -> None:
    hours = read(text)
    assert hours == Hours(week(EVERY_DAY, "0:00-24:00"))
    assert hours.always
    assert open_minutes(hours) == WEEK_MINUTES


def test_from_eight_to_eight_the_next_day_is_always_too() -> None:
    assert read("08:00-次日08:00").always
    assert not read("周一至周五 24小时").always


@pytest.mark.parametrize(
    ("text", "on_holidays"),
    [
        ("周一至周五 9:10-17:00（节假日除外）", False),
        ("周一至周五 9:10-17:00，法定节假日休息", False),
        ("除法定节假日外，周一至周五 9:10-17:00", False),
        ("工作日 9:10-17:00", False),
        ("周一至周五 9:10-17:00", None),
        ("周一至周五 9:10-17:00，节假日正常开放", True),
        ("周一至周五、节假日 9:10-17:00", True),
    ],
)
def test_public_holidays_are_noted_and_not_invented(text: str, on_holidays: bool | None) -> None:
    assert read(text) == Hours(week(WORKING_WEEK, "9:10-17:00"), on_holidays=on_holidays)


def test_all_the_year_round_includes_public_holidays() -> None:
    assert read("全年无休24小时") == Hours(week(EVERY_DAY, "0:00-24:00"), on_holidays=True)


@pytest.mark.parametrize(
    "text",
    [
        "9:10-17:00（周一闭馆）",
        "9:10-17:00，逢周一休息",
        "每天9:10-17:00，除周一外",
        "周二至周日 9:10-17:00，周一不开放",
    ],
)
def test_a_closing_day_is_taken_off(text: str) -> None:
    assert read(text) == Hours(week(range(1, 7), "9:10-17:00"))


@pytest.mark.parametrize("noon", ["中午不休", "（中午不休息）", " 午间不打烊", "，无午休", "；中午正常开放"])
def test_open_at_noon_too_adds_nothing_to_one_opening(noon: str) -> None:
    assert read("周一至周五8点-18点" + noon) == Hours(week(WORKING_WEEK, "8:00-18:00"))


@pytest.mark.parametrize("text", ["全天", "全天开放", "全天候", "全天24小时"])
def test_all_day_is_every_day_around_the_clock(text: str) -> None:
    assert read(text) == Hours(week(EVERY_DAY, "0:00-24:00"))


@pytest.mark.parametrize(
    "text",
    [
        "7:30-21:30有人值守，其余时段扫码进入",
        "24小时（其中7:30-21:30专人值守）",
        "24小时开放,7:30-21:30有人值守,其他时间无人值守",
    ],
)
def test_hours_with_staff_are_told_from_hours_with_a_door_code(text: str) -> None:
    hours = read(text)
    assert hours.always
    assert hours.attended == week(EVERY_DAY, "7:30-21:30")


def test_staff_may_be_there_all_the_time_or_never() -> None:
    assert read("8:20-18:00（有人值守）").attended == week(EVERY_DAY, "8:20-18:00")
    assert read("24小时无人值守").attended == ()
    assert read("24小时").attended is None


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "  ",
        "暂无",
        "以门店营业时间为准",
        "工作日开放",
        "夏季 7:40-18:20 冬季 8:10-17:40",
        "8-18",
        "8:00-25:00",
        "8:60-9:00",
        "上午14:00-16:00",
        "晚上2点-6点",
        "00:00-00:00",
        "20:00-20:00",
        "20:00-次日21:00",
        "8:00-6:00",
        "14:00-5:30",
        "17:00-02:00",
        "8:00-18:00,10:00-12:00",
        "周日 20:00-次日06:00；周一 05:00-08:00",
        "每天8:00-18:00，周六9:00-12:00",
        "8:00-12:00 周一至周五 14:00-17:00",
        "周一 8:00-12:00，周一闭馆",
        "周一至周五 8:00-18:00，节假日除外，节假日照常开放",
        "8:00-18:00，中午休息",
        "8:00-18:00（春节除外）",
        "8:00-12:00，14:00-18:00有人值守",
        "周一至周五 8:00-18:00有人值守，其余时段扫码进入",
        "周一至周五 8:00-18:00有人值守；周六 9:00-12:00",
        "有人值守",
        "周11:00-12:00",
        "13955412345",
        "节假日 9:00-17:00",
        "周一至周五 8:00-12:00；节假日 14:00-17:00",
        "周一至周五 8:00-12:00；节假日开放 14:00-17:00",
        "8:00-12:00，14:00-18:00，中午不休",
        "中午不休",
        "全天，乱七八糟",
    ],
)
def test_what_is_not_wholly_understood_stays_unknown(text: str | None) -> None:
    assert parse_hours(text) is None


def test_a_start_is_open_and_an_end_is_closed() -> None:
    hours = read("周一至周五 9:00-17:00")
    assert not is_open(hours, MONDAY, at("8:59"))
    assert is_open(hours, MONDAY, at("9:00"))
    assert is_open(hours, FRIDAY, at("16:59"))
    assert not is_open(hours, FRIDAY, at("17:00"))
    assert not is_open(hours, SATURDAY, at("9:00"))


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("8:00-18:00", "每天 08:00-18:00", "Daily 08:00-18:00"),
        (
            "工作日 8:30-12:00,13:00-17:30；周六 9:00-12:00",
            "周一至周五 08:30-12:00、13:00-17:30；周六 09:00-12:00；节假日除外",
            "Mon to Fri 08:30-12:00, 13:00-17:30; Sat 09:00-12:00; closed on public holidays",
        ),
        ("周六日 21:00-5:00", "周六、周日 21:00-次日05:00", "Sat, Sun 21:00-05:00 next day"),
        ("24小时全年无休", "每天 24小时；节假日开放", "Daily 24 hours; open on public holidays"),
        (
            "7:30-21:30有人值守，其余时段扫码进入",
            "每天 24小时（07:30-21:30有人值守）",
            "Daily 24 hours (07:30-21:30 attended)",
        ),
        ("24小时自助", "每天 24小时无人值守", "Daily 24 hours unattended"),
    ],
)
def test_hours_are_described_in_one_line(text: str, chinese: str, english: str) -> None:
    assert describe(read(text), "zh_CN") == chinese
    assert describe(read(text), "en") == english


DAY_WORDS = ("周一", "星期二", "周3", "礼拜四", "周五", "周六", "星期天")
STAFF = ("", "", "有人值守", "无人值守", "扫码进入")


@st.composite
def writings(draw: st.DrawFn) -> str:
    """Return opening hours as a careful clerk might write them: clear on the whole, but not always."""
    days = draw(st.permutations(DAY_WORDS))
    cuts = [0, *sorted(draw(st.sets(st.integers(1, 6), max_size=2))), draw(st.integers(6, 7))]
    staff = draw(st.sampled_from(STAFF))
    clauses = []
    for first, last in pairwise(cuts):
        minutes = sorted(draw(st.sets(st.integers(0, 2000), min_size=2, max_size=6)))
        spans = zip(minutes[::2], minutes[1::2], strict=False)
        clauses.append("、".join(days[first:last]) + " " + "，".join(_span(*span) + staff for span in spans))
    whole = draw(st.sampled_from(("", "", "24小时，")))
    return whole + "；".join(clauses) + draw(st.sampled_from(("", "；节假日除外", "；节假日开放")))


def _span(start: int, end: int) -> str:
    clock = f"{end % 1440 // 60}:{end % 60:02}"
    return f"{start // 60}:{start % 60:02}-{'次日' if end >= 1440 else ''}{clock}"


@given(writings())
def test_the_chinese_line_reads_back_as_the_same_hours(text: str) -> None:
    hours = parse_hours(text)
    if hours is not None:
        assert parse_hours(describe(hours, "zh_CN")) == hours


@given(st.integers(0, 1439), st.integers(1, 1440), st.sets(st.sampled_from(DAY_WORDS), min_size=1))
def test_a_single_opening_is_always_understood(start: int, length: int, days: set[str]) -> None:
    hours = read("、".join(sorted(days)) + " " + _span(start, start + length))
    assert hours.intervals == tuple(
        Interval(day, start, start + length) for day, word in enumerate(DAY_WORDS) if word in days
    )
    assert parse_hours(describe(hours, "zh_CN")) == hours


@settings(max_examples=15)
@given(writings())
def test_open_minutes_are_the_minutes_at_which_it_is_open(text: str) -> None:
    hours = parse_hours(text)
    if hours is not None:
        counted = sum(is_open(hours, weekday, minute) for weekday in EVERY_DAY for minute in range(1440))
        assert counted == open_minutes(hours)


@pytest.mark.parametrize(
    "piece", ["周一", "周一至", "节假日", "全天 ", "周一 \t ", "8点-", "24小时,", "其他时段", "次日"]
)
def test_a_very_long_text_is_answered_too(piece: str) -> None:
    assert parse_hours(piece * 5_000 + "x") is None


@given(st.text("周一五六日至每天工作节假全年无休除外24小时点半上下午晚次有人值守扫码0189:-,;（） ", max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    hours = parse_hours(text)
    assert hours is None or 0 < open_minutes(hours) <= WEEK_MINUTES
