"""The map of one union: what of the city's answer is its own."""

from __future__ import annotations

import geopandas as gpd
import shapely

from stations.model.settings import Settings
from stations.model.vocabulary import SnapshotKind
from stations.planning.coverage.assess import Question
from stations.planning.maps.focus import ranked_within
from stations.planning.maps.sheets import Wish, sheet_of
from tests.planning.town import RADIUS_M, ZONE


def test_the_gaps_of_a_division_are_ranked_among_themselves() -> None:
    gaps = gpd.GeoDataFrame(
        {"district": ["a", "b", None, "b"], "rank": [1, 2, 3, 4]}, geometry=[shapely.Point(n, 0) for n in range(4)]
    )
    assert ranked_within(gaps, "b")["rank"].to_list() == [1, 2]
    assert list(ranked_within(gaps, "b").index) == [1, 3]
    assert ranked_within(gaps, "c").empty


def test_the_map_of_a_zone_says_whose_gaps_it_shows(zoned: Settings) -> None:
    sheet = sheet_of(zoned, Wish(SnapshotKind.GAPS, Question(RADIUS_M), focus=ZONE))
    assert "The gaps are those of 示例西区, in which the zone lies." in sheet.notes
