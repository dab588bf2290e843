"""Records of the register as people read them: lists, cards and what a search finds, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stations.model.accounts import Right
from stations.model.labels import label_of, labels
from stations.model.language import current_language, use_language
from stations.model.language import gettext as _
from stations.model.privacy import masked_record
from stations.model.schema import RECORDS, Kind, fields
from stations.model.settings import Settings
from stations.model.vocabulary import Datum, folded
from stations.planning.access.accounts import REVEALED, note
from stations.planning.access.rights import require_own
from stations.planning.coverage.counting import located
from stations.planning.publishing.downloads import csv_of, handed_out, provenance, told
from stations.planning.records.edit import history
from stations.planning.records.edit_tables import history_table
from stations.planning.records.filters import Filter, keys_of
from stations.planning.register import Holdings, city_of, holdings, open_register

if TYPE_CHECKING:
    from pandas import DataFrame

FOUND_AT_MOST = 20
STATION_COLUMNS = ("name", "tier", "district", "address", "opening_hours", "status")
BASE_COLUMNS = ("name", "kinds", "district", "address")


def record_list(held: Holdings, kind: Kind, *, keys: Sequence[str] | None = None) -> DataFrame:
    """Return the list beside the map: one row for each record (of those with `keys`), indexed by identifier."""
    import pandas as pd

    frame = held.of(kind) if keys is None else held.of(kind).loc[list(keys)]
    columns, language = STATION_COLUMNS if kind == "station" else BASE_COLUMNS, current_language()
    table = {
        fields(kind)[key].label(language): [label_of(kind, key, value, language=language) for value in frame[key]]
        for key in columns
    }
    placed = zip(frame.geometry.notna(), located(frame), strict=True)
    known = [_("yes") if exactly else _("approximately") if roughly else _("no") for roughly, exactly in placed]
    return pd.DataFrame({**table, _("Located"): known}, index=frame.index.rename(_("Number")), dtype=object)


def card(held: Holdings, kind: Kind, key: str) -> tuple[str, dict[str, Any]] | None:
    """Return the name and the known values of a record, labelled; ``None`` when there is no such record."""
    frame = held.of(kind)
    return card_of(kind, frame.loc[key].to_dict()) if key in frame.index else None


def card_of(kind: Kind, record: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the name and the known values of a record that may not be in the register yet, labelled."""
    row = dict(record)
    if row.get("source_datum") == Datum.WGS84:  # then the source says what lon and lat say
        row |= dict.fromkeys(("source_lon", "source_lat", "source_datum"))
    values = labels(kind, row, current_language())
    name = values.pop(fields(kind)["name"].label(current_language()))
    return str(name), values | {str(header): text for header, text in row.get("extra", {}).items()}


def hides(settings: Settings, kind: Kind, key: str) -> bool:
    """Return whether a record holds a number or a name that the card does not show in full."""
    return any(masked_record(record) != record for record in _stored(settings, kind, key))


def in_full(settings: Settings, kind: Kind, key: str) -> dict[str, str]:
    """Return what the card of a record does not show in full, labelled; the audit keeps who saw it.

    Raises `NotAllowed` or `OtherUnion`.
    """
    found = _stored(settings, kind, key)
    require_own(settings, Right.REVEAL, found)
    note(settings, REVEALED, about=key)
    headers, shown = fields(kind), {}
    for record in found:
        hidden = masked_record(record)
        for name, header in headers.items():
            if record.get(name) != hidden.get(name):
                shown[header.label(settings.language)] = str(record[name])
        extra = record.get("extra", {})
        shown |= {name: text for name, text in extra.items() if text != hidden["extra"][name]}
    return shown


def _stored(settings: Settings, kind: Kind, key: str) -> list[dict[str, Any]]:
    found = open_register(settings.database).stored(kind, city_of(settings).adcode, key=key)
    return list(found.values())


def search(held: Holdings, text: str) -> list[tuple[Kind, str, str]]:
    """Return records whose name, identifier or address contains every word of `text`: kind, identifier, name.

    Width, case and spaces are ignored; at most `FOUND_AT_MOST`, those whose name begins with it first.
    """
    if not text.split():
        return []
    first, wish = folded(text.split(maxsplit=1)[0]), Filter(words=text)
    hits: list[tuple[Kind, str, str]] = [
        (kind, key, str(held.of(kind).at[key, "name"])) for kind in RECORDS for key in keys_of(held, kind, wish)
    ]
    return sorted(hits, key=lambda hit: not folded(hit[2]).startswith(first))[:FOUND_AT_MOST]


def log_csv(settings: Settings) -> bytes:
    """Return everything that was changed in the city's register as CSV, newest first. Raises `NotAllowed`."""
    use_language(settings.language)
    handed_out(settings, "history")
    return csv_of(told(history_table(history(settings)), provenance(holdings(settings.now()))))


def list_csv(settings: Settings, held: Holdings, kind: Kind, *, keys: Sequence[str]) -> bytes:
    """Return a list as CSV; it may be asked for in another thread than the page's. Raises `NotAllowed`."""
    use_language(settings.language)
    handed_out(settings, kind)
    return csv_of(told(record_list(held, kind, keys=keys), provenance(held)))
