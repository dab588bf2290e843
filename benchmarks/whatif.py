"""One station more or less among a thousand, on a million demand points: what the product runs, against asking anew.

A register of 1,000 made-up stations in Huainan, and people as a made-up GeoTIFF of more than a million pixels in the
city. A planner tries something after the question was answered once: `planning.comparison.whatif` is asked about a new
place, or a station that closes, each time another one, until the covered people of the city, its districts and groups
are known, and until all is, the gaps and what became of them. Beside it everybody is counted again, and the answers
are compared to the last bit. Run it by itself with ``python -m benchmarks.whatif``.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
from pandas import DataFrame
from pandas.testing import assert_frame_equal
from rasterio.transform import from_bounds

from benchmarks.made_up import CITY, station_list
from benchmarks.table import Row, row
from benchmarks.timing import seconds
from stations.analysis.coverage import covered, people_by_district
from stations.model.crs import to_metric
from stations.model.places import districts, load_city
from stations.model.settings import Settings
from stations.model.vocabulary import Datum
from stations.planning.coverage.assess import Assessment, Question, assess
from stations.planning.coverage.comparison import Comparison, whatif
from stations.planning.importing.import_file import import_file
from stations.planning.questions import scenario_of

POINTS, STATIONS, RADIUS_M = 1_000_000, 1_000, 1_000.0
COLUMNS, ROWS = 1_280, 1_560  # of the raster, about half of whose pixels lie in the city; larger ones are made coarser
ROUNDS, ROUNDS_WITH_GAPS = 9, 3
TARGET_MS = 100.0


def measure() -> list[Row]:
    """Return the rows for a station more and a station less, after checking that they are exact."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = _office(Path(scratch))
        base = assess(settings, Question(RADIUS_M))
        points = len(base.demand)
        if points < POINTS or base.stations_used != STATIONS:
            raise ArithmeticError(f"{points} points, {base.stations_used} stations")
        again_ms = statistics.median(1000 * seconds(lambda: _counted_anew(base)) for _ in range(3))
        note = f"median of {ROUNDS}, {points:,} points; counting everybody again takes {again_ms:,.0f} ms"
        rows = []
        for what, asked in {"find and add": _new_places(), "remove": _closing(base)}.items():
            ms = [1000 * seconds(partial(_people, settings, question)) for question in asked[:ROUNDS]]
            name = f"{what} one of {STATIONS:,} stations, {POINTS:,} points"
            rows.append(row(name, statistics.median(ms), "ms", target=TARGET_MS, note=note))
            for question in asked[:2]:
                _require_exact(whatif(settings, question).after)
        return [*rows, *_with_gaps(settings, base)]


def _with_gaps(settings: Settings, base: Assessment) -> list[Row]:
    """Return the row for the whole answer, against one to a question of which nothing is known yet."""
    asked = _new_places()[ROUNDS:]
    _whole(settings, asked[0])  # the gaps without the scenario are known from then on
    taken = statistics.median([seconds(partial(_whole, settings, question)) for question in asked[1:]])
    anew = seconds(lambda: _whole(settings, Question(RADIUS_M + 1, scenario=asked[0].scenario)))
    what = f"add one of {STATIONS:,} stations, {POINTS:,} points, with the gaps and what became of them"
    note = f"median of {ROUNDS_WITH_GAPS}, {len(base.gaps):,} gaps; anew without any answer before, once"
    return [row(what, taken, "s", peer=anew, note=note)]


def _people(settings: Settings, question: Question) -> Comparison:
    """Return the answer as soon as the people of city, districts and groups are known."""
    comparison = whatif(settings, question)
    assert comparison.after.groups is not None
    assert comparison.districts["change"].sum() == comparison.change
    return comparison


def _whole(settings: Settings, question: Question) -> DataFrame:
    comparison = _people(settings, question)
    assert comparison.before.gaps is not comparison.after.gaps
    return comparison.gaps


def _counted_anew(answer: Assessment) -> tuple[DataFrame, DataFrame]:
    """Return what is nearest, and the people by district, from all stations of an answer."""
    nearest = answer.origins.nearest(answer.used)
    within = covered(nearest["distance_m"], radius_m=answer.question.radius_m)
    outlines = to_metric(answer.holdings.districts, answer.holdings.city.metric_crs)
    return nearest, people_by_district(answer.demand, within, districts=outlines)


def _require_exact(answer: Assessment) -> None:
    assert answer.nearest is not None
    for found, full in zip((answer.nearest, answer.districts), _counted_anew(answer), strict=True):
        assert_frame_equal(found, full, check_exact=True)


def _new_places() -> list[Question]:
    """Return questions about a station more, each somewhere else in the city."""
    places = station_list(ROUNDS + 1 + ROUNDS_WITH_GAPS, datum=Datum.WGS84, seed=13)
    texts = places["经度"] + "," + places["纬度"]
    return [Question(RADIUS_M, scenario=scenario_of(add=[text])) for text in texts]


def _closing(base: Assessment) -> list[Question]:
    """Return questions about a station less, each time another one."""
    return [Question(RADIUS_M, scenario=scenario_of(close=[str(key)])) for key in base.used.index[:ROUNDS]]


def _office(folder: Path) -> Settings:
    """Return the settings of an office with made-up stations and people."""
    settings = Settings(city=CITY, database=str(folder / "register.sqlite3"), demand=_raster(folder / "people.tif"))
    stations = folder / "stations.csv"
    station_list(STATIONS, datum=Datum.WGS84, seed=11).to_csv(stations, index=False)
    import_file(settings, stations, kind="station", datum=None)
    return settings


def _raster(path: Path) -> Path:
    """Write people, up to six in a pixel, over the extent of the city."""
    people = np.random.default_rng(11).random((ROWS, COLUMNS)) * 6
    extent = from_bounds(*districts(load_city(CITY)).total_bounds, COLUMNS, ROWS)
    about = {"driver": "GTiff", "width": COLUMNS, "height": ROWS, "count": 1, "dtype": "float64", "crs": "EPSG:4326"}
    with rasterio.open(path, "w", transform=extent, nodata=-1.0, **about) as file:
        file.write(people, 1)
    return path


if __name__ == "__main__":
    sys.stdout.write(pd.DataFrame(measure()).to_string(index=False) + "\n")
