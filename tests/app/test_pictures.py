"""Pictures drawn on demand: never more than two at once, the same one once, and none that failed for ever."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Event, Lock

import pytest

from stations.app.served import pictures
from stations.app.served.pictures import AT_ONCE, Pictures
from stations.planning.publishing.feeds import TooBusy

PATIENCE_S = 20


class Desk:
    """Draws when it is let, and counts how many are drawn at once."""

    def __init__(self) -> None:
        self.let, self.full = Event(), Event()
        self.now = self.most = self.count = 0
        self.lock = Lock()

    def draw(self) -> bytes:
        with self.lock:
            self.count += 1
            self.now += 1
            self.most = max(self.most, self.now)
            if self.now == AT_ONCE:
                self.full.set()
        assert self.let.wait(PATIENCE_S)
        with self.lock:
            self.now -= 1
        return b"picture"


def test_two_are_drawn_at_once_and_the_others_wait() -> None:
    desk, found = Desk(), Pictures()
    wished = [found.drawn(str(number), desk.draw) for number in range(20)]
    assert desk.full.wait(PATIENCE_S)
    assert not any(each.done() for each in wished)
    desk.let.set()
    assert [each.result(PATIENCE_S) for each in wished] == [b"picture"] * 20
    assert (desk.most, desk.count) == (AT_ONCE, 20)


def test_equal_wishes_share_one_drawing_also_later() -> None:
    desk, found = Desk(), Pictures()
    wished = [found.drawn("same", desk.draw) for _time in range(20)]
    desk.let.set()
    assert {each.result(PATIENCE_S) for each in [*wished, found.drawn("same", desk.draw)]} == {b"picture"}
    assert desk.count == 1


def test_what_failed_is_tried_again() -> None:
    found = Pictures()

    def fail() -> bytes:
        raise TooBusy

    failed = found.drawn("x", fail)
    assert isinstance(failed.exception(PATIENCE_S), TooBusy)
    done: Future[bytes] = Future()
    failed.add_done_callback(lambda _future: done.set_result(b""))  # after the one that forgets it
    done.result(PATIENCE_S)
    assert found.drawn("x", lambda: b"better").result(PATIENCE_S) == b"better"


def test_the_last_ones_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_KEPT", 2)
    desk, found = Desk(), Pictures()
    desk.let.set()
    for tag in ("a", "b", "c", "a"):
        found.drawn(tag, desk.draw).result(PATIENCE_S)
    assert desk.count == 3
    found.drawn("b", desk.draw).result(PATIENCE_S)
    assert desk.count == 4


def test_a_queue_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_WAITING", 3)
    desk, found = Desk(), Pictures()
    wished = [found.drawn(tag, desk.draw) for tag in "abc"]
    with pytest.raises(TooBusy):
        found.drawn("d", desk.draw)
    assert found.drawn("a", desk.draw) is wished[0]
    desk.let.set()
    assert [each.result(PATIENCE_S) for each in wished] == [b"picture"] * 3
