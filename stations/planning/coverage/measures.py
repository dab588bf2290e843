"""What one assessment says beyond "within reach": how far, how often, how fairly, when, and how sure.

Every figure is measured when it is first asked for, and kept with its assessment.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
import shapely

from stations.analysis import measures
from stations.analysis.accessibility import catchment_access, gaussian, gravity_access, zones
from stations.analysis.clock import by_hour, day_curve
from stations.analysis.coverage import M2_PER_KM2
from stations.analysis.critical import critical_stations
from stations.analysis.discs import union_area
from stations.analysis.inequality import gini, lorenz_shares, palma_ratio
from stations.analysis.network import islands, snap
from stations.analysis.planar import located
from stations.analysis.reach import StreetOrigins
from stations.analysis.uncertainty import (
    CoveredInterval,
    covered_by_radius,
    covered_interval,
    covered_interval_along,
    position_error,
)
from stations.model.crs import to_metric
from stations.model.settings import Settings
from stations.model.travel import as_mode
from stations.planning.coverage.assess import MAX_SNAP_M, Assessment, Question, assess
from stations.planning.coverage.streets import network_of

if TYPE_CHECKING:
    import datetime as dt

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series
    from shapely import Geometry

    from stations.analysis.network import Network
    from stations.analysis.pairs import Pairs
    from stations.store.networks import Imported

ZONES = {1 / 3: 1.0, 2 / 3: 0.68, 1.0: 0.22}
"""Three zones of the radius and the weights of Luo & Qi (2009)."""

HALFWAY = 0.5
"""Gravity access counts a station at this share of the radius as 0.61, at the radius as 0.14 (`gaussian`)."""

UNKNOWN_ERROR_M = 250.0
"""Assumed of a station whose precision nobody recorded: as of one that is known to its street."""

DRAWS, LEVEL, SEED = 200, 0.9, 20_221_231
"""The interval of covered people holds 90 % of 200 draws, the same ones every time."""

DRAWS_ALONG = 50
"""Along streets, where each draw is a search of the whole network."""

RADII_M = tuple(float(metres) for metres in range(100, 3001, 100))
PER = 10_000


@dataclass(frozen=True, eq=False)
class Measures:
    """The measures of one assessment of a city, on its `demand`; frames are shared, for reading only."""

    answer: Assessment
    demand: GeoDataFrame
    network: Network | None
    streets: Imported | None

    @property
    def used(self) -> GeoDataFrame:
        """The stations that count and are open when it is asked."""
        return self.answer.used

    @property
    def metres(self) -> Series:
        """The distance of each demand point to its nearest station; infinite without one."""
        assert self.answer.nearest is not None
        return self.answer.nearest["distance_m"]

    @cached_property
    def pairs(self) -> Pairs:
        """Demand points and the stations of `used` within reach of each other."""
        return self.answer.origins.pairs(self.used, radius_m=self.answer.question.radius_m)

    @cached_property
    def mean_m(self) -> float:
        """The mean way to the nearest station; infinite when somebody reaches none."""
        return measures.mean_distance(self.metres, self.demand["people"])

    @cached_property
    def quantiles_m(self) -> Series:
        """The ways within which a quarter, half, three quarters and nine tenths of the people reach a station."""
        return measures.distance_quantiles(self.metres, self.demand["people"], shares=(0.25, 0.5, 0.75, 0.9))

    @cached_property
    def covered_twice(self) -> float:
        """People with at least two stations within reach (backup coverage)."""
        times = measures.times_covered(self.demand, self.pairs)
        return measures.people_covered_at_least(self.demand["people"], times, times=2)

    @cached_property
    def districts(self) -> DataFrame:
        """`analysis.measures.reach_by_district`, with `stations` in use and `stations_per_10_000` people."""
        held, radius_m = self.answer.holdings, self.answer.question.radius_m
        outlines = to_metric(held.districts, held.city.metric_crs)
        table = measures.reach_by_district(self.demand, self.metres, districts=outlines, radius_m=radius_m)
        home = self.used["division"]
        table["stations"] = [int((home == code).sum()) if code else int(home.isna().sum()) for code in table.index]
        return table.assign(stations_per_10_000=measures.stations_per_10_000(home, table["people"]))

    @cached_property
    def capacity_known(self) -> bool:
        """Whether the capacity of every station is known; else each counts as one."""
        return bool(len(self.used)) and bool(self.used["capacity"].notna().all())

    @cached_property
    def supply(self) -> Series:
        """What each station of `used` offers: its places, or 1, see `capacity_known`."""
        supply: Series = self.used["capacity" if self.capacity_known else "tier"]
        return supply.astype(float) if self.capacity_known else supply.notna().astype(float)

    @cached_property
    def access(self) -> Series:
        """`supply` per 10,000 people, by enhanced two-step floating catchment."""
        decay = zones({share * self.answer.question.radius_m: worth for share, worth in ZONES.items()})
        return PER * catchment_access(self.pairs, self.supply, self.demand["people"], decay=decay)

    @property
    def gravity_sigma_m(self) -> float:
        """The width of the decay of `gravity`."""
        return HALFWAY * self.answer.question.radius_m

    @cached_property
    def gravity(self) -> Series:
        """`supply` within reach of each demand point, worth less with distance, shared with nobody (Hansen 1959)."""
        decay = gaussian(self.gravity_sigma_m)
        return gravity_access(self.pairs, self.supply, decay=decay, points=self.demand.index)

    @cached_property
    def gravity_mean(self) -> float:
        """The mean of `gravity` among the people; NaN without people."""
        people = self.demand["people"].to_numpy(dtype=float)
        return float(self.gravity @ people / people.sum()) if people.sum() else float("nan")

    @cached_property
    def gini_people(self) -> float:
        """Gini coefficient of `access` among the people; NaN where nobody has any."""
        return gini(self.access, self.demand["people"])

    @cached_property
    def palma(self) -> float:
        """What the tenth with most access has, by what the four tenths with least have; infinite if that is none."""
        return palma_ratio(self.access, self.demand["people"])

    @property
    def _lived_in(self) -> DataFrame:
        """The rows of `districts` where anybody lives: elsewhere there is no covered share."""
        return self.districts[self.districts["people"] > 0]

    @cached_property
    def gini_districts(self) -> float:
        """Gini coefficient of the covered share among the districts, weighted by their people."""
        return gini(self._lived_in["covered_share"], self._lived_in["people"])

    @cached_property
    def palma_districts(self) -> float:
        """`palma` of the covered share, as if everybody of a district had that of the district."""
        return palma_ratio(self._lived_in["covered_share"], self._lived_in["people"])

    @cached_property
    def lorenz(self) -> DataFrame:
        """Lorenz curves (0-1) by hundredths of people: of `access` (`people`), of the covered share (`districts`)."""
        import pandas as pd

        by_district = lorenz_shares(self._lived_in["covered_share"], self._lived_in["people"])
        return pd.DataFrame({"people": lorenz_shares(self.access, self.demand["people"]), "districts": by_district})

    @cached_property
    def critical(self) -> DataFrame:
        """`analysis.critical.critical_stations`: who uses each station, and who depends on it alone."""
        return critical_stations(self.pairs, self.demand["people"], station_ids=self.used.index)

    @cached_property
    def _pairs_at_any_hour(self) -> Pairs:
        """`pairs` of all stations that count, whatever the hour asked for."""
        return self.answer.origins.pairs(self.answer.stations, radius_m=self.answer.question.radius_m)

    @cached_property
    def week(self) -> DataFrame:
        """`analysis.clock.by_hour` of the stations that count, whatever the hour asked for."""
        return by_hour(
            self._pairs_at_any_hour,
            self.demand["people"],
            opening_hours=self.answer.stations["opening_hours"],
            attended_only=self.answer.question.attended,
        )

    def day(self, date: dt.date, *, holiday: bool) -> DataFrame:
        """`analysis.clock.day_curve` of a date, which the caller says is a public holiday or not."""
        return day_curve(
            self._pairs_at_any_hour,
            self.demand["people"],
            date,
            holidays={date} if holiday else set(),
            opening_hours=self.answer.stations["opening_hours"],
            attended_only=self.answer.question.attended,
        )

    @cached_property
    def stations_off_network(self) -> list[str]:
        """The stations too far from any street to be reached along it."""
        if self.network is None:
            return []
        snapped = snap(self.used, self.network, max_snap_m=MAX_SNAP_M)
        return [str(key) for key in self.used.index[~np.isfinite(snapped.snap_m)]]

    @cached_property
    def interval(self) -> CoveredInterval:
        """Covered people when stations stand around their recorded places, and are snapped to streets from there."""
        radius_m, origins = self.answer.question.radius_m, self.answer.origins
        error_m = position_error(self.used["coord_precision"], unknown_m=UNKNOWN_ERROR_M)
        if isinstance(origins, StreetOrigins):
            simulated = partial(covered_interval_along, self.demand, self.used, origins, draws=DRAWS_ALONG)
        else:
            simulated = partial(covered_interval, self.demand, self.used, draws=DRAWS)
        return simulated(radius_m=radius_m, error_m=error_m, level=LEVEL, seed=SEED)

    @cached_property
    def by_radius(self) -> DataFrame:
        """Covered people and share at many radii, the one asked for among them."""
        radii = sorted({*RADII_M, self.answer.question.radius_m})
        return covered_by_radius(self.metres, self.demand["people"], radii_m=radii)

    @cached_property
    def area(self) -> Geometry:
        """Land from where a station is within reach, in the city's metric CRS: discs, or strips along streets."""
        return self.answer.reach.area(self.used, radius_m=self.answer.question.radius_m)

    @cached_property
    def served_km2(self) -> float:
        """The size of that land, also beyond the city: of true discs, or of the strips."""
        radius_m = self.answer.question.radius_m
        if self.network is not None:
            return float(shapely.area(self.area)) / M2_PER_KM2
        return union_area(np.column_stack(located(self.used)), radius=radius_m) / M2_PER_KM2

    @cached_property
    def snapped(self) -> Series | None:
        """How far each demand point is from the next street (infinite: too far); ``None`` in a straight line."""
        assert self.answer.nearest is not None
        return self.answer.nearest.get("snap_m")

    @cached_property
    def islands(self) -> DataFrame | None:
        """Pieces of the network without a link to each other; ``None`` in a straight line."""
        if not isinstance(self.answer.origins, StreetOrigins):
            return None
        snapped, network = self.answer.origins.snapped, self.answer.origins.reach.network
        places = snap(self.used, network, max_snap_m=MAX_SNAP_M)
        return islands(network, snapped, places, people=self.demand["people"])


def measured(settings: Settings, question: Question) -> Measures:
    """Return the measures of `assess` for the same question. Raises as it does, and `NoDemand` without people."""
    answer = assess(settings, question)
    if question.reach == "straight":
        return _measured(answer, None, None)
    return _measured(answer, *network_of(settings, as_mode(question.reach)))


@lru_cache(maxsize=8)
def _measured(answer: Assessment, network: Network | None, streets: Imported | None) -> Measures:
    return Measures(answer, answer.demand, network, streets)
