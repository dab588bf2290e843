"""The tables of a report, in the reader's language; every figure is the register's or the assessment's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stations.model.language import current_language, listed
from stations.model.language import gettext as _
from stations.model.vocabulary import BaseKind, Tier
from stations.output.report.parts import Table
from stations.planning.coverage.comparison import Comparison
from stations.planning.coverage.comparison_tables import account_table, comparison_table, movement_table
from stations.planning.coverage.counting import located
from stations.planning.coverage.gap_tables import gap_table
from stations.planning.coverage.show import district_name, district_table
from stations.planning.records.listing import record_list
from stations.planning.records.movements import Movements, counted_stations
from stations.planning.reporting.proposal import proposal_table, sites_of
from stations.planning.reporting.scope import Scope, owners, stated
from stations.planning.reporting.sentences import table_titles

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

GAPS_SHOWN, MOVEMENTS_SHOWN, HOSTS_SHOWN = 30, 60, 3
"""How many gaps and movements a page shows (the workbook has them all), and how many bases for each gap."""


def tables_of(scope: Scope, moves: Movements, compared: Comparison | None) -> dict[str, Table | None]:
    """Return the tables by the names that a template uses; ``None`` where there is nothing to tell."""
    stations, city = counted_stations(scope.held), scope.union is None
    titles = table_titles()
    moved = movement_table(moves)
    frames: dict[str, DataFrame | None] = {
        "districts": _by_district(scope, stations),
        "tiers": _tiers(scope, stations),
        "kinds": _kinds(scope),
        "unions": _by_union(scope, stations) if city and scope.held.city.unions else None,
        "account": _account(scope, moves),
        "account_districts": account_table(moves, "division") if city else None,
        "movements": moved if len(moved) else None,
        "coverage_change": _change(scope, compared),
        "coverage": _own_rows(scope, district_table(scope.answer), list(scope.answer.districts.index)),
        "gaps": _gaps(scope) if len(scope.gaps) else None,
        "proposals": proposal_table(scope, scope.proposed) if scope.proposed else None,
        "stations": record_list(scope.held, "station", keys=list(stations.index)),
    }
    most = {"gaps": GAPS_SHOWN, "movements": MOVEMENTS_SHOWN}
    return {key: None if frame is None else Table(titles[key], frame, most.get(key)) for key, frame in frames.items()}


def _counts(keys: Sequence[Any], stations: GeoDataFrame, of: Sequence[Any], *, bases: Series) -> dict[str, list[int]]:
    """Return the columns that count stations, all and by tier, and bases for each of `keys`."""
    import pandas as pd

    table = pd.crosstab(pd.Series(list(of), dtype=object), pd.Series(list(stations["tier"]), dtype=object))
    table = table.reindex(index=list(keys), columns=[tier.value for tier in Tier], fill_value=0)
    language = current_language()
    return {
        _("Stations"): table.sum(axis=1).astype(int).tolist(),
        **{tier.label(language): table[tier.value].astype(int).tolist() for tier in Tier},
        _("Activity bases"): bases.reindex(list(keys), fill_value=0).astype(int).tolist(),
    }


def _by(stations: GeoDataFrame, names: dict[str, str], *, of: list[list[Any]], header: str) -> DataFrame:
    """Return what there is of each, what is of none of them, and the sum; `of` says whose stations and bases are."""
    import pandas as pd

    own, bases = ([each if each in names else "" for each in side] for side in of)
    known = names | ({"": _("not known")} if "" in own or "" in bases else {})
    columns = _counts(list(known), stations, own, bases=pd.Series(bases, dtype=object).value_counts())
    table = pd.DataFrame(columns, index=pd.Index(list(known.values()), name=header))
    table.loc[_("Total")] = table.sum()
    return table


def _by_district(scope: Scope, stations: GeoDataFrame) -> DataFrame:
    names = {code: district_name(scope.held, code) for code in scope.divisions}
    of = [list(stations["division"]), list(scope.held.bases["division"])]
    return _stated(scope, _by(stations, names, of=of, header=_("District")))


def _by_union(scope: Scope, stations: GeoDataFrame) -> DataFrame:
    names = {union.code: union.label(current_language()) for union in scope.held.city.unions}
    of = [owners(scope.held, records) for records in (stations, scope.held.bases)]
    return _stated(scope, _by(stations, names, of=of, header=_("Union")))


def _stated(scope: Scope, table: DataFrame) -> DataFrame:
    """Return counts of stations and bases, those that are not known in words."""
    undated = scope.held.undated
    shown = table.astype(object)
    for name in table.columns:
        late = undated["base" if name == _("Activity bases") else "station"]
        shown[name] = [stated(int(count), late) for count in table[name]] if late else table[name]
    return shown


def _tiers(scope: Scope, stations: GeoDataFrame) -> DataFrame:
    import pandas as pd

    late = scope.held.undated["station"]
    language, total = current_language(), len(stations)
    counts = [int((stations["tier"] == tier).sum()) for tier in Tier]
    exactly = located(stations)
    placed = [int((exactly & (stations["tier"] == tier)).sum()) for tier in Tier]
    columns = {
        _("Stations"): [stated(count, late) for count in [*counts, total]],
        _("Share (%)"): [round(100 * count / total, 1) if total and not late else None for count in [*counts, total]],
        _("Located"): [stated(count, late) for count in [*placed, sum(placed)]],
    }
    names = [*(tier.label(language) for tier in Tier), _("Total")]
    return pd.DataFrame(columns, index=pd.Index(names, name=_("Tier")))


def _kinds(scope: Scope) -> DataFrame:
    import pandas as pd

    language, given = current_language(), [set(kinds or ()) for kinds in scope.held.bases["kinds"]]
    rows = {kind.label(language): sum(kind in kinds for kinds in given) for kind in BaseKind}
    rows |= {_("not known"): sum(not kinds for kinds in given)}
    known = {name: count for name, count in rows.items() if count}
    return pd.DataFrame(
        {_("Activity bases"): [stated(count, scope.held.undated["base"]) for count in [*known.values(), len(given)]]},
        index=pd.Index([*known, _("All bases (each counted once)")], name=_("Kind")),
    )


def _account(scope: Scope, moves: Movements) -> DataFrame:
    """Return the account of the scope by tier; its last row, the sum, is named after it."""
    import pandas as pd

    table = account_table(moves, "tier")
    table.index = pd.Index([*table.index[:-1], scope.place], name=table.index.name)
    return table


def _own_rows(scope: Scope, table: DataFrame, codes: list[Any]) -> DataFrame:
    """Return the rows of the scope's divisions and the last, the city's; of a city, all."""
    if scope.union is None:
        return table
    return table.iloc[[*(at for at, code in enumerate(codes) if code in scope.divisions), len(table) - 1]]


def _change(scope: Scope, compared: Comparison | None) -> DataFrame | None:
    if compared is None:
        return None
    return _own_rows(scope, comparison_table(compared), list(compared.districts.index))


def _gaps(scope: Scope) -> DataFrame:
    """Return the gaps of the scope by their rank in it, each with the bases inside that could host a station."""
    import pandas as pd

    table = gap_table(scope.answer)
    table = table[[number in set(scope.gaps["gap_id"]) for number in table[_("Gap number")]]]
    table.index = pd.RangeIndex(1, len(table) + 1, name=table.index.name)
    bases = scope.answer.holdings.bases["name"]
    nothing = _("not known") if scope.held.undated["base"] else _("none")
    hosts = []
    for ids in scope.gaps["host_ids"]:
        more = [_("and {count} more").format(count=len(ids) - HOSTS_SHOWN)] if len(ids) > HOSTS_SHOWN else []
        hosts.append(listed([*map(str, bases.reindex(list(ids)[:HOSTS_SHOWN])), *more]) or nothing)
    wanted = (_("District"), _("People"), _("Area (km²)"), _("Distance (m)"), _("Nearest station"))
    shown = table[[name for name in wanted if name in table]].assign(**{_("Bases that could host"): hosts})
    if scope.proposed is None:
        return shown
    proposed = [listed(map(str, numbers)) or _("none") for numbers in sites_of(scope, scope.proposed)]
    return shown.assign(**{_("Proposed stations"): proposed})
