"""Photos of records: taken in from a form or a file, kept beside the register, shown to whoever sees the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from stations.intake.files.photos import read_photo
from stations.intake.files.readers import bytes_of
from stations.model.accounts import Right
from stations.model.schema import RECORDS, Kind
from stations.model.settings import Settings
from stations.planning.access.rights import require
from stations.planning.records.drafts import unfinished
from stations.planning.register import Holdings, holdings, open_register

PHOTO, THUMBNAIL = "/atlas/photo", "/atlas/thumbnail"
UNUSED = dt.timedelta(days=30)
"""How long a photo is kept that was chosen in a form and is in no record and in no form that is still open."""


class Picture(NamedTuple):
    """Where a browser finds a photo, and the small one."""

    photo: str
    thumbnail: str


def take_in(settings: Settings, data: bytes, file: str) -> str:
    """Keep the photo in an uploaded file, made anew, and return the digest by which a record holds it.

    Raises
    ------
    NotAllowed
        It is not for the user to enter and correct records.
    BadFile
        It is no photo, or too large, see `intake.photos.read_photo`.
    RegisterUnavailable
        The photo cannot be kept.
    """
    require(settings, Right.EDIT)
    photo = read_photo(data, file)
    open_register(settings.database).keep_photo(photo, at=dt.datetime.now(dt.UTC))
    return photo.digest


def take_in_file(settings: Settings, path: Path) -> str:
    """Keep the photo at `path`, see `take_in`."""
    return take_in(settings, bytes_of(path), path.name)


def pictures(city: str, digests: Iterable[str], *, on: dt.date | None = None) -> list[Picture]:
    """Return where to find the photos of a record of a city (its adcode), as it was on a day, or is."""
    asked = urlencode({"city": city, **({"on": on.isoformat()} if on else {})})
    return [Picture(f"{PHOTO}/{digest}.jpg?{asked}", f"{THUMBNAIL}/{digest}.jpg?{asked}") for digest in digests]


def of_record(held: Holdings, kind: Kind, key: str) -> list[Picture]:
    """Return where to find the photos of a record; none where there is no such record."""
    frame = held.of(kind)
    digests: list[str] = frame.at[key, "photos"] if key in frame.index else []
    return pictures(held.city.adcode, digests, on=held.on)


def jpeg(settings: Settings, digest: str, *, small: bool) -> bytes | None:
    """Return a photo, or the small one, as a JPEG.

    ``None`` where none of the city's records has it, on the day of `settings` or now, nor a form that the user has
    begun to fill in: what a record had at another time is not shown.
    """
    held = holdings(settings)
    if not any(digest in photos for kind in RECORDS for photos in held.of(kind)["photos"]) and not any(
        digest in begun.draft.photos for begun in unfinished(settings)
    ):
        return None
    return open_register(settings.database).picture(digest, small=small)


def forget_unused(settings: Settings) -> int:
    """Delete the photos that are no part of any record, past or present, for longer than `UNUSED`; return how many."""
    return open_register(settings.database).forget_unused_photos(before=dt.datetime.now(dt.UTC) - UNUSED)
