"""Browser contexts that are lent out again: as empty as new ones, but for the scripts and styles they have kept.

To fetch and compile what Streamlit sends takes a browser longer than most pages take to be drawn; a context that has
done so once need not do it again. What a visitor leaves behind is taken away: pages, cookies, permissions, and all that
is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PATIENCE_MS = 20_000
STORED = "cookies,file_systems,indexeddb,local_storage,websql,service_workers,cache_storage,storage_buckets"

_free: WeakKeyDictionary[Browser, dict[str, list[BrowserContext]]] = WeakKeyDictionary()


@contextmanager
def lending(browser: Browser, home: str, **like: Any) -> Iterator[Page]:
    """Open a page for a visitor of the server at `home` in a context like this, which nobody else uses meanwhile."""
    waiting = _free.setdefault(browser, {}).setdefault(repr(sorted(like.items())), [])
    context = waiting.pop() if waiting else _new(browser, **like)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": home, "storageTypes": STORED})
    session.detach()
    try:
        yield page
    finally:
        for opened in context.pages:
            opened.close()
        context.clear_cookies()
        context.clear_permissions()
        waiting.append(context)


def _new(browser: Browser, **like: Any) -> BrowserContext:
    context = browser.new_context(reduced_motion="reduce", accept_downloads=True, **like)
    context.set_default_timeout(PATIENCE_MS)
    return context
