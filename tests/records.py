"""Any valid station or base: what hypothesis draws for the round trips of store and files."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from hypothesis import strategies as st

from stations.intake.lists.positions import settled
from stations.intake.lists.records import DERIVED, ROW_NUMBERS
from stations.model import vocabulary as words
from stations.model.headers import field_of
from stations.model.reading import plain
from stations.model.schema import DEMONSTRATION, RECORDS, Kind, Place, free_texts

NOWHERE = np.array([np.nan])
AWKWARD = (
    "=1+1",
    "@SUM(A1)",
    "'=quoted",
    "-5",
    "+86 13812345678",
    "#N/A",
    "NA",
    "nan",
    "None",
    "001",
    "1_1_8",
    "a,b;c\td",
    '"',
    "two\nlines",
    "two\r\nlines",
    "{{7919*7907}}",
    "{% raw %}",
    "</script><script>",
    "[red]x[/red]",
    "\u202egnirts",
    "zero\u200bwidth",
    "\u3000驿站（洞山路店）",
    "２４小时",
    '{"a": 1}',
    "[1]",
    "true",
    "2026-12-31",
)


def _texts(longest: int) -> st.SearchStrategy[str]:
    drawn = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(AWKWARD)
    return drawn.filter(lambda text: len(plain(text)) <= longest)


def _names() -> st.SearchStrategy[str]:
    return _texts(60).map(lambda text: f"示例{text}") | _texts(60).filter(lambda text: plain(text) != "")


def _unknown_headers(kind: Kind) -> st.SearchStrategy[str]:
    def unknown(header: str) -> bool:
        folded = words.folded(header)
        taken = folded in ROW_NUMBERS | DERIVED.keys() | {"extra"} or field_of(kind, header) is not None
        return bool(header) and not taken and not header.startswith(("{", "[", "geometry."))

    return _texts(30).map(plain).filter(unknown)


def _extras(kind: Kind) -> st.SearchStrategy[dict[str, str]]:
    cells = _texts(40).map(plain).filter(bool)
    return st.dictionaries(_unknown_headers(kind), cells, max_size=2)


_DAYS = st.dates(dt.date(1949, 10, 1), dt.date(2026, 1, 1)).map(dt.date.isoformat)
_SIZES = st.integers(0, 10**12).map(lambda number: number / 1_000_000)
_STATION: dict[str, st.SearchStrategy[Any]] = {
    "tier": st.sampled_from(words.Tier),
    "star": st.integers(1, 5),
    "build_type": st.sampled_from(words.BuildType),
    "host_type": st.sampled_from(words.HostType),
    "facilities": st.dictionaries(st.sampled_from(words.Facility), st.sampled_from(words.FacilityState)),
    "groups": st.lists(st.sampled_from(words.WorkerGroup)),
    "capacity": st.integers(0, 1_000_000),
    "area_m2": _SIZES,
    "daily_visits": st.integers(0, 1_000_000),
    "status": st.sampled_from([status for status in words.Status if status is not words.Status.DELISTED]),
    "opened_on": _DAYS,
    "status_on": _DAYS,
}
_BASE: dict[str, st.SearchStrategy[Any]] = {"kinds": st.lists(st.sampled_from(words.BaseKind))}
_PLACE: dict[str, st.SearchStrategy[Any]] = {
    "coord_source": st.sampled_from(words.CoordSource),
    "coord_precision": st.sampled_from(words.CoordPrecision),
    "verified_on": _DAYS,
}
_SPOTS = st.fixed_dictionaries(
    {
        "lon": st.floats(116.9, 117.1),
        "lat": st.floats(32.4, 32.6),
        "datum": st.sampled_from(words.Datum),
    }
)


@st.composite
def valid_records(draw: st.DrawFn, kind: Kind) -> Place:
    """Draw a record without an identifier, as the intake would make it; some are not located, none is made up."""
    own = {name: _texts(200) for name in free_texts(kind) if name != "name"} | _PLACE
    own |= _STATION if kind == "station" else _BASE
    known = draw(st.fixed_dictionaries({"name": _names(), "extra": _extras(kind)}, optional=own))
    given = known | draw(st.just({}) | _SPOTS)
    if given.get("status_on", "") < given.get("opened_on", ""):
        given.pop("status_on", None)
    if plain(given.get("source")) == DEMONSTRATION:
        del given["source"]
    (record,), (problem,) = settled([RECORDS[kind].model_validate(given)], (NOWHERE, NOWHERE))
    assert problem is None
    return record
