"""Maps: the layers a page shows, the data behind their URLs, a map in one file, a picture."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import urlencode

from stations.model import numbers
from stations.model.language import Language, use_language
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.model.vocabulary import Tier
from stations.output import layers as payloads
from stations.output.layers import Kind
from stations.output.proposals import Pins, proposal_payload
from stations.planning.coverage.assess import Assessment, Question, assess
from stations.planning.coverage.counting import planned
from stations.planning.coverage.show import district_name, station_names, terms_of
from stations.planning.questions import DEFAULT_RADIUS_M, question_words
from stations.planning.records.movements import counted_stations, on_the_books
from stations.planning.register import Holdings, holdings

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from stations.output.maps import BaseMap, Bounds, LayerGroup

ASSETS = "/atlas/assets"
DATA = "/atlas/data"
LAYERS: tuple[Kind, ...] = get_args(Kind)
Pin = payloads.Pin
DRAWN_M = 2.0
"""How far an outline on the map may be from the land itself: less than a pixel at the closest zoom but one."""
STATION_CARD = ("tier", "district", "union_unit", "address", "opening_hours", "status", "source")
BASE_CARD = ("kinds", "district", "union_unit", "address", "source")


@dataclass(frozen=True)
class View:
    """What a page wants its map to show; every part is an id, a number or a word of the vocabulary.

    `focus` names what to fly to: ``("station", id)``, ``("base", id)``, ``("gap", number)``, ``("pin", "")`` or
    ``("pins", "")``; each new `flight` number flies once. `pin` marks a place that is being entered, or looked at. With
    `pins`, proposed sites take the place of the gaps, which are numbered as well.
    """

    tiers: tuple[Tier, ...] = tuple(Tier)
    bases: bool = False
    cluster: bool = False
    people: bool = True
    reached: bool = False
    selected: str | None = None
    gap: str | None = None
    focus: tuple[str, str] | None = None
    flight: int = 0
    pin: Pin | None = None
    pins: Pins | None = None


def bounds(held: Holdings) -> Bounds:
    """Return the city's extent: west, south, east, north in degrees."""
    west, south, east, north = map(float, held.districts.total_bounds)
    return west, south, east, north


def page_map(
    settings: Settings, view: View, *, question: Question | None, prefix: str = ""
) -> tuple[BaseMap, LayerGroup]:
    """Return the constant base map of a page and the layers on it.

    Parameters
    ----------
    settings
        The city, the register, the language of the words on the map.
    view
        What to show.
    question
        Adds the uncovered people and the gaps of its answer.
    prefix
        The URL path the app is served under, without a slash at the end.
    """
    from stations.output import maps

    held = holdings(settings)

    def url(kind: Kind) -> str:
        asked = question if question is not None and _hangs_on(question, kind) else None
        return f"{prefix}{DATA}/{kind}.json?{urlencode(_parameters(settings, held, asked))}"

    wished = [
        maps.frame_layer(url("frame"), focus=_focus(settings, held, view, question=question), pin=view.pin),
        maps.district_layer(url("districts")),
    ]
    if question is not None:
        wished += [maps.people_layer(url("people"))] if view.people else []
        wished += [maps.reached_layer(url("reached"))] if view.reached else []
        wished += [maps.gap_layer(url("gaps"), selected=view.gap)] if view.pins is None else []
    if view.bases or view.selected in held.bases.index:
        wished += [maps.base_layer(url("bases"), selected=view.selected, cluster=view.cluster, others=view.bases)]
    wished += [maps.station_layer(url("stations"), tiers=view.tiers, selected=view.selected, cluster=view.cluster)]
    if view.pins is not None:
        wished += [maps.proposal_layer(url("proposals"), view.pins)]
    use_language(settings.language)
    base = maps.base_map(bounds(held), assets=f"{prefix}{ASSETS}", words=payloads.first_words())
    return base, maps.layer_group(wished)


def _parameters(settings: Settings, held: Holdings, question: Question | None) -> dict[str, str]:
    """Return what decides the data behind a URL, so that a browser may keep it for as long as the URL is the same."""
    own = {"city": settings.city, "lang": settings.language, "revision": str(held.revision)}
    day = {"on": settings.on.isoformat()} if settings.on else {}
    return own | day | (question_words(question) if question else {})


def _hangs_on(question: Question, kind: Kind) -> bool:
    """Return whether a layer shows something else for a question: what does not, a browser keeps from one to the next.

    As `_payload` makes them.
    """
    chosen = question.facilities or question.union or question.at or question.scenario
    return bool(chosen) if kind == "stations" else kind not in {"districts", "bases", "proposals"}


def _focus(settings: Settings, held: Holdings, view: View, *, question: Question | None) -> Any:
    from stations.output.maps import Focus

    if view.focus is None:
        return None
    what, key = view.focus
    if what == "pin":
        return Focus((view.pin.lon, view.pin.lat) * 2, seq=view.flight) if view.pin else None
    if what == "pins":
        places = view.pins.places if view.pins else ()
        west_south, east_north = (tuple(map(end, *places, places[0])) for end in (min, max)) if places else ((), ())
        return Focus((*west_south, *east_north), seq=view.flight) if places else None
    if what == "gap":
        gaps = assess(settings, question).gaps if question else None
        chosen = None if gaps is None else gaps.geometry[gaps["gap_id"] == key]
    else:
        chosen = held.of("base" if what == "base" else "station").geometry.reindex([key]).dropna()
    if chosen is None or chosen.empty:
        return None
    west, south, east, north = map(float, chosen.total_bounds)
    return Focus((west, south, east, north), seq=view.flight)


def layer_data(settings: Settings, kind: Kind, question: Question | None) -> tuple[bytes, str]:
    """Return the body behind a layer's URL (JSON, UTF-8) and its entity tag."""
    answer = assess(settings, question) if question is not None else None
    key = (settings.language, settings.map_approval)
    if kind == "reached" and answer is not None:
        return _reached_data(answer, settings.language)
    return _layer_data(kind, holdings(settings), answer, key=key)


@lru_cache(maxsize=64)
def _layer_data(
    kind: Kind, held: Holdings, answer: Assessment | None, *, key: tuple[Language, str]
) -> tuple[bytes, str]:
    language, approval = key
    use_language(language)
    return _tagged(payload(kind, held, answer, approval=approval, cards=False))


@lru_cache(maxsize=16)
def _reached_data(answer: Assessment, language: Language) -> tuple[bytes, str]:
    use_language(language)
    return _tagged(_reached(answer))


def _reached(answer: Assessment | None) -> Mapping[str, Any]:
    """Return the land from where a station that is open is within reach, drawn to `DRAWN_M`."""
    import shapely
    from geopandas import GeoSeries

    from stations.model.crs import to_geographic

    if answer is None:
        return {}
    radius_m = answer.question.radius_m
    land = shapely.simplify(answer.reach.area(answer.used, radius_m=radius_m), DRAWN_M)
    outline = GeoSeries([] if shapely.is_empty(land) else [land], crs=answer.holdings.city.metric_crs).to_frame(
        "geometry"
    )
    return payloads.reached_payload(to_geographic(outline).geometry, radius_m=radius_m)


def _tagged(payload: Mapping[str, Any]) -> tuple[bytes, str]:
    body = payloads.as_json(payload)
    return body, payloads.etag(body)


def assets() -> Mapping[str, tuple[str, str]]:
    """Return the files every map needs, by name: text and media type."""
    from stations.output import bundle

    return {
        bundle.SCRIPT_NAME: (bundle.script(), "text/javascript"),
        bundle.STYLE_NAME: (bundle.style(), "text/css"),
    }


def warm(settings: Settings) -> None:
    """Do ahead of the first visitor what is the same for all: libraries, register, map script, the first answer."""
    page_map(settings, View(), question=None)
    assets()
    assess(settings, Question(radius_m=DEFAULT_RADIUS_M))


def title(held: Holdings, answer: Assessment | None, language: Language) -> str:
    """Return the heading of a map: the city, and what it shows."""
    city = held.city.label(language)
    if answer is None:
        return _("{city}: service stations by tier").format(city=city)
    return _("{city}: coverage and gaps within {radius}").format(
        city=city, radius=numbers.stated(answer.question.radius_m)
    )


def payload(kind: Kind, held: Holdings, answer: Assessment | None, *, approval: str, cards: bool) -> Mapping[str, Any]:
    """Return what a layer of a map shows; `cards` with what its file cannot ask for."""
    makers: Mapping[Kind, Callable[[], Mapping[str, Any]]] = {
        "frame": lambda: _frame(held, answer, approval),
        "districts": lambda: payloads.district_payload(held.districts.assign(name=_district_names(held))),
        "stations": lambda: _places(
            payloads.station_payload, drawn_stations(held, answer), STATION_CARD if cards else ()
        ),
        "bases": lambda: _places(payloads.base_payload, held.bases, BASE_CARD if cards else ()),
        "people": lambda: _people(answer),
        "reached": lambda: _reached(answer),
        "gaps": lambda: _gaps(answer, held),
        "proposals": proposal_payload,
    }
    return makers[kind]()


def _district_names(held: Holdings) -> list[str]:
    """Return the names of the districts in the reader's language, in their order."""
    return [district_name(held, code) for code in held.districts.index]


def _frame(held: Holdings, answer: Assessment | None, approval: str) -> Mapping[str, Any]:
    from stations.model.language import current_language

    as_of: dt.date | None = held.on or (held.revised_at.astimezone().date() if held.revised_at else None)
    frame = payloads.frame_payload(
        title(held, answer, current_language()),
        as_of=as_of,
        approval=approval or None,
        demonstration=held.demonstration,
        revision=held.revision,
        radius_m=answer.question.radius_m if answer else None,
    )
    synthetic = answer is not None and answer.people is not None and answer.people.synthetic
    asked = terms_of(answer) if answer else []
    made_up = [_("Synthetic population")] if synthetic else []
    return frame | {"caption": [*frame["caption"], *asked, *made_up]}


def drawn_stations(held: Holdings, answer: Assessment | None) -> GeoDataFrame:
    """Return the stations that a map shows: those on the books, or of the scenario that was asked about.

    Of a question by facility, union or hour only those that may count for it; of one by tier the map itself takes care.
    """
    if answer is None:
        return counted_stations(held)
    question, stations = answer.question, on_the_books(planned(held.stations, answer.question.scenario))
    if question.facilities or question.union or question.at:
        may = answer.open.fillna(True)
        stations = stations[stations.index.isin(may.index[may])]
    if question.scenario is None:
        return stations
    return stations.assign(name=stations.index.map(station_names(stations, question.scenario)))


def _places(maker: Callable[..., Mapping[str, Any]], places: GeoDataFrame, details: Sequence[str]) -> Mapping[str, Any]:
    located = places[~places.geometry.isna()]
    return maker(located, unlocated=len(places) - len(located), details=details)


def _people(answer: Assessment | None) -> Mapping[str, Any]:
    if answer is None or answer.people is None or answer.uncovered is None:
        return {}
    return payloads.people_payload(answer.uncovered, spacing_m=answer.people.spacing_m)


def _gaps(answer: Assessment | None, held: Holdings) -> Mapping[str, Any]:
    if answer is None:
        return {}
    return payloads.gap_payload(answer.gaps, names=dict(zip(held.districts.index, _district_names(held), strict=True)))
