"""The tags of a report's template: what each stands for, and its value in a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import stations
from stations.model import numbers
from stations.model.language import current_language, mark
from stations.model.language import gettext as _
from stations.model.schema import RECORDS
from stations.model.vocabulary import Tier
from stations.output.report.parts import Count
from stations.planning.coverage.show import district_name, undated_note
from stations.planning.publishing.downloads import provenance
from stations.planning.records.movements import MOVEMENTS, Movements, counted_stations
from stations.planning.register import Holdings
from stations.planning.reporting.scope import Scope, stated
from stations.planning.reporting.words import day, method, sources

if TYPE_CHECKING:
    from pandas import DataFrame

TAGS: Mapping[str, str] = {
    "title": mark("the title of the report"),
    "lead": mark("the first paragraph as it was corrected on the page; empty where it was not"),
    "year": mark("the year"),
    "place": mark("whose report it is: the city, or the union"),
    "city": mark("the city"),
    "union": mark("the union; empty in the report of the city"),
    "zone": mark("the union, if it is one of a zone inside a district; else empty"),
    "ground": mark("the city; in the report of a union, its district"),
    "day": mark("the day whose register is told"),
    "since": mark("the day that it is compared with"),
    "radius": mark("the service radius"),
    "stations": mark("stations of the day, neither planned nor delisted"),
    "national": mark("stations of the national tier"),
    "provincial": mark("stations of the provincial tier"),
    "municipal": mark("stations of the municipal tier"),
    "other": mark("stations without an honour"),
    "stations_reason": mark("why not all stations of the day are known; empty where they are"),
    "bases": mark("activity bases of the day"),
    "bases_reason": mark("why not all bases of the day are known; empty where they are"),
    "people": mark("people on the ground"),
    "group": mark("which people are counted"),
    "covered": mark("people on the ground with a station within the radius"),
    "covered_share": mark("their share; of the land where no people are known"),
    "own_covered": mark("people whom the stations of the union alone reach"),
    "own_share": mark("the share of these people"),
    "gaps": mark("gaps on the ground"),
    "largest_gap": mark("how large the largest gap is: people, or area; empty where there is none"),
    "largest_gap_district": mark("the district of the largest gap; empty where there is none"),
    "gaps_with_bases": mark("gaps in which bases lie that could host a station"),
    "proposed": mark("stations that the chosen scenario proposes on the ground; 0 without one"),
    "newly_covered": mark("what they newly cover together: people, or area; empty without a scenario"),
    "stations_before": mark("stations of the day that is compared with"),
    "added": mark("stations added since"),
    "undated": mark("stations entered since of which nobody knows when they opened"),
    "upgraded": mark("stations upgraded since"),
    "downgraded": mark("stations of a lower tier than before"),
    "moved": mark("stations moved since"),
    "delisted": mark("stations delisted since"),
    "uncounted": mark("stations planned again or taken out of the register since"),
    "unknown": mark("the words for what is not known, to be compared with: if people == unknown"),
    "demonstration": mark("that the data is made up; empty where it is not"),
    "method": mark("how it was counted, in paragraphs: for line in method"),
    "sources": mark("where the data is from, in paragraphs: for line in sources"),
    "provenance": mark("register, day and revision in one sentence"),
    "revision": mark("the revision of the register"),
    "version": mark("the version of the program"),
    "tables": mark("a table, alone in its paragraph: {{p tables.tiers }}; its title: {{ tables.tiers.title }}"),
    "notes": mark("what stands below a table: {{ notes.tiers }}"),
    "figures": mark("a map, as a table: {{p figures.gaps }}; its title: {{ figures.gaps.title }}"),
    "table_number": mark("the number of the next table: {{ table_number() }}"),
    "figure_number": mark("the number of the next map: {{ figure_number() }}"),
}
"""Tag → what it stands for (a marked message)."""


def tag_table() -> DataFrame:
    """Return the tags as a template writes them, with what each stands for in the reader's language."""
    import pandas as pd

    return pd.DataFrame(
        {_("What it stands for"): [_(meaning) for meaning in TAGS.values()]}, index=pd.Index(TAGS, name=_("Tag"))
    )


def tag_guide() -> str:
    """Return the tags as a Markdown table."""
    table = tag_table()
    rows = [f"| `{tag}` | {meaning} |" for tag, meaning in table.iloc[:, 0].items()]
    return "\n".join([f"| {table.index.name} | {table.columns[0]} |", "| --- | --- |", *rows])


def tags_of(scope: Scope, moves: Movements, *, year: int) -> dict[str, Any]:
    """Return the values of the tags of `TAGS` but the words made of others, tables, figures and their numbers.

    A number is a `Count`; what is not known is a word.
    """
    held = scope.held
    return {
        "year": str(year),
        "place": scope.place,
        "city": held.city.label(current_language()),
        "union": scope.place if scope.union else "",
        "zone": scope.place if scope.union and scope.union.zone else "",
        "ground": district_name(held, scope.union.parent) if scope.union else scope.place,
        "day": day(held.on),
        "since": day(moves.before.on),
        "radius": numbers.stated(scope.answer.question.radius_m),
        **_places(held),
        **_reach(scope),
        **_gaps(scope),
        "proposed": Count(len(scope.proposed.sites) if scope.proposed else 0),
        "newly_covered": scope.proposed.amount if scope.proposed else "",
        **_changes(moves),
        "unknown": numbers.unknown(),
        "demonstration": _("Demonstration data: the stations and bases are made up.") if held.demonstration else "",
        "method": method(scope, moves),
        "sources": sources(scope),
        "provenance": provenance(held),
        "revision": str(held.revision),
        "version": stations.__version__,
    }


def _places(held: Holdings) -> dict[str, Any]:
    """Return the stations and bases on the books of a day, and why not all are known."""
    tiers, bases = counted_stations(held)["tier"], held.undated["base"]
    each = {tier.value: int((tiers == tier).sum()) for tier in Tier}
    each["other"], late = each.pop(Tier.NONE.value), held.undated["station"]
    reasons = {f"{kind}s_reason": undated_note(held, kind).rstrip(".。") for kind in RECORDS}
    counts: dict[str, Any] = {
        "stations": stated(Count(len(tiers)), late),
        "bases": stated(Count(len(held.bases)), bases),
    }
    known = {name: Count(count) if count or not late else numbers.unknown() for name, count in each.items()}
    return counts | known | reasons


def _reach(scope: Scope) -> dict[str, Any]:
    """Return the people of the ground and those within reach; of a union, those whom its stations alone reach, too."""
    answer, unknown = scope.answer, numbers.unknown()
    own: dict[str, Any] = {"own_covered": unknown, "own_share": unknown}
    if answer.people is None or answer.group is None:
        nobody = dict.fromkeys(("people", "group", "covered"), unknown)
        return {**nobody, "covered_share": numbers.share(answer.covered_share), **own}
    total, covered = answer.total, answer.covered
    if scope.union is not None:
        people, reached = (answer.districts[name].to_dict() for name in ("people", "covered_people"))
        total, covered = float(people[scope.union.parent]), float(reached[scope.union.parent])
        if scope.own is not None:
            alone = float(scope.own.districts["covered_people"].to_dict()[scope.union.parent])
            own = {"own_covered": Count(round(alone)), "own_share": numbers.share(alone / total if total else None)}
    return {
        "people": Count(round(total)),
        "group": answer.group.label(current_language()),
        "covered": Count(round(covered)),
        "covered_share": numbers.share(covered / total if total else None),
        **own,
    }


def _gaps(scope: Scope) -> dict[str, Any]:
    hosted = int((scope.gaps["hosts"] > 0).sum())
    told: dict[str, Any] = {"gaps": Count(len(scope.gaps)), "largest_gap": "", "largest_gap_district": ""}
    told["gaps_with_bases"] = stated(Count(hosted), scope.answer.holdings.undated["base"])
    if scope.gaps.empty:
        return told
    largest = scope.gaps.iloc[0]
    people = _("{people} people").format(people=numbers.people(largest["people"]))
    size = people if scope.answer.people is not None else numbers.area(largest["area_km2"])
    return told | {"largest_gap": size, "largest_gap_district": district_name(scope.held, largest["district"])}


def _changes(moves: Movements) -> dict[str, Any]:
    """Return what happened since the day that is compared with."""
    happened = moves.stations["movement"].value_counts()
    each: dict[str, Any] = {movement: Count(int(happened.get(movement, 0))) for movement in MOVEMENTS}
    before = Count(len(counted_stations(moves.before)))
    return {"stations_before": stated(before, moves.before.undated["station"]), **each}
