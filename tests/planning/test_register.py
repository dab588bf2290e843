"""What the register holds: everything counts, only what is located is on the map, the recorded district wins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stations.model.acts import Act
from stations.model.errors import BadFile, UnknownCity
from stations.model.language import Language
from stations.model.schema import IDENTIFIERS, RECORDS, Kind, fields
from stations.model.settings import Settings
from stations.planning.coverage.assess import Question, assess
from stations.planning.register import holdings, open_register, revision
from stations.store.changes import Changes
from tests.planning.town import EAST, WEST, degrees


def hold(settings: Settings, kind: Kind = "station", **records: dict[str, Any]) -> None:
    """Write records by identifier, as one revision."""
    added = [
        RECORDS[kind].model_validate({"name": f"示例{key}", IDENTIFIERS[kind]: key} | known)
        for key, known in records.items()
    ]
    register = open_register(settings.database)
    register.apply([Changes(kind, settings.city, added=added)], Act("test"), expected=register.revision())


def at(east_km: float, north_km: float) -> dict[str, Any]:
    lon, lat = degrees(east_km, north_km)
    return {"lon": lon, "lat": lat, "datum": "WGS84"}


def test_an_untouched_register_holds_nothing_and_says_so(town: Settings, language: Language) -> None:
    held = holdings(town)
    assert (held.revision, held.revised_at, held.demonstration) == (0, None, False)
    assert held.stations.empty
    assert held.bases.empty
    assert list(held.districts.index) == [WEST, EAST]
    assert held.data_date


def test_holdings_carry_every_field_and_are_indexed_by_identifier(demonstrated: Settings) -> None:
    held = holdings(demonstrated)
    assert list(held.stations.index) == ["T-1", "T-2", "T-3", "T-4"]
    assert list(held.bases.index) == ["J-1"]
    assert {*fields("station"), "photos", "extra", "division", "geometry"} == set(held.stations.columns)
    assert held.of("station") is held.stations
    assert held.of("base") is held.bases
    assert held.revised_at is not None
    assert held.data_date == held.revised_at.astimezone().date().isoformat()


def test_a_station_without_coordinates_counts_and_has_no_place(demonstrated: Settings) -> None:
    stations = holdings(demonstrated).stations
    assert len(stations) == 4
    assert list(stations.index[stations.geometry.isna()]) == ["T-4"]


def test_a_place_where_the_metric_crs_ends_keeps_nobody_from_being_measured(town: Settings) -> None:
    places = {"T-1": at(0, 0), "T-2": {"lon": 27.0, "lat": 0.0, "datum": "WGS84"}}
    for kind in RECORDS:
        hold(town, kind, **places)
        frame = holdings(town).of(kind)
        assert list(frame.index[frame.geometry.isna()]) == ["T-2"]
        assert frame.at["T-2", "lon"] == 27.0
    answer = assess(town, Question(radius_m=1000.0))
    assert answer.stations_used == 1
    assert not answer.gaps.empty


def test_a_register_of_unlocated_stations_only_is_no_error(town: Settings) -> None:
    hold(town, A={}, B={"district": "示例东区"})
    assert list(holdings(town).stations["division"]) == [None, EAST]


def test_places_are_in_degrees_where_the_list_has_them(demonstrated: Settings) -> None:
    stations = holdings(demonstrated).stations
    assert stations.crs == "EPSG:4326"
    assert (stations.geometry["T-1"].x, stations.geometry["T-1"].y) == degrees(0.5, 0.5)


def test_the_recorded_district_wins_over_the_place(town: Settings) -> None:
    hold(
        town,
        recorded={"district": "示例西区", **at(3, 1)},
        code={"district": EAST, **at(1, 1)},
        place=at(3, 1),
        unknown={"district": "某某开发区", **at(1, 1)},
        outside=at(9, 9),
        neither={},
    )
    divisions = holdings(town).stations["division"].to_dict()
    assert divisions == {
        "recorded": WEST,
        "code": EAST,
        "place": EAST,
        "unknown": WEST,
        "outside": None,
        "neither": None,
    }


def test_made_up_records_of_either_kind_make_it_a_demonstration(town: Settings) -> None:
    hold(town, A={"source": "示例调查"})
    assert not holdings(town).demonstration
    hold(town, "base", J={"source": "示例数据"})
    assert holdings(town).demonstration


def test_holdings_are_measured_once_for_each_revision(town: Settings) -> None:
    hold(town, A={})
    before = holdings(town)
    assert holdings(town) is before
    hold(town, B={})
    after = holdings(town)
    assert (before.revision, after.revision, revision(town)) == (1, 2, 2)
    assert (len(before.stations), len(after.stations)) == (1, 2)


def test_cities_share_a_register_without_seeing_each_other(town: Settings, bare_town: Settings) -> None:
    hold(town, A={})
    assert holdings(bare_town).stations.empty
    assert holdings(bare_town).revision == 1


def test_a_city_that_nobody_knows_is_refused(town: Settings) -> None:
    with pytest.raises(UnknownCity):
        holdings(town.having(city="999999"))


def test_a_folder_of_profiles_that_is_not_there_is_refused(town: Settings) -> None:
    with pytest.raises(BadFile):
        holdings(town.having(profiles=Path("no such folder")))
