"""Read the streets of an OpenStreetMap file (``.osm.pbf`` or ``.osm``), in a process of its own.

The rules of what is a street for whom are in `ways`. The file may be anything: it is opened as a local regular file by
its absolute path (a name like ``http:…`` can then not be an address), in the format that its first bytes show, by a
child process that may use so much memory and time and no more. What comes back is plain arrays.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import IO, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stations.intake.files.table import too_large
from stations.intake.street_files.ways import KINDS, directions
from stations.model.apart import module, not_opened, run_apart
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import mark
from stations.model.travel import MODES, Mode, Streets

OsmFormat = Literal["pbf", "osm"]
Bounds = tuple[float, float, float, float]
Integers = NDArray[np.int64]

MAX_BYTES = 256 * 1024**2
"""A whole province packed takes 30 to 150 MB."""

_HAND_IN = mark("Use an extract of OpenStreetMap of the city (.osm.pbf or .osm).")
_KNOWN = {
    b"<!doctype html": mark("this is a web page, not a street file."),
    b"<html": mark("this is a web page, not a street file."),
    b"\x1f\x8b": mark("this is a packed archive."),
    b"BZh": mark("this is a packed archive."),
    b"PK\x03\x04": mark("this is a packed archive."),
    b"o5m2": mark("this is a file in the format o5m."),
}
_HEAD = 4096
_COMMAND: Sequence[str] = module("stations.intake.street_files.child")


def read_streets(path: Path, *, modes: Sequence[Mode] = MODES, within: Bounds) -> dict[Mode, Streets]:
    """Return the streets of an OSM file for each of `modes`.

    Parameters
    ----------
    path
        A local file; its content says what it is, not its name.
    modes
        At least one.
    within
        West, south, east and north in WGS84 degrees: an edge with neither end inside is left out, so that the file
        of a province can be given for a city.

    Returns
    -------
    dict
        Nodes and edges as the ways have them, none merged: every bend is a node. A piece of a way that has no
        position in the file (cut off at the border of an extract) is left out.

    Raises
    ------
    BadFile
        It cannot be opened, is empty, larger than `MAX_BYTES`, cut off, damaged, of another kind, takes more memory
        or time than is allowed, or holds no street for one of the modes inside the bounds.
    """
    file, form = path.name, _format(path)
    arguments = [form, ",".join(modes), *map(str, within)]
    with run_apart(_COMMAND, path, arguments, broken=_damaged(file), in_place=True) as output:
        streets = _unpacked(output)
    for mode in modes:
        if not len(streets[mode].start):
            reason = _("it holds no street for the mode “{mode}” in the area of the city.").format(mode=mode)
            raise BadFile(file=file, reason=reason, remedy=mark("Choose the extract that the city lies in."))
    return streets


def _format(path: Path) -> OsmFormat:
    try:
        size = path.stat().st_size if path.is_file() else -1
        if size >= 0:
            with path.open("rb") as file:
                head = file.read(_HEAD)
    except OSError:
        size = -1
    if size < 0:
        raise not_opened(path.name)
    if size > MAX_BYTES:
        reason = _("its size is {size} MB; at most {limit} MB can be read.").format(
            size=size // 1024**2, limit=MAX_BYTES // 1024**2
        )
        raise too_large(path.name, reason)
    if not head.strip():
        raise BadFile(file=path.name, reason=mark("the file is empty."), remedy=_HAND_IN)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[4:].startswith(b"\x0a\x09OSMHeader"):  # after its length: field 1 of the BlobHeader, its type
        return "pbf"
    if b"<osm" in text and text.startswith((b"<?xml", b"<osm", b"<!")):
        return "osm"
    reasons = (reason for magic, reason in _KNOWN.items() if text.lower().startswith(magic.lower()))
    raise BadFile(file=path.name, reason=next(reasons, mark("this is not a file of OpenStreetMap.")), remedy=_HAND_IN)


def _damaged(file: str, detail: str = "") -> BadFile:
    reason = _("it is damaged or cut off: {detail}.").format(detail=detail) if detail else mark("the file is damaged.")
    return BadFile(file=file, reason=reason, remedy=mark("Download or copy the file again, whole."))


class _Ways(NamedTuple):
    """Pieces of ways as they are read: nodes by OSM number, degrees, way kind, and allowed directions by mode."""

    start: array[int]
    end: array[int]
    degrees: array[float]  # lon, lat of the start, lon, lat of the end
    kind: array[int]
    allowed: array[int]  # bit 2m: forward for mode m; bit 2m + 1: backward


def parse_streets(path: Path, form: OsmFormat, *, modes: Sequence[Mode], within: Bounds) -> dict[Mode, Streets]:
    """Return the streets of a file that has been looked at: run in the child. Raises BadFile when it is damaged."""
    import osmium

    try:
        ways = _collected(path, form, modes)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:  # what libosmium says of a damaged file
        raise _damaged(path.name, str(error)[:200]) from None
    degrees = np.frombuffer(ways.degrees).reshape(-1, 2, 2)
    west, south, east, north = within
    inside = np.any(np.all((degrees >= [west, south]) & (degrees <= [east, north]), axis=2), axis=1)
    ends = np.column_stack([np.frombuffer(ways.start, np.int64), np.frombuffer(ways.end, np.int64)])
    kind, allowed = np.frombuffer(ways.kind, np.uint8), np.frombuffer(ways.allowed, np.uint8)
    return {
        mode: _of_mode(mode, ends[use], degrees[use], kind=kind[use], bits=bits[use])
        for number, mode in enumerate(modes)
        for bits in [(allowed >> np.uint8(2 * number)) & np.uint8(3)]
        for use in [inside & (bits > 0)]
    }


def _collected(path: Path, form: OsmFormat, modes: Sequence[Mode]) -> _Ways:
    import osmium
    from osmium import filter as only

    found = _Ways(array("q"), array("q"), array("d"), array("B"), array("B"))
    numbers = {kind: number for number, kind in enumerate(KINDS)}
    source = osmium.io.File(str(path), form)
    objects = osmium.FileProcessor(source, osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for way in objects.with_filter(only.EntityFilter(osmium.osm.WAY)).with_filter(only.KeyFilter("highway")):
        if not isinstance(way, osmium.osm.Way):
            continue
        tags: Mapping[str, str] = dict(way.tags)
        use = [directions(tags, mode) for mode in modes]
        bits = sum(forward << 2 * number | back << 2 * number + 1 for number, (forward, back) in enumerate(use))
        if not bits:
            continue
        kind, before = numbers[tags["highway"]], None
        for node in way.nodes:
            place = node.location
            here = (node.ref, place.lon, place.lat) if place.valid() else None
            if before and here and before[0] != here[0]:
                found.start.append(before[0])
                found.end.append(here[0])
                found.degrees.extend((*before[1:], *here[1:]))
                found.kind.append(kind)
                found.allowed.append(bits)
            before = here
    return found


def _of_mode(
    mode: Mode, ends: Integers, degrees: NDArray[np.float64], *, kind: NDArray[np.uint8], bits: NDArray[np.uint8]
) -> Streets:
    backward = bits == 2
    ends, degrees = ends.copy(), degrees.copy()
    ends[backward], degrees[backward] = ends[backward, ::-1], degrees[backward, ::-1]
    _ids, first, node = np.unique(ends, return_index=True, return_inverse=True)
    lon, lat = degrees.reshape(-1, 2)[first].T.copy()
    start, end = node.reshape(-1, 2).astype(np.int32).T.copy()
    return Streets(mode, lon, lat, start, end, two_way=bits == 3, kind=kind, kinds=KINDS)


_ARRAYS = ("lon", "lat", "start", "end", "two_way", "kind")


def packed(streets: Mapping[Mode, Streets]) -> bytes:
    """Return the streets as the bytes of an ``.npz``, for the parent."""
    arrays = {f"{mode}.{name}": getattr(each, name) for mode, each in streets.items() for name in _ARRAYS}
    buffer = BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def _unpacked(output: IO[bytes]) -> dict[Mode, Streets]:
    with np.load(output, allow_pickle=False) as arrays:
        return {
            mode: Streets(mode, **{name: arrays[f"{mode}.{name}"] for name in _ARRAYS}, kinds=KINDS)
            for mode in MODES
            if f"{mode}.lon" in arrays
        }
