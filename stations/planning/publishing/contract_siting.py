"""A proposal as other programs read it: JSON, and the sites as GeoJSON. Described in docs/json.md."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from stations.model.vocabulary import Status
from stations.planning.publishing.contract import demand_facts, rows_of
from stations.planning.questions import question_words, scenario_text
from stations.planning.siting.asked import asked
from stations.planning.siting.proposal import Proposal, Site, SitingQuestion
from stations.planning.siting.tables import nearest_name, place_name, reason


def proposal_document(proposal: Proposal) -> dict[str, Any]:
    """Return a proposal as one JSON-ready document; what is not known is ``null``."""
    return _about(proposal) | {
        "sites": [site_properties(proposal, site) for site in proposal.sites],
        "curve": rows_of(proposal.curve),
        "money": None if proposal.money is None else rows_of(proposal.money),
        "unreachable": [
            {"lon": round(point.x, 6), "lat": round(point.y, 6), "people": _number(people), "district": district}
            for point, people, district in zip(
                proposal.unreachable.geometry,
                proposal.unreachable["people"],
                proposal.unreachable["district"],
                strict=True,
            )
        ],
    }


def proposal_features(proposal: Proposal) -> dict[str, Any]:
    """Return the sites as a GeoJSON FeatureCollection in WGS84, with what is known of the proposal beside them.

    Whoever takes it into a register takes planned stations: each has that `status`.
    """
    features = [
        {
            "type": "Feature",
            "id": site.order,
            "geometry": {"type": "Point", "coordinates": [site.lon, site.lat]},
            "properties": {
                "status": Status.PLANNED.value,
                **{key: value for key, value in site_properties(proposal, site).items() if key not in {"lon", "lat"}},
            },
        }
        for site in proposal.sites
    ]
    return {"type": "FeatureCollection", **_about(proposal), "features": features}


def _about(proposal: Proposal) -> dict[str, Any]:
    wanted, before, held = proposal.wanted, proposal.before, proposal.before.holdings
    return {
        "city": held.city.adcode,
        "city_name": held.city.name,
        "revision": before.revision,
        "on": held.on.isoformat() if held.on else None,
        "demonstration": held.demonstration,
        "question": question_words(wanted.question),
        "demand": demand_facts(before.people) if before.people else None,
        "group": before.group.value if before.group else None,
        "model": wanted.model.value,
        "wanted": _wanted(wanted),
        "candidates": proposal.candidates,
        "left_out": proposal.left_out,
        "rejected": [asdict(row) for row in wanted.where.hosts.rejected] if wanted.where.hosts else [],
        "objective": _number(proposal.objective),
        "bound": _number(proposal.bound),
        "gap": _number(proposal.gap),
        "proven": proposal.proven,
        "seconds": round(proposal.seconds, 3),
        "method": proposal.method,
        "total_people": _number(before.total),
        "covered_people_before": _number(before.covered),
        "covered_people": _number(proposal.covered),
        "covered_share": _number(proposal.share),
        "newly_covered_people": _number(proposal.newly_covered),
        "mean_m": _number(round(proposal.mean_m, 1)),
        "farthest_m": _number(round(proposal.farthest_m, 1)),
        "unreachable_people": _number(float(proposal.unreachable["people"].sum())),
        "cost": _number(proposal.cost),
        "kept": list(proposal.kept),
        "closed": list(proposal.closed),
        "scenario": scenario_text(proposal.scenario),
    }


def _wanted(wanted: SitingQuestion) -> dict[str, Any]:
    told = {key: value for key, value in asked(wanted).items() if key not in {"model", "sources", "excluded"}}
    return {**told, "seconds": wanted.seconds}


def site_properties(proposal: Proposal, site: Site) -> dict[str, Any]:
    """Return what is known of a site, JSON-ready."""
    return {
        "order": site.order,
        "candidate": site.candidate,
        "source": site.source.value,
        "name": place_name(proposal, site),
        "base_id": site.host,
        "lon": site.lon,
        "lat": site.lat,
        "district": site.district,
        "union": site.union,
        "newly_covered_people": _number(site.newly_covered),
        "cumulative_people": _number(site.cumulative),
        "by_itself_people": _number(site.by_itself),
        "nearest_station_id": site.nearest_station,
        "nearest_station": nearest_name(proposal, site) if site.nearest_station else None,
        "nearest_station_m": round(site.nearest_m, 1) if math.isfinite(site.nearest_m) else None,
        "cost": _number(site.cost),
        "cost_per_person": _number(site.cost_per_person),
        "forced": site.forced,
        "second_people": _number(site.second),
        "nearer_people": _number(site.nearer),
        "nearer_m": None if site.nearer_m is None else _number(round(site.nearer_m, 1)),
        "reason": reason(site),
    }


def _number(value: float | None) -> float | int | None:
    """Return a number as JSON knows it: whole where it is; ``None`` for one that is missing or infinite."""
    if value is None or not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else round(float(value), 6)
