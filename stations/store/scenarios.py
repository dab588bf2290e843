"""What was proposed for new stations, kept under a name to be compared and opened again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from stations.store.tables import SCENARIO


def keep(connection: sa.Connection, row: Mapping[str, Any], *, at: dt.datetime) -> bool:
    """Keep a scenario: `city`, `name`, `wish`, `told` and `who`. One of the same name stays: then ``False``."""
    same = (SCENARIO.c.city == row["city"]) & (SCENARIO.c.name == row["name"])
    if connection.scalar(sa.select(SCENARIO.c.pk).where(same)) is not None:
        return False
    connection.execute(SCENARIO.insert(), {**row, "saved_at": at.astimezone(dt.UTC).isoformat(timespec="seconds")})
    return True


def kept(connection: sa.Connection, city: str | None) -> list[dict[str, Any]]:
    """Return the scenarios of a city, or of all, in the order in which they were saved."""
    mine = sa.true() if city is None else SCENARIO.c.city == city
    chosen = sa.select(SCENARIO).where(mine).order_by(SCENARIO.c.saved_at, SCENARIO.c.pk)
    return [dict(row) for row in connection.execute(chosen).mappings()]


def forget(connection: sa.Connection, city: str, name: str) -> None:
    """Delete the scenario of a name, if there is one."""
    connection.execute(SCENARIO.delete().where((SCENARIO.c.city == city) & (SCENARIO.c.name == name)))
