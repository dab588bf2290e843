"""Which datum the coordinates of a list are really in: its claim, held against the outlines and the register.

A sheet in the wrong datum lies half a kilometre off or more, all of it in one direction. No single row shows that, and
outlines are good to about 350 m only; many rows together do:

- **Districts.** Each row says in which district it lies. Under every datum the chance of that is counted, if outlines
  are off by a normal error (`OUTLINE_ERROR_M`) and one row in twenty names the wrong district. Rows on one stretch of
  a border share its error, so they count as one.
- **The register.** Records that are known already, by number or by the very same name, show the offset itself.

It states odds and never converts anything; where they are thin it says that it cannot tell. The odds are those of a
list in which one row in twenty names the wrong district: where far more lie outside theirs under every datum, nothing
is sure, and from one in five on the districts say nothing at all; up to that, such a list may be called likely to be in
another datum when it is not. On made-up sheets of
Huainan with bent outlines and mistakes in them (``benchmarks/datum.py``: of each size 150 rightly and 300 wrongly
stated ones) it called no right statement wrong and no wrong one right, and found out so many of the wrong ones:

=================================== =====
rows                                found
=================================== =====
10                                  0 %
30                                  1 %
98                                  18 %
500                                 77 %
30, of which the register knows ten 99 %
=================================== =====

So by the districts alone a wrong datum shows in long lists only: few rows lie near a border.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from stations.intake.doctor.patient import OUTLINE_M, Patient
from stations.model.crs import metric_points, to_wgs84
from stations.model.schema import IDENTIFIERS, Place
from stations.model.vocabulary import CoordSource, Datum, folded

if TYPE_CHECKING:
    from pandas import DataFrame

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Confidence = Literal["sure", "likely", "cannot tell"]

HYPOTHESES = (Datum.WGS84, Datum.GCJ02, Datum.BD09)
"""CGCS2000 is WGS84 to a few centimetres."""
OUTLINE_ERROR_M = 210.0
"""Standard deviation of an outline across its line: nine in ten within `OUTLINE_M`."""
WRONG_DISTRICT = 0.05
"""How often a row names another district than its own, whatever the datum."""
STRETCH_M = 3_000.0
"""Rows of a district in one square of this width share the error of its outline."""
SAYS_SOMETHING = 0.1
"""Rows whose odds differ by less between two datums lie too deep inside their district to count."""

SURE, LIKELY = 4.0, 2.0
"""Decimal logarithms of the odds from which the districts make it sure, or likely."""
STRETCHES_SURE, STRETCHES_LIKELY = 4, 3
"""Stretches of border that have to speak for it at the least."""
SURELY_TOO_MANY = 0.2
"""Share of rows far outside their district from which on districts say nothing of a datum: they are stated wrongly."""
KNOWN_SURE, KNOWN_LIKELY = 8, 4
"""Records of the register that have to stand behind it at the least."""
OFF_M = 150.0
"""Where two datums are closer together than that, no offset is taken for the difference between them."""
FROM_PARTS = 10
"""Rows from which a district of its own is tested: a list may be put together from several sheets."""
MOST = 2_000
"""Rows that are tested at the most, evenly picked: more say nothing more."""


@dataclass(frozen=True)
class Fit:
    """How some rows fit one datum.

    `outside`: rows outside their district, and `far_outside` those that are so by more than its outline may be off.
    `log_odds`: the decimal logarithm of the
    odds by the districts, against the claimed datum. `east_m`, `north_m`: median offset of the register's places from
    the rows' own, and `spread_m` the median distance from it; NaN where none is known.
    """

    datum: Datum
    outside: int
    far_outside: int
    log_odds: float
    stretches: int
    east_m: float
    north_m: float
    spread_m: float

    @property
    def off_m(self) -> float:
        """The length of the median offset."""
        return math.hypot(self.east_m, self.north_m)


@dataclass(frozen=True)
class DatumTest:
    """What the test says of the rows that claim one datum: of all of them, or of those in one `district` (a code).

    `compared` rows name a district with an outline, `known` ones are in the register. `confidence` is that in `best`,
    which is the `claimed` one where that fits best or nothing can be told. `fitting`: how many of the compared rows lie
    in their district, or close to it, under the datum that suits the districts best; `misfit`: whether these are too
    few for the mistakes of any list, so that nothing can be sure.
    """

    claimed: Datum
    district: str | None
    rows: int
    compared: int
    fitting: int
    misfit: bool
    known: int
    fits: Mapping[Datum, Fit]
    best: Datum
    confidence: Confidence

    @property
    def wrong(self) -> bool:
        """Whether another datum than the claimed one fits better, at least likely."""
        return self.best is not self.claimed


def datum_tests(patient: Patient, standing: DataFrame | None = None) -> list[DatumTest]:
    """Return what the test says of the rows of each claimed datum.

    Of all of them together, and of those of a district by itself where that is another answer: such a list was put
    together from sheets in several datums.

    Parameters
    ----------
    patient
        A list.
    standing
        The register by identifier, with ``name``, ``lon`` and ``lat`` (WGS84) and, if known, ``coord_source``.
    """
    sheet = _Sheet(patient, standing)
    tests = []
    for claimed in dict.fromkeys(sheet.claimed):
        rows = np.flatnonzero([each is claimed for each in sheet.claimed])
        whole = _test(sheet, rows, claimed)
        sure = [part for part in _parts(sheet, rows, claimed) if part.confidence == "sure"]
        mixed = len({part.best for part in sure}) > 1 or (not whole.wrong and any(part.wrong for part in sure))
        tests += sure if mixed else [whole]
    return tests


def _parts(sheet: _Sheet, rows: Integers, claimed: Datum) -> Iterator[DatumTest]:
    for code in dict.fromkeys(sheet.district[rows]):
        part = rows[sheet.district[rows] == code]
        if code and FROM_PARTS <= len(part) < len(rows):
            yield _test(sheet, part, claimed, district=code)


class _Sheet:
    """The rows of a list that can be tested: where they lie under every datum, their district, and what is known."""

    def __init__(self, patient: Patient, standing: DataFrame | None) -> None:
        step = -(-max(len(patient.located), 1) // MOST)
        records = [patient.batch.records[at] for at in patient.located.tolist()[::step]]
        lon, lat = (
            np.array([getattr(record, f"source_{axis}") for record in records], float) for axis in ("lon", "lat")
        )
        self.claimed = [_hypothesis(record.source_datum) for record in records]
        districts = [patient.recorded.get(record.district or "") or "" for record in records]
        self.district = np.array([code if code in patient.outlines.index else "" for code in districts], dtype=object)
        crs = patient.city.metric_crs
        self.places = {datum: metric_points(*to_wgs84(lon, lat, datum), crs) for datum in HYPOTHESES}
        self.chances = {datum: np.zeros(len(records)) for datum in HYPOTHESES}
        self.outside_m = {datum: np.full(len(records), -np.inf) for datum in HYPOTHESES}
        for code in set(self.district.tolist()) - {""}:
            own = self.district == code
            for datum, places in self.places.items():
                self.outside_m[datum][own] = _outside_m(patient, code, places[own])
                self.chances[datum][own] = _chance(self.outside_m[datum][own], len(patient.outlines))
        self.known = _known_places(patient, records, standing)


def _hypothesis(datum: Datum | None) -> Datum:
    return datum if datum in HYPOTHESES else Datum.WGS84


def _outside_m(patient: Patient, code: str, places: Floats) -> Floats:
    """Return how far places lie outside a district, in metres; inside it, how far from its line, negative."""
    import shapely

    area, there = patient.outlines[code], np.isfinite(places).all(axis=1)
    away = np.full(len(places), np.inf)  # a place a continent away has no metres here
    away[there] = shapely.distance(shapely.boundary(area), shapely.points(places[there]))
    return np.asarray(np.where(shapely.contains_xy(area, places), -away, away))


def _chance(outside_m: Floats, districts: int) -> Floats:
    """Return the decimal logarithm of the chance that a row names the district it names."""
    from scipy.special import ndtr

    right = ndtr(-outside_m / OUTLINE_ERROR_M)
    return np.asarray(np.log10((1 - WRONG_DISTRICT) * right + WRONG_DISTRICT / districts))


def _known_places(patient: Patient, records: Sequence[Place], standing: DataFrame | None) -> Floats:
    """Return where the register has the records: by number, else by a name that only one of its records bears."""
    places = np.full((len(records), 2), np.nan)
    if standing is None or standing.empty:
        return places
    lon, lat = (standing[axis].astype(float).to_numpy() for axis in ("lon", "lat"))
    metres = metric_points(lon, lat, patient.city.metric_crs)
    if "coord_source" in standing:  # what stands for its area shows no offset
        metres[(standing["coord_source"] == CoordSource.AREA.value).to_numpy()] = np.nan
    names = [folded(name) for name in standing["name"]]
    once = {name for name, count in Counter(names).items() if count == 1}
    positions = {name: at for at, name in enumerate(names) if name in once}
    keys = {str(key): at for at, key in enumerate(standing.index)}
    identifier = IDENTIFIERS[patient.batch.kind]
    for row, record in enumerate(records):
        at = keys.get(getattr(record, identifier), positions.get(folded(record.name or "")))
        if at is not None:
            places[row] = metres[at]
    return places


def _test(sheet: _Sheet, rows: Integers, claimed: Datum, *, district: str | None = None) -> DatumTest:
    fits = {datum: _fit(sheet, rows, datum, claimed=claimed) for datum in HYPOTHESES}
    known = int(np.isfinite(sheet.known[rows, 0]).sum())
    compared = int((sheet.district[rows] != "").sum())
    far = max(fits.values(), key=lambda fit: fit.log_odds).far_outside
    most = WRONG_DISTRICT * compared + 2 * math.sqrt(compared * WRONG_DISTRICT * (1 - WRONG_DISTRICT))
    by_districts = _by_districts(fits, claimed)
    if far > SURELY_TOO_MANY * compared:
        by_districts = claimed, "cannot tell"
    elif far > most and by_districts[1] == "sure":  # such odds are of lists with fewer mistakes in their districts
        by_districts = by_districts[0], "likely"
    best, confidence = _together(by_districts, _by_register(fits, claimed, known), claimed)
    return DatumTest(claimed, district, len(rows), compared, compared - far, far > most, known, fits, best, confidence)


def _fit(sheet: _Sheet, rows: Integers, datum: Datum, *, claimed: Datum) -> Fit:
    difference = sheet.chances[datum][rows] - sheet.chances[claimed][rows]
    telling = np.abs(difference) > SAYS_SOMETHING
    districts = np.unique(sheet.district[rows].astype(str), return_inverse=True)[1]
    squares = np.floor(sheet.places[claimed][rows] / STRETCH_M)
    stretches = np.unique(np.column_stack([districts, squares])[telling], axis=0, return_inverse=True)[1].ravel()
    each = np.bincount(stretches, difference[telling]) / np.maximum(np.bincount(stretches), 1)
    offsets = (sheet.known - sheet.places[datum])[rows]
    offsets = offsets[np.isfinite(offsets).all(axis=1)]
    east, north = np.median(offsets, axis=0) if len(offsets) else (math.nan, math.nan)
    return Fit(
        datum,
        outside=int((sheet.outside_m[datum][rows] > 0).sum()),
        far_outside=int((sheet.outside_m[datum][rows] > OUTLINE_M).sum()),
        log_odds=float(each.sum()),
        stretches=int((each > 0).sum()),
        east_m=float(east),
        north_m=float(north),
        spread_m=float(np.median(np.hypot(*(offsets - (east, north)).T))) if len(offsets) else math.nan,
    )


Answer = tuple[Datum, Confidence]


def _by_districts(fits: Mapping[Datum, Fit], claimed: Datum) -> Answer:
    """Return the datum whose odds are the best, by how much better they are than those of every other."""
    best, second, *_others = sorted(fits.values(), key=lambda fit: -fit.log_odds)
    found = _confidence(best.log_odds - second.log_odds, SURE, LIKELY)
    if best.datum is claimed:
        return claimed, found
    if best.stretches < STRETCHES_LIKELY or found == "cannot tell":
        return claimed, "cannot tell"
    return best.datum, found if best.stretches >= STRETCHES_SURE else "likely"


def _by_register(fits: Mapping[Datum, Fit], claimed: Datum, known: int) -> Answer:
    """Return the one datum under which the offset is nothing but chance, where that of every other is none."""
    if known < KNOWN_LIKELY:
        return claimed, "cannot tell"
    deviations = {datum: fit.off_m * math.sqrt(known) / (1.1 * fit.spread_m + 15) for datum, fit in fits.items()}
    best = min(deviations, key=lambda datum: deviations[datum])
    next_best = min((fit for datum, fit in fits.items() if datum is not best), key=lambda fit: deviations[fit.datum])
    if deviations[best] > 3 or next_best.off_m < OFF_M:
        return claimed, "cannot tell"
    return best, _confidence(deviations[next_best.datum], 6.0 if known >= KNOWN_SURE else math.inf, 4.0)


def _confidence(measure: float, sure: float, likely: float) -> Confidence:
    return "sure" if measure >= sure else "likely" if measure >= likely else "cannot tell"


def _together(districts: Answer, register: Answer, claimed: Datum) -> Answer:
    """Return what both say; where they disagree, the districts if they are sure, but likely only.

    A register may hold the same mistake as the list; an outline does not.
    """
    answers = [answer for answer in (districts, register) if answer[1] != "cannot tell"]
    if not answers:
        return claimed, "cannot tell"
    if len({best for best, _confidence in answers}) == 1:
        return answers[0][0], "sure" if "sure" in {found for _best, found in answers} else "likely"
    sure = [best for best, found in answers if found == "sure"]
    return (sure[0], "likely") if sure else (claimed, "cannot tell")
