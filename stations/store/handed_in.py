"""Files that a proposal rests on (premises, excluded land), kept beside the register under the digest of their bytes.

A link names them by it, so that whoever opens it sees the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from stations.model.errors import writing
from stations.store.networks import home_of

_DIGITS = 32
_DAY_S = 86_400.0


def place_of(database: str, digest: str, kind: str) -> Path:
    """Return where a file is kept: ``handed-in/register.sqlite3/<digest>/<kind>`` beside the register's file."""
    return _home(database) / digest / kind


def _home(database: str) -> Path:
    register = home_of(database)
    return register.parent / "handed-in" / register.name


def keep(database: str, kind: str, content: bytes) -> str:
    """Keep a file, whole or not at all, and return its digest: half of its SHA-256. Raises `NotWritten`."""
    digest = hashlib.sha256(content).hexdigest()[:_DIGITS]
    path = place_of(database, digest, kind)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        number, begun = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(begun).replace(path)
    return digest


def used(path: Path) -> None:
    """Note that a file is in use, to the day: its time is that of its last use."""
    with suppress(OSError):  # of a register that cannot be written nothing is forgotten either
        if path.stat().st_mtime < time.time() - _DAY_S:
            os.utime(path)


def forget(database: str, *, but: Collection[str], before: dt.datetime) -> None:
    """Delete the files that were last used before a moment, but for those with these digests."""
    for folder in _home(database).glob("[0-9a-f]" * _DIGITS):
        with suppress(OSError):  # somebody else forgets it, too
            last = max(file.stat().st_mtime for file in (folder, *folder.iterdir()))
            if folder.name not in but and last < before.timestamp():
                shutil.rmtree(folder)
