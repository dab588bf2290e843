"""The JSON that other programs read is exactly what docs/json.md promises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import shape

from stations.analysis.whatif import Placed, Scenario
from stations.model.schema import fields
from stations.model.settings import Settings
from stations.model.vocabulary import Facility, Group, SnapshotKind, Tier
from stations.planning.coverage.assess import Moment, Question, assess
from stations.planning.coverage.comparison import between, whatif
from stations.planning.coverage.measures import measured
from stations.planning.coverage.streets import import_network
from stations.planning.importing.import_file import import_file
from stations.planning.maps.sheets import Wish
from stations.planning.maps.snapshots import picture, verified
from stations.planning.publishing.contract import (
    assessment_document,
    comparison_document,
    followed_features,
    gap_features,
    import_document,
    movement_document,
    network_document,
    reach_document,
)
from stations.planning.publishing.contract_checks import verdict_document
from stations.planning.publishing.export import features
from stations.planning.records.movements import movements
from tests.planning.town import (
    BARE_TOWN,
    EAST,
    PEOPLE,
    RADIUS_M,
    SINCE,
    TOWN,
    WEST,
    ZONE,
    degrees,
    write_csv,
    write_streets,
)

UNASKED = {
    "on": None,
    "facilities": [],
    "union": None,
    "attended": False,
    "at": None,
    "covered_people_high": None,
    "off_network_people": None,
    "uncounted": [],
    "stations_unknown_hours": 0,
    "stations_unknown": 0,
    "scenario": None,
}


def through_json(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document as another program reads it; nan would be no JSON."""
    read: dict[str, Any] = json.loads(json.dumps(document, allow_nan=False))
    return read


def test_an_import_is_told_in_counts_rejected_rows_and_findings(town: Settings, tmp_path: Path) -> None:
    rows = [("示例甲", "13812345678", ""), ("示例乙", "", "9")]
    path = write_csv(tmp_path / "list.csv", ("名称", "电话", "星级"), rows)
    document = through_json(import_document(import_file(town, path, kind="station", datum=None)))
    rejected, findings = document.pop("rejected"), document.pop("findings")
    counts = {"revision": 1, "read": 2, "added": 1, "changed": 0, "unchanged": 0}
    assert document == counts | {"changes": [], "undecided": []}
    (row,) = rejected
    assert list(row) == ["row", "column", "value", "reason"]
    assert (row["row"], row["column"], row["value"]) == (3, "星级", "9")
    assert {tuple(finding) for finding in findings} == {
        ("row", "column", "value", "severity", "message", "remedy", "code", "fix")
    }
    assert {finding["severity"] for finding in findings} <= {"error", "warning", "note"}
    assert "13812345678" not in json.dumps(findings)


def test_an_assessment_of_people_has_exactly_these_keys_and_figures(demonstrated: Settings) -> None:
    document = through_json(assessment_document(assess(demonstrated, Question(RADIUS_M, tier=Tier.MUNICIPAL))))
    assert document == {
        "city": TOWN,
        "city_name": "示例市",
        "revision": 1,
        "on": None,
        "radius_m": 1050,
        "reach": "straight",
        "tier": "municipal",
        "stations_used": 2,
        "total_people": 367,
        "covered_people": 280,
        "covered_share": 0.762943,
        "demand": {
            "source": "Made-up people",
            "synthetic": True,
            "rejected": [],
            "totals": {
                "residents": {
                    "source": 367,
                    "used": 367,
                    "in_district": 360,
                    "outside": 7,
                    "refused": 0,
                    "published": None,
                }
            },
            "notices": [],
            "assumed_datum": False,
        },
        "demonstration": True,
        "gaps": 2,
        "group": "residents",
        "groups": [{"group": "residents", "people": 367, "covered_people": 280, "covered_share": 0.762943}],
        **UNASKED,
        "districts": [
            {"code": WEST, "name": "示例西区", "people": 140, "covered_people": 140, "covered_share": 1.0},
            {"code": EAST, "name": "示例东区", "people": 220, "covered_people": 140, "covered_share": 0.636364},
            {"code": None, "name": None, "people": 7, "covered_people": 0, "covered_share": 0.0},
        ],
    }


def test_an_assessment_of_land_says_null_for_people(bare_town: Settings, profiles: Path) -> None:
    import_file(bare_town, profiles / "real.csv", kind="station", datum=None)
    document = through_json(assessment_document(assess(bare_town, Question(400.5))))
    districts = document.pop("districts")
    assert document == {
        "city": BARE_TOWN,
        "city_name": "示例市",
        "revision": 1,
        "radius_m": 400.5,
        "covered_area_high_km2": None,
        "reach": "straight",
        "tier": None,
        "stations_used": 2,
        "total_people": None,
        "covered_people": None,
        "covered_share": None,
        "total_area_km2": pytest.approx(8, abs=0.001),
        "covered_area_km2": pytest.approx(1.007, abs=0.001),
        "covered_area_share": pytest.approx(0.12593, abs=0.0001),
        "demand": None,
        "demonstration": False,
        "gaps": 2,
        "group": None,
        "groups": [],
        **UNASKED,
    }
    assert [district["code"] for district in districts] == [WEST, EAST]
    assert {tuple(district) for district in districts} == {
        (
            *("code", "name", "people", "covered_people", "covered_share"),
            *("area_km2", "covered_area_km2", "covered_area_share"),
        )
    }
    assert all(district["people"] is district["covered_share"] is None for district in districts)


def test_a_share_of_nobody_is_null(town: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "nobody.csv", ("lon", "lat", "people"), [(*degrees(1, 1), 0)])
    document = through_json(assessment_document(assess(town.having(demand=path), Question(RADIUS_M))))
    assert (document["total_people"], document["covered_share"], document["gaps"]) == (0, None, 0)
    assert {district["covered_share"] for district in document["districts"]} == {None}


def test_people_need_not_be_whole(town: Settings, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "parts.csv", ("lon", "lat", "people"), [(*degrees(1, 1), 0.5), (*degrees(3, 1), 1.5)])
    document = through_json(assessment_document(assess(town.having(demand=path), Question(RADIUS_M))))
    assert [district["people"] for district in document["districts"]] == [0.5, 1.5]
    assert document["total_people"] == 2


def test_gaps_are_polygons_in_the_order_of_rank(demonstrated: Settings) -> None:
    collection = through_json(gap_features(assess(demonstrated, Question(RADIUS_M))))
    own = {key: value for key, value in collection.items() if key != "features"}
    assert own == {
        "type": "FeatureCollection",
        "city": TOWN,
        "revision": 1,
        "on": None,
        "radius_m": 1050,
        "demonstration": True,
    }
    first, second = collection["features"]
    lon, lat = degrees(3.5, 0.5)
    assert first["properties"] == {
        "rank": 1,
        "gap_id": f"{EAST}-{lon:.3f}-{lat:.3f}",
        "people": 80,
        "groups": {"residents": 80},
        "area_km2": pytest.approx(1, abs=0.001),
        "district": "示例东区",
        "district_code": EAST,
        "union": "示例东区",
        "nearest_station_id": "T-2",
        "nearest_station_m": pytest.approx(1414.2, abs=0.1),
        "people_distance_km": pytest.approx(80 * 1.4142, abs=0.01),
        "people_distance_rank": 1,
        "hosts": 1,
        "host_ids": ["J-1"],
    }
    assert (second["properties"]["people"], second["properties"]["district"], second["id"]) == (7, None, 2)
    outline = shape(first["geometry"])
    assert outline.is_valid
    assert outline.covers(shape({"type": "Point", "coordinates": degrees(3.5, 0.5)}))
    west, south, _east, _north = outline.bounds
    assert (west, south) == pytest.approx(degrees(3, 0), abs=1e-5)


def test_gaps_without_any_station_have_no_nearest_one(bare_town: Settings) -> None:
    collection = through_json(gap_features(assess(bare_town, Question(400))))
    gaps = [feature["properties"] for feature in collection["features"]]
    assert [gap["rank"] for gap in gaps] == [1, 2]
    assert {gap["district_code"]: gap["district"] for gap in gaps} == {WEST: "示例西区", EAST: "示例东区"}
    assert [gap["area_km2"] for gap in gaps] == pytest.approx([4, 4], abs=0.001)
    for key in (
        *("people", "nearest_station_id", "nearest_station_m"),
        *("people_distance_km", "people_distance_rank"),
    ):
        assert [gap[key] for gap in gaps] == [None, None]


def test_where_all_are_reached_there_are_no_gaps(demonstrated: Settings) -> None:
    collection = through_json(gap_features(assess(demonstrated, Question(10_000))))
    assert collection["features"] == []


def test_the_register_is_a_feature_collection_with_every_key_of_the_schema(demonstrated: Settings) -> None:
    collection = through_json(features(demonstrated, "station"))
    own = {key: value for key, value in collection.items() if key != "features"}
    assert own == {"type": "FeatureCollection", "city": TOWN, "revision": 1, "on": None, "demonstration": True}
    stations = {feature["id"]: feature for feature in collection["features"]}
    assert list(stations) == ["T-1", "T-2", "T-3", "T-4"]
    assert {tuple(station["properties"]) for station in stations.values()} == {
        (*fields("station"), "division", "extra", "demonstration")
    }
    assert stations["T-1"]["geometry"] == {"type": "Point", "coordinates": list(degrees(0.5, 0.5))}
    assert stations["T-4"]["geometry"] is None
    first = stations["T-1"]["properties"]
    known = {key: value for key, value in first.items() if value not in (None, [], {})}
    lon, lat = degrees(0.5, 0.5)
    assert known == {
        "station_id": "T-1",
        "name": "示例一号驿站",
        "tier": "national",
        "district": "示例西区",
        "address": "示例路 1 号",
        "lon": lon,
        "lat": lat,
        "datum": "WGS84",
        "source_lon": lon,
        "source_lat": lat,
        "source_datum": "WGS84",
        "source": "示例数据",
        "status": "in_use",
        "division": WEST,
        "demonstration": True,
    }
    assert stations["T-2"]["properties"]["division"] == EAST
    assert stations["T-2"]["properties"]["contact_phone"] is None


def test_known_and_unknown_phones_stand_side_by_side(town: Settings, tmp_path: Path) -> None:
    rows = [("示例甲", "0554-1234567", "3"), ("示例乙", "", ""), ("示例丙", "13812345678", "")]
    import_file(town, write_csv(tmp_path / "list.csv", ("名称", "电话", "星级"), rows), kind="station", datum=None)
    shown = [feature["properties"] for feature in through_json(features(town, "station"))["features"]]
    assert [(own["contact_phone"], own["star"]) for own in shown] == [
        ("0554-1234567", 3),
        (None, None),
        ("138****5678", None),
    ]


def test_bases_are_told_alike(demonstrated: Settings) -> None:
    (base,) = through_json(features(demonstrated, "base"))["features"]
    assert base["id"] == "J-1"
    assert base["properties"]["kinds"] == ["book_house", "counselling"]
    assert set(base["properties"]) == {*fields("base"), "division", "extra", "demonstration"}


def test_an_empty_register_is_an_empty_collection(bare_town: Settings) -> None:
    for kind in ("station", "base"):
        collection = through_json(features(bare_town, kind))  # type: ignore[arg-type]
        assert (collection["features"], collection["revision"], collection["demonstration"]) == ([], 0, False)


# --- reach, scenarios, streets --------------------------------------------------------------

ASSESSED = (
    *("city", "city_name", "revision", "on", "radius_m", "reach", "tier", "stations_used"),
    *("total_people", "covered_people", "covered_share", "demand", "demonstration", "gaps", "group", "groups"),
    *(
        "facilities",
        "union",
        "attended",
        "at",
        "covered_people_high",
        "off_network_people",
        "uncounted",
        "stations_unknown_hours",
        "stations_unknown",
        "scenario",
        "districts",
    ),
)
MEASURED = (
    *("mean_m", "quantiles_m", "covered_twice_people", "access_supply", "gini_people", "gini_districts", "palma"),
    *("palma_districts", "lorenz", "gravity_mean", "gravity_sigma_m"),
    *("served_km2", "interval", "divisions", "unions", "critical", "week", "by_radius", "network"),
)
ACCOUNT = (
    *("name", "people", "covered_people", "covered_share", "uncovered_people"),
    *("mean_m", "median_m", "p90_m", "stations", "stations_per_10_000"),
)


def test_what_was_asked_stands_in_the_answer(zoned: Settings) -> None:
    question = Question(
        RADIUS_M, group=Group.RESIDENTS, facilities=(Facility.WATER,), union=ZONE, at=Moment(0, 22), tier=Tier.MUNICIPAL
    )
    document = through_json(assessment_document(assess(zoned, question)))
    asked = {
        key: document[key] for key in ("group", "facilities", "union", "attended", "at", "tier", "covered_people_high")
    }
    assert asked == {
        "group": "residents",
        "facilities": ["water"],
        "union": ZONE,
        "attended": False,
        "at": {"weekday": 1, "hour": 22},
        "tier": "municipal",
        "covered_people_high": 120,
    }
    unknown = through_json(assessment_document(assess(zoned, Question(RADIUS_M, at=Moment(6, 3)))))
    assert (unknown["stations_used"], unknown["stations_unknown_hours"]) == (1, 1)
    assert (unknown["covered_people"], unknown["covered_people_high"]) == (120, 317)


def test_reach_has_exactly_these_keys(zoned: Settings) -> None:
    document = through_json(reach_document(measured(zoned, Question(RADIUS_M))))
    assert tuple(document) == (*ASSESSED, *MEASURED)
    assert list(document["quantiles_m"]) == ["0.25", "0.5", "0.75", "0.9"]
    assert list(document["interval"]) == ["recorded", "mean", "low", "high", "level", "draws"]
    assert {tuple(row) for row in document["divisions"]} == {("code", *ACCOUNT)}
    assert [row["code"] for row in document["divisions"]] == [WEST, EAST, None, "total"]
    assert {tuple(row) for row in document["unions"]} == {("code", "name", "of_which", *ACCOUNT[1:])}
    assert [(row["code"], row["of_which"]) for row in document["unions"]] == [(WEST, None), (ZONE, WEST), (EAST, None)]
    assert [row["station_id"] for row in document["critical"]] == ["A", "C", "B"]
    assert list(document["critical"][0]) == ["station_id", "people_nearest", "people_within", "people_alone", "rank"]
    assert [(row["weekday"], row["hour"]) for row in document["week"]] == [
        (day, hour) for day in range(1, 8) for hour in range(24)
    ]
    assert list(document["week"][0]) == [
        *("weekday", "hour", "stations_open", "stations_unknown", "covered_people_low", "covered_people_high")
    ]
    assert {"radius_m": 1050, "covered_people": PEOPLE, "covered_share": 1} in document["by_radius"]
    assert document["network"] is None
    assert document["access_supply"] == "capacity"
    assert [row["people_share"] for row in document["lorenz"]] == pytest.approx([n / 100 for n in range(101)])
    assert document["lorenz"][-1] == {"people_share": 1, "people": 1, "districts": 1}
    assert (document["gravity_sigma_m"], document["palma_districts"]) == (525, 0.25)


def test_reach_without_stations_is_null_and_zero(town: Settings) -> None:
    document = through_json(reach_document(measured(town, Question(RADIUS_M))))
    assert document["quantiles_m"] == dict.fromkeys(("0.25", "0.5", "0.75", "0.9"))
    unknown = ("mean_m", "gini_people", "palma", "gini_districts", "palma_districts")
    assert {key: document[key] for key in unknown} == dict.fromkeys(unknown)
    assert document["lorenz"][50] == {"people_share": 0.5, "people": None, "districts": None}
    assert (document["covered_people"], document["covered_twice_people"], document["served_km2"]) == (0, 0, 0)
    assert (document["interval"]["low"], document["interval"]["high"], document["critical"]) == (0, 0, [])


def test_reach_on_foot_says_what_the_streets_are(walkable: Settings) -> None:
    document = through_json(reach_document(measured(walkable, Question(RADIUS_M, reach="walk"))))
    network = document["network"]
    assert document["interval"]["draws"] == 50
    about = {key: network[key] for key in ("city", "mode", "file", "nodes", "edges", "speed_km_h", "max_snap_m")}
    assert about == {
        "city": TOWN,
        "mode": "walk",
        "file": "town.osm",
        "nodes": 9,
        "edges": 8,
        "speed_km_h": 3.6,
        "max_snap_m": 500,
    }
    assert (network["pieces"], network["stranded_people"], network["people_off_network"]) == (
        1,
        0,
        0,
    )
    assert (network["mean_snap_m"], network["unreachable_people"]) == (pytest.approx(0, abs=0.2), 0)
    assert len(network["bounds"]) == 4


def test_a_comparison_has_exactly_these_keys(demonstrated: Settings) -> None:
    scenario = Scenario(added=(Placed("new-1", *degrees(3.5, 0.5)),))
    document = through_json(comparison_document(whatif(demonstrated, Question(RADIUS_M, scenario=scenario))))
    assert tuple(document) == ("scenario", "before", "after", "covered_people_change", "districts", "gaps")
    assert tuple(document["before"]) == tuple(document["after"]) == ASSESSED
    assert (document["before"]["scenario"], document["after"]["scenario"]) == (None, document["scenario"])
    assert (document["before"]["covered_people"], document["after"]["covered_people"]) == (280, 367)
    assert document["covered_people_change"] == 87
    assert document["districts"] == [
        {"code": WEST, "name": "示例西区", "people": 140, "before": 140, "after": 140, "change": 0},
        {"code": EAST, "name": "示例东区", "people": 220, "before": 140, "after": 220, "change": 80},
        {"code": None, "name": None, "people": 7, "before": 0, "after": 7, "change": 7},
    ]
    assert {tuple(row) for row in document["gaps"]} == {
        (
            *("change", "before_id", "after_id", "other_id"),
            *("people_before", "newly_covered", "newly_uncovered", "redivided", "people_after", "people_change"),
            *("closed_by", "opened_by"),
        )
    }
    assert [(row["change"], row["people_change"], row["closed_by"]) for row in document["gaps"]] == [
        ("closed", -80, ["new-1"]),
        ("closed", -7, ["new-1"]),
    ]


def test_the_gaps_since_a_day_have_exactly_these_members(lived: Settings) -> None:
    document = through_json(followed_features(between(lived, Question(RADIUS_M), since=SINCE)))
    members = ("type", "city", "revision", "on", "radius_m", "demonstration", "features", "since", "changes")
    assert tuple(document) == members
    assert (document["since"], document["on"]) == ("2023-12-31", None)
    changes = {
        (row["change"], *row["closed_by"], *(f"-{key}" for key in row["opened_by"])) for row in document["changes"]
    }
    assert changes == {("grown", "-A"), ("shrunk", "B"), ("closed", "B")}


def test_movements_have_exactly_these_keys(lived: Settings) -> None:
    document = through_json(movement_document(movements(lived, since=SINCE)))
    account = ("opening", "added", "undated", "delisted", "uncounted", "closing")
    assert tuple(document) == (
        *("city", "revision", "since", "on", *account),
        *("not_counted", "tiers", "districts", "stations"),
    )
    assert [document[name] for name in account] == [1, 1, 1, 1, 0, 2]
    assert document["not_counted"] == 1
    keys = ("opening", "added", "undated", "delisted", "uncounted", "came", "went", "closing")
    assert {tuple(row) for row in document["tiers"]} == {("tier", *keys)}
    assert {tuple(row) for row in document["districts"]} == {("code", *keys)}
    assert document["stations"][1] == {
        "station_id": "C",
        "name": "示例丙",
        "movement": "undated",
        "district": None,
        "was": None,
        "is_now": "municipal",
    }


def test_a_verdict_on_a_map_has_exactly_these_keys(demonstrated: Settings) -> None:
    drawn = picture(demonstrated, Wish(SnapshotKind.GAPS, Question(RADIUS_M), dpi=72))
    document = through_json(verdict_document(verified(demonstrated, drawn, name="map.png")))
    assert tuple(document) == (
        *("revision", "revision_now", "data_date", "version", "picture_same", "why_not", "proven", "holds"),
        *("picture_holds", "words_same", "contradicted", "tables", "wish", "figures"),
    )
    assert (document["proven"], document["why_not"]) == (True, None)
    assert {tuple(each) for each in document["figures"]} == {("name", "in_file", "at_revision", "now")}


def test_an_import_of_streets_tells_what_was_kept(town: Settings, tmp_path: Path) -> None:
    kept = import_network(town, write_streets(tmp_path / "town.osm"), modes=["walk", "truck"])
    document = through_json(network_document(kept))
    assert list(document) == ["walk", "truck"]
    assert {tuple(each) for each in document.values()} == {
        (
            *("city", "mode", "file", "file_date", "imported_at", "imported_by"),
            *("nodes", "edges", "bounds"),
        )
    }
    assert (document["truck"]["nodes"], document["truck"]["edges"], document["truck"]["file"]) == (9, 8, "town.osm")
