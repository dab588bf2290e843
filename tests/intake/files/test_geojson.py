from __future__ import annotations

import json
from typing import Any

import pytest

from stations.intake.files.geojson import parse_geojson
from stations.model.errors import BadFile
from stations.model.vocabulary import Datum


def collection(*features: Any, **members: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **members}).encode()


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def point(*coordinates: Any) -> dict[str, Any]:
    return {"type": "Point", "coordinates": coordinates}


def test_features_become_rows_numbered_from_one() -> None:
    parsed = parse_geojson(
        collection(feature(point(117.0, 32.6, 30.5), name="示例"), feature(None, name="乙", star=3.0)), "a.geojson"
    )
    assert parsed.header == ["geometry.lon", "geometry.lat", "name", "star"]
    assert parsed.rows == [["117", "32.6", "示例", ""], ["", "", "乙", "3"]]
    assert parsed.numbers == [1, 2]
    assert parsed.datum is Datum.WGS84


def test_lists_and_objects_pass_as_json_text() -> None:
    parsed = parse_geojson(
        collection(feature(None, name="a", groups=["riders"], facilities={"饮水": "有"}, checked=True)), "a.geojson"
    )
    assert parsed.rows[0][2:] == ["a", '["riders"]', '{"饮水": "有"}', "true"]


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
        {"type": "MultiPoint", "coordinates": [[117, 32]]},
        {"type": "Point", "coordinates": [117]},
        {"type": "Point", "coordinates": ["117", "32"]},
        {"type": "Point", "coordinates": [True, False]},
        {"type": "Point", "coordinates": [10**400, 32]},
        {"type": "Point"},
        "POINT (117 32)",
    ],
)
def test_a_geometry_that_is_no_point_is_a_flaw_of_its_feature(geometry: Any) -> None:
    parsed = parse_geojson(collection(feature(geometry, name="a"), feature(None, name="b")), "a.geojson")
    assert [flaw.row for flaw in parsed.flaws] == [1]
    assert "points" in parsed.flaws[0].reason


@pytest.mark.parametrize("odd", [None, 3, "text", []])
def test_what_is_no_feature_is_a_flaw(odd: Any) -> None:
    parsed = parse_geojson(collection(odd, feature(None, name="b")), "a.geojson")
    assert [row[2] for row in parsed.rows] == ["b"]
    assert [flaw.row for flaw in parsed.flaws] == [1]


@pytest.mark.parametrize(
    ("name", "datum"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", Datum.WGS84),
        ("EPSG:4326", Datum.WGS84),
        ("urn:ogc:def:crs:EPSG::4326", Datum.WGS84),
        ("urn:ogc:def:crs:EPSG::4490", Datum.CGCS2000),
    ],
)
def test_a_named_geographic_system_is_accepted(name: str, datum: Datum) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    assert parse_geojson(collection(feature(point(117, 32), name="a"), crs=crs), "a.geojson").datum is datum


@pytest.mark.parametrize("crs", [{"type": "name", "properties": {"name": "EPSG:4548"}}, {"type": "link"}, "x", 3])
def test_any_other_system_is_refused(crs: Any) -> None:
    with pytest.raises(BadFile, match="EPSG:4326"):
        parse_geojson(collection(feature(point(500000, 3600000), name="a"), crs=crs), "a.geojson")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"type": "FeatureCollection", "features": [\n{', "line 2"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "holds NaN"),
        ("[" * 100_000, "nested"),
        ("[1, 2]", "FeatureCollection"),
        ('{"type": "Topology"}', "FeatureCollection"),
        ('{"type": "FeatureCollection", "features": []}', "no features"),
        ('{"type": "FeatureCollection", "features": [{"properties": {"a": ' + "9" * 5000 + "}}]}", "damaged"),
    ],
)
def test_what_is_no_feature_collection_is_refused(text: str, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        parse_geojson(text.encode(), "a.geojson")


def test_more_properties_than_columns_are_allowed_are_refused() -> None:
    with pytest.raises(BadFile, match="200 different"):
        parse_geojson(collection(*(feature(None, **{f"p{n}": 1}) for n in range(201))), "a.geojson")
