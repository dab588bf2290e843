"""Hand data out of the register: stations, bases and demand, as files that other programs and people read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from stations.intake.lists.records import EXTRA, says_nothing
from stations.model.accounts import Right
from stations.model.crs import to_geographic
from stations.model.errors import BadChoice, NoDemand
from stations.model.headers import field_of
from stations.model.labels import label_of
from stations.model.language import Language, mark, use_language
from stations.model.schema import DEMONSTRATION, Kind, fields, free_texts
from stations.model.settings import Settings
from stations.model.vocabulary import Datum
from stations.output.tables import FORMATS, LAYERS, write_layer, write_table
from stations.planning.access.rights import require_own
from stations.planning.coverage.people import people_of
from stations.planning.publishing.downloads import handed_out
from stations.planning.register import Holdings, city_of, holdings, open_register

if TYPE_CHECKING:
    from pandas import DataFrame

_PLACED = ("lon", "lat", "name")
_OF_A_LAYER = frozenset({"fid", "ogc_fid", "geom", "geometry"})  # what a GeoPackage calls columns of its own
_UNKNOWN: Mapping[str, Any] = {"extra": {}}
What = Literal["stations", "bases", "demand"]


def features(settings: Settings, kind: Kind, *, in_full: bool = False) -> dict[str, Any]:
    """Return the records of one kind as a GeoJSON FeatureCollection in WGS84 (RFC 7946).

    Properties are the English keys of the schema, unknown ones ``null``; a record without coordinates has a null
    geometry. ``demonstration`` says whether made-up data is among them.
    """
    held = holdings(settings)
    return _collection(held, kind, _shown(settings, held, kind, in_full=in_full))


def _collection(held: Holdings, kind: Kind, frame: DataFrame) -> dict[str, Any]:
    """Return records of one kind as `features` does."""
    rows: list[Any] = frame.to_dict("records")
    return {
        "type": "FeatureCollection",
        "city": held.city.adcode,
        "revision": held.revision,
        "on": held.on.isoformat() if held.on else None,
        "demonstration": held.demonstration,
        "features": [
            {
                "type": "Feature",
                "id": row[f"{kind}_id"],
                "geometry": _point(row),
                "properties": _properties(kind, row),
            }
            for row in rows
        ],
    }


def export_file(settings: Settings, what: What, path: Path, *, in_full: bool = False) -> int:
    """Write stations, bases or demand to `path` in the format of its ending, and return the number of rows.

    CSV (UTF-8 with BOM, opens right in Excel), XLSX, GeoPackage and KML carry the headers of the reader's language,
    the latter two points instead of coordinates; GeoJSON carries the English keys. Made-up data is named so in a
    column of every row. The audit keeps who exported what.

    Parameters
    ----------
    settings, what, path
        Whose data, which, and where to.
    in_full
        With numbers and names that are hidden elsewhere.

    Raises
    ------
    NotAllowed, OtherUnion
        It is not for the user to do, or not in full for every record.
    BadChoice
        The ending is not one of `FORMATS`.
    NoDemand
        Demand is asked for, and there is none.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise BadChoice(what=mark("File format"), value=path.suffix or path.name, offered=", ".join(FORMATS))
    kind: Kind = "base" if what == "bases" else "station"
    handed_out(settings, f"{what} → {path.name}{' +' if in_full else ''}")
    if what != "demand":
        held = holdings(settings)
        return _write_records(
            held, kind, _shown(settings, held, kind, in_full=in_full), path=path, language=settings.language
        )
    if suffix == ".geojson":
        return _write_features(demand_features(settings), path)
    lon, lat, name = _PLACED
    return _write_rows(demand_table(settings), path, place=(lon, lat), name=name)


def record_file(settings: Settings, held: Holdings, kind: Kind, *, keys: Sequence[str], name: str) -> bytes:
    """Return some records as what `export_file` writes to a file of that name, in the order of their `keys`.

    It may be asked for in another thread than the page's. Raises `NotAllowed`.
    """
    use_language(settings.language)
    handed_out(settings, name)
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        chosen = held.of(kind).drop(columns="geometry").loc[list(keys)]
        _write_records(held, kind, chosen, path=path, language=settings.language)
        return path.read_bytes()


def _write_records(held: Holdings, kind: Kind, frame: DataFrame, *, path: Path, language: Language) -> int:
    if path.suffix.lower() == ".geojson":
        return _write_features(_collection(held, kind, frame), path)
    lon, lat, name = (fields(kind)[key].label(language) for key in _PLACED)
    return _write_rows(_as_read(kind, frame, language=language), path, place=(lon, lat), name=name)


def _write_features(collection: dict[str, Any], path: Path) -> int:
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
    return len(collection["features"])


def _write_rows(table: DataFrame, path: Path, *, place: tuple[str, str], name: str) -> int:
    if path.suffix.lower() in LAYERS:
        write_layer(table, path, place=place, name=name)
    else:
        write_table(table, path)
    return len(table)


def record_table(settings: Settings, kind: Kind, *, in_full: bool = False) -> DataFrame:
    """Return the records of one kind as people read them: headers and labels in the reader's language.

    What is no field has a column of its own; one that an import would take for something else stands, with all such
    ones, as JSON in a column `EXTRA`.
    """
    return _as_read(kind, _shown(settings, holdings(settings), kind, in_full=in_full), language=settings.language)


def _as_read(kind: Kind, frame: DataFrame, *, language: Language) -> DataFrame:
    """Return records as `record_table` does."""
    import pandas as pd

    headers = fields(kind)
    columns = {
        header.label(language): [label_of(kind, key, value, language=language) for value in frame[key]]
        for key, header in headers.items()
    }
    extra = sorted({name for row in frame["extra"] for name in row})
    odd = _mistakable(kind, extra)
    columns |= {name: [row.get(name) for row in frame["extra"]] for name in extra if name not in odd}
    if odd:
        columns[EXTRA] = [
            _together({name: row[name] for name in extra if name in odd & row.keys()}) for row in frame["extra"]
        ]
    return pd.DataFrame(columns, index=frame.index, dtype=object)  # whole numbers stay whole beside unknown ones


def _mistakable(kind: Kind, names: Sequence[str]) -> set[str]:
    """Return those names that, as headers of a file, mean a field or another column."""
    counted = Counter(name.casefold() for name in names)
    return {
        name
        for name in names
        if field_of(kind, name)
        or says_nothing(name)
        or name == EXTRA
        or name.casefold() in _OF_A_LAYER
        or counted[name.casefold()] > 1
    }


def _together(values: Mapping[str, str]) -> str | None:
    return json.dumps(values, ensure_ascii=False) if values else None


def _shown(settings: Settings, held: Holdings, kind: Kind, *, in_full: bool) -> DataFrame:
    """Return the records of one kind, with every number and name in full where that is asked for and allowed."""
    import pandas as pd

    frame: DataFrame = held.of(kind).drop(columns="geometry")
    if not in_full:
        return frame
    if settings.on is not None:
        raise BadChoice(what=mark("Day"), value=settings.on, offered=mark("no day: in full only as it is now"))
    stored = open_register(settings.database).stored(kind, held.city.adcode)
    require_own(settings, Right.REVEAL, stored.values())
    for name in (*free_texts(kind), "extra"):
        frame[name] = pd.Series([stored[key].get(name, _UNKNOWN.get(name)) for key in frame.index], frame.index, object)
    return frame


def demand_table(settings: Settings) -> DataFrame:
    """Return the demand points: lon, lat, the groups that are known, district (adcode), datum (WGS84), and source.

    The column of a group is `Group.column`: `people` for residents, its key for every other. There is a column `union`
    (its code) where the data names any.
    """
    import pandas as pd

    people = people_of(settings)
    if people is None:
        raise NoDemand(city=city_of(settings).label(settings.language))
    points = to_geographic(people.frame).geometry
    columns = {
        "lon": points.x.round(6),
        "lat": points.y.round(6),
    } | {group.column: people.frame[group.value] for group in people.groups}
    known = ["district", *(["union"] if people.frame["union"].notna().any() else [])]
    columns |= {name: people.frame[name] for name in known}
    own = {"datum": Datum.WGS84.value, "source": people.label(settings.language)}
    return pd.DataFrame(columns | own)


def demand_features(settings: Settings) -> dict[str, Any]:
    """Return the demand points as a GeoJSON FeatureCollection in WGS84, properties as in `demand_table`."""
    table = demand_table(settings).astype(object)
    points = zip(table.pop("lon"), table.pop("lat"), strict=True)
    return {
        "type": "FeatureCollection",
        "city": settings.city,
        "features": [
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": point}, "properties": row}
            for point, row in zip(points, table.to_dict("records"), strict=True)
        ],
    }


def _point(row: dict[str, Any]) -> dict[str, Any] | None:
    return None if row["lon"] is None else {"type": "Point", "coordinates": [row["lon"], row["lat"]]}


def _properties(kind: Kind, row: dict[str, Any]) -> dict[str, Any]:
    own = {key: row[key] for key in fields(kind)}
    return own | {
        "division": row["division"],
        "extra": row["extra"],
        "demonstration": row["source"] == DEMONSTRATION,
    }
