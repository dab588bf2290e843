"""Searches behind a page: the same one once, the last ones kept, none that nobody wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event
from types import SimpleNamespace
from typing import Any, cast

import pytest

from stations.app import searching
from stations.app.searching import Searches
from stations.planning.publishing.feeds import TooBusy
from stations.planning.siting.proposal import Proposal

PATIENCE_S = 20


class Finding:
    """Finds a proposal for each time it is let; proposals are told apart by what they are, whatever is in them."""

    def __init__(self, count: int = 3, *, fault: Exception | None = None) -> None:
        self.proposals = [cast("Proposal", SimpleNamespace(settled=False)) for _number in range(count)]
        self.let = [Event() for _number in range(count + 1)]
        self.asked, self.fault = 0, fault
        self.stopped: list[Callable[[], bool]] = []
        self.known: list[Proposal | None] = []

    def ask(self, stopped: Callable[[], bool], known: Proposal | None) -> Iterator[Proposal]:
        self.asked += 1
        self.known.append(known)
        self.stopped.append(stopped)
        for let, found in zip(self.let, self.proposals, strict=False):
            assert let.wait(PATIENCE_S)
            yield found
        assert self.let[-1].wait(PATIENCE_S)
        if self.fault:
            raise self.fault


def test_each_better_answer_is_told_until_the_search_is_over() -> None:
    finding = Finding()
    search = Searches().of("wish", finding.ask, follower="a")
    shown: Any = None
    for let, proposal in zip(finding.let, finding.proposals, strict=False):
        assert not search.wait(beyond=shown, seconds=0)
        let.set()
        assert search.wait(beyond=shown, seconds=PATIENCE_S)
        shown = search.found
        assert shown is proposal
    finding.let[-1].set()
    assert search.wait(beyond=shown, seconds=PATIENCE_S)
    assert search.over
    assert search.fault is None


def test_whoever_wants_the_same_gets_the_same_search() -> None:
    finding, searches = Finding(), Searches()
    one = searches.of("wish", finding.ask, follower="a")
    assert searches.of("wish", finding.ask, follower="b") is one
    for let in finding.let:
        let.set()
    assert one.wait(beyond=finding.proposals[-1], seconds=PATIENCE_S)
    assert searches.of("wish", finding.ask, follower="c") is one
    assert finding.asked == 1


def test_whoever_has_seen_enough_keeps_the_best_so_far_and_others_are_searched_on_for() -> None:
    finding, searches = Finding(), Searches()
    search = searches.of("wish", finding.ask, follower="a")
    searches.of("wish", finding.ask, follower="b")
    finding.let[0].set()
    assert search.wait(beyond=None, seconds=PATIENCE_S)
    ended = search.as_it_stands()
    searches.leave("a")
    finding.let[1].set()
    assert search.wait(beyond=finding.proposals[0], seconds=PATIENCE_S)
    assert (ended.over, ended.wish, ended.found) == (True, "wish", finding.proposals[0])
    assert (search.over, search.found) == (False, finding.proposals[1])
    searches.leave("b")
    assert search.over
    for let in finding.let:
        let.set()


def test_a_search_that_nobody_looks_at_ends_and_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    finding, searches = Finding(), Searches()
    search = searches.of("wish", finding.ask, follower="a")
    finding.let[0].set()
    assert search.wait(beyond=None, seconds=PATIENCE_S)
    assert not search.unwanted()
    monkeypatch.setattr(searching, "LEFT_S", -1.0)
    assert finding.stopped[0]()  # the solver asks
    assert search.wait(beyond=finding.proposals[0], seconds=0)
    assert (search.over, search.left) == (True, True)
    monkeypatch.setattr(searching, "LEFT_S", 100.0)
    anew = searches.of("wish", finding.ask, follower="a")
    assert anew is not search
    finding.let[1].set()
    assert anew.found is finding.proposals[0]  # nothing is lost: it is what the next search begins with
    assert anew.wait(beyond=finding.proposals[0], seconds=PATIENCE_S)
    assert finding.known == [None, finding.proposals[0]]
    for let in finding.let:
        let.set()


def test_what_nobody_wants_any_more_ends_and_is_begun_anew_for_whoever_asks_again() -> None:
    finding, searches = Finding(), Searches()
    first = searches.of("wish", finding.ask, follower="a")
    searches.of("wish", finding.ask, follower="b")
    searches.of("other", Finding(0).ask, follower="a")
    finding.let[0].set()
    assert first.wait(beyond=None, seconds=PATIENCE_S)
    assert not first.over  # b still looks at it
    assert not finding.stopped[0]()
    searches.of("other", Finding(0).ask, follower="b")
    assert first.over
    assert finding.stopped[0]()  # and what is worked on at the moment ends soon, too
    assert searches.of("wish", finding.ask, follower="a") is not first


def test_what_keeps_a_search_from_finding_anything_is_told_and_tried_again() -> None:
    fault = ValueError("none")
    finding, searches = Finding(0, fault=fault), Searches()
    search = searches.of("wish", finding.ask, follower="a")
    finding.let[-1].set()
    assert search.wait(beyond=None, seconds=PATIENCE_S)
    assert search.fault is fault
    assert searches.of("wish", finding.ask, follower="a") is not search


def test_the_last_searches_are_kept_and_no_more_wait_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_KEPT", 2)
    monkeypatch.setattr(searching, "MOST_WAITING", 3)
    searches, done = Searches(), Finding(1)
    for let in done.let:
        let.set()
    kept = [searches.of(number, done.ask, follower="a") for number in range(2)]
    for search in kept:
        assert search.wait(beyond=done.proposals[0], seconds=PATIENCE_S)
    held = Finding()
    for number in range(3):
        searches.of(f"held {number}", held.ask, follower=str(number))
    with pytest.raises(TooBusy):
        searches.of("one more", held.ask, follower="z")
    for let in held.let:
        let.set()
