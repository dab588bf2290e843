"""Tries that have to wait are in the audit, each of them counted, in few lines."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.model.settings import Settings
from stations.planning.access.accounts import (
    FREE_TRIES,
    FROM_ONE_ADDRESS,
    SignInRefused,
    TooManyTries,
    audit,
    sign_in,
)
from stations.planning.access.waiting import A_MINUTE, WAITED, Waiting

pytestmark = pytest.mark.usefixtures("quick")

NOW = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def refused(settings: Settings, name: str, *, now: dt.datetime, address: str = "10.0.0.1") -> type[Exception]:
    with pytest.raises((SignInRefused, TooManyTries)) as told:
        sign_in(settings, name, "something else", address=address, now=now)
    return told.type


def waited(settings: Settings) -> list[tuple[str, str, str]]:
    lines = audit(settings, at_most=1000)
    lines = lines[lines["what"] == WAITED].iloc[::-1]
    return list(lines[["who", "about", "address"]].itertuples(index=False, name=None))


def test_tries_that_have_to_wait_are_a_line_a_minute_with_their_count(town: Settings) -> None:
    kinds = [refused(town, "chen", now=NOW + number * SECOND) for number in range(FREE_TRIES + 15)]
    assert kinds == [SignInRefused] * FREE_TRIES + [TooManyTries] * 15
    assert waited(town) == [("chen", "×1", "10.0.0.1")]
    refused(town, "other", now=NOW + 2 * A_MINUTE, address="10.0.0.2")  # whoever tries next, at whatever time
    assert waited(town) == [("chen", "×1", "10.0.0.1"), ("chen", "×14", "10.0.0.1")]


def test_an_address_that_has_to_wait_writes_no_line_for_each_name_it_thinks_of(town: Settings) -> None:
    for number in range(FROM_ONE_ADDRESS + 40):
        refused(town, f"name{number}", now=NOW)
    assert waited(town) == [(f"name{FROM_ONE_ADDRESS}", "×1", "10.0.0.1")]
    refused(town, "last", now=NOW + A_MINUTE)
    assert waited(town)[1:] == [("", "×39", "10.0.0.1")]  # the last one is of the next minute


@given(pauses=st.lists(st.integers(0, 50), max_size=40))
def test_each_try_is_counted_once_and_no_minute_has_two_lines(pauses: list[int]) -> None:
    lines: list[tuple[dt.datetime, int]] = []

    class Kept:
        def note_at_door(self, _who: str, _what: str, *, at: dt.datetime, about: str, address: str | None) -> None:
            assert address is None
            lines.append((at, int(about.removeprefix("×"))))

    waiting, kept, now = Waiting(), Kept(), NOW
    for pause in pauses:
        now += pause * SECOND
        waiting.tell(kept, "chen", None, of_any_name=False, now=now)  # type: ignore[arg-type]
    waiting.catch_up(kept, now=now + A_MINUTE)  # type: ignore[arg-type]
    assert sum(count for _at, count in lines) == len(pauses)
    assert all(later[0] - earlier[0] >= A_MINUTE for earlier, later in pairwise(lines))
