"""The siting page on the demonstration city: how long the planner waits for the first answer, and how good it becomes.

From the Enter key behind another number of stations, share or budget, each asked for the first time, to the sentence
and the pins on the map that answer it; then until the sentence says that nothing better is possible, or to the gap that
it tells when `WITHIN_S` are over. The server has served the page with these candidates before. Run it by itself with
``python -m benchmarks.siting_page``.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TookTooLong

from benchmarks.serving import ROOT, serving
from benchmarks.table import Row, row
from benchmarks.visiting import LIMIT_S, SIZE, chromium

FIRST_S, WITHIN_S, GAP = 1.0, 10.0, 0.5
STATIONS, SHARES, MONEY = ("5", "15", "25", "40"), ("70", "75", "80", "85"), ("500000", "1500000", "2000000", "3000000")
_PARTS = """
    const sentence = document.querySelector(".atlas-sentence")?.textContent ?? "";
    const idle = document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]");
    const windows = Array.from(document.querySelectorAll("iframe"), (frame) => frame.contentWindow);
    const atlas = windows.map((each) => each.map && each.map.atlas).find(Boolean);
    const own = atlas && !atlas.loading && atlas.slots.proposals;
    const drawn = own && own.pins?.length && own.pins.length === own.options.lon.length;
    const pins = drawn ? JSON.stringify(own.options.lon) : "";
    const proven = sentence.includes("proven that no other choice is better");
"""
ANSWERED = f"""([before, places]) => {{
    {_PARTS} return sentence.includes("new station") && sentence !== before && pins && pins !== places;
}}"""
PROVEN = f"() => {{ {_PARTS} return proven; }}"
AT_REST = f"() => {{ {_PARTS} return idle && pins; }}"
SEEN = f"() => {{ {_PARTS} return [sentence, pins]; }}"


class Question(NamedTuple):
    """What is asked: in words, as an address, the label of the field that is typed into, and what is typed in turn."""

    name: str
    address: str
    field: str
    typed: tuple[str, ...]


class Answer(NamedTuple):
    """How long it took until the first answer, until its proof if there was one, and the gap after `WITHIN_S`."""

    first_s: float
    proven_s: float | None
    gap: float


QUESTIONS = (
    Question("most people, at bases", "from=bases", "New stations", STATIONS),
    Question("most people, on a grid", "from=grid", "New stations", STATIONS),
    Question("fewest stations for a share, at bases", "model=fewest-sites&share=65", "Share to reach (%)", SHARES),
    Question(
        "fewest stations for a share, on a grid",
        "model=fewest-sites&share=65&from=grid",
        "Share to reach (%)",
        (*SHARES, "90", "95", "99"),
    ),
    Question("budget, at bases", "model=budget&costs=bases:20000", "Budget", MONEY),
    Question(
        "budget, at bases and on a grid",
        "model=budget&costs=bases:20000,grid:70000&from=bases,grid",
        "Budget",
        MONEY,
    ),
    Question("half of each district, at bases", "floor=50&sites=50", "New stations", ("33", "34", "40", "60")),
    Question("second station counts, at bases", "twice=1", "New stations", STATIONS),
    Question("3,000 people a station, at bases", "capacity=3000", "New stations", STATIONS),
    Question("nobody farther than 8 km, at bases", "closest=8000&sites=60", "New stations", ("35", "40", "50")),
    Question("least distance, at bases", "model=least-distance", "New stations", STATIONS),
    Question("least farthest, at bases", "model=least-farthest", "New stations", STATIONS),
)


def measure() -> list[Row]:
    """Return two rows for each question: the time to the first answer, and the largest gap that is left in time."""
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        own = {"STATIONS_DATABASE": str(Path(scratch) / "register.sqlite3")}
        with serving(ROOT / "app.py", log=Path(scratch) / "log", own=own) as server:
            page = browser.new_context(viewport=SIZE).new_page()
            return [row for question in QUESTIONS for row in _rows(page, server.url, question)]


def _rows(page: Page, url: str, question: Question) -> Iterator[Row]:
    page.goto(f"{url}/siting?lang=en&{question.address}")
    answers = [_answered(page, question.field, amount) for amount in question.typed]
    first = [answer.first_s for answer in answers]
    what, count = f"siting page, {question.name}", len(answers)
    note = f"median of {count}, each for the first time; longest {max(first):.2f} s"
    yield row(f"{what} → first answer", statistics.median(first), "s", target=FIRST_S, note=note)
    proven = [answer.proven_s for answer in answers if answer.proven_s is not None]
    note = f"largest of {count}; {len(proven)} proven" + (f", in {max(proven):.2f} s at most" if proven else "")
    left = [f"{amount}: {answer.gap:g} %" for amount, answer in zip(question.typed, answers, strict=True) if answer.gap]
    note = "; ".join([note, *left])
    yield row(f"{what}: gap after 10 s", max(answer.gap for answer in answers), "%", target=GAP, note=note)


def _answered(page: Page, field: str, amount: str) -> Answer:
    page.wait_for_function(AT_REST, timeout=LIMIT_S * 1000)
    before = page.evaluate(SEEN)
    box = page.get_by_label(field, exact=True)
    box.fill(amount)
    start = time.perf_counter()
    box.press("Enter")
    page.wait_for_function(ANSWERED, arg=before, timeout=LIMIT_S * 1000)
    first_s = time.perf_counter() - start
    try:
        page.wait_for_function(PROVEN, timeout=max(1.0, 1000 * (WITHIN_S - first_s)))
    except TookTooLong:
        return Answer(first_s, None, gap_told(page.evaluate(SEEN)[0]))
    return Answer(first_s, time.perf_counter() - start, 0.0)


def gap_told(sentence: str) -> float:
    """Return the gap that the sentence tells, in percent; what it does not tell is endless."""
    told = re.search(r"\(gap ([\d.,]+)%\)", sentence)
    return float(told[1].replace(",", "")) if told else float("inf")


if __name__ == "__main__":
    sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
