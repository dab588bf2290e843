"""Photos beside the records: each is kept once, under the digest of its bytes, however many records have it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from stations.model.photos import MEDIA_TYPE, Photo, digest_of
from stations.store.rows import VARIABLES
from stations.store.tables import DRAFT, HISTORY, PHOTO

BATCH = 20
"""Rows of photos that are in memory at a time."""


def keep(connection: sa.Connection, photo: Photo, *, at: dt.datetime) -> None:
    """Keep a photo; of one that is kept already, that it was handed in again."""
    now = at.astimezone(dt.UTC).isoformat(timespec="seconds")
    again = PHOTO.update().where(PHOTO.c.digest == photo.digest).values(kept_at=now)
    if connection.execute(again).rowcount:
        return
    row = {
        "digest": photo.digest,
        "media_type": MEDIA_TYPE,
        **photo._asdict(),
        "thumbnail_digest": digest_of(photo.thumbnail),
        "kept_at": now,
    }
    connection.execute(PHOTO.insert(), row)


def picture(connection: sa.Connection, digest: str, *, small: bool) -> bytes | None:
    """Return the JPEG of a photo, or the small one; ``None`` where there is no such photo."""
    column = PHOTO.c.thumbnail if small else PHOTO.c.content
    return connection.scalar(sa.select(column).where(PHOTO.c.digest == digest))


def missing(connection: sa.Connection, digests: Iterable[str]) -> set[str]:
    """Return those of `digests` under which no photo is kept."""
    wanted = sorted(set(digests))
    found: set[str] = set()
    for start in range(0, len(wanted), VARIABLES):
        chosen = sa.select(PHOTO.c.digest).where(PHOTO.c.digest.in_(wanted[start : start + VARIABLES]))
        found.update(connection.scalars(chosen))
    return {*wanted} - found


def told(connection: sa.Connection) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the history that name photos: the row's key, and their digests."""
    chosen = sa.select(HISTORY.c.pk, HISTORY.c.after).order_by(HISTORY.c.pk)
    for pk, after in connection.execute(chosen.where(sa.cast(HISTORY.c.after, sa.Text).contains('"photos"'))):
        yield pk, after.get("photos", []) if isinstance(after, dict) else []


def forget_unused(connection: sa.Connection, *, before: dt.datetime) -> int:
    """Delete the photos that no record ever had and no form holds, handed in last before a moment; return how many.

    They were never part of the register: somebody chose them in a form and did not save it.
    """
    last = before.astimezone(dt.UTC).isoformat(timespec="seconds")
    unused = set(connection.scalars(sa.select(PHOTO.c.digest).where(PHOTO.c.kept_at < last)))
    if unused:
        unused.difference_update(*(digests for _pk, digests in told(connection)))
        unused.difference_update(*(digests or [] for digests in connection.scalars(sa.select(DRAFT.c.photos))))
    for digest in unused:
        connection.execute(PHOTO.delete().where(PHOTO.c.digest == digest))
    return len(unused)
