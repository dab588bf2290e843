"""Coverage as an account: by division, which adds up to the city, and by union, with zones as "of which"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stations.model.places import union_code
from stations.planning.measures import Measures

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

    `of_which` is the division a zone lies in, ``None`` for a division. A division's row is that of `by_division`, its
    zones included; a zone's stations are those that name it as their union or district, its people are not known
    (no outline tells where it ends), so that nothing counts twice: rows without `of_which` add up to the city.
    """
    import pandas as pd

    held = measures.answer.holdings
    city, used, districts = held.city, measures.used, measures.districts
    owners = [
        union_code(city, unit, district) for unit, district in zip(used["union_unit"], used["district"], strict=True)
    ]
    count = pd.Series(owners, dtype=object).value_counts()
    rows = []
    for union in sorted(city.unions, key=lambda each: (each.parent, each.zone, each.code)):
        row: dict[Any, Any] = {"code": union.code, "name": union.name, "of_which": union.parent if union.zone else None}
        if union.zone or union.code not in districts.index:
            row["stations"] = int(count.get(union.code, 0))
        else:
            row |= districts.loc[union.code].drop("name").to_dict()
        rows.append(row)
    columns = ["name", "of_which", *(name for name in districts.columns if name != "name")]
    table = pd.DataFrame(rows, columns=["code", *columns])
    parents = pd.Series([row["of_which"] for row in rows], dtype=object)  # else None would become NaN
    return table.assign(of_which=parents).set_index("code")
