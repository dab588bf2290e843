"""The documents of OGC API - Features, followed from link to link as a client does."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from stations.model.errors import BadChoice
from stations.model.settings import Settings
from stations.planning.publishing import ogc
from stations.planning.publishing.feeds import QUESTION, NoSuchAddress
from stations.planning.publishing.ogc_api import api
from tests.planning.town import BARE_TOWN

BASE = "http://example.org/ogc"


def at(settings: Settings, query: str = "", name: ogc.Name | None = None, *, page: bool = False) -> ogc.Asked:
    return ogc.asked_at(settings, BASE, query, name=name, page=page)


def page(settings: Settings, name: ogc.Name, query: str = "") -> Any:
    return ogc.items(at(settings, query, name, page=True), name)


def link(document: Any, rel: str) -> str | None:
    return next((each["href"] for each in document["links"] if each["rel"] == rel), None)


def ids(settings: Settings, name: ogc.Name, query: str = "") -> list[str]:
    return [each["id"] for each in page(settings, name, query)["features"]]


def test_the_landing_page_leads_to_everything(demonstrated: Settings) -> None:
    found = ogc.landing(at(demonstrated))
    rels = {each["rel"]: each["href"].removeprefix(BASE) for each in found["links"]}
    assert rels == {"self": "", "service-desc": "/api", "conformance": "/conformance", "data": "/collections"}
    named = ogc.collections(at(demonstrated))["collections"]
    assert [each["id"] for each in named] == list(ogc.COLLECTIONS)
    assert [link(each, "items") for each in named] == [f"{BASE}/collections/{each}/items" for each in ogc.COLLECTIONS]


def test_what_an_address_says_of_city_day_and_question_is_in_every_link(demonstrated: Settings) -> None:
    asked = at(demonstrated, "lang=zh&radius=500&tier=municipal")
    assert link(ogc.landing(asked), "data") == f"{BASE}/collections?lang=zh&radius=500&tier=municipal"
    gaps = ogc.collection(asked, "gaps")
    assert link(gaps, "items") == f"{BASE}/collections/gaps/items?lang=zh&radius=500&tier=municipal"
    assert link(ogc.collection(asked, "stations"), "items") == f"{BASE}/collections/stations/items?lang=zh"
    assert gaps["title"] != ogc.collection(at(demonstrated), "gaps")["title"]


def test_every_page_is_read_once_by_following_next(demonstrated: Settings) -> None:
    query, seen = "limit=3", list[str]()
    while True:
        found = page(demonstrated, "stations", query)
        assert found["numberMatched"] == 4
        assert found["numberReturned"] == len(found["features"])
        seen += [each["id"] for each in found["features"]]
        following = link(found, "next")
        if following is None:
            break
        query = urlsplit(following).query
    assert seen == ["T-1", "T-2", "T-3", "T-4"]
    back = link(found, "prev")
    assert back is not None
    assert parse_qs(urlsplit(back).query) == {"limit": ["3"], "offset": ["0"]}
    assert page(demonstrated, "stations", "offset=99")["features"] == []


def test_what_is_asked_is_in_the_links_between_pages(demonstrated: Settings) -> None:
    found = page(demonstrated, "stations", "limit=1&lang=en&demonstration=true&bbox=0,0,180,90")
    following = parse_qs(urlsplit(link(found, "next") or "").query)
    assert following == {
        "limit": ["1"], "offset": ["1"], "lang": ["en"], "demonstration": ["true"], "bbox": ["0,0,180,90"],
    }  # fmt: skip


def test_records_are_asked_for_by_property(demonstrated: Settings) -> None:
    assert ids(demonstrated, "stations", "tier=national") == ["T-1"]
    assert ids(demonstrated, "stations", "division=990102") == ["T-2", "T-3"]
    assert ids(demonstrated, "bases", "kinds=book_house") == ["J-1"]
    assert ids(demonstrated, "districts", "code=990101") == ["990101"]
    assert ids(demonstrated, "stations", f"city={BARE_TOWN}") == []


def test_a_gap_has_the_number_that_stays_and_the_radius_asked_for(demonstrated: Settings) -> None:
    found = page(demonstrated, "gaps")
    assert found["radius_m"] == 1000
    assert all(each["id"] == each["properties"]["gap_id"] for each in found["features"])
    wider = page(demonstrated, "gaps", "radius=300")
    assert wider["radius_m"] == 300
    assert wider["numberMatched"] > found["numberMatched"]


@pytest.mark.parametrize("name", ogc.COLLECTIONS)
def test_each_feature_has_an_address(demonstrated: Settings, name: ogc.Name) -> None:
    for feature in page(demonstrated, name)["features"]:
        one = ogc.item(at(demonstrated, "", name), name, feature["id"])
        assert {key: one[key] for key in feature} == feature
        assert link(one, "collection") == f"{BASE}/collections/{name}"


def test_the_extent_holds_the_city_and_the_stations_outside(demonstrated: Settings) -> None:
    west, south, east, north = ogc.collection(at(demonstrated), "stations")["extent"]["spatial"]["bbox"][0]
    places = [
        each["geometry"]["coordinates"] for each in page(demonstrated, "stations")["features"] if each["geometry"]
    ]
    assert all(west <= lon <= east and south <= lat <= north for lon, lat in places)


def test_what_is_not_there_is_said(demonstrated: Settings) -> None:
    with pytest.raises(NoSuchAddress, match="stations, bases, gaps, districts"):
        ogc.collection_named("people")
    with pytest.raises(NoSuchAddress, match="T-99"):
        ogc.item(at(demonstrated, "", "stations"), "stations", "T-99")


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("stations", "contact=x"),
        ("stations", "limit=x"),
        ("gaps", "radius=0"),
        ("gaps", "union=nowhere"),
        ("districts", "star=5"),
        ("bases", "f=html"),
        (None, "limit=3"),
        (None, "radius=x"),
        (None, "f=html"),
    ],
)
def test_parameters_that_are_not_known_or_cannot_be_are_refused(
    demonstrated: Settings, name: ogc.Name | None, query: str
) -> None:
    with pytest.raises(BadChoice):
        at(demonstrated, query, name, page=name is not None)


def test_a_question_is_one_about_gaps_wherever_it_is_asked(demonstrated: Settings) -> None:
    found = page(demonstrated, "stations", "radius=500&union=nowhere&limit=2&limit=2")
    assert found["numberMatched"] == 4
    assert link(found, "next") == f"{BASE}/collections/stations/items?limit=2&offset=2"
    assert ids(demonstrated, "districts", "tier=national") == ["990101", "990102"]


def test_the_description_names_every_path_and_parameter(demonstrated: Settings) -> None:
    document = api(at(demonstrated))
    assert document["openapi"].startswith("3.0")
    for name in ogc.COLLECTIONS:
        found = document["paths"][f"/collections/{name}/items"]["get"]["parameters"]
        named = {each.get("name") or each["$ref"].rpartition("/")[2] for each in found}
        assert {*ogc.properties_of(name), "limit", "offset", "bbox", "datetime", "city"} <= named
        assert (set(QUESTION) <= named) == (name == "gaps")
    refs = {
        each["$ref"].rpartition("/")[2]
        for path in document["paths"].values()
        for each in path["get"]["parameters"]
        if "$ref" in each
    }
    assert refs <= document["components"]["parameters"].keys()
