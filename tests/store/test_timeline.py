"""What a record was on every day: counted on paper, and against a slow reading of every edit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.store.timeline import Timeline, at, begun, edited, lived, resumed, rewritten

TODAY = "2026-11-24"
IN_USE = {"status": "in_use", "status_on": "2023-05-01"}
GONE = {"status": "delisted", "status_on": "2025-03-01", "status_reason": "拆迁", "document_no": "淮工〔2025〕3号"}


def record(**known: Any) -> dict[str, Any]:
    return {"station_id": "S1", "name": "示例", "tier": "none", **known}


def test_a_record_of_which_no_date_is_known_begins_today() -> None:
    assert begun(record(), TODAY) == {TODAY: record()}


def test_a_record_begins_when_it_opened() -> None:
    assert begun(record(opened_on="2020-01-01"), TODAY) == {"2020-01-01": record(opened_on="2020-01-01")}


def test_a_record_that_is_to_open_begins_today() -> None:
    assert list(begun(record(opened_on="2027-01-01"), TODAY)) == [TODAY]


def test_a_status_with_a_date_says_that_the_record_was_there_then() -> None:
    assert begun(record(**IN_USE), TODAY) == {"2023-05-01": record(**IN_USE)}


def test_before_a_status_began_it_is_unknown() -> None:
    row = record(opened_on="2020-01-01", **GONE)
    assert begun(row, TODAY) == {"2020-01-01": record(opened_on="2020-01-01"), "2025-03-01": row}


def test_a_status_older_than_the_opening_holds_from_the_opening() -> None:
    row = record(opened_on="2024-01-01", **IN_USE)
    assert begun(row, TODAY) == {"2024-01-01": row}


def test_what_was_known_otherwise_changes_today() -> None:
    life = begun(record(opened_on="2020-01-01", address="甲路"), TODAY)
    now = record(opened_on="2020-01-01", address="乙路")
    assert edited(life, now, TODAY) == {**life, TODAY: now}


def test_what_was_unknown_holds_for_the_whole_life() -> None:
    life = begun(record(opened_on="2020-01-01"), TODAY)
    now = record(opened_on="2020-01-01", lon=117.0, lat=32.6)
    assert edited(life, now, TODAY) == {"2020-01-01": now}


def test_a_photo_says_nothing_of_the_time_before_it_was_added() -> None:
    life = begun(record(opened_on="2020-01-01"), TODAY)
    now = record(opened_on="2020-01-01", photos=["a"])
    assert edited(life, now, TODAY) == {**life, TODAY: now}


def test_an_honour_is_no_knowledge_that_was_missing() -> None:
    thin = {"name": "示例", "opened_on": "2020-01-01"}
    assert list(edited(begun(thin, TODAY), {**thin, "tier": "municipal"}, TODAY)) == ["2020-01-01", TODAY]


def test_an_edit_holds_from_the_day_that_is_stated() -> None:
    life = begun(record(opened_on="2020-01-01"), TODAY)
    now = record(opened_on="2020-01-01", tier="provincial")
    assert edited(life, now, TODAY, since="2022-12-31") == {**life, "2022-12-31": now}


def test_no_edit_holds_from_before_the_life_began() -> None:
    life = begun(record(opened_on="2020-01-01", address="甲路"), TODAY)
    now = record(opened_on="2020-01-01", address="乙路")
    assert edited(life, now, TODAY, since="1900-01-01") == {"2020-01-01": now}


def test_what_is_said_of_a_day_before_the_beginning_begins_a_life_whose_opening_nobody_knows() -> None:
    now = record(tier="municipal")
    assert edited(begun(record(), TODAY), now, TODAY, since="2024-05-01") == {"2024-05-01": now}


def test_a_correction_of_the_past_reaches_over_later_changes() -> None:
    life = begun(record(opened_on="2020-01-01", address="甲路"), TODAY)
    life = edited(life, record(opened_on="2020-01-01", address="甲路", tier="municipal"), TODAY, since="2022-01-01")
    life = edited(life, record(opened_on="2020-01-01", address="乙路", tier="municipal"), TODAY, since="2021-01-01")
    assert {day: (state or {}).get("address") for day, state in life.items()} == {
        "2020-01-01": "甲路",
        "2021-01-01": "乙路",
        "2022-01-01": "乙路",
    }
    assert {day: (state or {})["tier"] for day, state in life.items()} == {
        "2020-01-01": "none",
        "2021-01-01": "none",
        "2022-01-01": "municipal",
    }


def test_a_new_status_holds_from_its_own_date_and_the_rest_from_today() -> None:
    life = begun(record(opened_on="2020-01-01", address="甲路"), TODAY)
    now = record(opened_on="2020-01-01", address="乙路", **GONE)
    made = edited(life, now, TODAY)
    assert list(made) == ["2020-01-01", "2025-03-01", TODAY]
    assert made["2025-03-01"] == record(opened_on="2020-01-01", address="甲路", **GONE)


def test_a_station_that_moved_has_its_new_place_from_the_day_of_the_move() -> None:
    life = begun(record(opened_on="2020-01-01", lon=117.0, address="甲路"), TODAY)
    there = {"lon": 117.1, "address": "乙路", "township": "丙镇"}
    now = record(opened_on="2020-01-01", tier="municipal", status="moved", status_on="2026-05-01", **there)
    made = edited(life, now, TODAY)
    assert made["2026-05-01"] == {**now, "tier": "none"}
    assert list(made) == ["2020-01-01", "2026-05-01", TODAY]


def test_a_status_older_than_anything_known_says_that_the_record_was_there_by_then() -> None:
    gone = record(**GONE)
    assert edited(begun(record(), TODAY), gone, TODAY) == {"2025-03-01": gone}
    opened = record(opened_on="2026-01-01")
    assert list(edited(begun(opened, TODAY), {**opened, **GONE}, TODAY)) == ["2026-01-01"]


def test_a_status_that_began_on_another_day_than_was_thought_is_moved() -> None:
    life = edited(begun(record(opened_on="2020-01-01"), TODAY), record(opened_on="2020-01-01", **GONE), TODAY)
    late = record(opened_on="2020-01-01", **{**GONE, "status_on": "2025-09-01"})
    assert edited(life, late, TODAY) == {"2020-01-01": record(opened_on="2020-01-01"), "2025-09-01": late}


@pytest.mark.parametrize(("opened", "days"), [("2019-01-01", ["2019-01-01"]), ("2024-01-01", ["2024-01-01"])])
def test_a_corrected_opening_moves_the_beginning(opened: str, days: list[str]) -> None:
    life = begun(record(opened_on="2020-01-01"), TODAY)
    assert edited(life, record(opened_on=opened), TODAY) == {day: record(opened_on=opened) for day in days}


def test_a_record_that_comes_back_begins_anew() -> None:
    gone: Timeline = {"2020-01-01": None}
    assert edited(gone, record(), TODAY) == {TODAY: record()}


def test_only_what_reads_differently_is_written() -> None:
    before: Timeline = {"2020-01-01": {"name": "甲"}, "2024-01-01": {"name": "乙"}}
    after: Timeline = {"2022-01-01": {"name": "乙"}}
    assert list(rewritten(before, after)) == [
        ("2020-01-01", {"name": "甲"}, None),
        ("2022-01-01", None, {"name": "乙"}),
    ]


DAYS = [f"20{year}-06-30" for year in range(15, 27)]
VALUES = {
    "address": st.sampled_from([None, "甲路", "乙路"]),
    "tier": st.sampled_from(["none", "municipal", "provincial"]),
    "opened_on": st.sampled_from([None, *DAYS]),
    "status": st.sampled_from([None, "in_use", "delisted"]),
    "status_on": st.sampled_from([None, *DAYS]),
}
ROWS = st.fixed_dictionaries(VALUES).map(lambda row: {key: value for key, value in row.items() if value is not None})
EDITS = st.lists(st.tuples(ROWS, st.sampled_from([None, *DAYS])), min_size=1, max_size=6)


@given(edits=EDITS)
def test_the_last_state_is_what_was_said_but_for_turns_that_came_later(
    edits: list[tuple[dict[str, Any], str | None]],
) -> None:
    life: Timeline = {}
    for row, since in edits:
        before, life = at(life, DAYS[-1]) or {}, edited(life, row, DAYS[-1], since=since)
        now = at(life, DAYS[-1]) or {}
        for fields in (("tier",), ("address",), ("opened_on",), ("status", "status_on")):
            said, stood = ({field: state.get(field) for field in fields} for state in (row, before))
            stays = stood if fields[0] in {"tier", "status"} else said
            assert {field: now.get(field) for field in fields} in (said, stays)
        assert life == lived(life)
        assert max(life) <= DAYS[-1]


@given(edits=EDITS)
def test_rows_written_edit_by_edit_read_as_the_whole_life(edits: list[tuple[dict[str, Any], str | None]]) -> None:
    written: Timeline = {}
    life: Timeline = {}
    for row, since in edits:
        life = edited(written, row, DAYS[-1], since=since)
        for day, was, is_now in rewritten(written, life):
            assert was != is_now
            written = dict(sorted({**written, day: is_now}.items()))
        assert [at(written, day) for day in DAYS] == [at(life, day) for day in DAYS]


@given(edits=EDITS, row=ROWS)
def test_what_is_restored_holds_from_today_and_leaves_every_day_before_as_it_was(
    edits: list[tuple[dict[str, Any], str | None]], row: dict[str, Any]
) -> None:
    life: Timeline = {}
    for edit, since in edits:
        life = edited(life, edit, DAYS[-1], since=since)
    again = resumed(life, row, DAYS[-1])
    assert [at(again, day) for day in DAYS] == [*(at(life, day) for day in DAYS[:-1]), row]
    assert again == lived(again)


def test_what_had_been_taken_out_begins_anew_where_it_is_restored() -> None:
    row = record(opened_on="2020-01-01")
    assert resumed({"2020-01-01": None}, row, TODAY) == begun(row, TODAY)


def test_where_nothing_differs_a_day_says_when_the_last_change_came() -> None:
    life = edited({"2020-01-01": record()}, record(tier="municipal"), TODAY, since="2023-06-01")
    assert list(life) == ["2020-01-01", "2023-06-01"]
    for day in ("2021-05-01", "2024-02-29"):
        assert edited(life, record(tier="municipal"), TODAY, since=day) == {
            "2020-01-01": record(),
            day: record(tier="municipal"),
        }
    assert edited(life, record(tier="municipal"), TODAY, since="2019-01-01") == {"2019-01-01": record(tier="municipal")}


def test_a_status_with_a_date_of_its_own_and_a_beginning_are_not_moved_by_a_day_alone() -> None:
    life = {"2020-01-01": record(), "2025-03-01": record(**GONE)}
    assert edited(life, record(**GONE), TODAY, since="2021-01-01") == life
    opened = record(opened_on="2020-01-01")
    for day in ("2019-01-01", "2021-01-01"):
        assert edited({"2020-01-01": opened}, opened, TODAY, since=day) == {"2020-01-01": opened}


def test_what_is_restored_is_not_undone_by_a_day_to_come() -> None:
    ahead = {"2020-01-01": record(), "2027-01-01": record(**GONE)}
    assert resumed(ahead, record(), TODAY) == {"2020-01-01": record()}


def test_an_honour_that_is_learnt_late_is_put_before_the_later_ones() -> None:
    provincial = record(opened_on="2020-01-01", tier="provincial")
    life = edited(begun(record(opened_on="2020-01-01"), TODAY), provincial, TODAY, since="2023-06-01")
    life = edited(life, record(opened_on="2020-01-01", tier="municipal"), TODAY, since="2021-05-01")
    assert {day: (state or {})["tier"] for day, state in life.items()} == {
        "2020-01-01": "none",
        "2021-05-01": "municipal",
        "2023-06-01": "provincial",
    }


def test_a_status_that_is_older_than_another_one_erases_nothing() -> None:
    used = record(opened_on="2018-01-01", status="in_use", status_on="2018-01-01")
    gone = {**used, **GONE, "status_on": "2024-03-01", "status_reason": "拆迁"}
    life = edited(begun(used, TODAY), gone, TODAY)
    assert edited(life, used, TODAY) == life  # the list of last year, once more
    mended = {**used, "status": "maintenance", "status_on": "2022-05-01"}
    assert edited(life, mended, TODAY) == {"2018-01-01": used, "2022-05-01": mended, "2024-03-01": gone}
    again = {**used, "status_on": "2025-03-01"}
    life = edited(life, again, TODAY)
    assert edited(life, used, TODAY) == life
