"""Pictures drawn on demand: a few at once, the same one once, the last ones kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Lock

from stations.planning.publishing.feeds import TooBusy

AT_ONCE, MOST_WAITING, MOST_KEPT = 2, 100, 24
"""How many are drawn at once, may wait for that, and are kept."""


class Pictures:
    """Draws what is asked for, in threads of its own: pages go on meanwhile."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="picture")
        self._known: OrderedDict[str, Future[bytes]] = OrderedDict()
        self._lock = Lock()

    def drawn(self, tag: str, draw: Callable[[], bytes]) -> Future[bytes]:
        """Return what is drawn, or will be; whoever asks with the same `tag` gets the same. Raises `TooBusy`."""
        with self._lock:
            found = self._known.get(tag)
            if found is None:
                if sum(not each.done() for each in self._known.values()) >= MOST_WAITING:
                    raise TooBusy
                found = self._known[tag] = self._pool.submit(draw)
            self._known.move_to_end(tag)
            for old in [each for each, future in self._known.items() if future.done()][:-MOST_KEPT]:
                del self._known[old]
        found.add_done_callback(partial(self._forget_failed, tag))
        return found

    def _forget_failed(self, tag: str, done: Future[bytes]) -> None:
        """Let one that could not be drawn be tried again."""
        if done.exception() is not None:
            with self._lock:
                if self._known.get(tag) is done:
                    del self._known[tag]
