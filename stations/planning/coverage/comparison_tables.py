"""The same question twice, and the stations of two days, as people read them: figures and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from stations.model import numbers
from stations.model.language import current_language, listed, mark, ngettext, sentences
from stations.model.language import gettext as _
from stations.model.vocabulary import Tier
from stations.planning.coverage.assess import Assessment
from stations.planning.coverage.comparison import Comparison
from stations.planning.coverage.show import Figure, district_name, station_names
from stations.planning.coverage.tables import whole
from stations.planning.records.movements import MOVEMENTS, Movements

if TYPE_CHECKING:
    from pandas import DataFrame, Series

CHANGES = {
    "same": mark("unchanged"),
    "redivided": mark("only divided anew"),
    "shifted": mark("as many covered as uncovered"),
    "grown": mark("grown"),
    "shrunk": mark("shrunk"),
    "opened": mark("opened: all uncovered"),
    "closed": mark("closed: all covered"),
}


NOTHING = "—"
MOVED = {
    "added": mark("added"),
    "undated": mark("entered since, opening day unknown"),
    "delisted": mark("delisted"),
    "uncounted": mark("no longer counted (planned again, or taken out)"),
    "upgraded": mark("upgraded"),
    "downgraded": mark("downgraded"),
    "moved": mark("moved"),
}
ACCOUNT = {
    "opening": mark("Before"),
    "added": mark("Added"),
    "undated": mark("Opening unknown"),
    "delisted": mark("Delisted"),
    "uncounted": mark("No longer counted"),
    "came": mark("Came from others"),
    "went": mark("Went to others"),
    "closing": mark("After"),
}


RARE = ("undated", "uncounted")
"""Columns of the account that are left out where they are all 0."""


def comparison_figures(comparison: Comparison) -> list[Figure]:
    """Return what the two answers differ in, in figures."""
    before, after = comparison.before, comparison.after
    sides = {answer: _asof(answer) for answer in (before, after)}
    change = f"{'+' if comparison.change > 0 else ''}{numbers.people(comparison.change)}"
    both = _("{before} against {after}.").format(before=sides[before], after=sides[after])
    counts = _("People within reach, {asof}.")
    return [
        Figure(_("Covered before"), numbers.people(before.covered), counts.format(asof=sides[before])),
        Figure(_("Covered after"), numbers.people(after.covered), counts.format(asof=sides[after])),
        Figure(_("Change in people"), change, both),
        Figure(_("Gaps"), f"{len(before.gaps)} → {len(after.gaps)}", both),
    ]


def _asof(answer: Assessment) -> str:
    held = answer.holdings
    return _("as of {date}, revision {revision}").format(date=held.data_date, revision=held.revision)


def comparison_table(comparison: Comparison) -> DataFrame:
    """Return covered people by district before and after, and the change; the last row is the city."""
    import pandas as pd

    held, table = comparison.before.holdings, comparison.districts
    names = [district_name(held, code) for code in table.index]
    columns = {
        _("People"): "people",
        _("Covered before"): "before",
        _("Covered after"): "after",
        _("Change in people"): "change",
    }
    shown = pd.DataFrame(
        {title: table[key].to_numpy() for title, key in columns.items()}, index=pd.Index(names, name=_("District"))
    )
    shown.loc[held.city.label(current_language())] = shown.sum()
    return shown.round()


def followed_table(comparison: Comparison) -> DataFrame:
    """Return what becomes of the gaps that change, in a row those that do not, and the sum; rows and columns add up.

    People before − newly covered + newly uncovered + counted elsewhere = people after.
    """
    import pandas as pd

    every = comparison.gaps
    table, rest = every[every["change"] != "same"], every[every["change"] == "same"]
    people = {
        _("People before"): "people_before",
        _("Newly covered"): "newly_covered",
        _("Newly uncovered"): "newly_uncovered",
        _("Counted with neighbours"): "redivided",
        _("People after"): "people_after",
    }
    unchanged = ngettext("{count} gap unchanged", "{count} gaps unchanged", len(rest)).format(count=f"{len(rest):,}")
    columns: dict[str, Any] = {
        _("Gap before"): [*_ids(table, "before_id", "after_id"), unchanged, _("All gaps")],
        _("Rank before"): [*_ranks(comparison.before, table["before_id"]), NOTHING, NOTHING],
        _("Rank after"): [*_ranks(comparison.after, table["after_id"]), NOTHING, NOTHING],
        _("District"): [*_districts(comparison, table), NOTHING, NOTHING],
        _("Gap after"): [*_ids(table, "after_id", "before_id"), NOTHING, NOTHING],
        _("What happens"): [*(_(CHANGES[change]) for change in table["change"]), NOTHING, NOTHING],
        _("Because of"): [*_because(comparison, table), NOTHING, NOTHING],
    }
    for title, key in people.items():
        columns[title] = whole(pd.Series([*table[key], rest[key].sum(), every[key].sum()])).to_list()
    return pd.DataFrame(columns).set_index(_("Gap before"))


def _ids(table: DataFrame, side: str, other_side: str) -> list[str]:
    """Return the identifier of each gap on one side; where it has none there, the gap that its people are part of."""
    words = _("part of {gap}")
    others = table["other_id"].where(table[other_side].notna(), None)
    return [
        str(own) if own is not None else words.format(gap=other) if other is not None else NOTHING
        for own, other in zip(table[side], others, strict=True)
    ]


def _ranks(answer: Assessment, ids: Series) -> list[str]:
    """Return the rank, which the map shows, of each gap on one side; nothing where it has none there."""
    ranks = answer.gaps.set_index("gap_id")["rank"]
    return [str(ranks[own]) if own in ranks.index else NOTHING for own in ids]


def _districts(comparison: Comparison, gaps: DataFrame) -> list[str]:
    """Return the district of each gap, on the side where it has one of its own."""
    held = comparison.before.holdings
    codes = {
        **comparison.before.gaps.set_index("gap_id")["district"].to_dict(),
        **comparison.after.gaps.set_index("gap_id")["district"].to_dict(),
    }
    own = gaps["after_id"].where(gaps["after_id"].notna(), gaps["before_id"])
    return [district_name(held, codes.get(gap)) for gap in own]


def _because(comparison: Comparison, gaps: DataFrame) -> list[str]:
    """Return for each gap the stations whose coming closed it (+) and whose going opened it (−)."""
    before, after = comparison.before, comparison.after
    names = station_names(before.stations, None) | station_names(after.stations, after.question.scenario)
    pairs = zip(gaps["closed_by"], gaps["opened_by"], strict=True)
    signed = ([*(f"+{names[key]}" for key in came), *(f"−{names[key]}" for key in went)] for came, went in pairs)
    return [listed(stations) or NOTHING for stations in signed]


def account_table(moves: Movements, by: Literal["tier", "division"]) -> DataFrame:
    """Return the account of the stations by tier or district; the last row is the city, where the rows add up."""
    import pandas as pd

    table, language = moves.by(by), current_language()
    if by == "tier":
        names = [Tier(str(key)).label(language) for key in table.index]
    else:
        names = [district_name(moves.after, key) for key in table.index]
    index = pd.Index(names, name=_("Tier") if by == "tier" else _("District"))
    told = {key: title for key, title in ACCOUNT.items() if key not in RARE or table[key].any()}
    shown = pd.DataFrame({_(title): table[key].to_numpy() for key, title in told.items()}, index=index)
    shown.loc[moves.after.city.label(language)] = shown.sum()
    return shown


def movement_table(moves: Movements) -> DataFrame:
    """Return a row for each movement of a station, in the order of `MOVEMENTS`."""
    import pandas as pd

    rows = moves.stations
    rows = rows.sort_values("movement", key=lambda names: names.map(MOVEMENTS.index), kind="stable")
    columns = {
        _("Name"): list(rows["name"]),
        _("What happened"): [_(MOVED[movement]) for movement in rows["movement"]],
        _("District"): [district_name(moves.after, code) for code in rows["district"]],
        _("Was"): [_side(value) for value in rows["was"]],
        _("Is now"): [_side(value) for value in rows["is_now"]],
    }
    return pd.DataFrame(columns, index=pd.Index(rows["station_id"], name=_("Number")), dtype=object)


def movement_sentence(moves: Movements) -> str:
    """Return the account of the city in one sentence."""
    total = moves.total()
    words = (
        _(
            "{before}: {opening} stations. Known to be added {added}, entered since with an unknown opening day "
            "{undated}, delisted {delisted}. {after}: {closing}."
        )
        if total["undated"]
        else _("{before}: {opening} stations. Added {added}, delisted {delisted}. {after}: {closing}.")
    )
    if total["uncounted"]:
        words = sentences([words, uncounted(total["uncounted"])])
    return words.format(before=moves.before.data_date, after=moves.after.data_date, **total)


def uncounted(count: int) -> str:
    """Return that stations are on the books no more without being delisted."""
    words = ngettext(
        "{count} station more is no longer counted: it is planned again, or was taken out of the register.",
        "{count} stations more are no longer counted: they are planned again, or were taken out of the register.",
        count,
    )
    return words.format(count=numbers.people(count))


def _side(value: object) -> str:
    """Return a tier in words, or metres moved."""
    if isinstance(value, float):
        return _("{distance} away").format(distance=numbers.distance(value))
    return Tier(value).label(current_language()) if isinstance(value, str) else NOTHING
