"""How long work on many records is kept from being slowed down by the collector of reference cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Keep the collector of reference cycles waiting.

    A hundred thousand new records hold no cycles, and looking for some takes as long as making them. Whoever found it
    running starts it again, so that several threads may do this at once.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
