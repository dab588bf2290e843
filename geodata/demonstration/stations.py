"""The demonstration's stations: as many of each tier as were published; everything else about them is made up."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import TYPE_CHECKING

from geodata.demonstration.plan import STATIONS
from geodata.demonstration.sites import choose, located
from geodata.demonstration.words import BUILT, COMMON, HOSTS, HOURS, ROADS, SERVICES
from stations.model.vocabulary import FacilityState, Status, Tier, WorkerGroup

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

    from geodata.demonstration.sites import Row
    from stations.model.city import City

FIRST_OPENED, LAST_OPENED = dt.date(2019, 3, 1), dt.date(2022, 11, 30)
LAST_CHECKED = dt.date(2022, 12, 31)


def station_rows(cells: GeoDataFrame, outlines: GeoSeries, *, city: City, seed: int) -> list[Row]:
    """Return the stations as text by schema field, numbered by union and from the highest tier down.

    `cells` are those of `settlements.people_grid`, `outlines` the divisions in their CRS, by adcode.
    """
    roads = Random(f"{seed} roads").sample(
        ROADS, len(ROADS)
    )  # each station on a road of its own, so that no two have one name
    rows: list[Row] = []
    for union, by_tier in STATIONS.items():
        rng = Random(f"{seed} stations {union}")
        tiers = [tier for tier, number in zip(Tier, by_tier, strict=True) for _ in range(number)]
        at_union = cells[cells["union_unit"] == union]
        places = choose(at_union, len(tiers), density_power=3, served_m=1_300, outlines=outlines, rng=rng)
        places = _central_first(places, rng=rng)  # for the higher tiers
        own_roads = [roads.pop() for _ in tiers]
        places_rows = located(places, own_roads, city=city, rng=rng)
        for tier, road, place in zip(tiers, own_roads, places_rows, strict=True):
            number = {"station_id": f"DEMO-HN-{len(rows) + 1:03d}"}
            rows.append(number | _host(road, rng=rng) | _offer(tier, rng=rng) | _life(rng=rng) | place)
    return rows


def _central_first(places: GeoDataFrame, *, rng: Random) -> GeoDataFrame:
    """Return the places roughly from the most populated cell down."""
    liveliness = [people * rng.lognormvariate(0, 0.5) for people in places["people"]]
    return places.iloc[sorted(range(len(places)), key=lambda row: -liveliness[row])]


def _host(road: str, *, rng: Random) -> Row:
    (host,) = rng.choices([*HOSTS], [often for often, _ in HOSTS.values()])
    _, called = HOSTS[host]
    return {
        "name": f"示例驿站·{road}{rng.choice(called)}",
        "host_type": host.zh,
        "build_type": rng.choice(BUILT).zh,
    }


def _offer(tier: Tier, *, rng: Random) -> Row:
    """Return what a station offers; the higher its tier, the more."""
    groups = rng.sample(list(WorkerGroup)[:-1], rng.randint(2, 5))
    (hours,) = rng.choices([*HOURS], [*HOURS.values()])
    return {
        "tier": tier.zh,
        "star": "" if rng.random() < 0.3 else str(max(5 - tier.rank - rng.randint(0, 1), 1)),
        "opening_hours": hours,
        "facilities": "、".join(_facilities(tier, rng=rng)),
        "services": rng.choice(SERVICES),
        "groups": "、".join(group.zh for group in WorkerGroup if group in groups),
        "capacity": str(rng.choice((6, 8, 10, 12, 15, 20, 30)) + 10 * (tier is Tier.NATIONAL)),
        "area_m2": "" if rng.random() < 0.3 else str(rng.randrange(15, 85, 5)),
        "daily_visits": "" if rng.random() < 0.4 else str(rng.randint(8, 60) * (4 - tier.rank)),
    }


def _facilities(tier: Tier, *, rng: Random) -> list[str]:
    """Return one entry for each facility of which something is known, as a list would write it."""
    entries = []
    for facility, common in COMMON.items():
        there = rng.random() < common ** (1 / (4 - tier.rank))
        fate = rng.random()
        if there:
            broken = fate < 0.05
            entries.append(f"{facility.zh}:{FacilityState.OUT_OF_ORDER.zh}" if broken else facility.zh)
        elif fate < 0.4:  # else it is not known
            entries.append(f"{facility.zh}:{FacilityState.NO.zh}")
    return entries


def _life(*, rng: Random) -> Row:
    """Return a station's dates: all were open, and some were checked, by the end of 2022."""
    opened = FIRST_OPENED + dt.timedelta(days=rng.randrange((LAST_OPENED - FIRST_OPENED).days))
    checked = LAST_CHECKED - dt.timedelta(days=rng.randrange(30))
    return {
        "status": Status.IN_USE.zh,
        "opened_on": opened.isoformat(),
        "verified_on": checked.isoformat() if (known := rng.random() < 0.6) else "",
        "verified_by": "示例核验" if known else "",
    }
