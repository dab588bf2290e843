"""Street networks beside the register they belong to: one compressed file for each city and mode.

A file is a NumPy ``.npz`` (plain arrays, read without pickle) with a header as JSON text. It is written whole under
another name and then put in its place, so that a reader sees the network before or the new one, never half of one.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np
import sqlalchemy as sa

from stations.model.errors import BadFile, writing
from stations.model.language import mark
from stations.model.travel import Mode, Streets

FORMAT = 1
"""Number of the file format: a file with another one is refused."""

POSTGRES = 5432
"""The port of a server whose address names none."""

_ARRAYS = ("lon", "lat", "start", "end", "two_way", "kind")


@dataclass(frozen=True)
class Imported:
    """Where a kept network comes from, and how large it is.

    `file_date` is when the OSM file was last changed and `imported_at` when it was read: ISO text in UTC. `bounds` are
    west, south, east and north in WGS84 degrees.
    """

    city: str
    mode: Mode
    file: str
    file_date: str
    imported_at: str
    imported_by: str
    nodes: int
    edges: int
    bounds: tuple[float, float, float, float]


def place_of(database: str, city: str, mode: Mode) -> Path:
    """Return where the network of a register, city and mode is kept.

    ``networks/register.sqlite3/340400-walk.npz`` beside the file of that register. A register on a server has no folder
    beside it: then it is ``data/networks/host-port-name/…`` in the folder the program runs in.
    """
    register = home_of(database)
    return register.parent / "networks" / register.name / f"{city}-{mode}.npz"


def home_of(database: str) -> Path:
    """Return the file beside which what belongs to a register is kept, see `place_of`; on a server it is not there."""
    path = Path(database) if "://" not in database else _named(sa.make_url(database))
    return path.expanduser().resolve()


def _named(url: sa.URL) -> Path:
    """Return the file of a register by its URL; for one on a server, a file that is named after host and database."""
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(url.database)
    host = url.host or url.query.get("host", "localhost")  # a folder with a socket, or several
    return Path("data", quote(f"{host}-{url.port or POSTGRES}-{url.database}", safe=""))


def found(database: str, city: str, mode: Mode) -> Path | None:
    """Return the file of the network of a register, city and mode; ``None`` where none was imported.

    Networks were once shared by all registers in a folder, in ``networks/340400-walk.npz``. One that is still there is
    read for a register without its own; an import never writes there.
    """
    own = place_of(database, city, mode)
    return next((path for path in (own, _shared(own)) if path.is_file()), None)


def _shared(own: Path) -> Path:
    return own.parents[1] / own.name


def copy_all(source: str, target: str) -> None:
    """Give one register the networks of another, but for those that it has. Raises NotWritten."""
    some, other = (place_of(database, "000000", "walk") for database in (source, target))
    kept = (path for folder in (some.parent, _shared(some).parent) for path in folder.glob("*.npz"))
    for path in kept:
        copy = other.with_name(path.name)
        if not copy.exists():
            with writing(copy):
                copy.parent.mkdir(parents=True, exist_ok=True)
                part = shutil.copyfile(path, copy.with_suffix(".part"))
                part.replace(copy)


def save(path: Path, streets: Streets, about: Imported) -> None:
    """Keep a network at `path`, in the place of the one before. Raises NotWritten."""
    header = json.dumps({"format": FORMAT, "kinds": streets.kinds, "about": asdict(about)}, ensure_ascii=False)
    arrays = {name: getattr(streets, name) for name in _ARRAYS}
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(number, "wb") as file:
                np.savez_compressed(file, header=np.frombuffer(header.encode(), np.uint8), **arrays)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)


def load(path: Path) -> tuple[Streets, Imported]:
    """Return a kept network and where it comes from.

    Raises
    ------
    BadFile
        It cannot be opened, is damaged, of another format, or its edges do not fit its nodes.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            header = json.loads(archive["header"].tobytes())
            arrays = {name: archive[name] for name in _ARRAYS} if header["format"] == FORMAT else {}
        about = Imported(**{**header["about"], "bounds": tuple(header["about"]["bounds"])})
        streets = Streets(about.mode, **arrays, kinds=tuple(header["kinds"]))
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged(path) from error
    if not _fits(streets):
        raise _damaged(path)
    return streets, about


def _fits(streets: Streets) -> bool:
    """Return whether the arrays belong together: a hand that changed them must not make us read beyond their ends."""
    nodes, edges = len(streets.lon), len(streets.start)
    ends = np.concatenate([streets.start, streets.end])
    one_length = {len(array) for array in (streets.end, streets.two_way, streets.kind)} == {edges}
    degrees = np.concatenate([streets.lon / 2, streets.lat])
    return bool(edges and one_length and len(streets.lat) == nodes and ends.min() >= 0 and ends.max() < nodes) and bool(
        (np.abs(degrees) <= 90).all()
    )  # and none is NaN


def _damaged(path: Path) -> BadFile:
    return BadFile(
        file=path.name,
        reason=mark("the kept street network is damaged, or was written by another version of this program."),
        remedy=mark("Import the street file again: python -m stations network import FILE"),
    )
