"""What each kind of map for paper shows: the register and its answers as the panels of one sheet."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from stations.analysis.coverage import of_tier
from stations.model import numbers
from stations.model.crs import to_metric
from stations.model.errors import NotGiven
from stations.model.language import current_language, listed, mark, ngettext, use_language
from stations.model.language import gettext as _
from stations.model.schema import DEMONSTRATION, RECORDS
from stations.model.settings import Settings
from stations.model.vocabulary import PageLayout, SnapshotKind, Tier
from stations.planning.coverage.assess import Assessment, Question, assess
from stations.planning.coverage.comparison import gained_and_lost, total_and_covered
from stations.planning.coverage.counting import located
from stations.planning.coverage.proposed import gains, only, proposed
from stations.planning.coverage.show import (
    basis,
    coverage_sentence,
    day_notes,
    district_name,
    uncounted_before,
    undated_note,
)
from stations.planning.maps.draw import DRAWN_M, drawn_stations
from stations.planning.maps.focus import division_of, focused, within
from stations.planning.questions import earlier, today
from stations.planning.records.movements import counted_stations
from stations.planning.register import Holdings, holdings
from stations.planning.reporting.scope import owned, stated, union_of_code

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

    from stations.output.figures import Panel, Sheet

YEARS = 6
"""How many maps the years have at most, the last ones."""
NAMED_SOURCES = 3
TOLD_GAINS = 10
"""How many proposed stations the notes tell one by one; the file tells them all."""


@dataclass(frozen=True)
class Wish:
    """A map for paper that somebody wishes for.

    Attributes
    ----------
    question
        What is asked, by the kinds that ask; a pair also compares it without and with its scenario.
    since
        The day that a pair compares with.
    bases
        Whether the activity bases are drawn, too.
    dpi
        Of a PNG.
    tiers
        Those that the kinds show which ask nothing.
    focus
        The code of the county-level union whose map it is; ``None`` for the city's.
    """

    kind: SnapshotKind = SnapshotKind.TIERS
    question: Question | None = None
    layout: PageLayout = PageLayout.LANDSCAPE
    since: dt.date | None = None
    bases: bool = False
    dpi: int = 300
    format: Literal["png", "svg", "pdf"] = "png"
    tiers: tuple[Tier, ...] = tuple(Tier)
    focus: str | None = None


def sheet_of(settings: Settings, wish: Wish) -> Sheet:
    """Return what a wish shows, in the language of `settings`.

    Raises `NotGiven` where the wish leaves out what its kind needs, and whatever `assess` raises.
    """
    from stations.output.figures import Sheet

    use_language(settings.language)
    held, answer = holdings(settings), answer_of(settings, wish)
    panels, notes = _MAKERS[wish.kind](settings, wish)
    spacing_m = answer.people.spacing_m if answer and answer.people else None
    sheet = Sheet(
        districts=to_metric(held.districts, held.city.metric_crs).assign(
            name=[district_name(held, code) for code in held.districts.index]
        ),
        panels=panels,
        title=title(held, wish),
        notes=(*_dated(_whose(held, wish)), *notes, *(_answered(answer, wish) if answer else ())),
        approval=_("Map approval no. {number}").format(number=settings.map_approval)
        if settings.map_approval
        else _("For internal use"),
        demonstration=held.demonstration,
        language=settings.language,
        spacing_m=spacing_m,
        shares_of=_("Covered share of people") if answer and answer.people else _("Covered share of the land"),
        tiers=legend(wish),
        compared=wish.kind in {SnapshotKind.PAIR, SnapshotKind.YEARS},
        layout=wish.layout,
    )
    return focused(sheet, held, wish.focus) if wish.focus else sheet


def _whose(held: Holdings, wish: Wish) -> Holdings:
    return within(held, wish.focus) if wish.focus else held


def _answered(answer: Assessment, wish: Wish) -> tuple[str, ...]:
    """Return what an answer says beside its map; the sentence on the whole city beside that of the city alone."""
    if division := division_of(answer.holdings, wish.focus):
        whose = _("Whoever's stations they are, what is within reach is counted in {district} alone.")
        return whose.format(district=district_name(answer.holdings, division)), basis(answer)
    return (coverage_sentence(answer), basis(answer)) if known(answer) else (basis(answer),)


def known(answer: Assessment) -> bool:
    """Return whether anything is known of the stations of the day: none counted may only mean that nobody knows."""
    return bool(answer.stations_used) or not answer.holdings.undated["station"]


def own(held: Holdings, stations: GeoDataFrame, wish: Wish) -> GeoDataFrame:
    """Return those of the stations that a map counts: its union's, where it is of one."""
    return owned(held, stations, wish.focus) if wish.focus else stations


def legend(wish: Wish) -> tuple[Tier, ...]:
    """Return the tiers that are on the map."""
    if not wish.kind.asks:
        return tuple(tier for tier in Tier if tier in wish.tiers)
    return Tier.at_least(wish.question.tier) if wish.question and wish.question.tier else tuple(Tier)


def of_tiers(held: Holdings, wish: Wish) -> GeoDataFrame:
    """Return the stations of a kind that asks nothing."""
    counted = counted_stations(held)
    return counted[counted["tier"].isin([tier.value for tier in wish.tiers])]


def title(held: Holdings, wish: Wish) -> str:
    """Return the heading of a map for paper: the city, and what it shows."""
    language = current_language()
    place = union_of_code(held, wish.focus) if wish.focus else held.city
    words = _("{city}: {what} within {radius}") if wish.kind.asks else _("{city}: {what}")
    radius = numbers.stated(wish.question.radius_m) if wish.question else ""
    told = words.format(city=place.label(language), what=wish.kind.label(language), radius=radius)
    if legend(wish) == tuple(Tier):
        return told
    named = listed(tier.label(language) for tier in legend(wish))
    return _("{title} ({tiers} only)").format(title=told, tiers=named)


def answer_of(settings: Settings, wish: Wish) -> Assessment | None:
    """Return the answer that a kind asks for, ``None`` of the others. Raises `NotGiven`, and as `assess` does."""
    if not wish.kind.asks:
        return None
    if wish.question is None:
        raise NotGiven(what=mark("Radius"), offered=mark("a number of metres from 1 to 100,000"))
    return assess(settings, wish.question)


def _dated(held: Holdings) -> tuple[str, ...]:
    """Return the lines that every picture has: everything needed to trace its figures."""
    dated = dated_note(held.data_date, held.revision)
    counted = counted_stations(held)
    unlocated = int((~located(counted)).sum())
    missing = ngettext(
        "{count} more has no exact location and is not drawn.",
        "{count} more have no exact location and are not drawn.",
        unlocated,
    ).format(count=f"{unlocated:,}")
    return (dated, *day_notes(held), _source(counted), *((missing,) if unlocated else ()))


def dated_note(date: str, revision: int) -> str:
    """Return the first line of every picture."""
    return _("Data as of {date}, revision {revision}").format(date=date, revision=revision)


def _source(stations: GeoDataFrame) -> str:
    """Return where the stations are from: the register, and what it names as the sources of most of them."""
    named = [_source_named(source) for source in stations["source"].dropna().value_counts().index]
    more = _("and {count} more").format(count=len(named) - NAMED_SOURCES)
    told = listed([*named[:NAMED_SOURCES], *([more] if len(named) > NAMED_SOURCES else [])])
    return _("Source: the register of stations ({sources})").format(sources=told) if told else _("Source: the register")


def _source_named(source: str) -> str:
    return _("demonstration data") if source == DEMONSTRATION else source


# ---- the kinds: the panels, and what is said of them beside the map

Made = tuple[tuple["Panel", ...], tuple[str, ...]]


def _tiers(settings: Settings, wish: Wish) -> Made:
    held = holdings(settings)
    return (_panel(held, of_tiers(held, wish), bases=wish.bases),), ()


def _each_tier(settings: Settings, wish: Wish) -> Made:
    held, language = holdings(settings), current_language()
    counted = counted_stations(held)
    found = {tier: counted[counted["tier"] == tier.value] for tier in Tier if tier in wish.tiers}
    counts = {tier: _count(len(own(held, stations, wish)), held) for tier, stations in found.items()}
    panels = (
        _panel(held, stations, bases=wish.bases, title=_told(tier.label(language), counts[tier]))
        for tier, stations in found.items()
    )
    return tuple(panels), ()


def _years(settings: Settings, wish: Wish) -> Made:
    shown = years_shown(settings, wish)
    panels = (
        _panel(held, found, bases=wish.bases, title=_told(held.data_date, _count(len(own(held, found, wish)), held)))
        for held, found in shown
    )
    return tuple(panels), (_("Planned and delisted stations are left out."), *_unknown_years(year_ends(settings)))


def years_shown(settings: Settings, wish: Wish) -> list[tuple[Holdings, GeoDataFrame]]:
    """Return the end of each of the last years that had stations, and the day looked at, each with its stations."""
    known = [held for held in year_ends(settings) if len(counted_stations(held))]
    return [(held, of_tiers(held, wish)) for held in (*known, holdings(settings))]


def year_ends(settings: Settings) -> list[Holdings]:
    """Return the register at the end of each of the last years before the day looked at."""
    revised_at = holdings(settings).revised_at
    last = settings.on or (revised_at.astimezone().date() if revised_at else today())  # not by the clock: it goes on
    days = [dt.date(year, 12, 31) for year in range(last.year - YEARS + 1, last.year)]
    return [holdings(settings.having(on=day)) for day in days]


def _unknown_years(then: list[Holdings]) -> tuple[str, ...]:
    """Return why there is no map of some years, or fewer stations than there may have been."""
    undated = max((held.undated["station"] for held in then), default=0)
    words = _(
        "Stations without an opening day that were entered later: {count}. Nobody knows since when they are there; "
        "years of which no station is known have no map, the others show at least the stations drawn."
    )
    return (words.format(count=numbers.people(undated)),) if undated else ()


def _coverage(settings: Settings, wish: Wish) -> Made:
    answer = _asked(settings, wish)
    return (_panel_of(answer, reached=_reached(answer), bases=wish.bases),), ()


def _gaps(settings: Settings, wish: Wish) -> Made:
    answer = _asked(settings, wish)
    return (_panel_of(answer, gaps=True, bases=wish.bases),), ()


def _districts(settings: Settings, wish: Wish) -> Made:
    answer = _asked(settings, wish)
    shares = answer.districts["covered_share"].reindex(answer.holdings.districts.index)
    shares = shares if known(answer) else shares * math.nan
    return (replace(_panel_of(answer, bases=wish.bases), shares=shares),), ()


def _pair(settings: Settings, wish: Wish) -> Made:
    (when, before), after = before_of(settings, wish), _asked(settings, wish)
    later = _("With the scenario") if after.question.scenario else after.holdings.data_date
    panels = [
        replace(_panel_of(answer, gaps=True, bases=wish.bases), title=_title_of_side(name, answer, wish))
        for name, answer in ((when, before), (later, after))
    ]
    if known(before) and not before.holdings.undated["station"]:
        panels = _changes_marked(*panels)
    return tuple(panels), (_reach_changed(before, after, wish), *_side_notes(before, wish))


def _changes_marked(before: Panel, after: Panel) -> list[Panel]:
    """Return both sides of a pair with what the other does not have marked: closed stations, and new ones."""
    gone = before.stations.index.difference(after.stations.index)
    new = after.stations.index.difference(before.stations.index)
    return [replace(before, gone=tuple(gone)), replace(after, new=tuple(new))]


def _side_notes(before: Assessment, wish: Wish) -> tuple[str, ...]:
    """Return what is not known of the day that a pair compares with."""
    if wish.since is None:
        return ()
    return tuple(filter(None, [undated_note(before.holdings, "station"), uncounted_before(before.holdings)]))


def _proposals(settings: Settings, wish: Wish) -> Made:
    """Return the map of the stations that the scenario adds, each with the people that it newly covers by itself."""
    answer = _asked(settings, wish)
    numbered = proposed(answer, division_of(answer.holdings, wish.focus))
    if not len(numbered):
        offered = mark("a scenario that adds stations, as a link of the page says it")
        raise NotGiven(what=mark("Scenario"), offered=offered)
    panel = _panel_of(answer, bases=wish.bases)
    standing = panel.stations.drop(index=numbered["station_id"])
    panel = replace(panel, stations=standing, proposals=numbered)
    return (panel,), _gained(settings, answer, wish)


def _gained(settings: Settings, answer: Assessment, wish: Wish) -> tuple[str, ...]:
    """Return what the added stations newly cover, together and alone, and what all of the scenario does, if it is more.

    What is only added takes nobody's station away: nothing is lost by it.
    """
    division = division_of(answer.holdings, wish.focus)
    together, alone = gains(settings, answer, division)
    told = [_("Together, the proposed stations newly cover {people}.").format(people=_amount(answer, together))]
    if alone:
        told.append(_each_gained(answer, alone))
    if answer.question.scenario != only(answer, list(proposed(answer, division)["new"])):
        before = assess(settings, replace(answer.question, scenario=None))
        words = _("With everything that the scenario changes: {change}")
        told.append(words.format(change=_reach_changed(before, answer, wish)))
    return tuple(told)


def _each_gained(answer: Assessment, alone: Mapping[int, float]) -> str:
    """Return what each proposed station newly covers by itself; of many, those that cover most."""
    most = sorted(alone, key=lambda number: -alone[number])[:TOLD_GAINS]
    each = listed(f"{number}: {_amount(answer, alone[number])}" for number in alone if number in most)
    if others := [gain for number, gain in alone.items() if number not in most]:
        words = _("By themselves, these cover most: {gains}. Each of the other {count} newly covers at most {people}.")
        return words.format(gains=each, count=len(others), people=_amount(answer, max(others)))
    return _("Each by itself: {gains}.").format(gains=each)


def _reach_changed(before: Assessment, after: Assessment, wish: Wish) -> str:
    """Return what is newly within reach, and what no longer is: a sum of both would hide either."""
    if not known(before):
        return _("What is newly within reach is not known: nobody knows which stations there were.")
    division = division_of(after.holdings, wish.focus)
    gained, lost = (_amount(after, change) for change in gained_and_lost(before, after, division=division))
    words = (
        _("{gained} newly within reach, {lost} no longer.")
        if after.people
        else _("Land newly within reach: {gained}; no longer: {lost}.")
    )
    return words.format(gained=gained, lost=lost)


def _amount(answer: Assessment, covered: float) -> str:
    return _("{people} people").format(people=numbers.people(covered)) if answer.people else numbers.area(covered)


_MAKERS: Mapping[SnapshotKind, Callable[[Settings, Wish], Made]] = {
    SnapshotKind.TIERS: _tiers,
    SnapshotKind.COVERAGE: _coverage,
    SnapshotKind.GAPS: _gaps,
    SnapshotKind.PROPOSALS: _proposals,
    SnapshotKind.PAIR: _pair,
    SnapshotKind.EACH_TIER: _each_tier,
    SnapshotKind.YEARS: _years,
    SnapshotKind.DISTRICTS: _districts,
}


def _asked(settings: Settings, wish: Wish) -> Assessment:
    answer = answer_of(settings, wish)
    assert answer is not None
    return answer


def before_of(settings: Settings, wish: Wish) -> tuple[str, Assessment]:
    """Return the first side of a pair with its name: that of an earlier day, or of the day; without the scenario."""
    answer = _asked(settings, wish)
    asked = replace(answer.question, scenario=None)
    if wish.since is not None:
        before = assess(settings.having(on=earlier(wish.since, settings.on)), asked)
        return before.holdings.data_date, before
    if answer.question.scenario is None:
        raise NotGiven(what=mark("What to compare with"), offered=mark("a day to compare with, or a scenario"))
    return _("As it is"), assess(settings, asked)


def _title_of_side(name: str, answer: Assessment, wish: Wish) -> str:
    words, held = _("{name}: {stations}, {share} within reach"), answer.holdings
    if not known(answer):
        return _("{name}: which stations there were is not known").format(name=name)
    total, covered = total_and_covered(answer, division_of(held, wish.focus))
    share = numbers.share(covered / total if total else None)
    return words.format(name=name, stations=_count(len(own(held, answer.used, wish)), held), share=share)


def _told(name: str, count: str) -> str:
    """Return the title of one of several maps."""
    return _("{name}: {count}").format(name=name, count=count)


def _count(stations: int, held: Holdings) -> str:
    """Return a count in words; of a day whose stations are not all known, at least so many."""
    if held.undated["station"]:
        words = _("stations: {count}")
        return words.format(count=stated(stations, held.undated["station"]))
    return ngettext("{count} station", "{count} stations", stations).format(count=numbers.people(stations))


def _reached(answer: Assessment) -> GeoSeries:
    import shapely
    from geopandas import GeoSeries

    land = shapely.simplify(answer.reach.area(answer.used, radius_m=answer.question.radius_m), DRAWN_M)
    return GeoSeries([] if shapely.is_empty(land) else [land], crs=answer.holdings.city.metric_crs)


def _panel_of(
    answer: Assessment, *, gaps: bool = False, reached: GeoSeries | None = None, bases: bool = False
) -> Panel:
    """Return the map of an answer: people who are not covered, and gaps if asked for."""
    held, crs = answer.holdings, answer.holdings.city.metric_crs
    people, gaps = known(answer) and (gaps or reached is not None), known(answer) and gaps
    panel = _panel(held, of_tier(drawn_stations(held, answer), answer.question.tier), bases=bases)
    return replace(
        panel,
        uncovered=to_metric(answer.uncovered, crs) if people and answer.uncovered is not None else None,
        gaps=to_metric(answer.gaps, crs) if gaps else None,
        reached=reached,
    )


def _panel(held: Holdings, stations: GeoDataFrame, *, bases: bool, title: str = "") -> Panel:
    from stations.output.figures import Panel

    crs = held.city.metric_crs
    return Panel(
        title=title,
        stations=to_metric(stations[located(stations)], crs),
        incomplete=tuple(kind for kind in RECORDS if held.undated[kind]),
        bases=to_metric(held.bases[located(held.bases)], crs) if bases else None,
    )
