"""Which features a client gets: counted on a handful that can be seen at a glance."""

from __future__ import annotations

from typing import Any

import pytest

from stations.model.errors import BadChoice
from stations.planning.publishing.selection import DEFAULT_LIMIT, MOST, selected, selection_from

FEATURES: list[dict[str, Any]] = [
    {
        "id": key,
        "geometry": {"type": "Point", "coordinates": at} if at else None,
        "properties": properties,
    }
    for key, at, properties in (
        ("a", (117.0, 32.0), {"tier": "national", "opened_on": "2020-05-01", "star": 5, "groups": ["couriers"]}),
        ("b", (118.0, 33.0), {"tier": "none", "opened_on": None, "area_m2": 20.5, "made_up": True}),
        ("c", None, {"tier": "none", "opened_on": "2022-01-01", "status": "delisted", "status_on": "2024-01-01"}),
        ("d", (-179.5, 0.0), {"tier": "municipal", "opened_on": "2024-06-01", "star": None}),
    )
]
PROPERTIES = ("tier", "star", "groups", "area_m2", "made_up", "opened_on")


def ids(**words: str) -> str:
    return "".join(each["id"] for each in selected(FEATURES, selection_from(words, PROPERTIES)))


@pytest.mark.parametrize(
    ("bbox", "found"),
    [
        ("117,32,117,32", "a"),  # on the edge is inside
        ("116.9,31.9,118.1,33.1", "ab"),
        ("116.9,31.9,0,118.1,33.1,9000", "ab"),
        ("117.1,32.1,117.9,32.9", ""),
        ("170,-10,-170,40", "d"),  # across the antimeridian
        ("-1e300,-90,1e300,90", "abd"),
    ],
)
def test_a_box_holds_what_touches_it(bbox: str, found: str) -> None:
    assert ids(bbox=bbox) == found


@pytest.mark.parametrize(
    ("time", "found"),
    [
        ("2020-04-30", "b"),  # of b nobody knows since when: it is always there
        ("2020-05-01", "ab"),
        ("2023-12-31T23:59:59Z", "abc"),
        ("2024-01-01", "ab"),
        ("../2021-01-01", "ab"),
        ("/2021-01-01", "ab"),
        ("2024-06-01/..", "abd"),
        ("2022-01-01/2022-12-31", "abc"),
        ("../..", "abcd"),
    ],
)
def test_a_time_holds_what_was_there_at_some_of_it(time: str, found: str) -> None:
    assert ids(datetime=time) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"tier": "none"}, "bc"),
        ({"tier": "none", "area_m2": "20.50"}, "b"),
        ({"star": "5"}, "a"),
        ({"star": "five"}, ""),
        ({"groups": "couriers"}, "a"),
        ({"made_up": "true"}, "b"),
        ({"made_up": "1"}, ""),
        ({"tier": ""}, ""),
        ({"tier": "NONE"}, ""),
        ({"tier": "none", "bbox": "0,0,180,90"}, "b"),
    ],
)
def test_a_property_has_to_say_what_is_asked(words: dict[str, str], found: str) -> None:
    assert ids(**words) == found


def test_a_page_is_never_longer_than_the_most() -> None:
    assert selection_from({}, ()).limit == DEFAULT_LIMIT
    assert selection_from({"limit": "999999999"}, ()).limit == MOST
    assert selection_from({"f": "json", "offset": "7"}, ()).offset == 7


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("limit", text) for text in ("0", "-1", "", "1.5", "x", "9" * 5000, "٣")),
        *(("offset", text) for text in ("-1", "", "1e3", "9" * 5000)),
        *(("bbox", text) for text in ("", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,0,1,1", "0,5,1,4", "0,0,inf,1")),
        *(("datetime", text) for text in ("", "x", "2024", "2024-13-01", "2024-02-01/2024-01-01", "a/b/c", "\x00")),
        ("f", "html"),
    ],
)
def test_what_cannot_be_is_refused_in_words(name: str, text: str) -> None:
    with pytest.raises(BadChoice, match=name):
        selection_from({name: text}, ())
