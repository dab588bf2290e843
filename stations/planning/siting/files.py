"""Files that are handed in for a proposal: premises that could host a station, land where nothing may be built.

They are read before they are kept, and kept beside the register by what is in them, so that a link to the proposal
shows it to whoever may look at the register. Those that no saved scenario names are forgotten some time after their
last use (`KEPT`), when the next one is handed in.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from shapely import union_all

from stations.model.accounts import Right
from stations.model.crs import GEOGRAPHIC
from stations.model.errors import BadChoice, BadFile
from stations.model.language import Language, current_language, mark
from stations.model.settings import Settings
from stations.model.vocabulary import Datum
from stations.planning.access.rights import require
from stations.planning.register import open_register
from stations.planning.siting.candidates import Where, drawn, exclusions_from, hosts_from
from stations.store import handed_in

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from stations.intake.lists.hosts import Hosts
    from stations.output.maps import Bounds
    from stations.output.proposals import Area, Ring

HOSTS, LAND = "hosts", "land"
MOST_BYTES = 20 * 1024**2
HOST_FILES = (".csv", ".xlsx", ".xls", ".geojson", ".json", ".gpkg", ".zip", ".kml", ".kmz")
LAND_FILES = (".geojson", ".json", ".gpkg", ".zip", ".kml", ".kmz")
KEPT = dt.timedelta(days=90)
"""How long after its last use a file is kept that no saved scenario names: a link to it may be on its way."""
MOST_CORNERS = 2_000
"""So many corners of land in a file a map shows: they go to the browser with each answer."""
FINEST_DEG = 0.0001
"""How far the shown outlines may be off where they have few corners, about 10 m; the more they have, the more."""
_DIGEST = re.compile("[0-9a-f]{32}")


class HandedIn(NamedTuple):
    """A file by its digest, with the datum of rows that name none (``None``: nobody has said)."""

    digest: str
    datum: Datum | None = None


def handed_in_from(text: str) -> HandedIn | None:
    """Return the file that an address names; ``None`` for none. Raises `BadChoice`."""
    digest, _dot, name = text.partition(".")
    datum = Datum.read(name) if name else None
    if not text:
        return None
    if not _DIGEST.fullmatch(digest) or (name and datum is None):
        raise BadChoice(what=mark("File"), value=text[:40], offered=mark("the address of a proposal with a file"))
    return HandedIn(digest, datum)


def handed_in_text(file: HandedIn | None) -> str:
    """Return a file as an address names it; `handed_in_from` reads it back."""
    return "" if file is None else ".".join(filter(None, (file.digest, file.datum and file.datum.value)))


def keep_hosts(settings: Settings, content: bytes, name: str, *, datum: Datum | None) -> HandedIn:
    """Keep a list of premises that somebody hands in under a name.

    Raises
    ------
    NotAllowed
        It is not for the user to do.
    BadFile
        No row of it can be used.
    NotWritten
        The place beside the register cannot be written.
    """
    return HandedIn(_keep(settings, HOSTS, content, name=name, read=partial(hosts_from, datum=datum)), datum)


def keep_land(settings: Settings, content: bytes, name: str, *, layer: str | None = None) -> HandedIn:
    """Keep a layer of land where nothing may be built; of a file with several that `layer` alone, as GeoJSON.

    Raises as `keep_hosts`. Where a layer has to be chosen, the error offers them (`BadFile`).
    """
    if layer is not None:
        content = _only(settings, content, name, layer=layer)
    return HandedIn(_keep(settings, LAND, content, name=name, read=exclusions_from))


def _only(settings: Settings, content: bytes, name: str, *, layer: str) -> bytes:
    """Return the areas of one layer of a file as GeoJSON. Raises as `keep_hosts`."""
    import geopandas

    found: list[Any] = []
    _read(settings, LAND, content, name=name, read=lambda path: found.append(exclusions_from(path, layer=layer)))
    text: str = geopandas.GeoSeries(list(found[0].geoms), crs=GEOGRAPHIC).to_json()
    return text.encode()


def _keep(settings: Settings, kind: str, content: bytes, *, name: str, read: Callable[[Path], object]) -> str:
    """Read a file, keep it if that can be done, and return its digest."""
    _read(settings, kind, content, name=name, read=read)
    digest = handed_in.keep(settings.database, kind, content)
    handed_in.forget(settings.database, but=_named(settings), before=dt.datetime.now(dt.UTC) - KEPT)
    return digest


def _read(settings: Settings, kind: str, content: bytes, *, name: str, read: Callable[[Path], object]) -> None:
    """Read a file; messages say the name that it was given."""
    require(settings, Right.EDIT)
    if len(content) > MOST_BYTES:
        reason = mark("it is larger than 20 MB.")
        raise BadFile(file=name, reason=reason, remedy=mark("Hand in the part of it that lies in the city."))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, kind)
        path.write_bytes(content)
        try:
            read(path)
        except BadFile as error:
            raise BadFile(**{**error.fields, "file": name}) from None


def _named(settings: Settings) -> set[str]:
    """Return the digests of the files that saved scenarios name."""
    wishes = [row["wish"] for row in open_register(settings.database).scenarios()]
    files = [handed_in_from(wish.get(kind, "")) for wish in wishes for kind in (HOSTS, LAND)]
    return {file.digest for file in files if file}


def hosts_of(settings: Settings, file: HandedIn) -> Hosts:
    """Return the premises in a file that was handed in, the same object for the same reader. Raises `BadFile`."""
    return _hosts(_known(settings, HOSTS, file), file.datum, current_language())


def land_of(settings: Settings, file: HandedIn) -> BaseGeometry:
    """Return the land in a file that was handed in. Raises `BadFile`."""
    return _land(_known(settings, LAND, file))


class ShownLand(NamedTuple):
    """The land of a file as a map shows it, and how many of its areas in sight are too many to be shown."""

    areas: tuple[Area, ...] = ()
    left_out: int = 0


def shown_land(settings: Settings, file: HandedIn, bounds: Bounds) -> ShownLand:
    """Return the land in a file within some bounds (degrees), with simpler outlines, the largest first.

    Raises `BadFile`.
    """
    return _shown(_known(settings, LAND, file), bounds)


@lru_cache(maxsize=8)
def _shown(path: Path, bounds: Bounds) -> ShownLand:
    parts = shapely.get_parts(_land(path))
    parts = parts[shapely.intersects(parts, shapely.box(*bounds))]
    parts = _areas(union_all(shapely.clip_by_rect(parts, *bounds)))
    drawn_as, off_deg = _simpler(parts, FINEST_DEG), FINEST_DEG
    while shapely.get_num_coordinates(drawn_as).sum() > MOST_CORNERS and off_deg < 100 * FINEST_DEG:
        off_deg *= 2
        drawn_as = _simpler(parts, off_deg)
    drawn_as = drawn_as[np.argsort(-shapely.area(drawn_as), kind="stable")]
    few = shapely.get_num_coordinates(drawn_as).cumsum() <= MOST_CORNERS
    return ShownLand(tuple(map(_rings, drawn_as[few])), len(parts) - int(few.sum()))


def _simpler(parts: Any, off_deg: float) -> Any:
    """Return areas with outlines that may be so far off, and without holes that are smaller than that is wide."""
    simple = _areas(shapely.simplify(parts, off_deg))
    holes = [[ring for ring in area.interiors if shapely.Polygon(ring).area >= off_deg**2] for area in simple]
    filled = [shapely.Polygon(area.exterior, kept) for area, kept in zip(simple, holes, strict=True)]
    return np.array(filled, dtype=object)


def _areas(shapes: Any) -> Any:
    """Return the polygons in shapes that have an area, as an array."""
    parts = shapely.get_parts(shapely.get_parts(shapes))
    return parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)]


def _rings(area: Any) -> Area:
    rings = [area.exterior, *area.interiors]
    return tuple(tuple((float(lon), float(lat)) for lon, lat in ring.coords[:-1]) for ring in rings)


def with_files(
    settings: Settings, where: Where, *, hosts: HandedIn | None, land: HandedIn | None, outlines: Sequence[Ring]
) -> Where:
    """Return where stations may be built, with what is in files and was outlined. Raises `BadFile`, `BadChoice`."""
    areas = [*([land_of(settings, land)] if land else []), *([drawn(outlines)] if outlines else [])]
    premises = hosts_of(settings, hosts) if hosts else None
    excluded = shapely.GeometryCollection([part for area in areas for part in shapely.get_parts(area)])
    return replace(where, hosts=premises, excluded=excluded if areas else None)


@lru_cache(maxsize=8)  # a file never changes: its name is the digest of what is in it
def _hosts(path: Path, datum: Datum | None, _language: Language) -> Hosts:
    """Return the premises in a file; why rows of it are refused is said in the language of whoever reads it."""
    return hosts_from(path, datum=datum)


@lru_cache(maxsize=8)
def _land(path: Path) -> BaseGeometry:
    return exclusions_from(path)


def _known(settings: Settings, kind: str, file: HandedIn) -> Path:
    path = handed_in.place_of(settings.database, file.digest, kind)
    if not path.is_file():
        reason = mark("it is not kept here: the address may be of another register, or months old.")
        raise BadFile(file=kind, reason=reason, remedy=mark("Hand it in again."))
    handed_in.used(path)
    return path
