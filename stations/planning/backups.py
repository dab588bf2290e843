"""Copies of the database: backups, made beside the work and brought back, and the move to another place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from stations.model.accounts import Right
from stations.model.errors import writing
from stations.model.language import mark
from stations.model.settings import Settings
from stations.planning.access.accounts import note, open_accounts
from stations.planning.access.rights import require
from stations.planning.records.photos import forget_unused
from stations.planning.register import open_register
from stations.store.moving import move as moved
from stations.store.moving import without_postgis
from stations.store.networks import copy_all, home_of

BACKED_UP, RESTORED = mark("made a backup"), mark("restored a backup")
KEPT, REOPENED = mark("kept the register of before"), mark("opened a closed account again")

DAYS, MONTHS = 14, 12
"""How long daily backups are kept, and the first of each month."""


def back_up(settings: Settings, path: Path) -> int:
    """Write a checked copy of the register to a new file, and return its revision; the audit names the file.

    Raises `NotAllowed`, or as `store.backup` does.
    """
    require(settings, Right.MANAGE)
    register = open_register(settings.database)
    revision = register.back_up(path)
    if register.writable():  # a copy of one that is not is made all the same
        note(settings, BACKED_UP, about=path.name)
    return revision


def watch(settings: Settings, *, today: dt.date) -> None:
    """Do what a server does about its register by itself: look whether it is as it was written, and back it up daily.

    One that can only be read is not backed up. Then photos that nobody ever saved are deleted. Raises as `store.backup`
    does.
    """
    register = open_register(settings.database)
    _DAMAGED[settings.database] = len(register.faults())
    if _DAMAGED[settings.database]:  # then nobody knows what the history named
        return
    if register.writable():
        _back_up_daily(settings, home_of(settings.database).parent / "backups", today=today)
    forget_unused(settings)


_DAMAGED: dict[str, int] = {}


def damaged(settings: Settings) -> int:
    """Return how many faults `watch` found when it looked last."""
    return _DAMAGED.get(settings.database, 0)


def _back_up_daily(settings: Settings, folder: Path, *, today: dt.date) -> None:
    """Write today's backup unless there is one, and take away those that `kept` does not name."""
    stem = _stem(settings)
    path = folder / f"{stem}-{today.isoformat()}.sqlite3"
    if path.exists():
        return
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    back_up(settings, path)
    days = {}
    for each in folder.glob(f"{stem}-????-??-??.sqlite3"):
        with suppress(ValueError):  # somebody else's file
            days[dt.date.fromisoformat(each.stem[-10:])] = each
    for day in days.keys() - kept(days, today=today):
        days[day].unlink()


def kept(days: Iterable[dt.date], *, today: dt.date) -> set[dt.date]:
    """Return the days whose backups are kept: the last `DAYS`, and the first of each of the last `MONTHS` months."""
    ordered = sorted(days)
    months: dict[tuple[int, int], dt.date] = {}
    for day in ordered:
        months.setdefault((day.year, day.month), day)
    firsts = [months[month] for month in sorted(months)][-MONTHS:]
    return {day for day in ordered if (today - day).days < DAYS} | set(firsts)


def move(settings: Settings, target: str) -> dict[str, int]:
    """Copy the whole database to another path or URL, and the streets beside it; return how many rows each table has.

    Raises `NotAllowed`, or as `store.moving` and `store.networks` do.
    """
    require(settings, Right.MANAGE)
    counts = moved(settings.database, target)
    copy_all(settings.database, target)
    return counts


def lacks_points(target: str) -> bool:
    """Return whether records have no point as a column where they were moved to: a server without PostGIS."""
    return without_postgis(target)


class BroughtBack(NamedTuple):
    """The revision of the register that was brought back, where the one before is kept, and who may come in again.

    `reopened` are the accounts that were closed since the backup was made, and are open in it.
    """

    revision: int
    kept: Path
    reopened: list[str]


def bring_back(settings: Settings, path: Path) -> BroughtBack:
    """Take the register of a backup in the place of the present one, which is kept beside it.

    Accounts and audit are those of the backup, too. Every sign-in is ended, as one may have been since; links that were
    revoked since stay so; and the audit tells what was done. Raises `NotAllowed`, or as `store.backup` does.
    """
    require(settings, Right.MANAGE)
    register = open_register(settings.database)
    stamp = dt.datetime.now().astimezone().strftime("%Y%m%d-%H%M%S-%f")
    kept = home_of(settings.database).with_name(f"{_stem(settings)}-before-{stamp}.sqlite3")
    with writing(kept):
        kept.parent.mkdir(parents=True, exist_ok=True)
    accounts = open_accounts(settings.database)
    closed, key = {each.name for each in accounts.all() if not each.active}, accounts.known_link_key()
    revision, now = register.bring_back(path, keep=kept), dt.datetime.now(dt.UTC)
    accounts.end_every_sign_in(at=now)
    if accounts.known_link_key() not in {None, key}:
        accounts.renew_link_key(at=now)
    reopened = [each.name for each in accounts.all() if each.active and each.name in closed]
    note(settings, RESTORED, about=path.name)
    note(settings, KEPT, about=kept.name)
    for name in reopened:
        note(settings, REOPENED, about=name)
    return BroughtBack(revision, kept, reopened)


def _stem(settings: Settings) -> str:
    """Return how the names of a register's backups begin."""
    home = home_of(settings.database)
    return home.name if open_register(settings.database).path is None else home.stem
