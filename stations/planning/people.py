"""Who is to be reached: the demand of a city, from the office's file or the labelled default."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from stations.analysis.demand import assign_district, spacing
from stations.intake.demand import read_demand
from stations.intake.records import Rejection
from stations.model import places
from stations.model.crs import to_metric
from stations.model.errors import BadFile
from stations.model.language import Language, mark
from stations.model.language import gettext as _
from stations.model.places import DemandFile
from stations.model.settings import Settings
from stations.model.vocabulary import Datum
from stations.planning.register import CityKey, city_key

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

ALONE_M = 500.0
"""Side of the square that a single demand point stands for, when there is no second one to tell."""


WIDEST_M = 2000.0
"""Side of the largest square that a demand point may stand for: points farther apart are places, no grid."""


@dataclass(frozen=True, eq=False)
class People:
    """Demand points of a city: frame in the city's metric CRS with `people` and `district`, and what they are.

    ``frame`` is shared: for reading only. ``refused`` are the rows of the file that cannot be used.
    """

    frame: GeoDataFrame
    spacing_m: float
    zh: str
    en: str
    synthetic: bool
    refused: tuple[Rejection, ...]

    @property
    def rejected(self) -> int:
        """How many rows of the file cannot be used."""
        return len(self.refused)

    def label(self, language: Language) -> str:
        """Return the sentence about where the figures come from."""
        return self.en if language == "en" else self.zh


def people_of(settings: Settings) -> People | None:
    """Return the demand of the city of `settings`, or ``None`` where nobody has given any. Raises `BadFile`."""
    city = places.load_city(settings.city, profiles=settings.profiles, boundary=settings.boundary)
    path = settings.demand or (city.demand.path if city.demand else None)
    if path is None:
        return None
    stamp = path.stat().st_mtime_ns if path.exists() else 0
    given = city.demand if settings.demand is None else None
    return _people(city_key(settings), settings.demand_datum, path, stamp=stamp, given=given)


@lru_cache(maxsize=8)
def _people(key: CityKey, datum: Datum, path: Path, *, stamp: int, given: DemandFile | None) -> People:  # noqa: ARG001 - the stamp is part of the key
    city = places.load_city(key[0], profiles=key[1], boundary=key[2])
    demand = read_demand(path, datum=datum)
    if demand.points.empty and demand.rejected:
        first = demand.rejected[0]
        reason = _("no row can be used. Row {row}: {reason}").format(row=first.row, reason=first.reason)
        raise BadFile(file=path.name, reason=reason, remedy=mark("Correct the rows, then try again."))
    frame = to_metric(demand.points, city.metric_crs)
    districts = to_metric(places.districts(city), city.metric_crs)
    recorded = frame["district"].map(lambda text: places.division_of(city, text) if text else None)
    district = recorded.where(recorded.notna(), assign_district(frame, districts)).astype(object)
    frame["district"] = district.where(district.notna(), None)
    return People(
        frame=frame,
        spacing_m=min(spacing(frame, alone_m=ALONE_M), WIDEST_M),
        zh=given.zh if given else path.name,
        en=given.en if given else path.name,
        synthetic=bool(given and given.synthetic),
        refused=demand.rejected,
    )
