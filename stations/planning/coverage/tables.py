"""The tables of an answer as people read them: headers in the reader's language, what is not known left blank.

They are shown, printed and downloaded alike. Sentences and cards are in `show`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stations.intake.lists.demand import HEADERS
from stations.model import numbers
from stations.model.language import current_language, listed, ngettext, sentences
from stations.model.language import gettext as _
from stations.model.vocabulary import Group
from stations.planning.coverage import ledger
from stations.planning.coverage.assess import Assessment
from stations.planning.coverage.measures import LEVEL, Measures
from stations.planning.coverage.show import WEEKDAYS, Figure, district_name, station_names

if TYPE_CHECKING:
    from pandas import DataFrame, Series


def division_table(measures: Measures) -> DataFrame:
    """Return the account by division; the last row is the city and the sum of the others."""
    table = ledger.by_division(measures)
    held = measures.answer.holdings
    city = held.city.label(current_language())
    names = [city if code == "total" else district_name(held, code) for code in table.index]
    return _account(table, names, header=_("District"))


def union_table(measures: Measures) -> DataFrame:
    """Return the account by county-level union; a zone says which division it is part of."""
    table, city, language = ledger.by_union(measures), measures.answer.holdings.city, current_language()
    labels = {union.code: union.label(language) for union in city.unions}
    names = [
        _("of which {zone}").format(zone=labels[str(code)]) if isinstance(parent, str) else labels[str(code)]
        for code, parent in table["of_which"].items()
    ]
    return _account(table, names, header=_("Union"))


def union_notes(measures: Measures) -> list[str]:
    """Return in words what the rows of `union_table` count; nothing where no zone lies inside another's division."""
    zones = [union for union in measures.answer.holdings.city.unions if union.zone]
    if not zones:
        return []
    unknown = [zone.label(current_language()) for zone in zones if zone.code not in ledger.zones_known(measures)]
    within = _("A zone lies inside the division above it and is counted there, too.")
    without = _("Not known apart are the people of {zones}: no column “{column}” of the population data names them.")
    column = HEADERS["union_unit"].label(current_language())
    return [within, *([without.format(zones=listed(unknown), column=column)] if unknown else [])]


def _account(table: DataFrame, names: list[str], *, header: str) -> DataFrame:
    import pandas as pd

    columns = {
        _("People"): whole(table["people"]),
        _("Covered people"): whole(table["covered_people"]),
        _("Covered share (%)"): (100 * table["covered_share"].astype(float)).round(1),
        _("Uncovered people"): whole(table["uncovered_people"]),
        _("Mean distance (m)"): _finite(table["mean_m"]).round(),
        _("Half within (m)"): _finite(table["median_m"]).round(),
        _("90 % within (m)"): _finite(table["p90_m"]).round(),
        _("Stations"): whole(table["stations"]),
        _("Stations per 10,000 people"): table["stations_per_10_000"].astype(float).round(2),
    }
    return pd.DataFrame(
        {name: values.to_numpy() for name, values in columns.items()}, index=pd.Index(names, name=header)
    )


def group_table(answer: Assessment) -> DataFrame:
    """Return coverage by group of people."""
    import pandas as pd

    language, groups = current_language(), answer.groups
    names = [Group(key).label(language) for key in groups.index]
    columns = {
        _("People"): whole(groups["people"]),
        _("Covered people"): whole(groups["covered_people"]),
        _("Covered share (%)"): (100 * groups["covered_share"].astype(float)).round(1),
    }
    return pd.DataFrame(
        {name: values.to_numpy() for name, values in columns.items()}, index=pd.Index(names, name=_("Group of people"))
    )


def critical_table(measures: Measures) -> DataFrame:
    """Return the stations by how many people depend on them alone."""
    import pandas as pd

    table = measures.critical.sort_values("rank")
    names = station_names(measures.answer.stations, measures.answer.question.scenario)
    columns = {
        _("Station"): [names.get(key, key) for key in table.index],
        _("Depend on it alone"): whole(table["people_alone"]).to_numpy(),
        _("It is their nearest"): whole(table["people_nearest"]).to_numpy(),
        _("Within its reach"): whole(table["people_within"]).to_numpy(),
    }
    return pd.DataFrame(columns, index=pd.Index(table.index, name=_("Number")))


def week_table(measures: Measures) -> DataFrame:
    """Return the covered share (%) at each full hour (columns) of each weekday (rows), certain and possible."""
    import pandas as pd

    week, total = measures.week, float(measures.demand["people"].sum())
    sides = {_("certain"): "covered_people_low", _("possible"): "covered_people_high"}
    covered = {label: week[column].to_numpy(dtype=float).reshape(7, 24) for label, column in sides.items()}
    rows = {
        f"{name} {label}": (100 * people[day] / (total or np.nan)).round(1)
        for day, name in enumerate(map(_, WEEKDAYS))
        for label, people in covered.items()
    }
    hours = [f"{hour}:00" for hour in range(24)]
    return pd.DataFrame.from_dict(rows, orient="index", columns=hours).rename_axis(_("Covered share (%)"))


def day_table(day: DataFrame) -> DataFrame:
    """Return the covered people at each full hour of a day, certain and possible."""
    import pandas as pd

    hours = pd.Index([f"{hour}:00" for hour in day.index], name=_("Hour"))
    columns = {
        _("Covered people (certain)"): whole(day["covered_people_low"]).to_numpy(),
        _("Covered people (possible)"): whole(day["covered_people_high"]).to_numpy(),
        _("Stations open"): day["stations_open"].to_numpy(),
        _("Stations of unknown hours"): day["stations_unknown"].to_numpy(),
    }
    return pd.DataFrame(columns, index=hours)


def day_cells(day: DataFrame) -> DataFrame:
    """Return `day_table` as a picture needs it: a row for each side and hour, with its `people`; the last until 24."""
    import pandas as pd

    sides = {_("certain"): "covered_people_low", _("possible"): "covered_people_high"}
    until_midnight = pd.concat([day, day.iloc[[-1]].set_axis([24])])
    parts = (
        {"side": side, "hour": until_midnight.index, "people": until_midnight[column]} for side, column in sides.items()
    )
    return pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)


def week_cells(measures: Measures) -> DataFrame:
    """Return `week_table` as a picture needs it: one row for each side, weekday and hour, with its `share` (%)."""
    import pandas as pd

    table = week_table(measures)
    sides = [_("certain"), _("possible")]
    hours = list(range(24))
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "side": sides[row % 2],
                    "day": _(WEEKDAYS[row // 2]),
                    "order": row // 2,
                    "hour": hours,
                    "share": shares,
                }
            )
            for row, shares in enumerate(table.to_numpy())
        ],
        ignore_index=True,
    )


def radius_table(measures: Measures) -> DataFrame:
    """Return covered people and share at many radii."""
    table = measures.by_radius
    renamed = table.assign(covered_share=(100 * table["covered_share"].astype(float)).round(1)).rename(
        columns={"covered_people": _("Covered people"), "covered_share": _("Covered share (%)")}
    )
    whole = (table.index == table.index.astype(int)).all()
    return renamed.set_index(table.index.astype(int) if whole else table.index).rename_axis(_("Radius (m)"))


def lorenz_table(measures: Measures) -> DataFrame:
    """Return both Lorenz curves in percent, beside the line on which everybody has the same."""
    import pandas as pd

    curves = 100 * measures.lorenz
    index = pd.Index(curves.index * 100, name=_("People, those with least first (%)")).round(1)
    columns = {
        _("all the same"): index.to_numpy(),
        _("access, people"): curves["people"].to_numpy(),
        _("coverage, districts"): curves["districts"].to_numpy(),
    }
    return pd.DataFrame(columns, index=index).round(1)


def facts(measures: Measures) -> list[Figure]:
    """Return the figures behind an answer, each with what it is and where its formula comes from."""
    quantiles = measures.quantiles_m
    worth = (
        _("Places (capacity of the stations) within reach of the average person.")
        if measures.capacity_known
        else _("Stations within reach of the average person (each counts as one: not every capacity is known).")
    )
    gravity = _(
        "One at the door counts in full, one at {half} 0.61, at the radius 0.14; shared with nobody. Hansen 1959."
    )
    shown = [
        Figure(
            _("Half of the people within"),
            numbers.distance(quantiles[0.5]),
            _("Nine tenths within {far}; mean {mean}. Weighted by people; unreachable people count.").format(
                far=numbers.distance(quantiles[0.9]), mean=numbers.distance(measures.mean_m)
            ),
        ),
        Figure(
            _("Covered twice"),
            numbers.people(measures.covered_twice),
            _("People with two stations or more within reach (backup coverage, Hogan & ReVelle 1986)."),
        ),
        Figure(
            _("Gravity access"),
            _decimal(measures.gravity_mean),
            sentences([worth, gravity.format(half=numbers.distance(measures.gravity_sigma_m))]),
        ),
    ]
    return [*shown, *_how_sure(measures)]


def evenness(measures: Measures) -> list[Figure]:
    """Return how evenly access is spread among the people, and coverage among the districts."""
    access = (
        _("places per 10,000 people (capacity of the stations)")
        if measures.capacity_known
        else _("stations per 10,000 people (each counts as one: not every capacity is known)")
    )
    among_people = _("How unevenly {access} are spread: 0 evenly, 1 all to one. E2SFCA, Luo & Qi 2009.")
    by_district = _("The same of the covered share, as if everybody in a district had that of the district.")
    return [
        Figure(_("Gini, people"), _decimal(measures.gini_people), among_people.format(access=access)),
        Figure(
            _("Palma, people"),
            _decimal(measures.palma),
            _("Access of the tenth with most by that of the four tenths with least; 0.25 when all have the same."),
        ),
        Figure(_("Gini, districts"), _decimal(measures.gini_districts), by_district),
        Figure(_("Palma, districts"), _decimal(measures.palma_districts), by_district),
    ]


def _how_sure(measures: Measures) -> list[Figure]:
    """Return the interval of the covered people."""
    interval = measures.interval
    words = _("{level} of {draws} simulated registers, each station placed around its recorded place.")
    return [
        Figure(
            _("Covered people, how sure"),
            f"{numbers.people(interval.low)}–{numbers.people(interval.high)}",
            sentences([words.format(level=f"{LEVEL:.0%}", draws=interval.draws), certainty_note()]),
        )
    ]


def certainty_note() -> str:
    """Return why the figure of the register may lie outside its interval."""
    return _("The recorded figure may lie above: stations stand where people are, and a displaced one reaches fewer.")


def street_notes(measures: Measures) -> list[str]:
    """Return what distances along streets rest on, in words; nothing for straight lines."""
    if measures.streets is None or measures.snapped is None or measures.islands is None:
        return []
    people = measures.demand["people"]
    off = people[~np.isfinite(measures.snapped)].sum()
    unreachable = people[~np.isfinite(measures.metres)].sum()
    pieces = len(measures.islands)
    source = _("Streets: {file} of {date}, {nodes} nodes.").format(
        file=measures.streets.file, date=measures.streets.file_date[:10], nodes=f"{measures.streets.nodes:,}"
    )
    stranded = measures.islands["stranded_people"].sum()
    separate = ngettext(
        "The network is one piece.",
        "The network has {count} separate pieces; {people} people are on one without a station.",
        pieces,
    )
    far = _("{off} people live too far from any street to be counted on it; {none} reach no station at all.")
    return [
        source,
        separate.format(count=pieces, people=numbers.people(stranded)),
        far.format(off=numbers.people(off), none=numbers.people(unreachable)),
        *_off_network(measures),
    ]


NAMED = 10
"""As many stations are named in a sentence; tables and `reach --json` have all."""


def _off_network(measures: Measures) -> list[str]:
    off = measures.stations_off_network
    names = station_names(measures.answer.stations, measures.answer.question.scenario)
    words = ngettext(
        "{count} station is too far from any street: {stations}.",
        "{count} stations are too far from any street: {stations}.",
        len(off),
    )
    told = [str(names[key]) for key in off[:NAMED]]
    more = [_("and {count} more").format(count=len(off) - NAMED)] if len(off) > NAMED else []
    return [words.format(count=len(off), stations=listed([*told, *more]))] if len(off) else []


def whole(values: Series) -> Series:
    """Return people as whole numbers, missing ones blank."""
    return values.astype(float).round().astype("Int64")


def _finite(values: Series) -> Series:
    return values.astype(float).replace(np.inf, np.nan)


def _decimal(number: float) -> str:
    return "∞" if number == np.inf else f"{number:.2f}" if np.isfinite(number) else numbers.unknown()
