"""Who is to be reached: the demand of a city, from the office's file or the labelled default."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import shapely

from stations.analysis.demand import assign_district, spacing
from stations.analysis.spreading import spread_evenly, spread_over, without_layer
from stations.analysis.weights import exact_weights
from stations.intake.lists.demand import Demand, read_demand
from stations.intake.lists.records import Rejection
from stations.model import places
from stations.model.city import City, DemandFile
from stations.model.crs import to_metric
from stations.model.errors import BadChoice, BadFile
from stations.model.language import Language, current_language, listed, mark, ngettext
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.model.vocabulary import Datum, Group
from stations.planning.register import CityKey, city_key

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

ALONE_M = 500.0
"""Side of the square that a single demand point stands for, when there is no second one to tell."""

WIDEST_M = 2000.0
"""Side of the largest square that a demand point may stand for: points farther apart are places, no grid."""

BESIDE_M = 5000.0
"""How far outside all districts a demand point may be and still count: it may be somebody whom the city serves."""

AREA_SPACING_M = 250.0
"""Side of the cells over which the people of areas are spread; the shortest walk in planning is 300 m."""

ASSUMED_DATUM = Datum.WGS84
"""Of points whose datum nobody states; every answer says that it was assumed."""

MOST_CELLS = 2_000_000
"""As many such cells as are made at most."""


@dataclass(frozen=True, eq=False)
class People:
    """Demand points of a city, and what they are. All frames are shared: for reading only.

    Attributes
    ----------
    frame
        Points in the city's metric CRS: `people`, the weight of `groups[0]` (residents, where the data has them);
        `district`; `union`, the code of the county-level union that the data names (``None`` where it names none);
        and one column for each group by its key (`residents`, `couriers` …), as `weights.exact_weights`: people taken
        off and put back are equal to the last bit.
    groups
        The groups that the data knows, in the order of the vocabulary. Others are unknown, not nobody.
    totals
        Index group key. `source`: all that the data says (NaN where a raster is too large to be counted) =
        `in_district` + `outside` (all districts) + `refused` (in rows that cannot be used). `used`: what `frame` has,
        that is `in_district`, and `outside` but for pixels of a raster and areas apart from the city, which are left
        out. `published`: the total that was published (default data only, else NaN).
    notices
        What the reader has to say about the whole file, in words.
    assumed_datum
        Whether the points of a file were taken for WGS84 because neither they nor the office say otherwise.
    refused
        The rows of the file that cannot be used.
    """

    frame: GeoDataFrame
    spacing_m: float
    zh: str
    en: str
    synthetic: bool
    refused: tuple[Rejection, ...]
    groups: tuple[Group, ...]
    totals: DataFrame
    notices: tuple[str, ...]
    assumed_datum: bool

    def weighted(self, group: Group) -> GeoDataFrame:
        """Return `frame` with the weight of `group` as `people`; shared. Raises `BadChoice` for an unknown group."""
        if group not in self.groups:
            offered = listed(known.label(current_language()) for known in self.groups)
            raise BadChoice(what=mark("Group of people"), value=group.label(current_language()), offered=offered)
        return self.frame if group is self.groups[0] else _weighted(self, group)

    @property
    def rejected(self) -> int:
        """How many rows of the file cannot be used."""
        return len(self.refused)

    def label(self, language: Language) -> str:
        """Return the sentence about where the figures come from."""
        return self.en if language == "en" else self.zh


@lru_cache(maxsize=16)
def _weighted(people: People, group: Group) -> GeoDataFrame:
    return people.frame.assign(people=people.frame[group.value])


def people_of(settings: Settings) -> People | None:
    """Return the demand of the city of `settings`, or ``None`` where nobody has given any.

    People given by areas are spread over the finer layer of `settings`, if there is one, else evenly. Raises `BadFile`.
    """
    layer = settings.demand_layer
    city = places.load_city(settings.city, profiles=settings.profiles, boundary=settings.boundary)
    path = settings.demand or (city.demand.path if city.demand else None)
    if path is None:
        return None
    given = city.demand if settings.demand is None else None
    stamps = tuple(each.stat().st_mtime_ns if each and each.exists() else 0 for each in (path, layer))
    return _people(city_key(settings), settings.demand_datum, path, layer=layer, stamps=stamps, given=given)


@lru_cache(maxsize=8)
def _people(
    key: CityKey,
    datum: Datum | None,
    path: Path,
    *,
    layer: Path | None,
    stamps: tuple[int, ...],  # noqa: ARG001 - part of the key
    given: DemandFile | None,
) -> People:
    city = places.load_city(key[0], profiles=key[1], boundary=key[2])
    demand, finer = _read(path, city, datum), _read(layer, city, datum) if layer else None
    frame, left_out, spacing_m = _placed(demand, city, layer=finer)
    if frame["district"].isna().all():
        reason = _("none of its people are in {city}.").format(city=city.label(current_language()))
        remedy = mark("Check that the file is of this city, and that the datum is right.")
        raise BadFile(file=path.name, reason=reason, remedy=remedy)
    groups = demand.groups
    frame = frame.rename(columns={group.column: group.value for group in groups})
    for group in groups:
        frame[group.value] = exact_weights(frame[group.value])
    frame["people"] = frame[groups[0].value]
    return People(
        frame=frame,
        spacing_m=spacing_m or min(spacing(frame, alone_m=ALONE_M), WIDEST_M),
        zh=given.zh if given else path.name,
        en=given.en if given else path.name,
        synthetic=bool(given and given.synthetic),
        refused=demand.rejected,
        groups=groups,
        totals=_totals(frame, demand, left_out=left_out, published=_published(city) if given else {}),
        notices=(
            *demand.notices,
            *(_layer_notices(demand, finer, city) if finer else ()),
            *_district_notices(demand.points["district"], city),
            *_union_notices(demand.points["union_unit"], city),
        ),
        assumed_datum=given is None and datum is None and demand.undated > 0,
    )


def _district_notices(given: Series, city: City) -> list[str]:
    """Return in words how many rows name a district that is not known."""
    strange = sum(count for text, count in given.value_counts().items() if places.division_of(city, str(text)) is None)
    words = ngettext(
        "{count} row names a district that {city} does not have: its people are counted where they are.",
        "{count} rows name a district that {city} does not have: their people are counted where they are.",
        strange,
    )
    return [words.format(count=f"{strange:,}", city=city.label(current_language()))] if strange else []


def _union_notices(given: Series, city: City) -> list[str]:
    """Return in words how many rows name a union that is not known."""
    strange = int((given.notna() & _unions(given, city).isna()).sum())
    words = ngettext(
        "{count} row names a union that {city} does not have: its people are counted by their district.",
        "{count} rows name a union that {city} does not have: their people are counted by their district.",
        strange,
    )
    return [words.format(count=f"{strange:,}", city=city.label(current_language()))] if strange else []


def _layer_notices(demand: Demand, finer: Demand, city: City) -> list[str]:
    """Return in words what the finer layer did not do."""
    if demand.areas is None:
        return [_("{file} is not used: the people are given at points already.").format(file=finer.file)]
    areas = to_metric(demand.points.set_geometry(demand.areas), city.metric_crs)
    areas = areas[areas.intersects(to_metric(places.districts(city), city.metric_crs).union_all())]
    even, refused = int(without_layer(areas, _weights(finer, city)).sum()), len(finer.rejected)
    words = []
    if even:
        spread = ngettext(
            "{count} area has nobody in {file}: its people are spread evenly.",
            "{count} areas have nobody in {file}: their people are spread evenly.",
            even,
        )
        words.append(spread.format(count=even, file=finer.file))
    if refused:
        left_out = ngettext("{count} row of {file} cannot be used.", "{count} rows of {file} cannot be used.", refused)
        words.append(left_out.format(count=refused, file=finer.file))
    return words


def _read(path: Path, city: City, datum: Datum | None) -> Demand:
    west, south, east, north = map(float, places.districts(city).total_bounds)
    demand = read_demand(path, datum=datum, assumed=ASSUMED_DATUM, extent=(west, south, east, north))
    if demand.points.empty and demand.rejected:
        first = demand.rejected[0]
        reason = _("no row can be used. Row {row}: {reason}").format(row=first.row, reason=first.reason)
        raise BadFile(file=path.name, reason=reason, remedy=mark("Correct the rows, then try again."))
    return demand


def _placed(demand: Demand, city: City, *, layer: Demand | None) -> tuple[GeoDataFrame, DataFrame, float | None]:
    """Return the points with their districts, the rows that are left out, and the spacing where it is known."""
    districts = to_metric(places.districts(city), city.metric_crs)
    frame = to_metric(demand.points, city.metric_crs)
    apart, spacing_m = frame.iloc[:0], None
    if demand.areas is not None:
        areas = to_metric(demand.points.set_geometry(demand.areas), city.metric_crs)
        near = areas.intersects(districts.union_all())
        apart, spacing_m = frame[~near], AREA_SPACING_M
        frame = _spread(areas[near], demand, _weights(layer, city) if layer else None)
    recorded = frame["district"].map(lambda text: places.division_of(city, text) if text else None)
    district = recorded.where(recorded.notna(), assign_district(frame, districts)).astype(object)
    frame["district"] = district.where(district.notna(), None)
    frame["union"] = _unions(frame.pop("union_unit"), city)
    outside = frame["district"].isna()
    if demand.areas is None and not demand.beyond:  # an outline is not exact: points just beside it may be the city's
        near = shapely.dwithin(frame.geometry.to_numpy(), districts.union_all(), BESIDE_M)
        outside &= ~near
    if demand.areas is None:  # pixels beside the city are those of its neighbours
        frame, apart = frame[~outside].copy(), frame[outside]
    return frame, apart, spacing_m


def _unions(given: Series, city: City) -> Series:
    """Return the codes of the county-level unions that texts name; ``None`` where that is not known."""
    import pandas as pd

    codes = {union.code: union for union in city.unions}
    found = {text: codes.get(text) or places.union_of(city, text) for text in given.dropna().unique()}
    names = {text: union.code for text, union in found.items() if union}
    return pd.Series([names.get(text) for text in given], index=given.index, dtype=object)


def _weights(layer: Demand, city: City) -> GeoDataFrame:
    """Return the points of a finer layer with the weight of its first group as `people`."""
    points = to_metric(layer.points, city.metric_crs)
    return points.assign(people=points[layer.groups[0].column])


def _spread(areas: GeoDataFrame, demand: Demand, layer: GeoDataFrame | None) -> GeoDataFrame:
    columns = [group.column for group in demand.groups]
    if areas.area.sum() / AREA_SPACING_M**2 > MOST_CELLS:
        reason, remedy = mark("its areas are too large for a city."), mark("Keep only the areas of the city in it.")
        raise BadFile(file=demand.file, reason=reason, remedy=remedy)
    if layer is None:
        frame = spread_evenly(areas, columns, spacing_m=AREA_SPACING_M)
    else:
        frame = spread_over(areas, columns, layer=layer, spacing_m=AREA_SPACING_M)
    for name in ("district", "union_unit"):
        frame[name] = areas[name].reindex(frame["area"]).to_numpy()
    return frame.drop(columns="area")


def _totals(frame: GeoDataFrame, demand: Demand, *, left_out: DataFrame, published: dict[Group, int]) -> DataFrame:
    import pandas as pd

    inside = frame["district"].notna()
    rows = {}
    for group in demand.groups:
        weight, beyond = frame[group.value], demand.beyond.get(group, 0)
        refused = demand.refused_people.get(group, 0)
        apart = left_out[group.column].sum() + (float("nan") if beyond is None else beyond)
        in_district, outside = weight[inside].sum(), weight[~inside].sum() + apart
        rows[group.value] = {
            "source": in_district + outside + refused,
            "used": weight.sum(),
            "in_district": in_district,
            "outside": outside,
            "refused": refused,
            "published": published.get(group, float("nan")),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _published(city: City) -> dict[Group, int]:
    """Return the totals that the default demand of a city adds up to, as far as its profile has them."""
    members = [each.totals["union_members"] for each in city.published if "union_members" in each.totals]
    residents = [sum(city.census.residents.values())] if city.census else []
    known = ((Group.RESIDENTS, residents), (Group.MEMBERS, members))
    return {group: found[0] for group, found in known if found}
