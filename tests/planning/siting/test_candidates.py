"""Where stations could be: bases, hosts from a file, a grid, the people's places; without excluded land."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import geopandas
import pytest
import shapely

from stations.model.errors import BadAmount, BadChoice, BadFile
from stations.model.settings import Settings
from stations.model.siting import CandidateSource
from stations.model.vocabulary import Datum
from stations.planning.coverage.assess import Question, assess
from stations.planning.importing.import_file import import_file
from stations.planning.siting import candidates as module
from stations.planning.siting.candidates import Where, candidates_of, drawn, exclusions_from, hosts_from
from stations.planning.siting.proposal import SitingQuestion
from stations.planning.siting.recommend import recommend
from tests.planning.town import BASE_HEADERS, RADIUS_M, WEST, ZONE, degrees, write_csv
from tests.polygons import FORMATS, written

HEADERS = ("名称", "费用", "经度", "纬度", "坐标系")
GRID = Where(sources=(CandidateSource.GRID,), grid_m=1000.0)


@pytest.fixture
def hosts(tmp_path: Path) -> Path:
    rows = [
        ("示例银行", "12,000", *degrees(3.5, 0.5), "WGS84"),
        ("示例加油站", "", *degrees(0.5, 1.5), "WGS84"),
        ("示例警务室", "5000", *degrees(9, 9), "WGS84"),
        ("", "1", *degrees(1, 1), "WGS84"),
    ]
    return write_csv(tmp_path / "hosts.csv", HEADERS, rows)


def areas(path: Path, *boxes: tuple[float, float, float, float]) -> Path:
    """Write boxes, in kilometres of the town, as a layer of areas."""
    shapes = [shapely.Polygon([degrees(w, s), degrees(e, s), degrees(e, n), degrees(w, n)]) for w, s, e, n in boxes]
    frame = geopandas.GeoDataFrame({"name": ["water"] * len(shapes)}, geometry=shapes, crs="EPSG:4326")
    return written(frame, path)


def keys(settings: Settings, where: Where, **question: object) -> list[str]:
    answer = assess(settings, Question(RADIUS_M, **question))  # type: ignore[arg-type]
    return list(candidates_of(answer, where).frame.index)


def test_without_a_wish_the_activity_bases_are_the_candidates(demonstrated: Settings) -> None:
    found = candidates_of(assess(demonstrated, Question(RADIUS_M)), Where()).frame
    assert list(found.index) == ["J-1"]
    assert (found["host"].iloc[0], found["name"].iloc[0]) == ("J-1", "示例书屋")


def test_hosts_come_with_their_costs_and_refused_rows_are_named(demonstrated: Settings, hosts: Path) -> None:
    given = hosts_from(hosts)
    assert [(each.row, each.column) for each in given.rejected] == [(5, "名称")]
    where = Where(sources=(CandidateSource.HOSTS,), hosts=given, costs=((CandidateSource.HOSTS, 7000.0),))
    found = candidates_of(assess(demonstrated, Question(RADIUS_M)), where)
    assert list(found.frame.index) == ["host-2", "host-3"]
    assert list(found.frame["cost"]) == [12000.0, 7000.0]
    assert found.left_out == {"outside": 1}


def test_a_host_without_datum_takes_the_one_that_is_stated(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "hosts.csv", ("名称", "经度", "纬度"), [("示例银行", *degrees(3.5, 0.5))])
    with pytest.raises(BadFile, match="datum"):
        hosts_from(path)
    place = hosts_from(path, datum=Datum.GCJ02).places.geometry.iloc[0]
    assert abs(place.x - degrees(3.5, 0.5)[0]) > 0.001


def test_a_grid_lies_on_the_city(demonstrated: Settings) -> None:
    found = candidates_of(assess(demonstrated, Question(RADIUS_M)), replace(GRID, grid_m=500.0)).frame
    assert len(found) > 15
    assert found["district"].notna().all()


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_built_on_excluded_land_unless_it_is_forced(
    demonstrated: Settings, tmp_path: Path, name: str
) -> None:
    excluded = exclusions_from(areas(tmp_path / name, (2, 0, 4, 2)))
    where = Where(sources=(CandidateSource.DEMAND,), excluded=excluded)
    found = candidates_of(assess(demonstrated, Question(RADIUS_M)), where)
    assert len(found.frame) == 4
    assert found.left_out == {"outside": 1, "excluded": 4}
    everywhere = keys(demonstrated, Where(sources=(CandidateSource.DEMAND,)))
    (wet, *_others) = [key for key in everywhere if key not in found.frame.index]
    assert wet in keys(demonstrated, replace(where, forced=(wet,)))


def test_barriers_may_come_in_several_layers(demonstrated: Settings, tmp_path: Path) -> None:
    water, railway = areas(tmp_path / "water.kml", (2, 0, 4, 1)), areas(tmp_path / "railway.gpkg", (2, 1, 4, 2))
    where = Where(sources=(CandidateSource.DEMAND,), excluded=exclusions_from(water, railway))
    assert len(keys(demonstrated, where)) == 4
    assert len(keys(demonstrated, replace(where, excluded=exclusions_from(water)))) > 4


def test_an_outline_that_is_drawn_excludes_as_one_of_a_file(demonstrated: Settings) -> None:
    ring = [degrees(2, 0), degrees(4, 0), degrees(4, 2), degrees(2, 2)]
    assert len(keys(demonstrated, Where(sources=(CandidateSource.DEMAND,), excluded=drawn([ring])))) == 4
    with pytest.raises(BadChoice, match="three corners"):
        drawn([ring[:2]])


def test_a_layer_of_points_excludes_nothing_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "points.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": degrees(1, 1)}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    with pytest.raises(BadFile, match="no areas"):
        exclusions_from(path)


def test_a_place_of_its_own_can_be_forced_and_a_candidate_forbidden(demonstrated: Settings) -> None:
    place = "{},{}".format(*degrees(3.5, 0.5))
    assert keys(demonstrated, Where(forced=(place,))) == [place, "J-1"]
    assert keys(demonstrated, Where(forced=(place,), forbidden=("J-1",))) == [place]


def test_a_place_that_is_a_candidate_is_that_candidate(demonstrated: Settings) -> None:
    answer = assess(demonstrated, Question(RADIUS_M))
    grid = candidates_of(answer, replace(GRID, grid_m=1000.0)).frame
    key, place = grid.index[0], "{},{}".format(*grid.iloc[0][["lon", "lat"]])
    wide, fine = (replace(GRID, grid_m=spacing_m) for spacing_m in (1000.0, 700.0))
    same = candidates_of(answer, replace(wide, forced=(place,)))
    assert (same.forced, list(same.frame.index)) == ((key,), list(grid.index))
    other = candidates_of(answer, replace(fine, forced=(place,)))
    assert other.forced == (place,)
    assert other.frame.loc[place, ["source", "lon", "lat"]].tolist() == [
        "place",
        grid["lon"].iloc[0],
        grid["lat"].iloc[0],
    ]
    without = candidates_of(answer, replace(wide, forbidden=(place,)))
    assert list(without.frame.index) == list(grid.index[1:])
    assert without.rejected == ((grid["lon"].iloc[0], grid["lat"].iloc[0]),)
    assert candidates_of(answer, replace(fine, forbidden=(place,))).left_out["gone"] == 1


def test_a_base_that_is_pinned_is_hosted_by_it_where_no_bases_are_looked_at(demonstrated: Settings) -> None:
    answer = assess(demonstrated, Question(RADIUS_M))
    base = candidates_of(answer, Where()).frame.iloc[0]
    place = "{},{}".format(*base[["lon", "lat"]])
    assert candidates_of(answer, Where(forced=(place,))).forced == (base.name,)
    found = candidates_of(answer, replace(GRID, grid_m=700.0, forced=(place,)))
    assert found.frame.loc[place, ["source", "name", "host"]].tolist() == ["place", base["name"], base.name]


def test_a_pinned_host_stays_where_it_is_when_another_list_is_handed_in(demonstrated: Settings, tmp_path: Path) -> None:
    one, other = ("示例银行甲", "", *degrees(3, 1), "WGS84"), ("示例银行乙", "", *degrees(0.5, 0.5), "WGS84")
    answer, where = assess(demonstrated, Question(RADIUS_M)), Where(sources=(CandidateSource.HOSTS,))
    lists = [
        hosts_from(write_csv(tmp_path / f"{n}.csv", HEADERS, rows)) for n, rows in enumerate([[one], [other, one]])
    ]
    first = candidates_of(answer, replace(where, hosts=lists[0])).frame.iloc[0]
    place = "{},{}".format(*first[["lon", "lat"]])
    found = candidates_of(answer, replace(where, hosts=lists[1], forced=(place,)))
    assert found.frame.loc[list(found.forced), "name"].tolist() == ["示例银行甲"]


def test_what_was_rejected_in_another_grid_is_told_and_no_hindrance(demonstrated: Settings) -> None:
    wide, fine = (replace(GRID, grid_m=spacing_m) for spacing_m in (1000.0, 700.0))
    key = keys(demonstrated, wide)[0]
    assert key not in keys(demonstrated, replace(wide, forbidden=(key,)))
    found = candidates_of(assess(demonstrated, Question(RADIUS_M)), replace(fine, forbidden=(key, "grid-0-0")))
    assert found.left_out["gone"] == 2
    assert list(found.frame.index) == keys(demonstrated, fine)


@pytest.mark.parametrize(
    "where",
    [
        Where(forced=("grid-0-0",)),
        Where(forced=("J-9",)),
        Where(forbidden=("J-9",)),
        Where(forced=("J-1",), forbidden=("J-1",)),
        Where(forced=("J-1", "J-1")),
        Where(forced=("0,0",)),
        Where(forced=("117,91",)),
        Where(forced=("117.5,33.5",)),
        Where(forbidden=("J-1",)),
        Where(sources=(CandidateSource.HOSTS,)),
        replace(GRID, grid_m=-1.0),
        replace(GRID, grid_m=1.0),
        replace(GRID, grid_m=1e-9),
        replace(GRID, grid_m=float("nan")),
        Where(sources=()),
    ],
)
def test_what_is_no_candidate_is_told(demonstrated: Settings, where: Where) -> None:
    with pytest.raises(BadChoice):
        keys(demonstrated, where)


def test_of_two_candidates_at_one_place_the_first_source_counts(demonstrated: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "hosts.csv", HEADERS, [("示例银行", "", *degrees(3, 1), "WGS84")])
    both = (CandidateSource.BASES, CandidateSource.HOSTS)
    where = Where(sources=both, hosts=hosts_from(path))
    assert keys(demonstrated, where) == ["J-1"]
    assert keys(demonstrated, replace(where, sources=both[::-1])) == ["host-2"]


def test_of_two_hosts_at_one_place_the_cheaper_counts(demonstrated: Settings, tmp_path: Path) -> None:
    rows = [(f"示例银行{cost}", cost, *degrees(3, 1), "WGS84") for cost in ("", "900", "500", "700")]
    given = hosts_from(write_csv(tmp_path / "hosts.csv", HEADERS, rows))
    found = candidates_of(
        assess(demonstrated, Question(RADIUS_M)), Where(sources=(CandidateSource.HOSTS,), hosts=given)
    )
    assert list(found.frame["cost"]) == [500.0]
    assert found.left_out == {"same_place": 3}


def test_where_only_one_union_counts_candidates_are_its_own(zoned: Settings) -> None:
    where = Where(sources=(CandidateSource.DEMAND,))
    assert len(keys(zoned, where)) == 8
    assert len(keys(zoned, where, union=WEST)) == 4
    with pytest.raises(BadChoice):
        keys(zoned, where, union=ZONE)


def test_too_many_places_are_refused_before_they_are_looked_at(
    demonstrated: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    with pytest.raises(BadChoice, match="3 places or fewer"):
        keys(demonstrated, Where(sources=(CandidateSource.DEMAND,)))


def test_a_base_may_be_numbered_as_a_host_or_a_station_is(demonstrated: Settings, hosts: Path, tmp_path: Path) -> None:
    rows = [
        ("host-2", "示例甲", "职工书屋", "示例东区", *degrees(1, 1), "WGS84", "示例"),
        ("T-1", "示例乙", "职工书屋", "示例东区", *degrees(1.5, 1), "WGS84", "示例"),
    ]
    import_file(demonstrated, write_csv(tmp_path / "bases.csv", BASE_HEADERS, rows), kind="base", datum=None)
    where = Where(sources=(CandidateSource.BASES, CandidateSource.HOSTS), hosts=hosts_from(hosts))
    assert keys(demonstrated, where) == ["host-2", "T-1", "host-2+", "host-3"]
    proposal = recommend(
        demonstrated, SitingQuestion(Question(RADIUS_M), where=replace(where, forced=("T-1",)), sites=2)
    )
    assert [site.candidate for site in proposal.sites] == ["host-2+", "T-1"]


def test_of_a_grid_that_is_too_fine_one_is_named_that_is_not(
    demonstrated: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 40)
    answer = assess(demonstrated, Question(RADIUS_M))
    for spacing_m in (1.0, 20.0, 300.0):
        with pytest.raises(BadAmount, match="40 places or fewer, as a grid with") as refused:
            candidates_of(answer, Where(sources=(CandidateSource.GRID,), grid_m=spacing_m))
        assert refused.value.fields["choice"] == "grid"
        wide_m = float(str(refused.value.fields["amount"]))
        assert len(candidates_of(answer, Where(sources=(CandidateSource.GRID,), grid_m=wide_m)).frame) <= 40
    everywhere = Where(sources=(CandidateSource.GRID,), grid_m=1_000.0)
    monkeypatch.setattr(module, "MOST", 0)
    with pytest.raises(BadChoice, match="0 places or fewer"):
        candidates_of(answer, everywhere)


def test_a_place_outside_the_city_is_none(demonstrated: Settings) -> None:
    module.require_in_city(demonstrated, "{},{}".format(*degrees(0.5, 0.5)))
    with pytest.raises(BadChoice, match="a place in the city"):
        module.require_in_city(demonstrated, "115.7,32.0")
