"""The JSON that other programs read: stable names, WGS84, metres, shares from 0 to 1. Described in docs/json.md."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry import mapping

from stations.analysis.gaps import left_out_km2
from stations.analysis.measures import mean_distance
from stations.model.crs import to_geographic
from stations.model.travel import SPEED_KM_H, Mode, as_mode
from stations.model.vocabulary import GapOrder
from stations.planning.coverage.assess import MAX_SNAP_M, Assessment
from stations.planning.coverage.comparison import Comparison
from stations.planning.coverage.gap_tables import gaps_by
from stations.planning.coverage.ledger import by_division, by_union
from stations.planning.coverage.measures import Measures
from stations.planning.coverage.people import People
from stations.planning.coverage.show import district_name
from stations.planning.importing.import_file import ImportOutcome
from stations.planning.questions import scenario_text
from stations.planning.records.edit_tables import field_changes
from stations.planning.records.movements import Movements
from stations.planning.register import Holdings
from stations.store.networks import Imported

if TYPE_CHECKING:
    import pandas as pd

PRECISION_DEG = 1e-7
"""Outlines are given to a centimetre."""


def import_document(outcome: ImportOutcome) -> dict[str, Any]:
    """Return what an import did, or would do: counts, fields that change, refused rows and findings."""
    plan = outcome.plan
    return {
        "revision": outcome.revision,
        "read": plan.read,
        "added": len(plan.added),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "changes": [
            {"number": each["key"], "field": each["field"], "was": each["was"], "is_now": each["is_now"]}
            for each in field_changes(plan.kind, plan.before, plan.changed)
        ],
        "rejected": [asdict(rejection) for rejection in plan.rejected],
        "undecided": [doubt.row for doubt in plan.undecided],
        "findings": [asdict(finding) for finding in plan.findings],
    }


def assessment_document(answer: Assessment) -> dict[str, Any]:
    """Return an assessment as one JSON-ready document; people are ``null`` where there is no demand data."""
    question, held, has_people = answer.question, answer.holdings, answer.people is not None
    high = answer.covered_high if has_people else None
    return {
        "city": held.city.adcode,
        "city_name": held.city.name,
        "revision": answer.revision,
        "on": _day(held),
        "radius_m": _whole(question.radius_m),
        "reach": question.reach,
        "tier": question.tier.value if question.tier else None,
        "stations_used": answer.stations_used,
        "total_people": _whole(answer.total) if has_people else None,
        "covered_people": _whole(answer.covered) if has_people else None,
        "covered_share": _share(answer.covered_share) if has_people else None,
        **({} if has_people else _land(answer)),
        "demand": demand_facts(answer.people) if answer.people else None,
        "demonstration": held.demonstration,
        "gaps": len(answer.gaps),
        "group": answer.group.value if answer.group else None,
        "groups": [_group(str(key), row) for key, row in answer.groups.iterrows()],
        "facilities": [facility.value for facility in question.facilities],
        "union": question.union,
        "attended": question.attended,
        "at": {"weekday": question.at.weekday + 1, "hour": question.at.hour} if question.at else None,
        "covered_people_high": None if high is None else _whole(high),
        "off_network_people": None if answer.off_network is None else _whole(answer.off_network),
        "uncounted": list(answer.uncounted),
        "stations_unknown_hours": answer.unknown if question.at else 0,
        "stations_unknown": answer.unknown,
        "scenario": scenario_text(question.scenario) if question.scenario else None,
        "districts": [_district(code, row, answer) for code, row in answer.districts.iterrows()],
    }


def _land(answer: Assessment) -> dict[str, Any]:
    return {
        "total_area_km2": round(answer.total, 3),
        "covered_area_km2": round(answer.covered, 3),
        "covered_area_share": _share(answer.covered_share),
        "covered_area_high_km2": None if answer.covered_high is None else round(answer.covered_high, 3),
    }


def demand_facts(people: People) -> dict[str, Any]:
    """Return what is known of the people that are counted, JSON-ready."""
    totals = {
        str(group): {str(name): _number(value) for name, value in row.items()}
        for group, row in people.totals.iterrows()
    }
    return {
        "source": people.en,
        "synthetic": people.synthetic,
        "rejected": [asdict(row) for row in people.refused],
        "totals": totals,
        "notices": list(people.notices),
        "assumed_datum": people.assumed_datum,
    }


def _group(key: str, row: pd.Series) -> dict[str, Any]:
    return {
        "group": key,
        "people": _whole(row["people"]),
        "covered_people": _whole(row["covered_people"]),
        "covered_share": _share(row["covered_share"]),
    }


def reach_document(measures: Measures) -> dict[str, Any]:
    """Return `assessment_document` with how far, how often, how fairly, when and how sure; unknown is ``null``."""
    answer, interval = measures.answer, measures.interval
    critical = measures.critical.sort_values("rank")
    return assessment_document(answer) | {
        "mean_m": _metres(measures.mean_m),
        "quantiles_m": {f"{share:g}": _metres(metres) for share, metres in measures.quantiles_m.items()},
        "covered_twice_people": _whole(measures.covered_twice),
        "access_supply": "capacity" if measures.capacity_known else "stations",
        "gini_people": _share(measures.gini_people),
        "gini_districts": _share(measures.gini_districts),
        "palma": _number(measures.palma),
        "palma_districts": _number(measures.palma_districts),
        "lorenz": rows_of(measures.lorenz),
        "gravity_mean": _number(measures.gravity_mean),
        "gravity_sigma_m": _whole(measures.gravity_sigma_m),
        "served_km2": round(measures.served_km2, 3),
        "interval": {name: _number(value) for name, value in interval._asdict().items()},
        "divisions": rows_of(by_division(measures)),
        "unions": rows_of(by_union(measures)),
        "critical": rows_of(critical),
        "week": rows_of(measures.week.reset_index().assign(weekday=lambda week: week["weekday"] + 1), index=False),
        "by_radius": rows_of(measures.by_radius),
        "network": _network(measures),
    }


def _network(measures: Measures) -> dict[str, Any] | None:
    if measures.streets is None or measures.snapped is None or measures.islands is None:
        return None
    people = measures.demand["people"]
    reached = np.isfinite(measures.snapped)
    return asdict(measures.streets) | {
        "speed_km_h": SPEED_KM_H[as_mode(measures.answer.question.reach)],
        "max_snap_m": MAX_SNAP_M,
        "mean_snap_m": _metres(mean_distance(measures.snapped[reached], people[reached])),
        "stations_off_network": measures.stations_off_network,
        "people_off_network": _whole(people[~reached].sum()),
        "unreachable_people": _whole(people[~np.isfinite(measures.metres)].sum()),
        "pieces": len(measures.islands),
        "stranded_people": _whole(measures.islands["stranded_people"].sum()),
    }


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """Return what a scenario changes: both assessments, and the difference in people, also by division."""
    before, after = comparison.before, comparison.after
    return {
        "scenario": scenario_text(after.question.scenario) if after.question.scenario else None,
        "before": assessment_document(before),
        "after": assessment_document(after),
        "covered_people_change": _whole(comparison.change),
        "districts": rows_of(comparison.districts.rename_axis("code")),
        "gaps": rows_of(comparison.gaps, index=False),
    }


def followed_features(comparison: Comparison) -> dict[str, Any]:
    """Return the gaps of the later day as `gap_features`, with what became of those of both days in ``changes``."""
    before, after = comparison.before.holdings, comparison.after.holdings
    days = {"since": _day(before), "on": _day(after)}
    return gap_features(comparison.after) | days | {"changes": rows_of(comparison.gaps, index=False)}


def movement_document(moves: Movements) -> dict[str, Any]:
    """Return the account of the stations between two days, in all, by tier and by division, and every movement."""
    by_tier, by_division = moves.by("tier").rename_axis("tier"), moves.by("division").rename_axis("code")
    return {
        "city": moves.after.city.adcode,
        "revision": moves.after.revision,
        "since": _day(moves.before),
        "on": _day(moves.after),
        **moves.total(),
        "not_counted": moves.before.undated["station"],
        "tiers": rows_of(by_tier),
        "districts": rows_of(by_division),
        "stations": rows_of(moves.stations, index=False),
    }


def area_features(measures: Measures) -> dict[str, Any]:
    """Return the land from where a station is within reach as GeoJSON in WGS84: one polygon feature."""
    from geopandas import GeoSeries

    answer = measures.answer
    land = to_geographic(GeoSeries([measures.area], crs=answer.holdings.city.metric_crs).to_frame("geometry"))
    properties = {
        "city": answer.holdings.city.adcode,
        "revision": answer.revision,
        "radius_m": _whole(answer.question.radius_m),
        "reach": answer.question.reach,
        "served_km2": round(measures.served_km2, 3),
        "demonstration": answer.holdings.demonstration,
    }
    geometry = mapping(shapely.set_precision(land.geometry.iloc[0], PRECISION_DEG))
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": geometry, "properties": properties}],
    }


def network_document(kept: Mapping[Mode, Imported]) -> dict[str, Any]:
    """Return what an import of streets kept, by mode."""
    return {mode: asdict(each) for mode, each in kept.items()}


def rows_of(table: pd.DataFrame, *, index: bool = True) -> list[dict[str, Any]]:
    """Return a table as JSON-ready rows, its index first; what is not known or not finite is ``null``."""
    if index:
        table = table.rename_axis("code" if table.index.name is None else str(table.index.name)).reset_index()
    return [{str(key): _value(value) for key, value in row.items()} for row in table.to_dict("records")]


def _value(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, tuple | list):
        return [_value(part) for part in value]
    return _number(value)


def _number(value: Any) -> float | int | None:
    """Return a number as JSON knows it; ``None`` for one that is missing or infinite."""
    return _whole(round(float(value), 6)) if value is not None and math.isfinite(value) else None


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


def gap_features(answer: Assessment, *, order: GapOrder = GapOrder.PEOPLE) -> dict[str, Any]:
    """Return the gaps as a GeoJSON FeatureCollection of polygons in WGS84, in an order."""
    features = [
        {
            "type": "Feature",
            "id": int(gap["rank"]),
            "geometry": mapping(shapely.set_precision(gap["geometry"], PRECISION_DEG)),
            "properties": _gap(gap, answer),
        }
        for _position, gap in gaps_by(answer, order).iterrows()
    ]
    return {
        "type": "FeatureCollection",
        "city": answer.holdings.city.adcode,
        "revision": answer.revision,
        "on": _day(answer.holdings),
        "radius_m": _whole(answer.question.radius_m),
        "demonstration": answer.holdings.demonstration,
        **({} if answer.people else {"left_out_km2": round(left_out_km2(answer.districts, answer.gaps), 4)}),
        "features": features,
    }


def _day(held: Holdings) -> str | None:
    """Return the past day that was looked at; ``None`` for the register as it is."""
    return held.on.isoformat() if held.on else None


def _gap(gap: pd.Series, answer: Assessment) -> dict[str, Any]:
    has_people = answer.people is not None
    union = answer.holdings.city.union_of_division(gap["district"])
    far = gap["people_distance_km"]
    return {
        "rank": int(gap["rank"]),
        "gap_id": gap["gap_id"],
        "people": _whole(gap["people"]) if has_people else None,
        "groups": {group: _whole(gap[group]) for group in answer.groups.index},
        "area_km2": round(float(gap["area_km2"]), 4),
        "district": district_name(answer.holdings, gap["district"]) if gap["district"] else None,
        "district_code": gap["district"],
        "union": union.name if union else None,
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
