"""Take the pictures of the documentation anew: ``make pictures`` (needs Chromium; CHROMIUM names it)."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SUFFIX = {"en": "", "zh_CN": ".zh-CN"}
VIEWS = {
    "overview": "/?selected=station:DEMO-HN-008&lang=",
    "coverage": "/coverage?gap=1&lang=",
    "siting": "/siting?site=DEMO-HN-J0035&lang=",
}
SIZE = {"width": 1440, "height": 960}


def main() -> None:
    """Serve the demonstration data from a scratch register and take every picture in both languages."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**os.environ, "STATIONS_DATABASE": f"{scratch}/register.sqlite3", "STATIONS_LANG": "zh_CN"}
        command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
                page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
                _wait_for(page, f"http://127.0.0.1:{port}/_stcore/health")
                for name, view in VIEWS.items():
                    for language, suffix in SUFFIX.items():
                        _take(page, f"http://127.0.0.1:{port}{view}{language}", IMAGES / f"{name}{suffix}.png")
                browser.close()
        finally:
            server.terminate()
            server.wait()


def _wait_for(page: Page, health: str) -> None:
    for _attempt in range(120):
        try:
            with urlopen(health):
                return
        except OSError:
            page.wait_for_timeout(250)
    raise TimeoutError(health)


def _take(page: Page, url: str, path: Path) -> None:
    page.goto(url)
    frame = page.frame_locator("iframe[title*=folium]")
    expect(frame.locator(".atlas-legend-count").first).to_be_visible(timeout=30_000)
    expect(page.locator(".atlas-card h2")).to_be_visible()
    page.wait_for_timeout(1500)  # for the flight to what the link names
    frame.locator("body").evaluate("() => map_div.atlas.home()")
    page.wait_for_timeout(1500)  # for the flight back over the whole city
    page.screenshot(path=path)


if __name__ == "__main__":
    main()
