"""Scenarios in the store: one of a name in a city, in the order in which they were saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from stations.store.register import Register

NOW = dt.datetime(2026, 3, 2, 8, 30, tzinfo=dt.UTC)


@pytest.fixture
def register(place: str) -> Iterator[Register]:
    made = Register(place)
    yield made
    made.close()


def row(name: str, city: str = "340400") -> dict[str, object]:
    return {"city": city, "name": name, "wish": {"sites": "10"}, "told": {"gap": None}, "who": "chen"}


def test_one_of_a_name_stays_and_another_city_has_its_own(register: Register) -> None:
    assert register.keep_scenario(row("十个"), at=NOW)
    assert not register.keep_scenario(row("十个") | {"who": "li"}, at=NOW)
    assert register.keep_scenario(row("十个", "340500"), at=NOW)
    assert register.keep_scenario(row("一个"), at=NOW)
    kept = register.scenarios("340400")
    assert [(each["name"], each["who"], each["wish"]) for each in kept] == [
        ("十个", "chen", {"sites": "10"}),
        ("一个", "chen", {"sites": "10"}),
    ]
    assert kept[0]["saved_at"] == "2026-03-02T08:30:00+00:00"


def test_one_is_forgotten_by_its_name_alone(register: Register) -> None:
    for city in ("340400", "340500"):
        assert register.keep_scenario(row("十个", city), at=NOW)
    register.forget_scenario("340400", "十个")
    register.forget_scenario("340400", "nobody's")
    assert register.scenarios("340400") == []
    assert len(register.scenarios("340500")) == 1


def test_they_are_listed_in_the_order_in_which_they_were_saved(register: Register) -> None:
    for name, day in (("second", 2), ("first", 1)):
        assert register.keep_scenario(row(name), at=NOW.replace(day=day))
    assert [each["name"] for each in register.scenarios("340400")] == ["first", "second"]
