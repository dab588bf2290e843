"""The demonstration's activity bases: of every kind, of two kinds as many as were published; all else is made up."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from geodata.demonstration.plan import BASES, COMPANIONS
from geodata.demonstration.sites import choose, located
from geodata.demonstration.words import COMMUNITIES, HOURS, KEEPERS, ROADS, WORKPLACES
from stations.model.vocabulary import BaseKind

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

    from geodata.demonstration.sites import Row
    from stations.model.city import City

COMPANION_SHARE = 0.2  # of the bases that could be of another kind as well are


def base_rows(cells: GeoDataFrame, outlines: GeoSeries, *, city: City, seed: int) -> list[Row]:
    """Return the bases as text by schema field, numbered by kind.

    `cells` are those of `settlements.people_grid`, `outlines` the divisions in their CRS, by adcode.
    """
    rng = Random(f"{seed} bases")
    names: set[str] = set()
    rows: list[Row] = []
    for kind, number in BASES.items():
        power = -0.5 if kind is BaseKind.RURAL_REVITALISATION else 0.8  # farms are where few people live
        places = choose(cells, number, density_power=power, served_m=1_500, outlines=outlines, rng=rng)
        for place in located(places, rng.choices(ROADS, k=number), city=city, rng=rng):
            name = _name(kind, place["township"], taken=names, rng=rng)
            names.add(name)
            rows.append({"base_id": f"DEMO-HN-J{len(rows) + 1:04d}", "name": name} | _use(kind, rng=rng) | place)
    return rows


def _name(kind: BaseKind, township: str, *, taken: set[str], rng: Random) -> str:
    """Return a name after who keeps the base, other than those taken."""
    keepers = KEEPERS.get(kind, WORKPLACES + COMMUNITIES)
    while (name := f"示例{township}{rng.choice(keepers)}{kind.zh}") in taken:
        pass
    return name


def _use(kind: BaseKind, *, rng: Random) -> Row:
    also = [other for other in COMPANIONS.get(kind, ()) if rng.random() < COMPANION_SHARE]
    (hours,) = rng.choices([*HOURS], [*HOURS.values()])
    return {
        "kinds": "、".join(each.zh for each in (kind, *also)),
        "opening_hours": hours if rng.random() < 0.6 else "",
    }
