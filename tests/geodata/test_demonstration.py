from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.demonstration import generate
from geodata.demonstration.settlements import SPACING_M
from stations.analysis.distance import nearest_station
from stations.analysis.gaps import demand_gaps
from stations.analysis.spreading import apportioned
from stations.model.city import City, Published
from stations.model.crs import points, to_metric
from stations.model.headers import field_of
from stations.model.places import districts, division_of, load_city, union_of
from stations.model.schema import RECORDS, Base, Kind, Station
from stations.model.vocabulary import BaseKind, CoordSource, Datum, Facility, FacilityState, Status, Tier

PHONE = re.compile(r"(?<![\d.])(1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}|\d{3,4}-\d{7,8}|400-?\d{3}-?\d{4})(?!\d)")


@pytest.fixture(scope="module")
def city() -> City:
    return load_city("340400")


@pytest.fixture(scope="module")
def published(city: City) -> Published:
    """What was published about the network at the end of 2022."""
    return next(each for each in city.published if each.as_of == "2022-12-31")


@pytest.fixture(scope="module")
def paths(city: City) -> dict[str, Path]:
    assert city.demonstration
    assert city.demand
    kept = (city.demonstration.stations, city.demonstration.bases, city.demand.path)
    return dict(zip(("station", "base", "demand"), kept, strict=True))


@pytest.fixture(scope="module")
def stations(paths: dict[str, Path]) -> list[Station]:
    return [Station.model_validate(row) for row in rows(paths["station"], "station")]


@pytest.fixture(scope="module")
def bases(paths: dict[str, Path]) -> list[Base]:
    return [Base.model_validate(row) for row in rows(paths["base"], "base")]


@pytest.fixture(scope="module")
def demand(paths: dict[str, Path]) -> geopandas.GeoDataFrame:
    table = list(raw(paths["demand"]))
    return geopandas.GeoDataFrame(
        {
            "people": [int(row["people"]) for row in table],
            "district": [row["district"] for row in table],
            "source": [row["source"] for row in table],
        },
        geometry=points([float(row["lon"]) for row in table], [float(row["lat"]) for row in table]),
    )


def raw(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def rows(path: Path, kind: Kind) -> Iterator[dict[str, Any]]:
    """Yield the rows by schema field; a header that is none is an error."""
    for row in raw(path):
        assert all(field_of(kind, header) for header in row)
        yield {field_of(kind, header) or header: cell for header, cell in row.items()}


@pytest.fixture(scope="module")
def generated() -> dict[str, str]:
    return generate.files(seed=generate.SEED)


def test_the_generator_gives_the_committed_files(generated: dict[str, str]) -> None:
    for name, text in generated.items():
        assert (generate.FOLDER / name).read_text(encoding="utf-8-sig") == text, name


def test_the_same_seed_gives_the_same_files_and_another_seed_gives_others(generated: dict[str, str]) -> None:
    assert generate.files(seed=generate.SEED) == generated
    other = generate.files(seed=generate.SEED + 1)
    assert all(other[name] != text for name, text in generated.items())


def test_the_files_are_those_of_the_city_profile(generated: dict[str, str], paths: dict[str, Path]) -> None:
    assert {path.resolve() for path in paths.values()} == {(generate.FOLDER / name).resolve() for name in generated}


def test_the_files_open_right_in_a_spreadsheet_and_stay_small(paths: dict[str, Path]) -> None:
    for path in paths.values():
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert path.stat().st_size < 700_000


def test_the_stations_add_up_to_what_was_published(stations: list[Station], published: Published) -> None:
    assert len(stations) == published.totals["stations"]
    assert Counter(station.tier.value for station in stations) == {
        tier.value: published.totals[f"stations_{tier.value}"] for tier in Tier
    }
    assert {station.status for station in stations} == {Status.IN_USE}


def test_the_bases_add_up_to_what_was_published(bases: list[Base], published: Published) -> None:
    hosted = Counter(kind for base in bases for kind in base.kinds)
    assert len(bases) >= published.totals["bases"]
    assert hosted[BaseKind.RURAL_REVITALISATION] == published.totals["bases_rural_revitalisation"]
    assert hosted[BaseKind.INNOVATION_STUDIO] == published.totals["bases_innovation_studio"]
    assert set(hosted) == set(BaseKind)
    assert any(len(base.kinds) > 1 for base in bases)


def test_all_county_level_unions_have_stations_and_bases(
    city: City, published: Published, stations: list[Station], bases: list[Base]
) -> None:
    for places in (stations, bases):
        unions = {union_of(city, place.union_unit or "") for place in places}
        assert unions == set(city.unions)
        assert len(unions) == published.totals["county_level_unions"]


def test_a_zone_stands_now_and_then_where_the_district_should(city: City, stations: list[Station]) -> None:
    zones = {union.name for union in city.unions if union.zone}
    written = Counter(
        station.district in zones
        for station in stations
        if (union := union_of(city, station.union_unit or "")) and union.zone
    )
    assert written[True]
    assert written[False]


def test_the_people_of_each_division_add_up_to_the_census(city: City, demand: geopandas.GeoDataFrame) -> None:
    assert city.census
    assert demand["people"].groupby(demand["district"]).sum().to_dict() == dict(city.census.residents)
    assert demand["people"].sum() == 3_033_528
    assert demand["people"].min() > 0


def test_the_workers_add_up_to_what_was_published(city: City, published: Published, paths: dict[str, Path]) -> None:
    table = list(raw(paths["demand"]))
    sums = {column: sum(int(row[column]) for row in table) for column in ("couriers", "riders", "drivers", "members")}
    assert sums.pop("members") == published.totals["union_members"] == 482_900
    assert sum(sums.values()) == published.totals["new_form_workers_joined"] == 21_900
    assert "sanitation" not in table[0]
    new_form = Counter[str]()
    for row in table:
        new_form[row["district"]] += sum(int(row[column]) for column in sums)
    assert city.census
    jobs = {code: share * city.census.residents[code] for code, share in city.census.transport_job_share.items()}
    for code, count in new_form.items():
        assert abs(count - 21_900 * jobs[code] / sum(jobs.values())) < 1


def test_everything_lies_inside_its_division(
    city: City, stations: list[Station], bases: list[Base], demand: geopandas.GeoDataFrame
) -> None:
    places = [*stations, *bases]
    located = geopandas.GeoDataFrame(
        {"district": [division_of(city, place.district or "") for place in places]},
        geometry=points([place.lon or 0.0 for place in places], [place.lat or 0.0 for place in places]),
    )
    outlines = districts(city)
    for frame in (located, demand):
        for drawn, placed in (
            (outlines, frame),
            (to_metric(outlines, city.metric_crs), to_metric(frame, city.metric_crs)),
        ):
            own = drawn.geometry.loc[placed["district"]]
            assert own.contains(placed.geometry, align=False).all()


def test_the_union_of_a_place_is_that_of_its_division(city: City, stations: list[Station], bases: list[Base]) -> None:
    for place in (*stations, *bases):
        union = union_of(city, place.union_unit or "")
        assert union
        assert union.parent == division_of(city, place.district or "")


def test_people_live_in_square_cells_of_half_a_kilometre(city: City, demand: geopandas.GeoDataFrame) -> None:
    middles = to_metric(demand, city.metric_crs).geometry
    for at in (middles.x, middles.y):
        assert np.abs((at - 250) / 500 - ((at - 250) / 500).round()).max() * 500 < 0.1
    assert not demand.geometry.duplicated().any()


def test_nobody_can_take_it_for_real(
    stations: list[Station], bases: list[Base], demand: geopandas.GeoDataFrame
) -> None:
    for place in (*stations, *bases):
        assert place.name
        assert place.name.startswith("示例")
        assert place.address
        assert place.address.startswith("示例")
        assert place.source == "示例数据"
        assert place.coord_source is CoordSource.GENERATED
        assert place.verified_by in {None, "示例核验"}
    assert set(demand["source"]) == {"示例数据"}


def test_there_are_no_telephone_numbers(paths: dict[str, Path], stations: list[Station], bases: list[Base]) -> None:
    assert all(place.contact_phone is None for place in (*stations, *bases))
    for kind in RECORDS:
        assert not PHONE.search(paths[kind].read_text(encoding="utf-8-sig"))


def test_there_are_gaps_worth_looking_at(city: City, stations: list[Station], demand: geopandas.GeoDataFrame) -> None:
    people = to_metric(demand, city.metric_crs)
    places = geopandas.GeoDataFrame(
        index=[station.station_id for station in stations],
        geometry=points([each.lon or 0.0 for each in stations], [each.lat or 0.0 for each in stations]).to_numpy(),
        crs=demand.crs,
    )
    nearest = nearest_station(people, to_metric(places, city.metric_crs))
    gaps = demand_gaps(people, nearest, radius_m=1_000, spacing_m=SPACING_M)
    covered = people["people"].sum() - gaps["people"].sum()
    assert 0.35 < covered / people["people"].sum() < 0.45
    # A gap is about what one more station could serve: 60 % of three million people take some hundred of them.
    assert 150 <= len(gaps) <= 350
    assert 15_000 < gaps["people"].max() < 60_000


def test_the_readme_states_the_number_of_rows(paths: dict[str, Path]) -> None:
    readme = (generate.FOLDER / "README.md").read_text(encoding="utf-8")
    for path in paths.values():
        assert f"| `{path.name}` | {sum(1 for _ in raw(path)):,} |" in readme


def test_names_and_numbers_are_unique(stations: list[Station], bases: list[Base]) -> None:
    assert [station.station_id for station in stations] == [f"DEMO-HN-{n:03d}" for n in range(1, len(stations) + 1)]
    assert [base.base_id for base in bases] == [f"DEMO-HN-J{n:04d}" for n in range(1, len(bases) + 1)]
    for places in (stations, bases):
        assert len({place.name for place in places}) == len(places)


def test_the_stations_are_as_varied_as_a_real_list(stations: list[Station]) -> None:
    assert all(station.datum is Datum.WGS84 for station in stations)
    for varied in ("host_type", "build_type", "coord_precision", "opening_hours", "capacity"):
        assert len({getattr(station, varied) for station in stations}) >= 4, varied
    for thin in ("opening_hours", "verified_on", "star", "area_m2"):
        known = [getattr(station, thin) is not None for station in stations]
        assert any(known), thin
        assert not all(known), thin
    states = {state for station in stations for state in station.facilities.values()}
    assert states == set(FacilityState)
    assert any(len(station.facilities) < len(Facility) for station in stations)
    opened = [station.opened_on.year for station in stations if station.opened_on]
    assert len(opened) == len(stations)
    assert set(opened) == {2019, 2020, 2021, 2022}


@given(
    weights=st.lists(st.floats(0.001, 1_000), min_size=1, max_size=50),
    total=st.integers(0, 1_000_000),
)
def test_shares_in_whole_people_sum_to_the_total_and_are_less_than_one_off(weights: list[float], total: int) -> None:
    shares = apportioned(np.array(weights), total)
    assert shares.sum() == total
    assert np.abs(shares - np.array(weights) / sum(weights) * total).max() < 1 + 1e-6
