"""Searches for places that go on behind a page: a few at once, the same one once, the last ones kept."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Condition, Event, Lock

from stations.planning.publishing.feeds import TooBusy
from stations.planning.siting.proposal import Proposal

_LOG = logging.getLogger(__name__)

AT_ONCE, MOST_WAITING, MOST_KEPT = 4, 40, 24
"""How many go on at once, may wait for that, and are kept."""

DRAWING_S = 0.5
"""So long, at most, the first answer is drawn before the search goes on, by which the page would be drawn later."""

LEFT_S = 20.0
"""Whoever has not looked at a search for so long has left: the page is closed, or another one is looked at."""

Ask = Callable[[Callable[[], bool], Proposal | None], Iterator[Proposal]]
"""Begins a search, which ends soon after what it is given says so, and finds nothing worse than what is known."""


class Search:
    """A search in a thread of its own: the best that it has found so far, and whether it goes on.

    Attributes
    ----------
    wish
        What is searched for.
    found
        The last proposal; ``None`` before the first.
    fault
        What kept it from finding any.
    over
        Whether nothing better will come: it was proven, the time is over, or nobody wants it any more.
    left
        Whether it ended because nobody looked at it any more: then it is begun anew for whoever asks again.
    """

    def __init__(self, wish: Hashable, *, known: Proposal | None = None) -> None:
        self.wish, self.found = wish, known
        self.fault: Exception | None = None
        self.over = self.left = False
        self.followers: set[str] = set()
        self._begun = self._seen = time.monotonic()
        self._news, self._drawn = Condition(), Event()

    def go(self, ask: Ask) -> None:
        """Search until nothing better comes, or nobody wants it any more."""
        self._begun = time.monotonic()
        try:
            for found in ask(self.unwanted, self.found):
                if self.unwanted():
                    return
                self._tell(found=found)
                if not (found.settled or self._drawn.wait(DRAWING_S)):
                    self._drawn.set()
        except Exception as error:  # noqa: BLE001 - it is raised again where somebody waits for it
            _LOG.info("A search ended: %s", type(error).__name__)
            self._tell(fault=error)
        finally:
            self._stop()

    def _tell(self, *, found: Proposal | None = None, fault: Exception | None = None) -> None:
        with self._news:
            self.found, self.fault = found or self.found, fault
            self._news.notify_all()

    def seen(self) -> None:
        """Take down that somebody looks at it."""
        self._seen = time.monotonic()

    def drawn(self) -> None:
        """Take down that an answer is on the page."""
        self._drawn.set()

    def unwanted(self) -> bool:
        """Return whether it is over, which it is when nobody has looked at it for `LEFT_S`."""
        if not self.over and time.monotonic() - self._seen > LEFT_S:
            self.leave()
        return self.over

    def leave(self) -> None:
        """End it because nobody wants it any more; what is worked on at the moment is not waited for."""
        self.left = True
        self._stop()

    def _stop(self) -> None:
        """Let the best so far be the answer."""
        with self._news:
            self.over = True
            self._news.notify_all()

    def as_it_stands(self) -> Search:
        """Return what it has found so far as a search that is over, for whoever has seen enough."""
        ended = Search(self.wish, known=self.found)
        ended.over = True
        return ended

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._begun

    def wait(self, *, beyond: Proposal | None, seconds: float) -> bool:
        """Wait until there is another answer than `beyond`, or the search is over; return whether that is so."""
        with self._news:
            return self._news.wait_for(lambda: self.over or self.found is not beyond, seconds)


class Searches:
    """All searches of a server."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="search")
        self._known: OrderedDict[Hashable, Search] = OrderedDict()
        self._lock = Lock()

    def of(self, wish: Hashable, ask: Ask, *, follower: str, known: Proposal | None = None) -> Search:
        """Return the search for a wish, which goes on or is begun now; whoever asks the same gets the same.

        It begins with what is `known`, or with what was found before everybody left. What the follower wanted before is
        stopped where nobody else wants it. Raises `TooBusy`.
        """
        with self._lock:
            for other, search in self._known.items():
                if other != wish:
                    _leave(search, follower)
            found = self._known.get(wish)
            if found is None or found.left or (found.over and found.found is None):
                if sum(not each.over for each in self._known.values()) >= MOST_WAITING:
                    raise TooBusy
                found = self._known[wish] = Search(wish, known=(found and found.found) or known)
                self._pool.submit(found.go, ask)
            found.followers.add(follower)
            found.seen()
            self._known.move_to_end(wish)
            for old in [each for each, search in self._known.items() if search.over][:-MOST_KEPT]:
                del self._known[old]
        return found

    def leave(self, follower: str) -> None:
        """Let a follower want nothing any more."""
        with self._lock:
            for search in self._known.values():
                _leave(search, follower)


def _leave(search: Search, follower: str) -> None:
    if follower in search.followers:
        search.followers.discard(follower)
        if not search.followers and not search.over:
            search.leave()


SEARCHES = Searches()
