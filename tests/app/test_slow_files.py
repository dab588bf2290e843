"""One file that takes long keeps nobody else waiting, and one that is stopped is told to who handed it in."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.app.conftest import visits
from tests.app.office import serving
from tests.app.test_importing import hand_in
from tests.hostile.lists import sheet, told

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(sys.platform != "linux", reason="the processes of the system are looked for in /proc"),
]

PATIENCE_S = 30


def child_in(folder: Path) -> int:
    """Return the number of the process that reads a file somewhere in `folder`; it is waited for."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        for process in Path("/proc").iterdir():
            try:
                command = (process / "cmdline").read_bytes() if process.name.isdecimal() else b""
            except OSError:  # it has ended
                continue
            if b"stations.intake.files.child" in command and bytes(folder) in command:
                return int(process.name)
    raise AssertionError(f"nothing reads a file in {folder}")


def test_others_are_answered_while_a_child_is_at_a_file(
    browser: Browser, own_office: dict[str, str], tmp_path: Path
) -> None:
    spare = tmp_path / "spare"
    spare.mkdir()
    rows = "".join(told(f"Station {number}", "117.02", "32.64", row=str(number)) for number in range(2, 60_000))
    slow = sheet(told("name", "lon", "lat") + rows)
    with serving({**own_office, "TMPDIR": str(spare)}, tmp_path / "log") as address:
        for visit in visits(browser, address):
            first = visit("/import?lang=en")
            first.until_sentence("nothing is written before you confirm")
            hand_in(first, slow, "slow.xlsx")
            reading = child_in(spare)
            os.kill(reading, signal.SIGSTOP)  # from here on it never comes to an end by itself
            second = visit("/?lang=en").until_drawn()
            second.until_sentence("7 stations")
            assert second.page.context.request.get(f"{address}/atlas/data/stations.json").ok
            assert first.page.get_by_text("Reading …").count() == 1
            os.kill(reading, signal.SIGKILL)
            first.page.locator(".atlas-fault").filter(has_text="more memory or time").wait_for()
            first.button("Another file").click()
            first.page.locator("[data-testid=stFileUploader]").wait_for()
    assert list(spare.iterdir()) == []
