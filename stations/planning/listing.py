"""Records of the register as people read them: lists, cards and what a search finds, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stations.model.labels import label_of, labels
from stations.model.language import Language, current_language, use_language
from stations.model.language import gettext as _
from stations.model.schema import IDENTIFIERS, RECORDS, Kind, fields
from stations.model.vocabulary import Datum, Tier, folded
from stations.planning.register import Holdings
from stations.planning.show import csv_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

FOUND_AT_MOST = 20
STATION_COLUMNS = ("name", "tier", "district", "address", "opening_hours", "status")
BASE_COLUMNS = ("name", "kinds", "district", "address")


def list_keys(held: Holdings, kind: Kind, *, tiers: Sequence[Tier]) -> list[str]:
    """Return the identifiers of the records that a list shows: all bases, or the stations of `tiers`."""
    frame = held.of(kind)
    if kind == "station":
        frame = frame[frame["tier"].isin([tier.value for tier in tiers])]
    return [str(key) for key in frame.index]


def record_list(held: Holdings, kind: Kind, *, keys: Sequence[str] | None = None) -> DataFrame:
    """Return the list beside the map: one row for each record (of those with `keys`), indexed by identifier."""
    import pandas as pd

    frame = held.of(kind) if keys is None else held.of(kind).loc[list(keys)]
    columns, language = STATION_COLUMNS if kind == "station" else BASE_COLUMNS, current_language()
    table = {
        fields(kind)[key].label(language): [label_of(kind, key, value, language=language) for value in frame[key]]
        for key in columns
    }
    located = [_("yes") if placed else _("no") for placed in ~frame.geometry.isna()]
    return pd.DataFrame({**table, _("Located"): located}, index=frame.index.rename(_("Number")), dtype=object)


def card(held: Holdings, kind: Kind, key: str) -> tuple[str, dict[str, Any]] | None:
    """Return the name and the known values of a record, labelled; ``None`` when there is no such record."""
    frame = held.of(kind)
    if key not in frame.index:
        return None
    row = frame.loc[key].to_dict()
    if row["source_datum"] == Datum.WGS84:  # then the source says what lon and lat say
        row |= dict.fromkeys(("source_lon", "source_lat", "source_datum"))
    values = labels(kind, row, current_language())
    name = values.pop(fields(kind)["name"].label(current_language()))
    return str(name), values | {str(header): text for header, text in row["extra"].items()}


def search(held: Holdings, text: str) -> list[tuple[Kind, str, str]]:
    """Return records whose name, identifier or address contains every word of `text`: kind, identifier, name.

    Width, case and spaces are ignored; at most `FOUND_AT_MOST`, those whose name begins with it first.
    """
    words = [folded(word) for word in text.split()]
    if not words:
        return []
    hits = [
        (not folded(name).startswith(words[0]), kind, key, name)
        for kind in RECORDS
        for key, name, address in _searchable(held.of(kind), kind)
        if all(word in folded(f"{name} {key} {address or ''}") for word in words)
    ]
    return [(kind, key, name) for _later, kind, key, name in sorted(hits, key=lambda hit: hit[0])[:FOUND_AT_MOST]]


def _searchable(frame: GeoDataFrame, kind: Kind) -> zip[tuple[str, str, str | None]]:
    return zip(frame[IDENTIFIERS[kind]], frame["name"], frame["address"], strict=True)


def list_csv(held: Holdings, kind: Kind, *, keys: Sequence[str], language: Language) -> bytes:
    """Return a list as CSV in `language`; it may be asked for in another thread than the page's."""
    use_language(language)
    return csv_of(record_list(held, kind, keys=keys))
