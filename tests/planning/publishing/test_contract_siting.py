"""The JSON of a proposal is exactly what docs/json.md promises."""

from __future__ import annotations

import json
from dataclasses import replace

from stations.model.settings import Settings
from stations.model.siting import CandidateSource
from stations.planning.coverage.assess import Question
from stations.planning.publishing.contract_siting import proposal_document, proposal_features
from stations.planning.siting.candidates import Where
from stations.planning.siting.proposal import SitingQuestion
from stations.planning.siting.recommend import recommend
from tests.planning.publishing.test_contract import through_json
from tests.planning.town import COVERED, EAST, PEOPLE, RADIUS_M, TOWN

WANTED = SitingQuestion(Question(RADIUS_M), where=Where(sources=(CandidateSource.DEMAND,)), sites=1)
SITE = {
    "source": "demand",
    "name": "Site 1 in 示例东区",
    "base_id": None,
    "district": EAST,
    "union": EAST,
    "newly_covered_people": 87,
    "cumulative_people": 87,
    "by_itself_people": 87,
    "nearest_station_id": "T-2",
    "nearest_station": "示例二号驿站",
    "cost": None,
    "cost_per_person": None,
    "forced": False,
    "second_people": None,
    "nearer_people": None,
    "nearer_m": None,
}
ABOUT = {
    "city": TOWN,
    "city_name": "示例市",
    "revision": 1,
    "on": None,
    "demonstration": True,
    "question": {"radius": "1050"},
    "group": "residents",
    "model": "most-people",
    "wanted": {
        "sites": 1,
        "share": None,
        "budget": None,
        "floor": None,
        "closest_m": None,
        "twice": False,
        "capacity": None,
        "in_order": False,
        "freed": [],
        "forced": [],
        "forbidden": [],
        "seconds": 10,
    },
    "candidates": 8,
    "left_out": {"outside": 1},
    "rejected": [],
    "objective": PEOPLE,
    "bound": PEOPLE,
    "gap": 0,
    "proven": True,
    "total_people": PEOPLE,
    "covered_people_before": COVERED,
    "covered_people": PEOPLE,
    "covered_share": 1,
    "newly_covered_people": 87,
    "unreachable_people": 0,
    "cost": None,
    "kept": [],
    "closed": [],
}
MEASURED = {"seconds", "method", "mean_m", "farthest_m", "scenario"}


def test_a_proposal_has_exactly_these_keys_and_figures(demonstrated: Settings) -> None:
    document = through_json(proposal_document(recommend(demonstrated, WANTED)))
    (site,) = document.pop("sites")
    assert {key: site[key] for key in SITE} == SITE
    assert site.keys() - SITE.keys() == {"order", "candidate", "lon", "lat", "nearest_station_m", "reason"}
    curve = document.pop("curve")
    assert document.pop("money") is None
    assert curve == [
        {"sites": 0, "covered": COVERED, "best": COVERED, "bound": COVERED}
        | dict.fromkeys(("candidate", "name", "lon", "lat", "cost")),
        {"sites": 1, "covered": PEOPLE, "best": PEOPLE, "bound": PEOPLE, "name": None}
        | {key: site[key] for key in ("candidate", "lon", "lat", "cost")},
    ]
    assert document.pop("unreachable") == []
    assert document["scenario"] == f"add@{site['lon']},{site['lat']}"
    assert document.pop("demand")["source"]
    assert document.keys() - ABOUT.keys() == MEASURED
    assert {key: document[key] for key in ABOUT} == ABOUT


def test_the_features_are_the_sites_with_the_same_properties(demonstrated: Settings) -> None:
    proposal = recommend(demonstrated, WANTED)
    document, features = proposal_document(proposal), through_json(proposal_features(proposal))
    (feature,), (site,) = features.pop("features"), document["sites"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [site.pop("lon"), site.pop("lat")]}
    assert feature["properties"] == site | {"status": "planned"}
    assert features.pop("type") == "FeatureCollection"
    assert features.keys() == document.keys() - {"sites", "curve", "money", "unreachable"}


def test_who_is_out_of_reach_is_listed(demonstrated: Settings) -> None:
    document = proposal_document(
        recommend(
            demonstrated,
            replace(
                WANTED,
                question=Question(100.0),
                where=Where(
                    sources=(CandidateSource.DEMAND,),
                    forbidden=(),
                ),
            ),
        )
    )
    json.dumps(document, allow_nan=False)
    assert sum(each["people"] for each in document["unreachable"]) == document["unreachable_people"] == 7
