"""What the columns of a list were taken for, so that the next list with the same headers is read the same way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa

from stations.store.tables import HEADINGS


def keep(connection: sa.Connection, shape: str, fields: Mapping[str, str | None], *, who: str, at: dt.datetime) -> None:
    """Keep what the columns of lists of a `shape` mean; nothing said of them is kept as nothing."""
    connection.execute(HEADINGS.delete().where(HEADINGS.c.shape == shape))
    if fields:
        now = at.astimezone(dt.UTC).isoformat(timespec="seconds")
        connection.execute(HEADINGS.insert(), {"shape": shape, "fields": dict(fields), "who": who, "kept_at": now})


def kept(connection: sa.Connection, shape: str) -> dict[str, str | None]:
    """Return what was kept of lists of a `shape`: header → field, ``None`` for no field."""
    return dict(connection.scalar(sa.select(HEADINGS.c.fields).where(HEADINGS.c.shape == shape)) or {})
