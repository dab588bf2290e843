from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pytest
import shapely

from stations.model.errors import BadCoordinates
from stations.model.language import use_language
from stations.model.vocabulary import Tier
from stations.output import layers, symbology


def test_every_payload_is_json_and_says_where_its_places_are(payloads: Mapping[layers.Kind, Any]) -> None:
    for payload in payloads.values():
        assert json.loads(layers.as_json(payload)) == payload
    assert payloads["stations"]["lon"] == [117.05, 117.15, 117.25, 117.35]
    assert payloads["stations"]["lat"] == [32.05, 32.1, 32.05, 32.1]


def test_coordinates_have_six_decimals(stations: gpd.GeoDataFrame) -> None:
    stations = stations.set_geometry(stations.geometry.translate(0.123456789, 0.0))
    assert layers.station_payload(stations)["lon"][0] == 117.173457


def test_colour_shape_and_size_come_from_the_symbology(payloads: Mapping[layers.Kind, Any]) -> None:
    for look, tier in zip(payloads["stations"]["classes"], Tier, strict=True):
        mark = symbology.TIER_MARKS[tier]
        assert (look["key"], look["colour"], look["shape"], look["size"]) == (
            tier.value,
            mark.colour,
            mark.shape,
            mark.size,
        )


def test_the_highest_tier_is_the_first_class(payloads: Mapping[layers.Kind, Any]) -> None:
    assert payloads["stations"]["class"] == [0, 1, 2, 3]
    assert payloads["stations"]["classes"][0]["key"] == "national"


def test_only_a_place_known_to_its_street_or_township_is_approximate(stations: gpd.GeoDataFrame) -> None:
    assert layers.station_payload(stations)["approximate"] == [0, 0, 0, 1]
    assert layers.station_payload(stations.drop(columns="coord_precision"))["approximate"] == [0, 0, 0, 0]


def test_unlocated_stations_count_in_the_total(payloads: Mapping[layers.Kind, Any]) -> None:
    assert payloads["stations"]["total"] == 6
    assert payloads["stations"]["legend"]["unlocated"] == "2 more have no location and are not drawn."


def test_labels_follow_the_language(stations: gpd.GeoDataFrame) -> None:
    use_language("zh_CN")
    payload = layers.station_payload(stations, details=["tier", "address"])
    assert [look["label"] for look in payload["classes"]] == ["全国最美", "省级", "市级", "普通"]
    assert payload["details"][0] == {"label": "等级", "values": ["全国最美", "省级", "市级", "普通"]}
    assert payload["details"][1]["values"][1] is None


def test_a_base_of_two_kinds_names_both(payloads: Mapping[layers.Kind, Any]) -> None:
    assert payloads["bases"]["notes"] == ["Workers' book house", "Workers' home, Counselling room"]


def test_words_stay_as_they_are(stations: gpd.GeoDataFrame, hostile: tuple[str, ...]) -> None:
    for text in hostile:
        stations["name"] = text
        assert json.loads(layers.as_json(layers.station_payload(stations)))["names"] == [text] * 4


def test_half_a_surrogate_pair_does_not_stop_a_payload() -> None:
    assert json.loads(layers.as_json({"name": "a\ud800b"})) == {"name": "a\ud800b"}


def test_rings_are_open_and_holes_are_rings_too(payloads: Mapping[layers.Kind, Any]) -> None:
    west, east = payloads["districts"]["rings"]
    assert [len(ring) for ring in west] == [8]
    assert [len(ring) for ring in east] == [8, 8]


def test_a_name_without_a_place_of_its_own_stands_inside(districts: gpd.GeoDataFrame) -> None:
    payload = layers.district_payload(districts.drop(columns=["label_lon", "label_lat"]))
    places = gpd.points_from_xy(payload["label_lon"], payload["label_lat"])
    assert districts.geometry.contains(gpd.GeoSeries(places, index=districts.index, crs=4326)).all()


def test_squares_hold_only_places_with_people_and_an_upper_edge_belongs_to_its_class() -> None:
    points = gpd.points_from_xy([117.0, 117.1, 117.2], [32.0, 32.0, 32.0])
    uncovered = gpd.GeoDataFrame({"people": [0.0, 10.0, 100.0]}, geometry=points, crs=4326)
    payload = layers.people_payload(uncovered, spacing_m=500)
    assert payload["lon"] == [117.1, 117.2]
    upper = [float(row["label"].split("–")[1]) for row in payload["legend"]["rows"]]
    for people, rank in zip([10.0, 100.0], payload["class"], strict=True):
        assert people <= upper[rank]
        assert rank == 0 or people > upper[rank - 1]


def test_fractions_of_a_person_have_a_legend_that_can_be_read() -> None:
    points = gpd.points_from_xy([117.0, 117.1], [32.0, 32.0])
    uncovered = gpd.GeoDataFrame({"people": [0.2, 0.9]}, geometry=points, crs=4326)
    labels = [row["label"] for row in layers.people_payload(uncovered, spacing_m=500)["legend"]["rows"]]
    assert len(set(labels)) == len(labels)
    assert "0–0" not in labels


def test_nobody_uncovered_and_no_gap_is_nothing_to_draw(gaps: gpd.GeoDataFrame) -> None:
    nobody = gpd.GeoDataFrame({"people": []}, geometry=gpd.points_from_xy([], []), crs=4326)
    assert layers.people_payload(nobody, spacing_m=500)["legend"]["rows"] == []
    assert layers.gap_payload(gaps.iloc[:0], names={})["rings"] == []


def test_land_out_of_reach_is_coloured_where_no_people_are_drawn_on_it(gaps: gpd.GeoDataFrame) -> None:
    washes = [layers.gap_payload(gaps.assign(people=people), names={})["look"]["wash"] for people in (5.0, None)]
    assert washes == [layers.PEOPLE_WASH, layers.LAND_WASH]


def test_a_gap_without_people_is_told_by_its_area(payloads: Mapping[layers.Kind, Any]) -> None:
    gaps = payloads["gaps"]
    assert gaps["title"] == ["Gap 1: 1,234 people", "Gap 2: 1.00 km²"]
    assert gaps["note"] == ["West", ""]
    assert gaps["details"][2]["values"] == ["1.5 km", None]


@pytest.mark.parametrize("point", [shapely.Point(500_000, 3_600_000), shapely.Point()])
def test_a_place_without_degrees_is_refused(stations: gpd.GeoDataFrame, point: shapely.Point) -> None:
    wrong = stations.set_geometry([point] * 4, crs=4326)
    with pytest.raises(BadCoordinates, match="longitude and latitude"):
        layers.station_payload(wrong)


def test_the_caption_says_date_revision_radius_and_approval() -> None:
    frame = layers.frame_payload(
        "Town",
        as_of=dt.date(2026, 12, 31),
        approval="皖S(2026)1号",
        demonstration=False,
        revision=7,
        radius_m=1000,
    )
    assert frame["caption"] == [
        "Data as of 2026-12-31",
        "Revision 7",
        "Radius 1,000 m",
        "Sketch map",
        "Map approval no. 皖S(2026)1号",
    ]
    assert frame["badge"] is None


def test_without_an_approval_number_the_map_is_for_internal_use() -> None:
    frame = layers.frame_payload("Town", as_of=None, approval=None, demonstration=True)
    assert frame["caption"] == ["Sketch map", "For internal use"]
    assert frame["badge"] == "Demonstration data"


def test_equal_bodies_have_equal_tags() -> None:
    assert layers.etag(b"a") == layers.etag(b"a") != layers.etag(b"b")
    assert layers.etag(b"a").startswith('"')
