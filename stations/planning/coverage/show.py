"""Answers as people read them: sentences, key figures, tables and cards, in the reader's language.

Every function takes the language from `stations.model.language.use_language`; tables keep identifiers as their index
and readable headers as their columns, so that a page shows and downloads the same thing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stations.analysis.whatif import Scenario
from stations.model import numbers
from stations.model.language import current_language, listed, mark, ngettext
from stations.model.language import gettext as _
from stations.model.schema import RECORDS, Kind
from stations.model.travel import SPEED_KM_H
from stations.model.vocabulary import Group, Tier
from stations.planning.coverage.assess import Assessment
from stations.planning.coverage.counting import located, planned
from stations.planning.coverage.demand_words import account, assumed_datum
from stations.planning.records.movements import counted_stations
from stations.planning.register import Holdings
from stations.planning.reporting.scope import stated

if TYPE_CHECKING:
    from pandas import DataFrame

WAYS = {
    "straight": mark("in a straight line"),
    "walk": mark("on foot along streets"),
    "ebike": mark("by e-bike along streets"),
    "truck": mark("by truck along streets"),
}
OFF_SHARE = 0.01
"""Of more people than this share too far from any street the first sentence speaks, not only the last."""
WEEKDAYS = (mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"))


@dataclass(frozen=True)
class Figure:
    """A key figure: what it is called, its value, and what it counts as of when."""

    label: str
    value: str
    counts: str


def overview_sentence(held: Holdings, answer: Assessment) -> str:
    """Return the one sentence that answers "how are we doing"."""
    count = len(counted_stations(held))
    stations = ngettext("{count} station", "{count} stations", count).format(count=numbers.people(count))
    if held.stations.empty:
        return _no_stations(held)
    return _sentence(stations, _reached(answer), _gaps_in_words(answer))


def coverage_sentence(answer: Assessment) -> str:
    """Return the one sentence of the coverage page."""
    if answer.holdings.stations.empty and not answer.question.scenario:
        return _no_stations(answer.holdings)
    return _sentence(_reached(answer), _gaps_in_words(answer))


def record_sentence(held: Holdings) -> str:
    """Return how many stations and bases there are, in one sentence."""
    if held.stations.empty and held.bases.empty and not any(held.undated.values()):
        return _no_stations(held)
    stations, bases = len(counted_stations(held)), len(held.bases)
    other = len(held.stations) - stations
    told = _told(_("stations: {count}"), stations, held.undated["station"]) or ngettext(
        "{count} station", "{count} stations", stations
    ).format(count=numbers.people(stations))
    if other:
        words = _("{stations} (and {count} planned or delisted)")
        told = words.format(stations=told, count=numbers.people(other))
    return _sentence(
        told,
        _told(_("activity bases: {count}"), bases, held.undated["base"])
        or ngettext("{count} activity base", "{count} activity bases", bases).format(count=numbers.people(bases)),
    )


def _told(words: str, count: int, undated: int) -> str:
    """Return a count of records of which some may be missing; empty where none are."""
    return words.format(count=stated(count, undated)) if undated else ""


def _no_stations(held: Holdings) -> str:
    if held.on is not None:
        words = _("As far as is known now, {city} had no stations on {date}.")
        return words.format(city=held.city.label(current_language()), date=held.on.isoformat())
    words = _(
        "No stations in {city} yet. Import a list on the page “Import and check-up”, or by "
        "python -m stations import FILE --city {adcode}"
    )
    return words.format(city=held.city.label(current_language()), adcode=held.city.adcode)


def _sentence(*parts: str) -> str:
    return ("; " if current_language() == "en" else "；").join(parts) + stop()


def _reached(answer: Assessment) -> str:
    radius = numbers.stated(answer.question.radius_m)
    if answer.people is not None and not answer.total:
        return _("the population data has nobody to be reached")
    reached = _("{share} of {people} residents within {radius}")
    if answer.people is None:
        reached = _("{share} of the land within {radius} (no population data)")
    elif answer.group not in {None, Group.RESIDENTS}:
        reached = _("{share} of {people} people ({group}) within {radius}")
    if answer.off_network and answer.off_network > OFF_SHARE * answer.total:
        reached += _(", {off} of them too far from any imported street to be counted as reached")
    sentence = reached.format(
        off=numbers.people(answer.off_network or 0.0),
        share=numbers.share(answer.covered_share),
        people=numbers.people(answer.total),
        radius=radius,
        group=answer.group.label(current_language()) if answer.group else "",
    )
    terms = terms_of(answer)
    terms += [_("on {date}").format(date=answer.holdings.data_date)] if answer.holdings.on else []
    return _("{sentence} ({terms})").format(sentence=sentence, terms=listed(terms)) if terms else sentence


def terms_of(answer: Assessment) -> list[str]:
    """Return in words what was asked beyond radius and group."""
    question, language = answer.question, current_language()
    terms = [_("{tier} and above").format(tier=question.tier.label(language))] if question.tier else []
    terms += [] if question.reach == "straight" else [_(WAYS[question.reach])]
    terms += [facility.label(language) for facility in question.facilities]
    union = next((union for union in answer.holdings.city.unions if union.code == question.union), None)
    terms += [union.label(language)] if union else []
    if question.at is not None:
        at = _("{weekday} {hour}:00").format(weekday=_(WEEKDAYS[question.at.weekday]), hour=question.at.hour)
        terms.append(at)
    if answer.unknown:
        high = numbers.share((answer.covered_high or 0.0) / answer.total if answer.total else None)
        terms.append(_up_to(answer).format(high=high, count=answer.unknown))
    terms += [_("with staff")] if question.attended else []
    return terms + ([_("with the scenario")] if question.scenario else [])


def _up_to(answer: Assessment) -> str:
    """Return words for the upper end of the band, and what of how many stations is not known."""
    if not answer.question.facilities:
        return ngettext(
            "up to {high} if {count} station of unknown hours is open",
            "up to {high} if {count} stations of unknown hours are open",
            answer.unknown,
        )
    return ngettext(
        "up to {high} with {count} station of which it is not known",
        "up to {high} with {count} stations of which it is not known",
        answer.unknown,
    )


def _gaps_in_words(answer: Assessment) -> str:
    if answer.gaps.empty:
        return _("no gaps")
    largest = answer.gaps.iloc[0]
    size = (
        numbers.area(largest["area_km2"])
        if answer.people is None
        else _("{people} people").format(people=numbers.people(largest["people"]))
    )
    words = ngettext(
        "{count} gap: {size} in {district}", "{count} gaps, the largest {size} in {district}", len(answer.gaps)
    )
    district = district_name(answer.holdings, largest["district"])
    return words.format(count=numbers.people(len(answer.gaps)), size=size, district=district)


def district_name(held: Holdings, code: object) -> str:
    """Return the name of a division; words for "outside all of them" when there is none."""
    known = isinstance(code, str) and code in held.city.divisions
    return held.city.division_label(str(code), current_language()) if known else _("places outside the districts")


def key_figures(held: Holdings, answer: Assessment) -> list[Figure]:
    """Return the row of key figures of the overview."""
    asof = _("as of {date}, revision {revision}").format(date=held.data_date, revision=held.revision)
    counted = counted_stations(held)
    stations = _(
        "Stations in the register, {asof}, without {left_out} that are planned or delisted; "
        "{unlocated} of them not located exactly."
    ).format(asof=asof, left_out=len(held.stations) - len(counted), unlocated=int((~located(counted)).sum()))
    honoured = int((counted["tier"] != Tier.NONE).sum())
    used = _("Stations that count, because they are located and in use: {count}, {asof}.").format(
        count=answer.stations_used, asof=asof
    )
    gaps = _("Contiguous places farther than {radius} from every station, {asof}.").format(
        radius=numbers.stated(answer.question.radius_m), asof=asof
    )
    covered = _("Residents within reach") if answer.people else _("Land within reach")
    return [
        Figure(_("Stations"), numbers.people(len(counted)), stations),
        Figure(
            _("With an honour"),
            numbers.people(honoured),
            _("National, provincial and municipal, {asof}.").format(asof=asof),
        ),
        Figure(
            _("Activity bases"),
            numbers.people(len(held.bases)),
            _("Bases in the register, {asof}.").format(asof=asof),
        ),
        Figure(covered, numbers.share(answer.covered_share), used),
        Figure(_("Gaps"), numbers.people(len(answer.gaps)), gaps),
    ]


def district_table(answer: Assessment) -> DataFrame:
    """Return coverage by district with the city's total as the last row, indexed by name."""
    import pandas as pd

    districts = answer.districts
    if answer.people:
        columns = {_("People"): "people", _("Covered people"): "covered_people"}
    else:
        columns = {_("Area (km²)"): "area_km2", _("Covered area (km²)"): "covered_km2"}
    names = [district_name(answer.holdings, code) for code in districts.index]
    table = pd.DataFrame(
        {title: districts[key].to_numpy() for title, key in columns.items()},
        index=pd.Index(names, name=_("District")),
    )
    table.loc[answer.holdings.city.label(current_language())] = table.sum()
    covered, total = table.iloc[:, 1], table.iloc[:, 0]
    percent = (100 * covered / total.where(total > 0)).astype(float).round(1)
    return table.round(2).assign(**{_("Covered share (%)"): percent})


def station_names(stations: DataFrame, scenario: Scenario | None) -> dict[str, str]:
    """Return the name of each station by its identifier; those that a scenario adds are named by their number."""
    added = scenario.added if scenario else ()
    new = {place.station_id: _("New station {number}").format(number=n) for n, place in enumerate(added, start=1)}
    return {str(key): new.get(str(key), str(name)) for key, name in stations["name"].items()}


def day_notes(held: Holdings) -> list[str]:
    """Return what a past day's register does not know; nothing for the register as it is."""
    return [note for kind in RECORDS if (note := undated_note(held, kind))]


def undated_note(held: Holdings, kind: Kind) -> str:
    """Return how many records of one kind a past day's register leaves out, and why; empty where there are none."""
    count = held.undated[kind]
    if kind == "station":
        text = ngettext(
            "{count} station has no opening date and was entered later: it is not counted on {date}.",
            "{count} stations have no opening date and were entered later: they are not counted on {date}.",
            count,
        )
    else:
        text = ngettext(
            "{count} activity base was entered later: nobody knows whether it was there on {date}.",
            "{count} activity bases were entered later: nobody knows whether they were there on {date}.",
            count,
        )
    return text.format(count=f"{count:,}", date=held.data_date) if count else ""


def uncounted_before(before: Holdings) -> str:
    """Return that a gain since a day may be none: of stations that may have been there before; empty without any."""
    undated = before.undated["station"]
    words = ngettext(
        "{count} station of unknown opening day counts only after: it may have been there before.",
        "{count} stations of unknown opening day count only after: they may have been there before.",
        undated,
    )
    return words.format(count=numbers.people(undated)) if undated else ""


def basis(answer: Assessment) -> str:
    """Return what the figures of an answer rest on: the demand data, and the source of the radius where it has one."""
    language, radius_m = current_language(), answer.question.radius_m
    preset = next((known for known in answer.holdings.city.presets if known.radius_m == radius_m), None)
    sources = [_demand_basis(answer), _("Distance {how}").format(how=_(WAYS[answer.question.reach]))]
    if preset:
        sources.append(_("Radius: {preset}, {source}").format(preset=preset.label(language), source=preset.source))
    sources += _cautions(answer)
    return (". " if language == "en" else "。").join(source.rstrip(".。") for source in sources) + stop()


def _cautions(answer: Assessment) -> list[str]:
    """Return what a reader of the figures has to know beside their sources."""
    language, question = current_language(), answer.question
    words = []
    if question.reach == "truck":
        speed = _("Minutes by truck are at {speed} km/h, an assumption")
        words.append(speed.format(speed=f"{SPEED_KM_H['truck']:g}"))
    if answer.people is not None and answer.people.assumed_datum:
        words.append(assumed_datum())
    left_out = _left_out(answer)
    if left_out > 0.5:  # sums of fractions may differ in their last digits
        outside = _("{people} people of the population data are outside these outlines and are not counted")
        words.append(outside.format(people=numbers.people(left_out)))
    if answer.off_network:
        off = _("{people} people live too far from any street to be counted on it, and so count as not reached")
        words.append(off.format(people=numbers.people(answer.off_network)))
    if answer.unknown:
        hours = _("Tables, gaps and map are of the stations known to be open; those of unknown hours are left out")
        facilities = _(
            "Tables, gaps and map are of the stations known to have it; those of which it is not known are left out"
        )
        words.append(facilities if question.facilities else hours)
    if question.scenario and question.scenario.added and (question.at or question.facilities):
        words.append(_("Stations that the scenario adds are taken to be open then, and to have these facilities"))
    for keys, told in (
        (answer.uncounted, _("Not counted, because the question leaves them out: {stations}")),
        (answer.outside, _("Outside the city: {stations}")),
    ):
        if keys:
            names = station_names(planned(answer.holdings.stations, question.scenario), question.scenario)
            words.append(told.format(stations=listed((names[key] for key in keys), language)))
    return words


def _left_out(answer: Assessment) -> float:
    """Return how many people of the packaged population data the outlines leave out: an office may have its own."""
    if answer.people is None or not answer.people.synthetic or answer.group is None:
        return 0.0
    totals = answer.people.totals.astype(float).to_dict("index")[answer.group.value]
    return float(totals["source"] - totals["used"] - totals["refused"])


def _demand_basis(answer: Assessment) -> str:
    if answer.people is None:
        return _(
            "No population data for this city: shares are of land. Whoever runs the app can give a file of points with "
            "people (the setting STATIONS_DEMAND)"
        )
    label, rejected = answer.people.label(current_language()), answer.people.rejected
    unused = ngettext("{count} row of the file cannot be used", "{count} rows of the file cannot be used", rejected)
    words = _("{label} ({note})").format(label=label, note=unused.format(count=numbers.people(rejected)))
    return words if rejected else label


def accounts(answer: Assessment) -> list[str]:
    """Return what the demand counts, group by group, in words; nothing for a city without."""
    return account(answer.people) if answer.people else []


def stop() -> str:
    """Return what ends a sentence."""
    return "." if current_language() == "en" else "。"


def day_title(date: dt.date, *, holiday: bool) -> str:
    """Return what stands above the day curve of a date."""
    words = _("{weekday} {date}, public holiday") if holiday else _("{weekday} {date}")
    return words.format(weekday=_(WEEKDAYS[date.weekday()]), date=date.isoformat())
