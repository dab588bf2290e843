"""Where a record lies by the names it gives: its township, as the office's own list has it, else its district."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from stations.analysis.demand import assign_district
from stations.intake.lists.gazetteer import Gazetteer, read_gazetteer
from stations.intake.lists.records import Rejection
from stations.model import places
from stations.model.city import City
from stations.model.places import division_of, union_of
from stations.model.settings import Settings
from stations.model.vocabulary import CoordPrecision, folded
from stations.planning.register import city_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_ENDING = re.compile("(街道办事处|街道|地区办事处|民族乡|镇|乡)$")
_BETWEEN = re.compile("[、,，;；/|]")
_SHORTEST = 3
"""Letters of a township's name that is looked for inside an address: 洞山镇, not 洞山, which is a road as well."""


class Spot(NamedTuple):
    """A place that stands for an area: longitude and latitude (WGS84), what it is called, and how large the area is."""

    lon: float
    lat: float
    name: str
    precision: CoordPrecision


@dataclass(frozen=True, eq=False)
class Areas:
    """The districts of a city and the townships that the office has listed, by all of their names.

    A place of the list that lies in no district of the city, or not in that which it names, is not used.
    """

    city: City
    districts: GeoDataFrame
    gazetteer: Gazetteer | None

    @property
    def rejected(self) -> tuple[Rejection, ...]:
        """The rows of the office's list that are no places."""
        return self.gazetteer.rejected if self.gazetteer else ()

    def find(self, record: Mapping[str, Any]) -> list[Spot]:
        """Return the places that a record (dumped) may lie in by its names: one, none, or several.

        A township counts before its district; one of the same name in another district than the recorded is not meant.
        Where it names a township itself, its address is not searched for one.
        """
        divisions = self._divisions(record)
        names = self._stated(record) if record.get("township") else self._mentioned(record)
        found = dict.fromkeys(spot for code, spot in names if not divisions or code in divisions)
        return list(found) or [self._middle(code) for code in divisions]

    def division(self, record: Mapping[str, Any]) -> str | None:
        """Return the adcode of the district that a record (dumped) lies in by its names, if there is one."""
        codes = self._divisions(record)
        return codes[0] if len(codes) == 1 else None

    def _divisions(self, record: Mapping[str, Any]) -> list[str]:
        """Return the adcodes of the districts that a record may lie in."""
        for text in (record.get("district"), record.get("union_unit")):
            code = self._division(text) if text else None
            if code is not None:
                return [code]
        address = folded(record.get("address") or "")
        full = {folded(name): code for code, name in self.city.divisions.items()} | dict(self.city.place_names)
        return sorted({full[name] for name in _longest(address, full)})

    def _division(self, text: str) -> str | None:
        union = union_of(self.city, text)
        return division_of(self.city, text) or (union.parent if union else None)

    def _stated(self, record: Mapping[str, Any]) -> list[tuple[str, Spot]]:
        name = folded(record.get("township") or "")
        return self._townships.get(name) or self._townships.get(_ENDING.sub("", name)) or []

    def _mentioned(self, record: Mapping[str, Any]) -> list[tuple[str, Spot]]:
        address = folded(record.get("address") or "")
        whole = {name for name in self._townships if len(name) >= _SHORTEST and _ENDING.search(name)}
        return [each for name in _longest(address, whole) for each in self._townships[name]]

    def _middle(self, code: str) -> Spot:
        row = self.districts.loc[code]
        return Spot(float(row["label_lon"]), float(row["label_lat"]), str(row["name"]), CoordPrecision.DISTRICT)

    @cached_property
    def _townships(self) -> dict[str, list[tuple[str, Spot]]]:
        """Folded name, alias, or name without its ending → district and place of each township called so."""
        by_name: dict[str, list[tuple[str, Spot]]] = {}
        for name, code, spot in self._listed():
            for form in dict.fromkeys((name, _ENDING.sub("", name))):
                if len(form) > 1:
                    by_name.setdefault(form, []).append((code, spot))
        return by_name

    def _listed(self) -> Iterator[tuple[str, str, Spot]]:
        if self.gazetteer is None:
            return
        frame = self.gazetteer.places
        lies_in = assign_district(frame, self.districts)
        for row, code in zip(frame.itertuples(), lies_in, strict=True):
            stated = self._division(row.district) if row.district else code
            if code is None or stated != code:  # of another city, or not where it is said to be
                continue
            spot = Spot(row.geometry.x, row.geometry.y, row.name, CoordPrecision.TOWNSHIP)
            for name in (row.name, *_BETWEEN.split(row.aliases or "")):
                yield folded(name), code, spot


def _longest(text: str, names: Mapping[str, Any] | set[str]) -> list[str]:
    """Return the names that a text holds, without those that are but a part of a longer one."""
    held = [name for name in names if name and name in text]
    return [name for name in held if not any(name != other and name in other for other in held)]


def areas_of(settings: Settings) -> Areas:
    """Return the areas of the city of `settings`. Raises `BadFile`."""
    city = city_of(settings)
    path = settings.gazetteer or city.gazetteer
    return Areas(city, places.districts(city), read_gazetteer(path) if path else None)
