"""A list shows what its filter lets through, in the order that is asked for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from stations.model.language import Language
from stations.model.schema import STALE_AFTER_DAYS
from stations.model.settings import Settings
from stations.model.vocabulary import BaseKind, Status, Tier
from stations.planning.importing.import_file import import_file
from stations.planning.questions import today
from stations.planning.records.filters import Filter, Lacking, Order, keys_of
from stations.planning.register import Holdings, holdings
from tests.planning.town import EAST, WEST, ZONE, write_csv

ALL = ["T-1", "T-2", "T-3", "T-4"]


@pytest.fixture
def held(demonstrated: Settings) -> Holdings:
    return holdings(demonstrated)


@pytest.mark.parametrize(
    ("wish", "passes"),
    [
        (Filter(), ALL),
        (Filter(words="示例 三号"), ["T-3"]),
        (Filter(words="ｔ－２"), ["T-2"]),
        (Filter(words="示例路 4 号"), ["T-4"]),
        (Filter(words="没有"), []),
        (Filter(tiers=(Tier.NATIONAL, Tier.PROVINCIAL)), ["T-1", "T-4"]),
        (Filter(tiers=()), []),
        (Filter(statuses=(Status.SUSPENDED,)), ["T-3"]),
        (Filter(divisions=(EAST,)), ["T-2", "T-3"]),  # T-2 names no district, and lies in it
        (Filter(divisions=(WEST, EAST)), ALL),
        (Filter(lacking=(Lacking.PLACE,)), ["T-4"]),
        (Filter(lacking=(Lacking.HOURS, Lacking.VERIFICATION)), ALL),
        (Filter(lacking=(Lacking.DISTRICT,)), []),
        (Filter(words="示例", tiers=(Tier.NONE,), divisions=(EAST,)), ["T-3"]),
        (Filter(kinds=(BaseKind.BOOK_HOUSE,)), ALL),  # asked of bases alone
    ],
)
def test_every_part_of_a_filter_has_to_be_met(held: Holdings, wish: Filter, passes: list[str]) -> None:
    assert keys_of(held, "station", wish) == passes


@pytest.mark.parametrize(
    ("wish", "passes"),
    [
        (Filter(), ["J-1"]),
        (Filter(kinds=(BaseKind.BOOK_HOUSE,)), ["J-1"]),
        (Filter(kinds=(BaseKind.NURSING_ROOM,)), []),
        (Filter(tiers=(), statuses=(Status.PLANNED,)), ["J-1"]),  # asked of stations alone
    ],
)
def test_bases_are_asked_for_their_kinds_and_not_for_a_tier(held: Holdings, wish: Filter, passes: list[str]) -> None:
    assert keys_of(held, "base", wish) == passes


def test_a_record_is_of_the_union_it_names_else_of_that_of_its_district(zoned: Settings) -> None:
    held = holdings(zoned)
    assert keys_of(held, "station", Filter(union=ZONE)) == ["A"]
    assert keys_of(held, "station", Filter(union=EAST)) == ["B", "C"]


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        (Order.ENTERED, ALL),
        (Order.NAME, ["T-1", "T-3", "T-2", "T-4"]),
        (Order.TIER, ["T-1", "T-4", "T-2", "T-3"]),
        (Order.DISTRICT, ["T-1", "T-4", "T-2", "T-3"]),
        (Order.VERIFIED, ALL),
    ],
)
def test_a_list_is_ordered_and_what_is_alike_stays_as_it_was_entered(
    held: Holdings, order: Order, keys: list[str]
) -> None:
    assert keys_of(held, "station", Filter(), order=order) == keys
    assert keys_of(held, "base", Filter(), order=order) == ["J-1"]


def test_what_was_verified_long_ago_or_never_lacks_it(town: Settings, tmp_path: Path) -> None:
    days = [str(today() - dt.timedelta(days=ago)) for ago in (STALE_AFTER_DAYS, STALE_AFTER_DAYS + 1)]
    rows = [("A", "示例甲", days[0]), ("B", "示例乙", days[1]), ("C", "示例丙", "")]
    import_file(
        town, write_csv(tmp_path / "list.csv", ("站点编号", "名称", "核验日期"), rows), kind="station", datum=None
    )
    held = holdings(town)
    assert keys_of(held, "station", Filter(lacking=(Lacking.VERIFICATION,))) == ["B", "C"]
    assert keys_of(held, "station", Filter(), order=Order.VERIFIED) == ["C", "B", "A"]


def test_an_empty_register_lists_nothing(town: Settings, language: Language) -> None:
    for order in Order:
        assert keys_of(holdings(town), "station", Filter(words="示例"), order=order) == []
        assert keys_of(holdings(town), "base", Filter(kinds=tuple(BaseKind)), order=order) == []
