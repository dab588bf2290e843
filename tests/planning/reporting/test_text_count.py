"""What the register gives for what a text counts, on a town whose answers can be counted on paper."""

from __future__ import annotations

import datetime as dt

import pytest

from stations.model.counted import Change, Counted
from stations.model.settings import Settings
from stations.model.vocabulary import BaseKind, Status, Tier
from stations.planning.reporting.text_check import check_text
from stations.planning.reporting.text_check_tables import remark, rows_behind
from stations.planning.reporting.text_count import Registers
from tests.planning.town import EAST, SINCE, WEST, ZONE

STATION = Counted("station")


def band(
    settings: Settings, counts: Counted, on: dt.date | None = None, since: dt.date | None = None
) -> tuple[int, int]:
    count = Registers(settings).count(counts, on, since)
    assert len(count.keys) == count.least or counts.change in {"grown", "shrunk"}
    return count.least, count.most


def test_of_an_unknown_status_and_place_it_is_not_known_whether_it_counts(demonstrated: Settings) -> None:
    assert band(demonstrated, STATION) == (4, 4)
    in_use = Counted("station", status=Status.IN_USE)
    sure, possible = band(demonstrated, in_use)
    held = Registers(demonstrated).now.stations
    assert sure == int((held["status"] == Status.IN_USE).sum())
    assert possible == sure + int(held["status"].isna().sum())
    west, east = (band(demonstrated, Counted("station", place=place)) for place in (WEST, EAST))
    nowhere = int((held["division"].isna() & held["union_unit"].isna()).sum())
    assert west[1] - west[0] == east[1] - east[0] == nowhere
    assert west[0] + east[0] + nowhere == 4


def test_bases_are_counted_by_kind(demonstrated: Settings) -> None:
    bases = Registers(demonstrated).now.bases
    for kind in BaseKind:
        expected = sum(kind in kinds for kinds in bases["kinds"])
        assert band(demonstrated, Counted("base", base_kind=kind))[0] == expected
    past = band(demonstrated, Counted("base"), dt.date(2020, 12, 31))
    assert past == (0, len(bases))


def test_a_zone_is_counted_apart_and_in_its_division(zoned: Settings) -> None:
    zone, division = (band(zoned, Counted("station", place=place))[0] for place in (ZONE, ZONE[:6]))
    assert 0 < zone <= division


@pytest.mark.parametrize(
    ("change", "on", "expected"),
    [
        ("added", None, (1, 2)),  # B opened; of C nobody knows since when it is there
        ("delisted", None, (1, 1)),
        ("added", dt.date(2024, 4, 30), (0, 0)),
        ("delisted", dt.date(2024, 4, 30), (1, 1)),
        ("upgraded", None, (0, 0)),
        ("grown", None, (0, 1)),
        ("shrunk", None, (-1, 0)),
        ("grown", dt.date(2024, 4, 30), (-2, 0)),
    ],
)
def test_what_came_and_went_is_counted_between_two_days(
    lived: Settings, change: Change, on: dt.date | None, expected: tuple[int, int]
) -> None:
    assert band(lived, Counted("station", change=change), on, SINCE) == expected


def test_an_honour_that_was_always_held_has_no_known_date(lived: Settings) -> None:
    municipal = Counted("station", tier=Tier.MUNICIPAL, change="honoured")
    assert band(lived, municipal, None, SINCE) == (0, 1)


def test_the_rows_behind_what_left_are_those_of_before(lived: Settings) -> None:
    (finding,) = check_text(lived, "2024年摘牌驿站1个").findings
    assert finding.verdict == "agrees"
    assert list(rows_behind(check_text(lived, "2024年摘牌驿站1个"), finding)["Name"]) == ["示例甲"]


def test_what_is_not_known_is_a_range_and_says_of_how_many(lived: Settings) -> None:
    unsure, agrees, conflicts = check_text(lived, "截至2023年底，驿站2个。共有驿站至少1个。共有驿站3个。").findings
    assert (unsure.verdict, unsure.low, unsure.high) == ("not checkable", 1, 2)
    assert remark(unsure) == "The register does not know this of 1 records: it may be 1 to 2."
    assert (agrees.verdict, conflicts.verdict) == ("agrees", "conflicts")


def test_each_day_is_put_together_once(lived: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    registers = Registers(lived)
    assert registers.on(SINCE) is registers.on(SINCE)
    first = registers.count(STATION, SINCE, None)
    monkeypatch.setattr("stations.planning.reporting.text_count.holdings", None)
    assert registers.count(STATION, SINCE, dt.date(2020, 1, 1)) is first


def test_a_register_without_records_counts_nothing(bare_town: Settings) -> None:
    assert band(bare_town, Counted("base", base_kind=BaseKind.BOOK_HOUSE, place=WEST)) == (0, 0)
