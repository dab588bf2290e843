"""An office at work: twenty people on the pages at once, two more of them in real browsers.

Everybody signs in at the door, opens the overview and does the same ten things, thinking for a while before each: a
station by a click on the map, a tier away and back, the coverage page, a usual radius and one of his own, the register,
a record, its form, coordinates typed into it. Most of them are `speaking` the protocol of Streamlit's own websocket;
the others are Chromiums, which say whether these are measured rightly: theirs is the time until the page has drawn
what was asked for. It takes place on the demonstration register, all of it on this machine, browsers included.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier

import httpx
from playwright.sync_api import Error as BrowserFault

from benchmarks.serving import ROOT, Server, serving
from benchmarks.speaking import NoAnswer, speaking
from benchmarks.table import Row, row
from benchmarks.visiting import LIMIT_S, SIZE, chromium
from benchmarks.working import INTERACTIONS, Person, drawn, seen, spoken
from stations.app.access.guard import COOKIE
from stations.model.accounts import Role
from stations.model.settings import Settings
from stations.planning.access.accounts import add_account
from stations.planning.importing.import_file import prepare
from stations.planning.register import holdings

SPEAKING, BROWSERS = 20, 2
THINK_S = 2.0
ROWS, FROM = 6, 30
TARGET_P95_S, TARGET_CPU_S, TARGET_MB = 4.0, 0.2, 10.0
PASSWORD = "nobody guesses this one"
QUERY = "lang=en"
_LOG = logging.getLogger(__name__)


@dataclass
class Told:
    """What came of it: the seconds of each interaction, spoken and seen, and what the server has spent on all."""

    spoken: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    cpu_s: float = 0.0
    growth_mb: float = 0.0


def measure() -> list[Row]:
    """Return the rows of one run."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(database=str(Path(scratch) / "register.sqlite3"))
        prepare(settings)
        names = [f"person-{number}" for number in range(SPEAKING + BROWSERS + 1)]
        passwords = [_account(settings, name) for name in names]
        with serving(ROOT / "app.py", log=Path(scratch) / "log", own=settings.to_environment()) as server:
            tokens = [_let_in(server, *given) for given in zip(names, passwords, strict=True)]
            told = _together(server, _people(settings, tokens))
    return _rows(told)


def _account(settings: Settings, name: str) -> str:
    return add_account(settings, name, Role.STAFF, union=None, now=dt.datetime.now(dt.UTC))


def _let_in(server: Server, name: str, first: str) -> str:
    """Sign in at the door, change the first password as everybody has to, and return what the cookie holds."""
    with httpx.Client(base_url=server.url, timeout=LIMIT_S) as client:
        client.post("/login", data={"name": name, "password": first})
        change = {"what": "password", "old": first, "new": PASSWORD, "again": PASSWORD}
        client.post("/account", data=change).raise_for_status()
        return client.cookies[COOKIE]


def _people(settings: Settings, tokens: Sequence[str]) -> list[Person]:
    stations = holdings(settings).stations
    places = zip(stations.index, stations["lon"], stations["lat"], strict=True)
    known = [(str(key), (float(lon), float(lat))) for key, lon, lat in places]
    people = []
    for number, token in enumerate(tokens):
        at = number % ROWS  # the first rows of the list are on the screen, under the one that was chosen before
        people.append(Person(number, token, *known[FROM + number], at + 1, known[at][0]))
    return people


def _together(server: Server, people: Sequence[Person]) -> Told:
    """Let everybody work at once, after the last of them has shown the server how it goes."""
    *working, first = people
    told = Told()
    _speak(server, first, meet=Barrier(1))
    resident_mb = server.resident_mb()
    meet = Barrier(len(working) + 1)
    with ThreadPoolExecutor(len(working)) as pool:
        speakers = [pool.submit(_speak, server, person, meet=meet) for person in working[:SPEAKING]]
        browsers = [pool.submit(_see, server, person, meet=meet) for person in working[SPEAKING:]]
        meet.wait()  # everybody has the first page
        cpu_s = server.cpu_s()
        meet.wait()  # everybody is done, and still there
        told.cpu_s, told.growth_mb = server.cpu_s() - cpu_s, server.resident_mb() - resident_mb
        meet.wait()
        told.spoken = [seconds for each in speakers for seconds in each.result()]
        told.seen = [seconds for each in browsers for seconds in each.result()]
    return told


def _speak(server: Server, person: Person, *, meet: Barrier) -> list[float]:
    """Work by the protocol alone; return the seconds of what was answered as it should be."""

    async def work() -> list[float]:
        async with speaking(server.url, person.token, "/", query=QUERY) as session:
            meet.wait()
            seconds: list[float] = []
            await asyncio.sleep(_late(person))
            for act, words in spoken(session, person):
                await asyncio.sleep(THINK_S)
                start = time.perf_counter()
                try:
                    await act()
                    session.require(words)
                except NoAnswer as error:
                    _LOG.warning("  person %d, interaction %d: %s", person.number, len(seconds) + 1, error)
                    break
                seconds.append(time.perf_counter() - start)
            meet.wait()
            meet.wait()
            return seconds

    with _meeting(meet):
        return asyncio.run(work())


def _see(server: Server, person: Person, *, meet: Barrier) -> list[float]:
    """Work in a Chromium; return the seconds until each answer was drawn."""
    with _meeting(meet), chromium() as browser:
        context = browser.new_context(viewport=SIZE)
        context.set_default_timeout(LIMIT_S * 1000)
        context.add_cookies([{"name": COOKIE, "value": person.token, "url": server.url}])
        page = context.new_page()
        page.goto(f"{server.url}/?{QUERY}")
        page.wait_for_function(drawn("slots && slots.stations.seen"))
        meet.wait()
        seconds: list[float] = []
        page.wait_for_timeout(1000 * _late(person))
        for act, condition in seen(page, person):
            page.wait_for_timeout(1000 * THINK_S)
            start = time.perf_counter()
            try:
                act()
                page.wait_for_function(drawn(condition))
            except BrowserFault as error:
                _LOG.warning("  browser %d, interaction %d: %s", person.number, len(seconds) + 1, error)
                break
            seconds.append(time.perf_counter() - start)
        meet.wait()
        meet.wait()
        context.close()
        return seconds


def _late(person: Person) -> float:
    """Return by how much somebody begins later than the first: not everybody asks in the same moment."""
    return THINK_S * person.number / (SPEAKING + BROWSERS)


@contextmanager
def _meeting(meet: Barrier) -> Iterator[None]:
    """Let nobody wait for somebody who has failed."""
    try:
        yield
    except Exception:
        _LOG.exception("  somebody could not even begin")
        meet.abort()
        raise


def _rows(told: Told) -> list[Row]:
    everybody, answered = SPEAKING + BROWSERS, len(told.spoken) + len(told.seen)
    what = f"{SPEAKING} sessions, {INTERACTIONS} interactions each"
    note = f"{THINK_S:g} s between them; {BROWSERS} browsers beside them, on the same machine"
    errors, calibrated = INTERACTIONS * everybody - answered, f"{BROWSERS} browsers at the same time, until drawn"
    grown = "growth since one has come and gone; all of them still there"
    return [
        row(f"{what}: errors", errors, "of them", target=0, note=note),
        row(f"{what}: answered, p95", _p95(told.spoken), "s", target=TARGET_P95_S, note=note),
        row(f"{what}: server CPU per interaction", told.cpu_s / answered, "s", target=TARGET_CPU_S, note=note),
        row(f"{what}: server memory per session", told.growth_mb / everybody, "MB", target=TARGET_MB, note=grown),
        *(
            row(f"{what}: {name}, against browsers", of(told.spoken), "s", peer=of(told.seen), note=calibrated)
            for name, of in (("median", statistics.median), ("p95", _p95))
        ),
    ]


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]
