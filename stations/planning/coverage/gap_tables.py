"""The gaps of an answer as people read them: ranked, one by one, and as a link names one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stations.model import numbers
from stations.model.language import current_language, listed
from stations.model.language import gettext as _
from stations.model.vocabulary import GapOrder
from stations.planning.coverage.assess import Assessment
from stations.planning.coverage.show import district_name, station_names
from stations.planning.register import Holdings

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

HOSTS_SHOWN = 5


def gaps_by(answer: Assessment, order: GapOrder) -> GeoDataFrame:
    """Return the gaps in an order; on land, where nobody is far away, always by `rank`."""
    by_distance = order is GapOrder.PEOPLE_DISTANCE and answer.people is not None
    return answer.gaps.sort_values("people_distance_rank") if by_distance else answer.gaps


def union_name(held: Holdings, code: object) -> str | None:
    """Return the name of the county-level union of a division; ``None`` where there is none."""
    union = held.city.union_of_division(code) if isinstance(code, str) else None
    return union.label(current_language()) if union else None


def gap_table(answer: Assessment, *, order: GapOrder = GapOrder.PEOPLE) -> DataFrame:
    """Return the gaps in an order, indexed by rank; people only where there is demand.

    What they are ordered by stands first.
    """
    import numpy as np
    import pandas as pd

    gaps, held = gaps_by(answer, order), answer.holdings
    names = station_names(answer.stations, answer.question.scenario)
    people = {_("People"): gaps["people"].round().astype("int64")} if answer.people else {}
    nearest = [names.get(key, _("none")) for key in gaps["nearest_station_id"]]
    stands = bool(answer.stations_used)  # a column of blanks says nothing
    far = {
        _("People × distance (person-km)"): gaps["people_distance_km"].replace(np.inf, np.nan).round(),
        _("Rank by people × distance"): gaps["people_distance_rank"],
    }
    distant = far if answer.people and stands else {}
    unions = {_("Union"): [union_name(held, code) or "" for code in gaps["district"]]}
    columns = {
        _("District"): [district_name(held, code) for code in gaps["district"]],
        **(distant if order is GapOrder.PEOPLE_DISTANCE else {}),
        **people,
        **({_("Distance (m)"): gaps["nearest_station_m"].round()} if stands else {}),
        _("Area (km²)"): gaps["area_km2"].round(2),
        **({_("Nearest station"): nearest} if stands else {}),
        **distant,
        **(unions if held.city.unions else {}),
        _("Bases that could host"): gaps["hosts"],
        _("Gap number"): gaps["gap_id"],
    }
    lists = {name: list(values) for name, values in columns.items()}
    return pd.DataFrame(lists, index=pd.Index(gaps["rank"], name=_("Rank")))


def gap_named(answer: Assessment, wish: str | None) -> str | None:
    """Return the number of the gap that an address names by it, or by its rank; ``None`` where there is none."""
    gaps = answer.gaps["gap_id"]
    if wish and wish.isdecimal():
        return str(gaps.iloc[int(wish) - 1]) if 1 <= int(wish) <= len(gaps) else None
    return wish if wish in set(gaps) else None


def no_gap(wish: str) -> str:
    """Return in words that an answer has no gap of a number."""
    words = _("The address names gap {gap}, and here is none: its people are within reach, or counted in another gap.")
    return words.format(gap=wish)


def gap_rank(answer: Assessment, gap: str) -> int:
    """Return the rank of the gap with a number. Raises KeyError where there is none."""
    return int(answer.gaps.set_index("gap_id").at[gap, "rank"])


def gap_card(answer: Assessment, gap_id: str) -> tuple[str, dict[str, Any]]:
    """Return the heading and the labelled facts of the gap with a number. Raises KeyError where there is none."""
    rank = gap_rank(answer, gap_id)
    gap, held = answer.gaps.iloc[rank - 1], answer.holdings
    people = {_("People"): numbers.people(gap["people"])} if answer.people else {}
    name = station_names(answer.stations, answer.question.scenario).get(gap["nearest_station_id"])
    language = current_language()
    groups = {
        group.label(language): numbers.people(gap[group.value])
        for group in (answer.people.groups if answer.people else ())
        if group is not answer.group
    }
    bases = held.bases["name"].reindex(list(gap["host_ids"])[:HOSTS_SHOWN])
    more = [_("and {count} more").format(count=gap["hosts"] - HOSTS_SHOWN)] if gap["hosts"] > HOSTS_SHOWN else []
    union = union_name(held, gap["district"])
    facts = {
        _("District"): district_name(held, gap["district"]),
        **({_("Union"): union} if union else {}),
        **people,
        _("Area"): numbers.area(gap["area_km2"]),
        _("Nearest station"): name or _("none"),
        _("Distance from its centre"): numbers.distance(gap["nearest_station_m"]),
        **(_people_distance(gap) if people and name else {}),
        **groups,
        _("Bases that could host"): listed([*bases, *more]) or _("none"),
        _("Gap number"): gap["gap_id"],
    }
    return _("Gap {rank}").format(rank=rank), facts


def _people_distance(gap: Any) -> dict[str, str]:
    words = _("{person_km} person-km, rank {rank}")
    return {
        _("People × distance"): words.format(
            person_km=numbers.people(gap["people_distance_km"]), rank=gap["people_distance_rank"]
        )
    }
