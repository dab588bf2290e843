"""One cell at a time: what it means, or why it cannot be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from stations.model import reading
from stations.model.language import Language
from stations.model.vocabulary import Facility, FacilityState, Status, WorkerGroup

YES, NO, BROKEN = FacilityState.YES, FacilityState.NO, FacilityState.OUT_OF_ORDER
degrees, stars, short = reading.number(-180, 180), reading.whole(1, 5), reading.text(4)
READERS: list[Callable[[object], object]] = [
    short,
    degrees,
    stars,
    reading.identifier,
    reading.day,
    reading.term(Status),
]


# --- every reader ---------------------------------------------------------------------------


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("blank", [None, "", " ", "\u3000", "\x00", "\t\n"])
def test_a_blank_cell_is_unknown(read: Callable[[object], object], blank: object) -> None:
    assert read(blank) is None


@pytest.mark.parametrize("read", READERS)
def test_what_cannot_be_read_is_refused_in_words(read: Callable[[object], object], language: Language) -> None:
    with pytest.raises(PydanticCustomError) as refusal:
        read("§ no such thing §")
    assert "{" not in refusal.value.message()
    assert len(refusal.value.message()) > 8


# --- text -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  a b  ", "a b"),
        ("a\x00\x07b", "ab"),
        ("\ud800x\uffff", "x"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("'=1+1", "=1+1"),
        ("'-5", "-5"),
        ("'@x", "@x"),
        ("'#N/A", "#N/A"),
        ("O'-x", "O'-x"),
        ("'quoted'", "'quoted'"),
        ("\u202e\u200bx", "x"),
        (5, "5"),
    ],
)
def test_a_text_is_trimmed_and_freed_from_what_no_file_can_hold(cell: object, text: str) -> None:
    assert reading.plain(cell) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("\u200b", ""),
        ("\ufeff示例\u2060驿\u00ad站 \u200d", "示例驿站"),
        ("\u202e示例\u202c", "示例"),
        ("\u200b 示例", "示例"),
        ("👩\u200d🔧", "👩\u200d🔧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_nobody_sees_is_left_out_unless_it_joins_what_is_seen(cell: str, text: str) -> None:
    assert reading.plain(cell) == text


@given(st.text())
def test_a_plain_text_is_plain_already(text: str) -> None:
    assert reading.plain(reading.plain(text)) == reading.plain(text)


def test_a_text_that_is_too_long_is_refused_and_never_cut() -> None:
    assert short("四个汉字") == "四个汉字"
    with pytest.raises(PydanticCustomError) as refusal:
        short("五个汉字了")
    assert refusal.value.context == {"length": 5, "longest": 4}


@pytest.mark.parametrize(("cell", "key"), [("001", "001"), ("ＨＮ－０１", "HN-01"), ("淮南_1.2", "淮南_1.2")])
def test_an_identifier_keeps_its_zeros_and_loses_its_width(cell: str, key: str) -> None:
    assert reading.identifier(cell) == key


@pytest.mark.parametrize("cell", ["a b", "a/b", "x" * 41, "=1", "<b>"])
def test_an_identifier_that_would_not_fit_an_address_is_refused(cell: str) -> None:
    with pytest.raises(PydanticCustomError):
        reading.identifier(cell)


# --- numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("117.0183", 117.0183),
        ("１１７．０１８３", 117.0183),
        ("−5", -5),
        ("'-5", -5),
        ("+.5", 0.5),
        ("1e2", 100),
        (117, 117),
        (117.0183, 117.0183),
        (" 180 ", 180),
    ],
)
def test_a_number_is_read_in_any_width(cell: object, number: float) -> None:
    assert degrees(cell) == number


@pytest.mark.parametrize(
    "cell",
    ["1_1_8", "nan", "NaN", "inf", "-inf", "1e999", "0x10", "1,170", "117°", "117.01.83", "一百", "--1", "180.1", True],
)
def test_what_only_looks_like_a_number_is_refused(cell: object) -> None:
    with pytest.raises(PydanticCustomError):
        degrees(cell)


@given(st.floats(-180, 180).filter(lambda value: value == 0 or abs(value) > 1e-9))
def test_a_number_keeps_15_digits_as_a_workbook_does(value: float) -> None:
    assert degrees(repr(value)) == degrees(f"{value:.15g}") == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(("cell", "number"), [("3", 3), ("3.0", 3), ("５", 5)])
def test_a_whole_number_may_be_written_with_a_point(cell: str, number: int) -> None:
    assert stars(cell) == number
    assert isinstance(stars(cell), int)


@pytest.mark.parametrize("cell", ["3.5", "0", "6", "three"])
def test_what_is_no_whole_number_in_range_is_refused(cell: str) -> None:
    with pytest.raises(PydanticCustomError):
        stars(cell)


# --- dates ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "2026-12-05",
        "2026-12-5",
        "2026/12/5",
        "2026.12.05",
        "2026年12月5日",
        "２０２６年１２月５日",
        "2026-12-05 00:00:00",
        "2026-12-05T00:00",
        "2026-12-05 08:30",
        "2026/12/5 8:30:15",
        "20261205",
        dt.date(2026, 12, 5),
        dt.datetime(2026, 12, 5),  # noqa: DTZ001 - what Excel gives has no zone
    ],
)
def test_a_date_is_read_in_the_forms_that_offices_and_excel_use(cell: object) -> None:
    assert reading.day(cell) == dt.date(2026, 12, 5)


@pytest.mark.parametrize(
    "cell", ["2026-13-01", "2026-02-30", "05/12/2026", "2026-12", "46387", "20261305", "2026-12-05 8", "去年"]
)
def test_what_is_no_date_is_refused(cell: str) -> None:
    with pytest.raises(PydanticCustomError):
        reading.day(cell)


# --- words of a vocabulary ------------------------------------------------------------------


def test_a_word_outside_the_list_is_answered_with_the_list(language: Language) -> None:
    with pytest.raises(PydanticCustomError) as refusal:
        reading.term(Status)("歇业")
    assert all(status.label(language) in refusal.value.message() for status in Status)


@pytest.mark.parametrize(
    "cell", ["快递员、环卫工人", "环卫, 快递员", "快递员；环卫", "couriers|sanitation", ["环卫", "couriers"]]
)
def test_several_words_come_in_the_order_of_the_list_once_each(cell: object) -> None:
    assert reading.several(WorkerGroup)(cell) == (WorkerGroup.COURIERS, WorkerGroup.SANITATION)


@pytest.mark.parametrize("cell", ["快递员、宇航员", ["couriers", "astronauts"]])
def test_one_unknown_word_among_several_is_refused(cell: object) -> None:
    with pytest.raises(PydanticCustomError):
        reading.several(WorkerGroup)(cell)


@pytest.mark.parametrize(
    ("cell", "states"),
    [
        ("饮水、厕所:故障；淋浴：无", {Facility.WATER: YES, Facility.TOILET: BROKEN, Facility.SHOWER: NO}),
        ("淋浴:无,饮水", {Facility.WATER: YES, Facility.SHOWER: NO}),
        ("WiFi:√", {Facility.WIFI: YES}),
        ("饮水:", {Facility.WATER: YES}),
        ({"water": "yes", "toilet": "out_of_order"}, {Facility.WATER: YES, Facility.TOILET: BROKEN}),
        ({"water": None, "toilet": ""}, {}),
        (["water", "厕所:故障"], {Facility.WATER: YES, Facility.TOILET: BROKEN}),
        ("", {}),
        (None, {}),
    ],
)
def test_facilities_are_there_not_there_broken_or_unknown(cell: object, states: dict[Facility, FacilityState]) -> None:
    assert reading.facilities(cell) == states


def test_facilities_come_in_the_order_of_the_list() -> None:
    assert list(reading.facilities("停车、饮水")) == [Facility.WATER, Facility.PARKING]


@pytest.mark.parametrize("cell", ["桑拿", "饮水:也许", {"sauna": "yes"}, {"water": "maybe"}])
def test_an_unknown_facility_or_state_is_refused(cell: object) -> None:
    with pytest.raises(PydanticCustomError):
        reading.facilities(cell)


@pytest.mark.parametrize(("cell", "read"), [("1,200", 1200), ("1，200，300.5", 1_200_300.5), ("12", 12), ("0.5", 0.5)])
def test_counts_may_have_commas_between_thousands(cell: str, read: float) -> None:
    assert reading.number(0, 1e9, grouped=True)(cell) == read


@pytest.mark.parametrize("cell", ["1,2", "12,34", "1,200,30", ",200"])
def test_a_comma_elsewhere_makes_no_number(cell: str) -> None:
    with pytest.raises(PydanticCustomError):
        reading.number(0, 1e9, grouped=True)(cell)
    with pytest.raises(PydanticCustomError):
        reading.number(-180, 180)("117,018")
