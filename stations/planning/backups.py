"""Copies of the database: backups, made beside the work and brought back, and the move to another place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from stations.model.accounts import Right
from stations.model.settings import Settings
from stations.planning.register import open_register
from stations.planning.rights import require
from stations.store.moving import move as moved


def back_up(settings: Settings, path: Path) -> int:
    """Write a checked copy of the register to a new file, and return its revision.

    Raises `NotAllowed`, or as `store.backup` does.
    """
    require(settings, Right.MANAGE)
    return open_register(settings.database).back_up(path)


def move(settings: Settings, target: str) -> dict[str, int]:
    """Copy the whole database to another path or URL; return how many rows each table has.

    Raises `NotAllowed`, or as `store.moving` does.
    """
    require(settings, Right.MANAGE)
    return moved(settings.database, target)


def bring_back(settings: Settings, path: Path) -> tuple[int, Path]:
    """Take the register of a backup in the place of the present one; return its revision, and where that one is kept.

    Raises `NotAllowed`, or as `store.backup` does.
    """
    require(settings, Right.MANAGE)
    register = open_register(settings.database)
    stamp = dt.datetime.now().astimezone().strftime("%Y%m%d-%H%M%S-%f")
    kept = (
        Path(settings.database)
        .expanduser()
        .resolve()
        .with_name(f"{Path(settings.database).stem}-before-{stamp}.sqlite3")
    )
    return register.bring_back(path, keep=kept), kept
