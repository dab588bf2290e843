"""Looking back at 10,000 stations that were changed 100,000 times: what happened, and what there was on a past day.

Every question is about a record, a day, or two days that nobody has asked about before; the register of today has been
read. Before a row is made, the register of one past day is compared with what was written until then.
"""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.made_up import register_of, station_list
from benchmarks.table import Row, row
from benchmarks.timing import seconds, settled
from stations.model.acts import Act
from stations.model.schema import Station
from stations.model.settings import Settings
from stations.model.vocabulary import Datum, Status, Tier
from stations.planning.records import edit
from stations.planning.records.edit_tables import history_table
from stations.planning.records.movements import movements
from stations.planning.register import city_of, holdings, open_register
from stations.store.changes import Changes

STATIONS, CHANGES, AT_ONCE = 10_000, 100_000, 500
FIRST_DAY, DAYS = dt.date(2020, 1, 1), 2_000
SHOWN = 100
ROUNDS = 7
TARGET_MS = 200.0


def measure() -> list[Row]:
    """Return a row for each kind of question."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(database=register_of(_opened_list(), Path(scratch)))
        day, visits = _change(settings)
        _require_right(settings, day, visits)
        keys = holdings(settings).stations.index[:: STATIONS // ROUNDS][:ROUNDS]
        days = [FIRST_DAY + dt.timedelta(days=100 + part * DAYS // (5 * ROUNDS)) for part in range(4 * ROUNDS)]
        pairs = zip(days[2::4], days[3::4], strict=True)
        with settled():
            return [
                _row("history of one of them", [partial(_happened, settings, key=str(key)) for key in keys]),
                _row(f"newest {SHOWN} changes", [partial(_happened, settings, last=SHOWN)] * ROUNDS),
                _row("register of a past day", [partial(holdings, settings.having(on=day)) for day in days[::4]]),
                _row("movements since a past day", [partial(_moved, settings, day) for day in days[1::4]]),
                _row(
                    "movements between two past days",
                    [partial(_moved, settings.having(on=until), since) for since, until in pairs],
                    queries=2,
                ),
            ]


def _row(what: str, questions: Sequence[Callable[[], object]], *, queries: int = 1) -> Row:
    """Return the median; a question that reads the register of two days has the time of two."""
    median_ms = 1000 * statistics.median(map(seconds, questions))
    note = f"median of {ROUNDS}, each asked for the first time" + ("; two days are read" if queries == 2 else "")
    label = f"{STATIONS:,} stations, {CHANGES:,} changes: {what}"
    return row(label, median_ms, "ms", target=queries * TARGET_MS, note=note)


def _happened(settings: Settings, *, key: str | None = None, last: int | None = None) -> pd.DataFrame:
    return history_table(edit.history(settings, kind="station", key=key, last=last))


def _moved(settings: Settings, since: dt.date) -> tuple[object, ...]:
    """Return what the page tells of the movements between two days."""
    moves = movements(settings, since=since)
    return moves.total(), moves.by("tier"), moves.by("division"), moves.stations


def _opened_list() -> pd.DataFrame:
    random = np.random.default_rng(5)
    opened = [FIRST_DAY - dt.timedelta(days=int(days)) for days in random.integers(1, 2_000, STATIONS)]
    return station_list(STATIONS, datum=Datum.WGS84, seed=7).assign(启用日期=[day.isoformat() for day in opened])


def _change(settings: Settings) -> tuple[dt.date, Mapping[str, int | None]]:
    """Change the stations, `AT_ONCE` in a revision; return a day in the middle and the daily visits of then."""
    register, city = open_register(settings.database), city_of(settings).adcode
    stored = register.stored("station", city)
    known = {key: Station.model_validate(row) for key, row in stored.items()}
    revisions = list(_revisions(list(known)))
    for number, keys in enumerate(revisions):
        day = FIRST_DAY + dt.timedelta(days=DAYS * number // len(revisions))
        known |= {key: _changed(known[key], number * AT_ONCE + at, day) for at, key in enumerate(keys)}
        changes = Changes("station", city, changed=[known[key] for key in keys], since=day)
        register.apply([changes], Act("edit", who="示例员工", why="示例核实"))
        if number == len(revisions) // 2:
            middle = day, {key: record.daily_visits for key, record in known.items()}
    return middle


def _revisions(keys: Sequence[str]) -> Iterator[list[str]]:
    """Yield whose turn it is: everybody's as often as another's, the first time when the list was imported."""
    random = np.random.default_rng(11)
    for _again in range(CHANGES // STATIONS - 1):
        order = [str(key) for key in random.permutation(keys)]
        yield from (order[start : start + AT_ONCE] for start in range(0, STATIONS, AT_ONCE))


def _changed(record: Station, count: int, day: dt.date) -> Station:
    """Return a station with another number of visits; now and then it is honoured, moves or closes."""
    news: dict[str, object] = {"daily_visits": count}
    if count % 50 == 0:
        news["tier"] = list(Tier)[count // 50 % len(Tier)]
    if count % 100 == 1 and record.lon is not None:
        news |= {"lon": record.lon + 0.001, "source_lon": None, "source_lat": None, "source_datum": None}
    if count % 500 == 2:
        news |= {"status": Status.DELISTED, "status_on": day, "status_reason": "示例"}
    return record.model_copy(update=news)


def _require_right(settings: Settings, day: dt.date, visits: Mapping[str, int | None]) -> None:
    then = holdings(settings.having(on=day)).stations["daily_visits"]
    if dict(then) != visits:
        raise ArithmeticError(day.isoformat())
