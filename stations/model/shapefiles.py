"""Shapefiles in a zip: which there are, and one of them unpacked, ready for GDAL.

To be called in a process of its own (`apart`), after the archive was judged (`packed`). Nothing is written under a name
that the archive gives.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple, TypeVar
from zipfile import ZipFile

from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import mark

T = TypeVar("T")

_HEAD = b"\x00\x00\x27\x0a"
_DBF_HEAD, _DBF_NAME = 32, 11  # bytes of the head of a .dbf, and of each of its columns, in which the name comes first
_NEEDED = frozenset({".shp", ".shx", ".dbf"})


class Shapefile(NamedTuple):
    """One that was unpacked: where its .shp lies, and the encodings that its texts may have, the likeliest first."""

    path: Path
    encodings: Sequence[str]


def shapefiles_in(members: Sequence[str]) -> dict[str, str]:
    """Return what the Shapefiles among the members of a zip are called, with their paths in it, without the ending.

    Two of one name in different folders are called by their paths.
    """
    stems = [part[: -len(".shp")] for part in _meant(members) if part.lower().endswith(".shp")]
    names = [_readable(stem.rsplit("/", 1)[-1]) for stem in stems]
    return {name if names.count(name) == 1 else _readable(stem): stem for name, stem in zip(names, stems, strict=True)}


def unpack(archive: Path, stem: str, *, members: Sequence[str], folder: Path) -> Shapefile:
    """Unpack the Shapefile at a path in a zip into a new folder below `folder`. Raises `BadFile`, `ValueError`."""
    beside = [part for part in _meant(members) if part.casefold().startswith(f"{stem}.".casefold())]
    wanted = {part[len(stem) :].lower(): part for part in beside}
    if missing := _NEEDED - wanted.keys():
        words = _("a part of its Shapefile is missing: {parts}.").format(parts=", ".join(sorted(missing)))
        remedy = mark("Pack all parts of it: .shp, .shx, .dbf and .prj.")
        raise BadFile(file=archive.name, reason=words, remedy=remedy)
    own = Path(mkdtemp(dir=folder))
    with ZipFile(archive) as packed:
        for suffix in wanted.keys() & {*_NEEDED, ".prj"}:
            (own / f"layer{suffix}").write_bytes(packed.read(wanted[suffix]))
        said = packed.read(wanted[".cpg"]) if ".cpg" in wanted else b""
    shape = own / "layer.shp"
    _mend_names(shape.with_suffix(".dbf"))
    if not shape.read_bytes().startswith(_HEAD):
        raise ValueError("no Shapefile")
    return Shapefile(shape, _encodings(said.decode("ascii", "replace")))


def in_its_encoding(unpacked: Shapefile, read: Callable[[Path, str], T], file: str) -> T:
    """Return what `read` makes of a .shp in the first encoding that fits its texts. Raises `BadFile` for none."""
    for encoding in unpacked.encodings:
        try:
            return read(unpacked.path, encoding)
        except UnicodeDecodeError:
            continue
    remedy = mark("Export it again from the mapping program.")
    raise BadFile(file=file, reason=mark("its texts are neither UTF-8 nor GB18030."), remedy=remedy)


def _meant(members: Sequence[str]) -> list[str]:
    """Return the members of a zip but for what macOS adds."""
    return [part for part in members if "__MACOSX" not in part]


def _readable(name: str) -> str:
    """Return the name of a member as whoever packed it sees it: without a mark, it is read in an encoding of old."""
    for encoding in ("UTF-8", "GB18030"):
        try:
            return name.encode("CP437").decode(encoding)
        except UnicodeError:
            continue
    return name


def _encodings(said: str) -> list[str]:
    """Return the encodings that the texts of a Shapefile may have, the one that it says (as Windows numbers it) first.

    One from a Chinese desktop seldom says that it is GB 18030.
    """
    name = said.strip().upper().removeprefix("ANSI").strip()
    name = {"936": "GB18030", "GBK": "GB18030", "65001": "UTF-8"}.get(name, name)
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):  # no encoding, or none that Python knows: it does not say
        return ["UTF-8", "GB18030"]
    return [*dict.fromkeys([name, "UTF-8", "GB18030"])]


def _mend_names(table: Path) -> None:
    """Take half a character off the end of the names of columns: they are cut after ten bytes, wherever that is."""
    data = bytearray(table.read_bytes())
    for start in range(_DBF_HEAD, min(int.from_bytes(data[8:10], "little"), len(data)) - 1, _DBF_HEAD):
        name = bytes(data[start : start + _DBF_NAME]).split(b"\0")[0]
        whole = _whole(name)
        data[start : start + _DBF_NAME] = whole.ljust(_DBF_NAME, b"\0")
    table.write_bytes(data)


def _whole(name: bytes) -> bytes:
    """Return a name without the bytes at its end that begin a character, in UTF-8 or GB 18030."""
    for encoding in ("UTF-8", "GB18030"):
        try:
            return codecs.getincrementaldecoder(encoding)().decode(name, final=False).encode(encoding)
        except UnicodeDecodeError:
            continue
    return name
