"""What each kind of map for paper shows: the register and its answers as the panels of one sheet."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from stations.analysis.coverage import of_tier
from stations.analysis.whatif import Placed, Scenario
from stations.model import numbers
from stations.model.crs import to_metric
from stations.model.errors import NotGiven
from stations.model.language import current_language, listed, mark, ngettext, use_language
from stations.model.language import gettext as _
from stations.model.schema import RECORDS
from stations.model.settings import Settings
from stations.model.vocabulary import PageLayout, SnapshotKind, Tier
from stations.planning.assess import Assessment, Question, assess
from stations.planning.comparison import gained_and_lost
from stations.planning.counting import located
from stations.planning.draw import DRAWN_M, drawn_stations
from stations.planning.focus import focused, within
from stations.planning.movements import counted_stations
from stations.planning.questions import earlier, today
from stations.planning.register import Holdings, holdings
from stations.planning.report_scope import stated, union_of_code
from stations.planning.show import (
    basis,
    coverage_sentence,
    day_notes,
    district_name,
    uncounted_before,
    undated_note,
)

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

    from stations.output.figures import Panel, Sheet

YEARS = 6
"""How many maps the years have at most, the last ones."""
NAMED_SOURCES = 3
MOST_PROPOSALS = 50
"""How many proposed stations are told one by one."""


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
    held, answer = holdings(settings), _answer(settings, wish)
    panels, notes = _MAKERS[wish.kind](settings, wish)
    spacing_m = answer.people.spacing_m if answer and answer.people else None
    sheet = Sheet(
        districts=to_metric(held.districts, held.city.metric_crs).assign(
            name=[district_name(held, code) for code in held.districts.index]
        ),
        panels=panels,
        title=title(held, wish),
        notes=(*_dated(held), *notes, *(_answered(answer, wish) if answer else ())),
        approval=_("Map approval no. {number}").format(number=settings.map_approval)
        if settings.map_approval
        else _("For internal use"),
        demonstration=held.demonstration,
        language=settings.language,
        spacing_m=spacing_m,
        shares_of=_("Covered share of people") if answer and answer.people else _("Covered share of the land"),
        tiers=_legend(wish),
        layout=wish.layout,
    )
    return focused(sheet, held, wish.focus) if wish.focus else sheet


def _answered(answer: Assessment, wish: Wish) -> tuple[str, ...]:
    """Return what an answer says beside its map; the sentence on the whole city beside that of the city alone."""
    return (basis(answer),) if wish.focus or not _known(answer) else (coverage_sentence(answer), basis(answer))


def figures_of(settings: Settings, wish: Wish) -> dict[str, float]:
    """Return the figures that a picture rests on, by name: they are kept in its file, and compared by `verified`."""
    held, answer = holdings(settings), _answer(settings, wish)
    shown = within(held, wish.focus) if wish.focus else held
    figures = places_counted(shown, tiers=_legend(wish))
    if answer is not None and _known(answer):
        division = union_of_code(held, wish.focus).parent if wish.focus else None
        gaps = answer.gaps if division is None else answer.gaps[answer.gaps["district"] == division]
        figures |= covered_counted(answer, division=division) | {"gaps": len(gaps)}
        figures |= {} if wish.focus else {"stations_used": answer.stations_used}
    if wish.kind is SnapshotKind.PAIR:
        before, after = _before(settings, wish)[1], _asked(settings, wish)
        gained, lost = (round(change, 3) for change in gained_and_lost(before, after))
        figures |= {"newly_covered": gained, "no_longer_covered": lost} if _known(before) else {}
        figures |= {"covered_before": round(before.covered, 3)} if _known(before) else {}
    return figures


def places_counted(held: Holdings, tiers: tuple[Tier, ...] = tuple(Tier)) -> dict[str, float]:
    """Return how many stations are on the books, of each tier too, and how many bases, as a trace names them.

    What is not known, because some were entered later and nobody knows since when they are there, is left out.
    """
    found = counted_stations(held)["tier"].value_counts()
    by_tier: dict[str, float] = {f"stations_{tier.value}": int(found.get(tier.value, 0)) for tier in tiers}
    stations = {"stations": sum(by_tier.values()), **by_tier} if not held.undated["station"] else {}
    return stations | ({"bases": len(held.bases)} if not held.undated["base"] else {})


def covered_counted(answer: Assessment, *, division: str | None = None) -> dict[str, float]:
    """Return the people (or the land) of the city or of a division, and those within reach, as a trace names them."""
    unit, whole = ("people", "people") if answer.people else ("km2", "area_km2")
    total, covered = answer.total, answer.covered
    if division is not None:
        total, covered = (float(answer.districts[name].to_dict()[division]) for name in (whole, f"covered_{unit}"))
    return {f"total_{unit}": round(total, 3), f"covered_{unit}": round(covered, 3)}


def _known(answer: Assessment) -> bool:
    """Return whether anything is known of the stations of the day: none counted may only mean that nobody knows."""
    return not (answer.holdings.undated["station"] and not answer.stations_used)


def _legend(wish: Wish) -> tuple[Tier, ...]:
    """Return the tiers that are on the map."""
    if not wish.kind.asks:
        return tuple(tier for tier in Tier if tier in wish.tiers)
    return Tier.at_least(wish.question.tier) if wish.question and wish.question.tier else tuple(Tier)


def _of_tiers(held: Holdings, wish: Wish) -> GeoDataFrame:
    counted = counted_stations(held)
    return counted[counted["tier"].isin([tier.value for tier in wish.tiers])]


def title(held: Holdings, wish: Wish) -> str:
    """Return the heading of a map for paper: the city, and what it shows."""
    language = current_language()
    place = union_of_code(held, wish.focus) if wish.focus else held.city
    words = _("{city}: {what} within {radius}") if wish.kind.asks else _("{city}: {what}")
    radius = numbers.stated(wish.question.radius_m) if wish.question else ""
    told = words.format(city=place.label(language), what=wish.kind.label(language), radius=radius)
    if _legend(wish) == tuple(Tier):
        return told
    named = listed(tier.label(language) for tier in _legend(wish))
    return _("{title} ({tiers} only)").format(title=told, tiers=named)


def _answer(settings: Settings, wish: Wish) -> Assessment | None:
    if not wish.kind.asks:
        return None
    if wish.question is None:
        raise NotGiven(what=mark("Radius"), offered=mark("a number of metres from 1 to 100,000"))
    return assess(settings, wish.question)


def _dated(held: Holdings) -> tuple[str, ...]:
    """Return the lines that every picture has: everything needed to trace its figures."""
    dated = _("Data as of {date}, revision {revision}").format(date=held.data_date, revision=held.revision)
    counted = counted_stations(held)
    unlocated = int((~located(counted)).sum())
    missing = ngettext(
        "{count} more has no exact location and is not drawn.",
        "{count} more have no exact location and are not drawn.",
        unlocated,
    ).format(count=f"{unlocated:,}")
    return (dated, *day_notes(held), _source(counted), *((missing,) if unlocated else ()))


def _source(stations: GeoDataFrame) -> str:
    """Return where the stations are from: the register, and what it names as the sources of most of them."""
    named = list(stations["source"].dropna().value_counts().index)
    more = _("and {count} more").format(count=len(named) - NAMED_SOURCES)
    told = listed([*named[:NAMED_SOURCES], *([more] if len(named) > NAMED_SOURCES else [])])
    return _("Source: the register of stations ({sources})").format(sources=told) if told else _("Source: the register")


# ---- the kinds: the panels, and what is said of them beside the map

Made = tuple[tuple["Panel", ...], tuple[str, ...]]


def _tiers(settings: Settings, wish: Wish) -> Made:
    held = holdings(settings)
    return (_panel(held, _of_tiers(held, wish), bases=wish.bases),), ()


def _each_tier(settings: Settings, wish: Wish) -> Made:
    held, language = holdings(settings), current_language()
    counted = counted_stations(held)
    found = {tier: counted[counted["tier"] == tier.value] for tier in Tier if tier in wish.tiers}
    panels = (
        _panel(held, stations, bases=wish.bases, title=f"{tier.label(language)} {_count(len(stations), held)}")
        for tier, stations in found.items()
    )
    return tuple(panels), ()


def _years(settings: Settings, wish: Wish) -> Made:
    """Return a map for the end of each of the last years that had stations, and one for the day looked at."""
    revised_at = holdings(settings).revised_at
    last = settings.on or (revised_at.astimezone().date() if revised_at else today())  # not by the clock: it goes on
    days = [dt.date(year, 12, 31) for year in range(last.year - YEARS + 1, last.year)]
    then = [holdings(settings.having(on=day)) for day in days]
    known = [held for held in then if len(counted_stations(held))]
    panels = (
        _panel(held, found, bases=wish.bases, title=f"{held.data_date} {_count(len(found), held)}")
        for held, found in ((held, _of_tiers(held, wish)) for held in (*known, holdings(settings)))
    )
    return tuple(panels), (_("Planned and delisted stations are left out."), *_unknown_years(then))


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
    shares = shares if _known(answer) else shares * math.nan
    return (replace(_panel_of(answer, bases=wish.bases), shares=shares),), ()


def _pair(settings: Settings, wish: Wish) -> Made:
    (when, before), after = _before(settings, wish), _asked(settings, wish)
    later = _("With the scenario") if wish.since is None else after.holdings.data_date
    panels = [
        replace(_panel_of(answer, gaps=True, bases=wish.bases), title=_title_of_side(name, answer))
        for name, answer in ((when, before), (later, after))
    ]
    return tuple(panels), (_reach_changed(before, after), *_side_notes(before, wish))


def _side_notes(before: Assessment, wish: Wish) -> tuple[str, ...]:
    """Return what is not known of the day that a pair compares with."""
    if wish.since is None:
        return ()
    return tuple(filter(None, [undated_note(before.holdings, "station"), uncounted_before(before.holdings)]))


def _proposals(settings: Settings, wish: Wish) -> Made:
    """Return the map of the stations that the scenario adds, each with the people that it newly covers by itself."""
    from geopandas import GeoDataFrame, points_from_xy

    answer = _asked(settings, wish)
    scenario, crs = answer.question.scenario, answer.holdings.city.metric_crs
    if scenario is None or not scenario.added:
        offered = mark("a scenario that adds stations, as a link of the page says it")
        raise NotGiven(what=mark("Scenario"), offered=offered)
    places = points_from_xy([new.x for new in scenario.added], [new.y for new in scenario.added], crs="EPSG:4326")
    numbered = GeoDataFrame({"number": range(1, len(places) + 1)}, geometry=places)
    panel = _panel_of(answer, bases=wish.bases)
    standing = panel.stations.drop(index=[new.station_id for new in scenario.added])
    panel = replace(panel, stations=standing, proposals=to_metric(numbered, crs))
    return (panel,), _gained(settings, answer, scenario)


def _gained(settings: Settings, answer: Assessment, scenario: Scenario) -> tuple[str, ...]:
    """Return what the added stations newly cover, together and alone, and what all of the scenario does, if it is more.

    What is only added takes nobody's station away: nothing is lost by it.
    """
    base = assess(settings, replace(answer.question, scenario=None))

    def only(*added: Placed) -> Scenario:
        keys = {new.station_id for new in added}
        return Scenario(added=added, honoured=tuple(each for each in scenario.honoured if each[0] in keys))

    def gain(*added: Placed) -> str:
        return _amount(answer, assess(settings, replace(answer.question, scenario=only(*added))).covered - base.covered)

    told = [_("Together, the proposed stations newly cover {people}.").format(people=gain(*scenario.added))]
    if len(scenario.added) <= MOST_PROPOSALS:
        each = listed(f"{number}: {gain(new)}" for number, new in enumerate(scenario.added, start=1))
        told.append(_("Each by itself: {gains}.").format(gains=each))
    if scenario != only(*scenario.added):
        words = _("With everything that the scenario changes: {change}")
        told.append(words.format(change=_reach_changed(base, answer)))
    return tuple(told)


def _reach_changed(before: Assessment, after: Assessment) -> str:
    """Return what is newly within reach, and what no longer is: a sum of both would hide either."""
    if not _known(before):
        return _("What is newly within reach is not known: nobody knows which stations there were.")
    gained, lost = (_amount(after, change) for change in gained_and_lost(before, after))
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
    answer = _answer(settings, wish)
    assert answer is not None
    return answer


def _before(settings: Settings, wish: Wish) -> tuple[str, Assessment]:
    """Return the first side of a pair with its name: that of an earlier day, or without the scenario."""
    answer = _asked(settings, wish)
    if wish.since is not None:
        before = assess(settings.having(on=earlier(wish.since, settings.on)), answer.question)
        return before.holdings.data_date, before
    if answer.question.scenario is None:
        raise NotGiven(what=mark("What to compare with"), offered=mark("a day to compare with, or a scenario"))
    return _("As it is"), assess(settings, replace(answer.question, scenario=None))


def _title_of_side(name: str, answer: Assessment) -> str:
    words = _("{name}: {stations}, {share} within reach")
    if not _known(answer):
        return _("{name}: which stations there were is not known").format(name=name)
    share = numbers.share(answer.covered_share)
    return words.format(name=name, stations=_count(answer.stations_used, answer.holdings), share=share)


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
    people = gaps or reached is not None
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
