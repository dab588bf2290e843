"""What somebody enters by hand: a draft of a record, judged as a row of a list is before anything is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from geopandas import GeoDataFrame, points_from_xy

from stations.analysis.demand import assign_district
from stations.intake.doctor.duplicates import Near, near
from stations.intake.doctor.examination import examine
from stations.intake.doctor.findings import Finding
from stations.intake.files.table import RawTable
from stations.intake.lists.links import Pasted, pasted_places
from stations.intake.lists.records import Batch, Rejection, read_records
from stations.model import places
from stations.model.acts import Act
from stations.model.crs import GEOGRAPHIC
from stations.model.errors import BadChoice, StationsError
from stations.model.headers import field_of
from stations.model.language import current_language, mark
from stations.model.language import gettext as _
from stations.model.photos import MOST
from stations.model.privacy import masked_record
from stations.model.schema import BESIDE, DEMONSTRATION, Kind, Place, dump, fields
from stations.model.settings import Settings
from stations.planning.records.life_cycle import OF_A_STATUS, doubts, going_on
from stations.planning.register import city_of, holdings, open_register

if TYPE_CHECKING:
    pass

_ORIGINAL = ("source_lon", "source_lat", "source_datum")
_PLACE = ("lon", "lat", "datum")


class UnknownRecord(StationsError, LookupError):
    """The city has no such record. Fields: record."""

    template = mark("There is no record with the number {record} in this city. Look it up in the list.")


@dataclass(frozen=True)
class Draft:
    """What somebody entered: text by field, and photos by their digests (`planning.photos`).

    `key` and `version` are those of the record that is corrected, if any; the version is 0 where it was not there yet.
    """

    kind: Kind
    values: Mapping[str, str]
    key: str | None = None
    version: int | None = None
    photos: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """A draft as it was judged: the `record` it makes, or why it makes none, and what is odd about it.

    `near` are records that may be the same place. Where the city holds demonstration data, so is the record.
    """

    draft: Draft
    record: Place | None
    rejected: Sequence[Rejection]
    findings: Sequence[Finding]
    near: Sequence[Near]


def fields_named(kind: Kind, given: Mapping[str, str]) -> dict[str, str]:
    """Return the values of `given` by field, which any header of the field may name. Raises `BadChoice`."""
    named = {}
    for header, value in given.items():
        field = field_of(kind, header)
        if field is None:
            offered = ", ".join(each.label(current_language()) for each in fields(kind).values())
            raise BadChoice(what=mark("Field"), value=header, offered=offered)
        named[field] = value
    return named


def draft_of(settings: Settings, kind: Kind, key: str, *, values: Mapping[str, str]) -> Draft:
    """Return the record as everybody sees it, but for `values` (text by field). Raises `UnknownRecord`.

    What is hidden in it is written out again when it is saved.
    """
    register, adcode = open_register(settings.database), city_of(settings).adcode
    version, known = register.version(kind, adcode, key), register.stored(kind, adcode, key=key).get(key)
    if known is None:
        raise UnknownRecord(record=key)
    return _drafted((kind, key, version), known, values=values)


def _drafted(record: tuple[Kind, str, int | None], known: Mapping[str, Any], *, values: Mapping[str, str]) -> Draft:
    """Return a dumped record as everybody sees it, but for `values`."""
    moved = any(field in values for field in _PLACE)
    shown = masked_record(known)
    cells = {field: _text(value) for field, value in shown.items() if field not in BESIDE}
    kept = {field: text for field, text in cells.items() if not (moved and field in _ORIGINAL)}
    entered = {**going_on(kept, values), **shown.get("extra", {}), **values}
    kind, key, version = record
    return Draft(kind, entered, key, version, tuple(shown.get("photos", ())))


def with_status(settings: Settings, draft: Draft, status: str) -> Draft:
    """Return a draft in which a status was chosen, so that nobody takes the day of the one before for the new one's.

    What it says of the status in the register (see `life_cycle.going_on`) is emptied with another one, and is back
    with the same.
    """
    values = {**draft.values, "status": status}
    for standing in corrected(settings, draft):
        known = _drafted((draft.kind, str(draft.key), None), standing, values={}).values
        goes_on = going_on(known, values)
        as_known = [field for field in OF_A_STATUS if values.get(field, "") in {"", known.get(field, "")}]
        values |= {field: goes_on.get(field, "") for field in as_known}
    return replace(draft, values=values)


def newer(settings: Settings, draft: Draft) -> Draft | None:
    """Return the record that a draft corrects as it is now, where somebody else has saved it since; else ``None``.

    Raises `UnknownRecord` where it was taken out meanwhile.
    """
    if draft.key is None or draft.version is None:
        return None
    found = open_register(settings.database).version(draft.kind, city_of(settings).adcode, draft.key)
    return None if found == draft.version else draft_of(settings, draft.kind, draft.key, values={})


def as_it_was(settings: Settings, draft: Draft) -> Draft | None:
    """Return the record that a draft corrects as it was when it was opened; ``None`` where nobody can say.

    That is so where its versions are not the revisions of its history: a program of old wrote it without news.
    """
    if draft.key is None or draft.version is None:
        return None
    if not draft.version:
        return Draft(draft.kind, {}, draft.key, 0)
    register, place = open_register(settings.database), (draft.kind, city_of(settings).adcode, draft.key)
    written = register.revisions_of(*place)
    if register.version(*place) != len(written):
        return None
    known = register.state_of(*place, revision=written[draft.version - 1])
    return None if known is None else _drafted((draft.kind, draft.key, draft.version), known, values={})


def after_all(settings: Settings, draft: Draft, act: Act) -> Draft:
    """Return a draft whose submission was written already, and not as it is, as a correction of what was written."""
    register = open_register(settings.database)
    revision, read = register.written(act), _read(draft).records
    if draft.key or revision is None or not read:
        return draft
    _kind, key = register.touched(city_of(settings).adcode, revision=revision)[0]
    told = dump(read[0])  # as the register spells it, so that only what differs is told apart
    cells = {field: _text(value) for field, value in told.items() if field not in BESIDE}
    return replace(draft, key=key, version=0, values={**cells, **told.get("extra", {})})


def _text(value: Any) -> str:
    """Return a dumped value as a cell that reads as it again, whatever the language: lists and mappings as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def checked(settings: Settings, draft: Draft) -> Checked:
    """Return how a draft is judged: as the import judges a row, with the same reasons and findings."""
    city, kind, batch = city_of(settings), draft.kind, _read(draft)
    if not batch.records:
        blank = Rejection(1, None, None, _("The name is missing. Every record needs one."))
        return Checked(draft, None, batch.rejected or [blank], [], [])
    if len(draft.photos) > MOST:
        words = _("A record has at most {most} photos; this one has {count}. Remove some.")
        too_many = Rejection(1, None, None, words.format(most=MOST, count=len(draft.photos)))
        return Checked(draft, None, [too_many], [], [])
    record = batch.records[0].model_copy(update={"photos": draft.photos})
    findings = examine(batch, city=city, districts=places.districts(city), table=_table(draft)).findings
    for known in corrected(settings, draft):
        findings += doubts(known, dump(record), row=batch.rows[0], headers=batch.columns.headers)
    held = holdings(settings.now())
    if held.demonstration:  # practice stays practice: it makes room for the real list as a whole
        record = record.model_copy(update={"source": DEMONSTRATION})
    others = held.of(kind)
    return Checked(draft, record, [], findings, near(record, others[others.index != draft.key]))


def filled_by_place(settings: Settings, values: Mapping[str, str]) -> dict[str, str]:
    """Return district and union of the place of a draft, text by field; nothing where it lies in no district."""
    lon, lat = place_of(values)
    if lon is None or lat is None:
        return {}
    city = city_of(settings)
    spot = GeoDataFrame(geometry=points_from_xy([lon], [lat]), crs=GEOGRAPHIC)
    code = assign_district(spot, places.districts(city)).iloc[0]
    if not isinstance(code, str):
        return {}
    union = city.union_of_division(code)
    return {"district": city.divisions[code], **({"union_unit": union.full_name} if union else {})}


def place_of(values: Mapping[str, str]) -> tuple[float | None, float | None]:
    """Return longitude and latitude (WGS84) of what is entered so far; ``None`` twice where that is no place."""
    stated = {name: values[name] for name in _PLACE if name in values}
    found = _read(Draft("station", {**stated, "name": "?"})).records  # whatever else is still missing
    return (found[0].lon, found[0].lat) if found else (None, None)


def pasted(text: str) -> tuple[Pasted, ...]:
    """Return the places that a pasted link or text may mean, see `intake.links.pasted_places`."""
    return pasted_places(text)


def _read(draft: Draft) -> Batch:
    """Return the draft read as the one row of a list."""
    beside = dict.fromkeys(_beside(draft))
    return read_records(_table(draft), draft.kind, datum=None, chosen=beside, by_hand=True)


def _table(draft: Draft) -> RawTable:
    import pandas as pd

    headers, language = fields(draft.kind), current_language()
    values = {"name": "", **draft.values}
    row = {headers[name].label(language): text for name, text in values.items() if name in headers}
    return RawTable("", pd.DataFrame([row | _beside(draft)], index=[1], dtype=object), (), (), None)


def _beside(draft: Draft) -> dict[str, str]:
    """Return what is kept beside the fields of a draft, by header.

    Among it are texts that a list had in the place of a value (a month instead of a day): they stay until somebody
    enters the value.
    """
    names, values = fields(draft.kind), draft.values
    kept = {name: text for name, text in values.items() if name not in names}
    return {name: text for name, text in kept.items() if not values.get(field_of(draft.kind, name) or "")}


def corrected(settings: Settings, draft: Draft) -> list[dict[str, Any]]:
    """Return the record that a draft corrects as it is, if it is one."""
    if draft.key is None:
        return []
    found = open_register(settings.database).stored(draft.kind, city_of(settings).adcode, key=draft.key)
    return list(found.values())
