"""Find the places of records that have none: by the names of their areas, or by a geocoder on the network.

A coordinate that somebody gave is never touched. What was placed by the name of its area alone is not located exactly
(`counting.located`), and gives way to a better place as soon as there is one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from pydantic import TypeAdapter

from stations.intake.doctor.patient import OUTLINE_M
from stations.intake.lists.positions import apart_m
from stations.intake.lists.records import Rejection
from stations.model.accounts import Right
from stations.model.acts import Act
from stations.model.crs import metric_points, to_metric, to_wgs84
from stations.model.language import current_language, mark
from stations.model.language import gettext as _
from stations.model.privacy import holds_mobile, masked_record
from stations.model.schema import RECORDS, Kind, Place, fields
from stations.model.settings import Settings
from stations.model.vocabulary import CoordPrecision, CoordSource, Datum, Locator, folded
from stations.planning.access.accounts import SENT, note
from stations.planning.access.rights import require
from stations.planning.coverage.counting import located
from stations.planning.importing.areas import Areas, areas_of
from stations.planning.register import city_of, holdings, open_register, planned_anew
from stations.store.changes import Changes, StaleRecord
from stations.store.geocoded import Answers

if TYPE_CHECKING:
    from stations.intake.locating.geocoding import Hit, Service

SAME_M = 500.0
"""Places of one address that are no farther apart than this are one place."""

OF_AN_AREA = (CoordPrecision.TOWNSHIP, CoordPrecision.DISTRICT)
"""What is known no better than so stands for an area, and is left out of every measure (`counting.located`)."""

Result = Literal["located", "offered", "outside", "nothing", "unasked"]
"""Placed; several or doubtful places, of which none is taken; only places outside the city; none; not looked for."""

_SEVERAL = mark("More than one place is meant. Choose one, and enter it.")
_DOUBTFUL = mark("The service is not sure of the address. Look at the place, and enter it if it is right.")
_ELSEWHERE = mark("The place lies in another district than the recorded one. Correct one of the two.")
_COARSE = mark("The service knows no more than the city. Complete the address.")
_OUTSIDE = mark("The place found lies outside the city. Complete the address.")
_UNKNOWN = mark("The service does not know the address. Correct it, or enter the place by hand.")
_NAMELESS = mark("Neither district nor township is known. Fill in “{column}”.")
_NO_BETTER = mark("No better place is known than the one it has.")
_NO_ADDRESS = mark("There is no address to look for.")
_PERSONAL = mark("The address holds a personal phone number and is not sent. Take the number out.")
_REFUSED = mark("The service refuses to look for this address. Correct it.")
_STOPPED = mark("Not asked any more. Run it again later: what was answered is kept.")


@dataclass(frozen=True)
class Candidate:
    """A place that may be meant: where (WGS84), how exact, and what it is called; as found in its own `datum`."""

    lon: float
    lat: float
    precision: CoordPrecision
    label: str
    datum: Datum
    source_lon: float
    source_lat: float


class Unplaced(NamedTuple):
    """A record whose place is looked for, as it is (dumped)."""

    kind: Kind
    key: str
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What was found for one record: its `record` as it will be where it is `located`, else why not in words.

    `candidates` are all places in the city that may be meant.
    """

    of: Unplaced
    result: Result
    reason: str
    candidates: Sequence[Candidate] = ()
    record: Place | None = None


@dataclass(frozen=True)
class LocatingPlan:
    """What locating would do, before anything is written; one outcome for each record without an exact place.

    `host` is the machine that was or would have been asked; `asked` how many questions it was asked, the others were
    answered before. `stopped` says why it was not asked any more, if so.
    """

    provider: Locator
    host: str | None
    outcomes: Sequence[Outcome]
    asked: int
    stopped: str
    rejected: Sequence[Rejection]
    versions: Mapping[Kind, Mapping[str, int]]

    def of(self, result: Result) -> list[Outcome]:
        """Return the outcomes of one kind."""
        return [each for each in self.outcomes if each.result == result]


@dataclass(frozen=True)
class Located:
    """What was written, and the revision it made (the standing one where nothing was found)."""

    plan: LocatingPlan
    revision: int


class Waiting(NamedTuple):
    """How many records are not located: without any place, and placed by district or township alone."""

    nowhere: int
    roughly: int


Progress = Callable[[int, str], None]
"""Called with how many records are done, and the name of the next."""


def waiting(settings: Settings) -> dict[Kind, Waiting]:
    """Return by kind how many records of the city are not located exactly."""
    held, counts = holdings(settings.now()), {}
    for kind in RECORDS:
        frame = held.of(kind)
        nowhere = int(frame.geometry.isna().sum())
        counts[kind] = Waiting(nowhere, int((~located(frame)).sum()) - nowhere)
    return counts


def unplaced(settings: Settings) -> list[Unplaced]:
    """Return the records whose place is looked for: without one, or placed so before."""
    register, adcode = open_register(settings.database), city_of(settings).adcode
    return [
        Unplaced(kind, key, row)
        for kind in RECORDS
        for key, row in register.stored(kind, adcode).items()
        if "lon" not in row or row.get("coord_source") == CoordSource.AREA
    ]


def plan_locating(
    settings: Settings,
    provider: Locator = Locator.OFFLINE,
    *,
    announce: Callable[[str], None] = lambda _host: None,
    progress: Progress = lambda _done, _name: None,
) -> LocatingPlan:
    """Return where the `unplaced` records may be.

    Nothing is asked twice: answers are kept beside the register as they come, so that a run that was cut short goes on
    where it was.

    Parameters
    ----------
    provider
        Offline: by the names of district and township alone. Else the service that is asked: addresses leave the
        machine, after `announce` was called with the name of the one they are sent to.
    progress
        Told of every step.

    Raises
    ------
    NotAllowed
        It is not for the user to import lists.
    BadChoice
        The service is not configured.
    BadFile, NotWritten
        The office's list of townships cannot be used; an answer cannot be kept.
    """
    require(settings, Right.IMPORT)
    areas = areas_of(settings)
    register, adcode = open_register(settings.database), areas.city.adcode
    versions = {kind: register.versions(kind, adcode) for kind in RECORDS}
    todo = unplaced(settings)
    if provider is Locator.OFFLINE:
        outcomes = [_by_names(areas, each) for each in todo]
        return LocatingPlan(provider, None, outcomes, 0, "", areas.rejected, versions)
    asking = _Asking(settings, provider, areas, announce=announce)
    outcomes = []
    for done, each in enumerate(todo):
        progress(done, str(masked_record(each.row)["name"]))
        outcomes.append(asking.outcome(each))
    return LocatingPlan(provider, asking.service.host, outcomes, asking.asked, asking.stopped, areas.rejected, versions)


def confirm_locating(settings: Settings, plan: LocatingPlan) -> Located:
    """Write what was located as one revision, all or nothing; it is undone as every revision is.

    Raises
    ------
    NotAllowed
        It is not for the user to import lists.
    StaleRecord
        Somebody has changed one of the records since.
    RegisterUnavailable
        The register cannot be written.
    """
    require(settings, Right.IMPORT)
    register, adcode = open_register(settings.database), city_of(settings).adcode
    found = plan.of("located")
    changes = [
        Changes(
            kind,
            adcode,
            changed=[each.record for each in own if each.record is not None],
            versions={each.of.key: plan.versions[kind][each.of.key] for each in own},
            detail={"provider": plan.provider.value, "host": plan.host, "located": len(own)},
        )
        for kind in RECORDS
        if (own := [each for each in found if each.of.kind == kind])
    ]
    if not changes:
        return Located(plan, register.revision())
    return Located(plan, register.apply(changes, Act("locate", who=settings.user.name)))


@planned_anew(StaleRecord)
def locate(settings: Settings, provider: Locator, *, announce: Callable[[str], None], progress: Progress) -> Located:
    """Plan and confirm in one go, planned anew when somebody else changed a record meanwhile.

    Raises what `plan_locating` and `confirm_locating` raise.
    """
    return confirm_locating(settings, plan_locating(settings, provider, announce=announce, progress=progress))


# ---- by names


def _by_names(areas: Areas, unplaced: Unplaced) -> Outcome:
    spots = areas.find(unplaced.row)
    candidates = [
        Candidate(spot.lon, spot.lat, spot.precision, spot.name, Datum.WGS84, spot.lon, spot.lat) for spot in spots
    ]
    if not candidates:
        column = fields(unplaced.kind)["district"].label(current_language())
        return Outcome(unplaced, "nothing", _(_NAMELESS).format(column=column))
    if _spread_m(candidates) > SAME_M:
        return Outcome(unplaced, "offered", _(_SEVERAL), candidates)
    return _placed(unplaced, candidates)


def _placed(unplaced: Unplaced, candidates: Sequence[Candidate]) -> Outcome:
    """Return a record as it is with the first of its candidates; nothing where that is no better than what it has.

    A service that knows no more than the township or district says no more than the names do.
    """
    best, row = candidates[0], unplaced.row
    if "lon" in row and "coord_precision" in row and best.precision not in _finer_than(row["coord_precision"]):
        return Outcome(unplaced, "nothing", _(_NO_BETTER), candidates)
    place = {
        "lon": round(best.lon, 7),
        "lat": round(best.lat, 7),
        "datum": Datum.WGS84,
        "source_lon": best.source_lon,
        "source_lat": best.source_lat,
        "source_datum": best.datum,
        "coord_source": CoordSource.AREA if best.precision in OF_AN_AREA else CoordSource.GEOCODED,
        "coord_precision": best.precision,
    }
    return Outcome(unplaced, "located", "", candidates, RECORDS[unplaced.kind].model_validate({**row, **place}))


def _finer_than(precision: str) -> list[CoordPrecision]:
    order = list(CoordPrecision)
    return order[: order.index(CoordPrecision(precision))]


def _spread_m(candidates: Sequence[Candidate]) -> float:
    """Return how far those as exact as the first lie from it: a coarser one says nothing against it."""
    alike = [each for each in candidates if each.precision is candidates[0].precision]
    lon, lat = (np.array([getattr(each, axis) for each in alike]) for axis in ("lon", "lat"))
    return float(apart_m((lon, lat), (lon[:1].repeat(len(lon)), lat[:1].repeat(len(lat)))).max())


# ---- by a service on the network


class _Asking:
    """A run of questions to one service."""

    def __init__(self, settings: Settings, provider: Locator, areas: Areas, *, announce: Callable[[str], None]) -> None:
        from stations.intake.locating.geocoding import Hit, service

        self.settings, self.areas, self.announce = settings, areas, announce
        self.service: Service = service(settings, provider, city=areas.city)
        read: Callable[[Any], list[Hit] | None] = TypeAdapter(list[Hit] | None).validate_python
        self.answers = Answers(settings.database, provider.value, read)
        self.asked, self.stopped = 0, ""
        self._outlines = to_metric(areas.districts, areas.city.metric_crs).geometry

    def outcome(self, unplaced: Unplaced) -> Outcome:
        """Return where a record may be."""
        address = unplaced.row.get("address")
        if not address or holds_mobile(address):
            return Outcome(unplaced, "unasked", _(_PERSONAL if address else _NO_ADDRESS))
        question = self._question(unplaced.row, address)
        if question not in self.answers and not self.stopped:
            self._ask(question)
        if question not in self.answers:
            return Outcome(unplaced, "unasked", _(_STOPPED))
        found = self.answers[question]
        if not found:
            return Outcome(unplaced, "nothing", _(_REFUSED if found is None else _UNKNOWN))
        return self._judged(unplaced, found)

    def _ask(self, question: str) -> None:
        from stations.intake.locating.geocoding import GeocoderFailed

        if not self.asked:
            note(self.settings, SENT, about=self.service.host)
            self.announce(self.service.host)
        self.asked += 1
        try:
            hits = self.service.ask(question)
        except GeocoderFailed as error:
            self.stopped = str(error)
            return
        document = None if hits is None else [asdict(hit) for hit in hits]
        self.answers.keep(question, document, at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"))

    def _question(self, row: Mapping[str, Any], address: str) -> str:
        """Return an address with what stands before it in the register: city, district and township."""
        city, question = self.areas.city, address
        code = self.areas.division(row)
        for name in (row.get("township"), city.divisions.get(code or ""), city.name):
            if name and folded(name) not in folded(question):
                question = name + question
        return question

    def _judged(self, unplaced: Unplaced, found: Sequence[Hit]) -> Outcome:
        """Return what the places that a service has named are worth for a record."""
        candidates = [self._candidate(hit, hit.precision) for hit in found if hit.precision]
        inside = [each for each in candidates if self._apart_m(each, None) <= OUTLINE_M]
        inside.sort(key=lambda each: list(CoordPrecision).index(each.precision))  # the finest, of those alike the first
        if not inside:
            result: Result = "outside" if candidates else "nothing"
            return Outcome(unplaced, result, _(_OUTSIDE if candidates else _COARSE))
        code = self.areas.division(unplaced.row)
        elsewhere = code is not None and self._apart_m(inside[0], code) > OUTLINE_M
        doubts = {
            _SEVERAL: _spread_m(inside) > SAME_M,
            _ELSEWHERE: elsewhere,
            _DOUBTFUL: not all(hit.sure for hit in found),
        }
        if reason := next((words for words, holds in doubts.items() if holds), None):
            return Outcome(unplaced, "offered", _(reason), inside)
        return _placed(unplaced, inside)

    def _candidate(self, hit: Hit, precision: CoordPrecision) -> Candidate:
        datum = self.service.provider.datum
        lon, lat = to_wgs84([hit.lon], [hit.lat], datum)
        return Candidate(float(lon[0]), float(lat[0]), precision, hit.label, datum, hit.lon, hit.lat)

    def _apart_m(self, place: Candidate, code: str | None) -> float:
        """Return how far a place lies outside a district, or all of them; 0 inside."""
        import shapely

        outlines = self._outlines if code is None else self._outlines.loc[[code]]
        metres = metric_points([place.lon], [place.lat], self.areas.city.metric_crs)
        return float(outlines.distance(shapely.Point(metres[0])).min())
