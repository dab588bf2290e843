"""How often the datum test is right: made-up sheets of Huainan in every datum, said to be in it or in another one.

Places are drawn where people live; the district that a row names is that of an outline which is off from ours as far as
the two published ones differ (standard deviation 208 m along each axis, bent over 3 to 15 km: another one for every
sheet). One row in twenty names another district, one in fifty lies 2 km from where it should. Once, ten rows are in the
register, their places 100 m off along each axis.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from benchmarks.table import Row, row
from stations.intake.doctor.datum_test import HYPOTHESES, datum_tests
from stations.intake.doctor.patient import Patient
from stations.intake.lists.records import Batch, Columns
from stations.model.city import City
from stations.model.crs import from_wgs84, lon_lat, metric_points, to_metric, to_wgs84
from stations.model.places import districts, load_city
from stations.model.schema import Station
from stations.model.vocabulary import Datum

CITY = "340400"
SIZES = (10, 30, 98, 500)
SHEETS = 50
ERROR_M, WAVES = 208.0, 24
SHORTEST_M, LONGEST_M = 3_000.0, 15_000.0
KNOWN, ADDRESS_M = 10, 100.0
OTHER_DISTRICT, ELSEWHERE, ELSEWHERE_M = 0.05, 0.02, 2_000.0

Metres = NDArray[np.float64]


def measure() -> list[Row]:
    """Return for each size how many wrong claims are found out or called right, and right ones called wrong."""
    by_districts = [each for count in SIZES for each in _rows(count, _answers(count))]
    return [*by_districts, *_rows(SIZES[1], _answers(SIZES[1], known=KNOWN), known=KNOWN)]


def _rows(count: int, answers: dict[bool, Counter[str]], *, known: int = 0) -> list[Row]:
    true, false = answers[True], answers[False]
    in_register = f", {known} of them in the register" if known else ""
    what, sheets = f"datum of a sheet of {count} rows{in_register}", f"{SHEETS} sheets for each pair of datums"
    return [
        row(f"{what}, wrongly stated: found out", _percent(false, "right"), "%", note=sheets),
        row(f"{what}, wrongly stated: called right", _percent(false, "called right"), "%", target=0.0, note=sheets),
        row(f"{what}, rightly stated: called wrong", _percent(true, "wrong"), "%", target=0.0, note=sheets),
    ]


def _percent(answers: Counter[str], which: str) -> float:
    return 100 * answers[which] / answers.total()


def _answers(count: int, *, known: int = 0) -> dict[bool, Counter[str]]:
    """Return how often which answer was given, by whether the claim is true."""
    random, town = np.random.default_rng(count), _Town()
    found: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for _sheet in range(SHEETS):
        for true in HYPOTHESES:
            places, named = town.places(count, random)
            standing = town.register(places[:known], random) if known else None
            for claimed in HYPOTHESES:
                tests = datum_tests(town.patient(places, named, true=true, claimed=claimed), standing)
                found[true is claimed].update(
                    _answer(test.best, test.confidence, true=true, claimed=claimed) for test in tests[:1]
                )
    return found


def _answer(best: Datum, confidence: str, *, true: Datum, claimed: Datum) -> str:
    if confidence == "cannot tell":
        return confidence
    return "right" if best is true else "called right" if best is claimed else "wrong"


class _Town:
    """The districts of the city, and where its people live."""

    def __init__(self) -> None:
        self.city: City = load_city(CITY)
        self.districts = to_metric(districts(self.city), self.city.metric_crs)
        self.areas = self.districts.geometry
        assert self.city.demand
        people = pd.read_csv(self.city.demand.path, encoding="utf-8-sig")
        self.homes = metric_points(people["lon"], people["lat"], self.city.metric_crs)
        self.weights = people["people"].to_numpy() / people["people"].sum()

    def places(self, count: int, random: np.random.Generator) -> tuple[Metres, list[str]]:
        """Return places in metres, and the district that each of them names."""
        chosen = self.homes[random.choice(len(self.homes), 4 * count, p=self.weights)]
        places = chosen + random.uniform(-500, 500, chosen.shape)
        bent = places + _bend(places, random)
        inside = {code: shapely.contains_xy(area, bent) for code, area in self.areas.items()}
        named = np.select(list(inside.values()), list(inside), default="")
        places, named = places[named != ""][:count], named[named != ""][:count]
        other = random.random(count) < OTHER_DISTRICT
        named[other] = random.choice(list(inside), other.sum())
        astray = random.random(count) < ELSEWHERE
        places[astray] += random.normal(0, ELSEWHERE_M, (astray.sum(), 2))
        return places, named.tolist()

    def register(self, places: Metres, random: np.random.Generator) -> pd.DataFrame:
        """Return what the register has of the first rows: by name, their places as exact as addresses are."""
        metres = places + random.normal(0, ADDRESS_M, places.shape)
        lon, lat = lon_lat(metres[:, 0], metres[:, 1], self.city.metric_crs)
        return pd.DataFrame({"name": [f"示例{at}" for at in range(len(places))], "lon": lon, "lat": lat})

    def patient(self, places: Metres, named: list[str], *, true: Datum, claimed: Datum) -> Patient:
        """Return the places as a list in the `true` datum that is said to be in another."""
        x, y = from_wgs84(*lon_lat(places[:, 0], places[:, 1], self.city.metric_crs), true)
        lon, lat = to_wgs84(x, y, claimed)
        records = [
            Station.model_validate(
                {"name": f"示例{at}", "district": district, "lon": lon[at], "lat": lat[at], "datum": Datum.WGS84}
                | {"source_lon": x[at], "source_lat": y[at], "source_datum": claimed}
            )
            for at, district in enumerate(named)
        ]
        rows = tuple(range(2, len(records) + 2))
        batch = Batch("station", "list.csv", Columns({}, (), ()), rows, tuple(records), (), ())
        return Patient(batch, self.city, self.districts)


def _bend(places: Metres, random: np.random.Generator) -> Metres:
    """Return how far an outline is off at some places: waves of any direction, `ERROR_M` along each axis."""
    length = random.uniform(SHORTEST_M, LONGEST_M, WAVES)
    angle, phase = random.uniform(0, 2 * np.pi, (2, WAVES))
    along = np.column_stack([np.cos(angle), np.sin(angle)]) * (2 * np.pi / length)[:, None]
    waves = np.sin(places @ along.T + phase)
    return np.asarray(waves @ random.normal(0, ERROR_M * np.sqrt(2 / WAVES), (WAVES, 2)))
