"""The JSON that other programs read: stable names, WGS84, metres, shares from 0 to 1. Described in docs/json.md."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from stations.planning.assess import GROUPS, Assessment
from stations.planning.import_file import ImportOutcome
from stations.planning.people import People
from stations.planning.show import district_name

if TYPE_CHECKING:
    import pandas as pd

PRECISION_DEG = 1e-7
"""Outlines are given to a centimetre."""


def import_document(outcome: ImportOutcome) -> dict[str, Any]:
    """Return what an import did: counts, refused rows and findings."""
    plan = outcome.plan
    return {
        "revision": outcome.revision,
        "read": plan.read,
        "added": len(plan.added),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "rejected": [asdict(rejection) for rejection in plan.rejected],
        "findings": [asdict(finding) for finding in plan.findings],
    }


def assessment_document(answer: Assessment) -> dict[str, Any]:
    """Return an assessment as one JSON-ready document; people are ``null`` where there is no demand data."""
    question, held, has_people = answer.question, answer.holdings, answer.people is not None
    land = (
        {}
        if has_people
        else {
            "total_area_km2": round(answer.total, 3),
            "covered_area_km2": round(answer.covered, 3),
            "covered_area_share": _share(answer.covered_share),
        }
    )
    return {
        "city": held.city.adcode,
        "city_name": held.city.name,
        "revision": answer.revision,
        "radius_m": _whole(question.radius_m),
        "reach": question.reach,
        "tier": question.tier.value if question.tier else None,
        "stations_used": answer.stations_used,
        "total_people": _whole(answer.total) if has_people else None,
        "covered_people": _whole(answer.covered) if has_people else None,
        "covered_share": _share(answer.covered_share) if has_people else None,
        **land,
        "demand": _demand(answer.people) if answer.people else None,
        "demonstration": held.demonstration,
        "gaps": len(answer.gaps),
        "districts": [_district(code, row, answer) for code, row in answer.districts.iterrows()],
    }


def _demand(people: People) -> dict[str, Any]:
    return {"source": people.en, "synthetic": people.synthetic, "rejected": [asdict(row) for row in people.refused]}


def _district(code: Any, row: pd.Series, answer: Assessment) -> dict[str, Any]:
    own = {"code": code, "name": row["name"]}
    if answer.people is None:
        share = _share(row["covered_share"])
        area = {
            "area_km2": round(row["area_km2"], 3),
            "covered_area_km2": round(row["covered_km2"], 3),
            "covered_area_share": share,
        }
        return own | {"people": None, "covered_people": None, "covered_share": None} | area
    return own | {
        "people": _whole(row["people"]),
        "covered_people": _whole(row["covered_people"]),
        "covered_share": _share(row["covered_share"]),
    }


def gap_features(answer: Assessment) -> dict[str, Any]:
    """Return the gaps as a GeoJSON FeatureCollection of polygons in WGS84, in the order of rank."""
    import shapely
    from shapely.geometry import mapping

    features = [
        {
            "type": "Feature",
            "id": int(gap["rank"]),
            "geometry": mapping(shapely.set_precision(gap["geometry"], PRECISION_DEG)),
            "properties": _gap(gap, answer),
        }
        for _position, gap in answer.gaps.iterrows()
    ]
    return {
        "type": "FeatureCollection",
        "city": answer.holdings.city.adcode,
        "revision": answer.revision,
        "radius_m": _whole(answer.question.radius_m),
        "demonstration": answer.holdings.demonstration,
        "features": features,
    }


def _gap(gap: pd.Series, answer: Assessment) -> dict[str, Any]:
    has_people = answer.people is not None
    far = gap["people_distance_km"]
    return {
        "rank": int(gap["rank"]),
        "gap_id": gap["gap_id"],
        "people": _whole(gap["people"]) if has_people else None,
        "groups": {group: _whole(gap[group]) for group in GROUPS if group in gap},
        "area_km2": round(float(gap["area_km2"]), 4),
        "district": district_name(answer.holdings, gap["district"]) if gap["district"] else None,
        "district_code": gap["district"],
        "nearest_station_id": gap["nearest_station_id"] if isinstance(gap["nearest_station_id"], str) else None,
        "nearest_station_m": _metres(gap["nearest_station_m"]),
        "people_distance_km": round(float(far), 3) if math.isfinite(far) else None,
        "people_distance_rank": int(gap["people_distance_rank"]) if has_people else None,
        "hosts": int(gap["hosts"]),
        "host_ids": list(gap["host_ids"]),
    }


def _whole(number: float) -> float | int:
    """Return a whole number as one, so that exact counts look exact."""
    return int(number) if float(number).is_integer() else float(number)


def _share(part: float | None) -> float | None:
    return None if part is None or not math.isfinite(part) else round(float(part), 6)


def _metres(distance: float) -> float | None:
    return round(float(distance), 1) if math.isfinite(distance) else None
