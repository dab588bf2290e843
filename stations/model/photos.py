"""Photos of stations and bases: how many a record has, how large a file may be, and what is kept of one."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

MOST = 6
"""Photos of one record."""

MAX_BYTES = 10 * 1024**2
"""What is handed in at a time: a telephone's picture of 12 million pixels takes 3 to 6 MB."""

MEDIA_TYPE = "image/jpeg"


class Photo(NamedTuple):
    """A photo as it is kept: a JPEG of nothing but pixels, its size in pixels, and a small one of the same kind."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """The name under which it is kept, and which a record holds."""
        return digest_of(self.content)


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a picture as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
