"""Coverage as an account: by division, which adds up to the city, and by union, with zones as "of which"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stations.analysis.measures import reach_by_district
from stations.model.places import union_code
from stations.planning.coverage.measures import PER, Measures

if TYPE_CHECKING:
    from pandas import DataFrame

DISTANCES = ("mean_m", "median_m", "p90_m")
COUNTS = ("people", "covered_people", "uncovered_people", "stations")


def by_division(measures: Measures) -> DataFrame:
    """Return a row for each division (index code; ``None`` for people outside all), and a last one ``total``.

    Columns of `Measures.districts`; the counts of the rows add up to those of the total.
    """
    import pandas as pd

    table = measures.districts
    sums = {name: table[name].sum() for name in COUNTS}
    people = sums["people"]
    quantiles = measures.quantiles_m
    total = {
        **sums,
        "name": measures.answer.holdings.city.name,
        "covered_share": sums["covered_people"] / people if people else float("nan"),
        "mean_m": measures.mean_m,
        "median_m": quantiles[0.5],
        "p90_m": quantiles[0.9],
        "stations_per_10_000": 10_000 * sums["stations"] / people if people else float("nan"),
    }
    account = pd.concat([table, pd.DataFrame([total])])[list(table.columns)]
    return account.set_axis(pd.Index([*table.index, "total"], dtype=object))


def by_union(measures: Measures) -> DataFrame:
    """Return a row for each county-level union (index its code): a division's own, then the zones inside it.

    `of_which` is the division a zone lies in, ``None`` for a division. People belong to the union that the demand data
    names, and to that of their district where it names none. A division's row has those of its zones, too, so that
    nobody counts twice: rows without `of_which`, and people of no union, add up to the city. Of a zone outside
    `zones_known` no people are known. The stations of a division are those in it, those of a zone those that name it
    as their union or district.
    """
    import pandas as pd

    city, people = measures.answer.holdings.city, _people_by_union(measures)
    stations = _stations_by_union(measures)
    rows = []
    for union in sorted(city.unions, key=lambda each: (each.parent, each.zone, each.code)):
        row: dict[Any, Any] = {"code": union.code, "name": union.name, "of_which": union.parent if union.zone else None}
        if union.code in people.index:
            row |= people.loc[union.code].drop("name").to_dict()
        row["stations"] = int(stations.get(union.code, 0))
        if row.get("people"):
            row["stations_per_10_000"] = PER * row["stations"] / row["people"]
        rows.append(row)
    columns = ["name", "of_which", *(name for name in measures.districts.columns if name != "name")]
    table = pd.DataFrame(rows, columns=["code", *columns])
    parents = pd.Series([row["of_which"] for row in rows], dtype=object)  # else None would become NaN
    return table.assign(of_which=parents).set_index("code")


def zones_known(measures: Measures) -> set[str]:
    """Return the codes of the zones whose people are known.

    Somebody is said to be of the zone, or everybody in its division is said to be of some union: else nobody knows who
    is, because no outline tells where a zone ends.
    """
    demand, zones = measures.demand, [union for union in measures.answer.holdings.city.unions if union.zone]
    given = demand["union"].notna()
    named, vague = set(demand["union"][given]), set(demand["district"][~given & (demand["people"] > 0)])
    return {zone.code for zone in zones if zone.code in named or (named and zone.parent not in vague)}


def _people_by_union(measures: Measures) -> DataFrame:
    """Return `analysis.measures.reach_by_district` of the unions whose people are known, divisions with their zones."""
    import pandas as pd

    demand, held = measures.demand, measures.answer.holdings
    if demand["union"].isna().all():
        return measures.districts
    parent = {union.code: union.parent for union in held.city.unions}
    division = demand["union"].map(parent).where(demand["union"].notna(), demand["district"])
    known = [union for union in held.city.unions if union.code in zones_known(measures)]
    zones = pd.DataFrame({"name": [zone.name for zone in known]}, index=[zone.code for zone in known])
    tables = [
        reach_by_district(
            demand.assign(district=of), measures.metres, districts=names, radius_m=measures.answer.question.radius_m
        ).loc[names.index]
        for of, names in ((division, held.districts), (demand["union"], zones))
    ]
    return pd.concat(tables)


def _stations_by_union(measures: Measures) -> dict[Any, Any]:
    import pandas as pd

    city, used = measures.answer.holdings.city, measures.used
    owners = (
        union_code(city, unit, district) for unit, district in zip(used["union_unit"], used["district"], strict=True)
    )
    zones = {union.code for union in city.unions if union.zone}
    named = pd.Series([owner for owner in owners if owner in zones], dtype=object).value_counts()
    return {**measures.districts["stations"].to_dict(), **named.to_dict()}
