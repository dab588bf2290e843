"""One schema: every header leads to one field, every record is whole, and what is dumped is the record again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic import ValidationError

from stations.model.headers import field_of
from stations.model.language import Language, use_language
from stations.model.schema import (
    BESIDE,
    IDENTIFIERS,
    RECORDS,
    Base,
    Kind,
    Place,
    Station,
    coordinate_problem,
    dump,
    entering,
    fields,
    free_texts,
)
from stations.model.vocabulary import Datum, Status, Tier, folded
from tests.records import valid_records

KINDS: tuple[Kind, ...] = ("station", "base")


def problems(kind: Kind = "station", **given_: Any) -> list[tuple[str, str]]:
    """Return field and words of every problem with a record."""
    with pytest.raises(ValidationError) as refusal:
        RECORDS[kind].model_validate({"name": "示例驿站"} | given_)
    return [
        (str(problem.get("ctx", {}).get("field") or problem["loc"][0]), problem["msg"])
        for problem in refusal.value.errors()
    ]


# --- headers --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_no_header_leads_to_two_fields(kind: Kind) -> None:
    meanings: dict[str, set[str]] = {}
    for field, header in fields(kind).items():
        for name in (field, header.zh, header.en, *header.aliases):
            meanings.setdefault(folded(name), set()).add(field)
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}


@pytest.mark.parametrize("kind", KINDS)
def test_every_header_and_alias_leads_to_its_field(kind: Kind) -> None:
    for field, header in fields(kind).items():
        for name in (field, header.zh, header.en, *header.aliases):
            assert field_of(kind, name) == field
            assert field_of(kind, f" {name.upper()} ") == field


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_headers_in_both_languages(kind: Kind) -> None:
    for header in fields(kind).values():
        assert header.label("zh_CN") == header.zh != ""
        assert header.label("en") == header.en != ""


@pytest.mark.parametrize("kind", KINDS)
def test_everything_but_photos_and_unknown_columns_has_a_header(kind: Kind) -> None:
    assert {*fields(kind), *BESIDE} == set(RECORDS[kind].model_fields)
    assert list(fields(kind))[:3] == [IDENTIFIERS[kind], "name", {"station": "tier", "base": "kinds"}[kind]]


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_field_is_a_cell_it_takes(kind: Kind) -> None:
    for field, header in fields(kind).items():
        if header.example:
            lon, lat, datum = (fields(kind)[name].example for name in ("lon", "lat", "datum"))
            record = {"name": "示例", "lon": lon, "lat": lat, "datum": datum} | {field: header.example}
            assert getattr(RECORDS[kind].model_validate(record), field) is not None


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("站点名称", "name"),
        ("驿站名称", "name"),
        ("所属区县", "district"),
        ("地址", "address"),
        ("详细地址", "address"),
        ("X", "lon"),
        ("编号", "station_id"),
        ("面积（㎡）", "area_m2"),
        ("Contact Phone", "contact_phone"),
        ("序号", None),
        ("负责人", None),
        ("站点名称*", "name"),
        ("＊ 名称", "name"),
        ("", None),
    ],
)
def test_headers_of_real_lists_are_known(header: str, field: str | None) -> None:
    assert field_of("station", header) == field


@pytest.mark.parametrize("kind", KINDS)
def test_free_texts_are_what_somebody_wrote(kind: Kind) -> None:
    assert {"name", "address", "contact_phone", "notes", "opening_hours"} <= set(free_texts(kind))
    assert not {IDENTIFIERS[kind], "lon", "datum", "verified_on", "tier", "kinds", "facilities"} & set(free_texts(kind))


# --- records --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_is_enough(kind: Kind) -> None:
    record = RECORDS[kind].model_validate({"name": "示例"})
    known = {"name": "示例"} | ({"tier": "none"} if kind == "station" else {})
    assert dump(record) == known


@pytest.mark.parametrize("name", [None, "", "  ", "\x00"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_record_without_a_name_is_refused(kind: Kind, name: str | None) -> None:
    ((field, _words),) = problems(kind, name=name)
    assert field == "name"


def test_a_name_has_at_most_60_characters() -> None:
    assert Station(name="驿" * 60).name == "驿" * 60
    assert [field for field, _words in problems(name="驿" * 61)] == ["name"]


def test_a_blank_tier_means_no_honour() -> None:
    assert Station(name="示例", tier="").tier is Tier.NONE  # type: ignore[arg-type]


def test_a_field_that_is_not_there_is_refused() -> None:
    assert problems(nonsense="x")
    assert problems("base", tier="national")


def test_each_problem_of_a_row_is_told() -> None:
    found = problems(lon="east", lat="north", tier="gold", star="9", status="?")
    assert [field for field, _words in found] == ["lon", "lat", "tier", "star", "status"]


def test_a_delisted_station_needs_a_reason(language: Language) -> None:
    ((field, words),) = problems(status="摘牌")
    assert field == "status_reason"
    assert fields("station")["status_reason"].label(language) in words
    assert Station(name="示例", status="摘牌", status_reason="合并").status_reason == "合并"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "reason", ["-", "—", ".", "……", "无", "暂无", "None", "N/A", "n/a。", "\u200b", "\u2060 \ufeff", "\u3164", "\u200d"]
)
def test_a_reason_says_something(reason: str, language: Language) -> None:
    with pytest.raises(ValidationError) as refusal:
        Station.model_validate({"name": "示例", "status": "摘牌", "status_reason": reason}, context=entering())
    (error,) = refusal.value.errors()
    assert error["ctx"]["field"] == "status_reason"
    assert fields("station")["status_reason"].label(language) in error["msg"]


@pytest.mark.parametrize("reason", ["拆迁", "合并", "x", "无人值守", "No staff", "3号文", "👩\u200d🔧 left"])
def test_a_reason_stays_as_it_was_given(reason: str) -> None:
    given = {"name": "示例", "status": "摘牌", "status_reason": reason}
    assert Station.model_validate(given, context=entering()).status_reason == reason  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.PLANNED])
@pytest.mark.parametrize("days", [1, 95, None])
def test_a_status_of_a_day_to_come_is_refused_but_for_a_plan(status: Status, days: int | None, english: None) -> None:
    today = entering()["today"]
    day = today + dt.timedelta(days) if days else dt.date(9999, 12, 31)
    given = {"name": "示例", "status": status, "status_on": day, "status_reason": "示例拆迁"}
    with pytest.raises(ValidationError, match="Enter this status on that day") as refusal:
        Station.model_validate(given, context=entering())
    assert refusal.value.errors()[0]["ctx"]["field"] == "status_on"
    for fine in ({"status": "planned"}, {"status_on": today}, {"status": None}):
        Station.model_validate({**given, **fine}, context=entering())


@pytest.mark.parametrize("kind", KINDS)
def test_coordinates_need_a_datum(kind: Kind, language: Language) -> None:
    ((field, words),) = problems(kind, lon="117.01", lat="32.6")
    assert field == "datum"
    assert fields(kind)["datum"].label(language) in words


def test_full_width_coordinates_are_read() -> None:
    station = Station(name="示例", lon="１１７．０１", lat="３２．６", datum="ＧＣＪ－０２")  # type: ignore[arg-type]
    assert (station.lon, station.lat, station.datum) == (117.01, 32.6, Datum.GCJ02)


@pytest.mark.parametrize(
    ("lon", "lat", "field"),
    [
        (117.0, None, "lon"),
        (None, 32.6, "lat"),
        (0, 0, "lon"),
        (32.6, 117.0, "lon"),
        (3, 136, "lon"),
        (54, 73, "lon"),
        (117.0, 95.0, "lon"),
        (-117.0, -90.5, "lon"),
    ],
)
def test_a_pair_that_is_no_place_is_refused_in_words(
    lon: float | None, lat: float | None, field: str, language: Language
) -> None:
    assert coordinate_problem(lon, lat)
    ((where, words),) = problems(lon=lon, lat=lat, datum="WGS84")
    assert where == field
    assert len(words) > 8


@pytest.mark.parametrize(("lon", "lat"), [(None, None), (117.0, 32.6), (-180, -90), (180, 90), (0, 1), (55, 73)])
def test_a_pair_on_earth_is_accepted(lon: float | None, lat: float | None) -> None:
    assert coordinate_problem(lon, lat) is None


def test_a_problem_is_told_in_the_language_of_the_moment() -> None:
    use_language("zh_CN")
    ((_field, chinese),) = problems(star="9")
    use_language("en")
    ((_field, english),) = problems(star="9")
    assert english.isascii()
    assert "1" in chinese
    assert "5" in chinese


# --- round trip -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@examples(max_examples=60)
@given(data=st.data())
def test_a_dumped_record_is_the_record_again(kind: Kind, data: st.DataObject) -> None:
    record: Place = data.draw(valid_records(kind))
    dumped = dump(record)
    assert RECORDS[kind].model_validate(dumped) == record
    assert not any(value in (None, [], {}, "") for value in dumped.values())


def test_what_is_zero_is_known_and_kept() -> None:
    assert dump(Station(name="示例", capacity=0, area_m2=0.0)) == {  # type: ignore[arg-type]
        "name": "示例",
        "tier": "none",
        "capacity": 0,
        "area_m2": 0.0,
    }


def test_a_record_cannot_be_changed_in_place() -> None:
    base = Base(name="示例")
    with pytest.raises(ValidationError):
        base.name = "another"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("opened", "status", "fine"), [("2022-08-13", "1990-01-01", False), ("2022-08-13", "2022-08-13", True)]
)
def test_a_status_does_not_begin_before_the_station_opened(opened: str, status: str, fine: bool) -> None:
    given = {"name": "示例", "opened_on": opened, "status": "in_use", "status_on": status}
    if fine:
        assert Station.model_validate(given).status_on == Station.model_validate(given).opened_on
    else:
        with pytest.raises(ValidationError):
            Station.model_validate(given)


def test_a_day_of_long_ago_is_a_slip(english: None) -> None:
    with pytest.raises(ValidationError, match="too far back"):
        Station.model_validate({"name": "示例", "opened_on": "0001-01-01"})


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("area_m2", "35㎡", 35),
        ("area_m2", "1,200 平方米", 1200),
        ("capacity", "20人", 20),
        ("daily_visits", "1,200人次", 1200),
        ("star", "四星", 4),
        ("star", "5星级", 5),
        ("star", "3", 3),
        ("star", "-", None),
    ],
)
def test_a_number_is_read_with_its_unit(field: str, cell: str, value: float | None) -> None:
    assert getattr(Station.model_validate({"name": "示例", field: cell}), field) == value


@pytest.mark.parametrize("cell", ["约20人", "20人左右", "人", "20-30人"])
def test_what_is_no_exact_number_is_none(cell: str) -> None:
    with pytest.raises(ValidationError):
        Station.model_validate({"name": "示例", "capacity": cell})
