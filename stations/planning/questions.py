"""Questions as they come from outside and go back into a link: text, checked before anything is measured."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import quote, unquote

from stations.analysis.whatif import Placed, Scenario
from stations.model.errors import BadChoice
from stations.model.language import current_language, listed, mark
from stations.model.places import union_of
from stations.model.schema import coordinate_problem
from stations.model.settings import Settings
from stations.model.travel import LEAST_M, MOST_M, REACHES, ReachName
from stations.model.vocabulary import Facility, Group, Term, Tier
from stations.planning.coverage.assess import Moment, Question
from stations.planning.register import city_of

DEFAULT_RADIUS_M = 1000.0  # 15 minutes on foot at 60 m/min, GB 50180-2018
Kind = TypeVar("Kind", bound=Term)

NEW = "new-{number}"
"""The identifier of a station that a scenario adds."""

UNTIL_TODAY = mark("a day until today, for example 2025-12-31")
LON_LAT = mark("longitude and latitude in degrees with a comma between them, for example 117.02,32.63")
CHANGES = mark(
    "add@117.02,32.63, close@NUMBER, move@NUMBER@117.02,32.63 and tier@NUMBER@municipal, with ; between them"
)
HOUR = mark("a weekday from 1 (Monday) to 7 and an hour from 0 to 23, for example 1-22")


def radius_from(text: str) -> float:
    """Return the radius in metres that `text` states (full-width digits allowed). Raises `BadChoice`."""
    words = unicodedata.normalize("NFKC", text).strip().lower().removesuffix("m").removesuffix("米").replace(",", "")
    try:
        radius_m = float(words) if "_" not in words else math.nan
    except ValueError:
        radius_m = math.nan
    if not LEAST_M <= radius_m <= MOST_M:
        raise BadChoice(what=mark("Radius"), value=text, offered=mark("a number of metres from 1 to 100,000"))
    return radius_m


def radius_text(radius_m: float) -> str:
    """Return a radius as a link holds it; `radius_from` reads the same number back."""
    return repr(int(radius_m) if radius_m % 1 == 0 else radius_m)


def reach_from(text: str) -> ReachName:
    """Return the way of measuring distance that `text` names. Raises `BadChoice`."""
    for reach in REACHES:
        if text == reach:
            return reach
    raise BadChoice(what=mark("How distance is measured"), value=text, offered=", ".join(REACHES))


def moment_from(text: str) -> Moment:
    """Return the hour of the week that ``1-22`` (Monday, 22:00) states. Raises `BadChoice`."""
    day, _dash, hour = unicodedata.normalize("NFKC", text).partition("-")
    if not (day.isdecimal() and hour.isdecimal() and 1 <= int(day) <= 7 and int(hour) <= 23):
        raise BadChoice(what=mark("Weekday and hour"), value=text, offered=HOUR)
    return Moment(int(day) - 1, int(hour))


def day_from(text: str) -> dt.date:
    """Return the day that `text` states, until today. Raises `BadChoice`."""
    try:
        return past(dt.date.fromisoformat(unicodedata.normalize("NFKC", text).strip()))
    except ValueError as error:
        if isinstance(error, BadChoice):
            raise
        raise BadChoice(what=mark("Day"), value=text, offered=UNTIL_TODAY) from error


def past(day: dt.date) -> dt.date:
    """Return a day that is not to come. Raises `BadChoice` for one that is."""
    if day > today():
        raise BadChoice(what=mark("Day"), value=day.isoformat(), offered=UNTIL_TODAY)
    return day


def earlier(since: dt.date, on: dt.date | None) -> dt.date:
    """Return a day to compare with, which is not after the day that is looked at. Raises `BadChoice`."""
    if since > (on or today()):
        offered = mark("a day until the one that is looked at")
        raise BadChoice(what=mark("Since"), value=since.isoformat(), offered=offered)
    return since


def today() -> dt.date:
    """Return the day it is where this runs."""
    return dt.datetime.now().astimezone().date()


def place_from(text: str) -> tuple[float, float]:
    """Return the longitude and latitude (WGS84) that `text` states. Raises `BadChoice`."""
    parts = unicodedata.normalize("NFKC", text).split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        lon = lat = math.nan
    if "_" in text or not (-180 <= lon <= 180 and -90 <= lat <= 90) or coordinate_problem(lon, lat):
        nowhere = mark("the place itself: 0,0 is in the Atlantic, a placeholder")
        raise BadChoice(what=mark("Place of a station"), value=text, offered=nowhere if lon == lat == 0 else LON_LAT)
    return lon, lat


def place_text(lon: float, lat: float) -> str:
    """Return a place (WGS84) as a link writes it, to 10 cm; `place_from` reads it back."""
    return f"{lon:.6f},{lat:.6f}"


def union_from(settings: Settings, text: str) -> str:
    """Return the code of the county-level union that `text` names, by code or name. Raises `BadChoice`."""
    city = city_of(settings)
    found = {union.code: union for union in city.unions}.get(text) or union_of(city, text)
    if found is None:
        offered = listed(union.label(current_language()) for union in city.unions)
        raise BadChoice(what=mark("Union"), value=text, offered=offered)
    return found.code


def scenario_of(
    *,
    add: Sequence[str] = (),
    close: Sequence[str] = (),
    move: Sequence[tuple[str, str]] = (),
    award: Sequence[tuple[str, str]] = (),
) -> Scenario | None:
    """Return what would be different, from words: places to add, stations to close, to move, to honour with a tier.

    ``None`` when nothing would be. Raises `BadChoice`.
    """
    scenario = Scenario(
        added=tuple(Placed(NEW.format(number=n), *place_from(place)) for n, place in enumerate(add, start=1)),
        closed=tuple(close),
        moved=tuple(Placed(key, *place_from(place)) for key, place in move),
        honoured=tuple((key, _term(Tier, tier, mark("Tier"))) for key, tier in award),
    )
    return scenario if scenario != Scenario() else None


def scenario_text(scenario: Scenario) -> str:
    """Return a scenario as a link holds it; `scenario_from` reads it back."""
    parts = [
        *(["add", f"{place.x},{place.y}"] for place in _rounded(scenario.added)),
        *(["close", key] for key in scenario.closed),
        *(["move", place.station_id, f"{place.x},{place.y}"] for place in _rounded(scenario.moved)),
        *(["tier", key, tier.value] for key, tier in scenario.honoured),
    ]
    return ";".join("@".join(quote(word, safe=",") for word in part) for part in parts)


def scenario_from(text: str) -> Scenario | None:
    """Return the scenario that a link holds. Raises `BadChoice`."""
    changes: dict[str, list[list[str]]] = {"add": [], "close": [], "move": [], "tier": []}
    sizes = {"add": 1, "close": 1, "move": 2, "tier": 2}
    for part in filter(None, text.split(";")):
        what, *words = (unquote(word) for word in part.split("@"))
        if sizes.get(what) != len(words):
            raise BadChoice(what=mark("Scenario"), value=part, offered=CHANGES)
        changes[what].append(words)
    return scenario_of(
        add=[place for (place,) in changes["add"]],
        close=[key for (key,) in changes["close"]],
        move=[(key, place) for key, place in changes["move"]],
        award=[(key, tier) for key, tier in changes["tier"]],
    )


def with_change(text: str, *change: str) -> str:
    """Return the scenario of a link with one change more: ``add`` a place; ``close``, ``move`` or ``tier`` a number.

    A later change of a station takes the place of an earlier one of the same kind. Raises `BadChoice`.
    """
    what, *words = change
    part = "@".join([what, *(quote(word, safe=",") for word in words)])
    about = part if what == "add" else "@".join(part.split("@")[:2])
    kept = [other for other in text.split(";") if other and other != about and not other.startswith(f"{about}@")]
    scenario = scenario_from(";".join([*kept, part]))
    return scenario_text(scenario) if scenario else ""


def _rounded(places: Sequence[Placed]) -> list[Placed]:
    """Return the places to 10 cm, as a link writes them."""
    return [Placed(place.station_id, round(place.x, 6), round(place.y, 6)) for place in places]


def _term(kind: type[Kind], text: str, what: str) -> Kind:
    found = kind.read(text)
    if found is None:
        raise BadChoice(what=what, value=text, offered=", ".join(kind))
    return found


def question_from(words: Mapping[str, str]) -> Question:
    """Return the question that an address states, in the words of `question_words`. Raises `BadChoice`."""
    facilities = filter(None, words.get("facilities", "").split(","))
    return Question(
        radius_m=radius_from(words["radius"]),
        tier=_term(Tier, words["tier"], mark("Tier")) if words.get("tier") else None,
        reach=reach_from(words.get("reach") or "straight"),
        group=_term(Group, words["group"], mark("Group of people")) if words.get("group") else None,
        facilities=tuple(_term(Facility, text, mark("Facility")) for text in facilities),
        union=words.get("union") or None,
        at=moment_from(words["at"]) if words.get("at") else None,
        attended=words.get("attended") == "1",
        scenario=scenario_from(words.get("scenario", "")),
    )


def question_words(question: Question) -> dict[str, str]:
    """Return the question as an address states it; what is at its default is left out."""
    words = {
        "radius": radius_text(question.radius_m),
        "tier": question.tier.value if question.tier else "",
        "reach": question.reach if question.reach != "straight" else "",
        "group": question.group.value if question.group else "",
        "facilities": ",".join(facility.value for facility in question.facilities),
        "union": question.union or "",
        "at": f"{question.at.weekday + 1}-{question.at.hour}" if question.at else "",
        "attended": "1" if question.attended else "",
        "scenario": scenario_text(question.scenario) if question.scenario else "",
    }
    return {name: text for name, text in words.items() if text}
