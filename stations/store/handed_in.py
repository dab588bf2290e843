"""Files that a proposal rests on (premises, excluded land), kept beside the register under the digest of their bytes.

A link names them by it, so that whoever opens it sees the same.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from stations.model.errors import writing
from stations.store.networks import home_of

_DIGITS = 32


def place_of(database: str, digest: str, kind: str) -> Path:
    """Return where a file is kept: ``handed-in/register.sqlite3/<digest>/<kind>`` beside the register's file."""
    register = home_of(database)
    return register.parent / "handed-in" / register.name / digest / kind


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
