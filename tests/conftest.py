"""What every test may use: reproducible property tests, and one Chromium for the browser journeys."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from stations.model.language import LANGUAGES, Language, current_language, use_language
from tests.postgis import postgis

__all__ = ["postgis"]  # a fixture, for every folder of tests

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Of two such flags the last one counts: these are the features that Playwright leaves out, and the pages that Chromium
# would draw below its address bar, two for each window that nobody sees, which takes it longer than most pages of ours.
CHROMIUM_LEFT_OUT = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)
CHROMIUM_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    f"--disable-features={','.join(CHROMIUM_LEFT_OUT)}",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
)
NO_CHROMIUM = (
    "No Chromium was found, so this browser journey did not run. Install it, on Debian with "
    "`apt-get install chromium fonts-noto-cjk`, or name the program: CHROMIUM=/path/to/chromium make test"
)

# The same examples on every run and no judgement by the clock: a failure seen once is seen again.
settings.register_profile("reproducible", derandomize=True, deadline=None, database=None)
settings.load_profile("reproducible")


@pytest.fixture
def english() -> Iterator[None]:
    """Speak English, and leave no language behind."""
    before = current_language()
    use_language("en")
    yield
    use_language(before)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest, english: None) -> Language:
    """Return each language in turn, and speak it."""
    spoken: Language = request.param
    use_language(spoken)
    return spoken


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium; without one, fail in CI and skip elsewhere."""
    named = os.environ.get("CHROMIUM")
    for name in (named,) if named else CHROMIUM_NAMES:
        if path := shutil.which(name):
            return path
    if os.environ.get("CI") == "true":
        pytest.fail(NO_CHROMIUM, pytrace=False)
    pytest.skip(NO_CHROMIUM)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Return a running headless Chromium that calls nobody by itself.

    One for each module: while Playwright's synchronous interface is open, its thread cannot run asyncio.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=[*CHROMIUM_FLAGS])
        yield launched
        launched.close()
