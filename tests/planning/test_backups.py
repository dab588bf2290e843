"""What a server does about its register by itself: a look whether it is whole, a backup a day, old ones taken away."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from stations.model.accounts import Role
from stations.model.settings import Settings
from stations.planning.access import accounts, links
from stations.planning.backups import DAYS, MONTHS, back_up, bring_back, damaged, kept, watch
from stations.planning.importing.import_file import prepare
from stations.planning.register import holdings, open_register
from tests.postgis import Postgis

TODAY = dt.date(2026, 3, 31)


def folder(settings: Settings) -> Path:
    return Path(settings.database).parent / "backups"


def days(settings: Settings) -> list[str]:
    return sorted(path.stem[-10:] for path in folder(settings).iterdir())


def test_a_backup_is_made_once_a_day_and_can_be_brought_back(demonstrated: Settings) -> None:
    for _look in range(3):
        watch(demonstrated, today=TODAY)
    watch(demonstrated, today=TODAY + dt.timedelta(days=1))
    assert days(demonstrated) == ["2026-03-31", "2026-04-01"]
    before = holdings(demonstrated).stations.index
    bring_back(demonstrated, folder(demonstrated) / "register-2026-03-31.sqlite3")
    assert holdings(demonstrated).stations.index.equals(before)


def test_old_backups_are_taken_away_and_nothing_else(demonstrated: Settings) -> None:
    folder(demonstrated).mkdir()
    for name in ("register-2026-03-01", "register-2026-03-02", "register-2026-03-30", "register-2026-99-99", "mine"):
        (folder(demonstrated) / f"{name}.sqlite3").write_text("")
    watch(demonstrated, today=TODAY)
    assert {path.stem for path in folder(demonstrated).iterdir()} == {
        *("register-2026-03-01", "register-2026-03-30", "register-2026-03-31", "register-2026-99-99", "mine")
    }


def test_a_year_of_days_leaves_two_weeks_and_the_first_of_each_month() -> None:
    start, there = dt.date(2024, 1, 1), set()
    for number in range(800):
        today = start + dt.timedelta(days=number)
        there = kept({*there, today}, today=today)
    last = start + dt.timedelta(days=799)
    assert len(there) == DAYS + MONTHS - 1  # the first of this month is one of the last days
    assert {last - dt.timedelta(days=number) for number in range(DAYS)} <= there
    assert {day.day for day in there if (last - day).days >= DAYS} == {1}


def test_a_damaged_register_is_noticed_and_replaces_no_good_backup(demonstrated: Settings) -> None:
    watch(demonstrated, today=TODAY)
    assert not damaged(demonstrated)
    with sqlite3.connect(demonstrated.database) as connection:
        connection.execute("UPDATE station SET name = '示例他' WHERE pk = 1")
    watch(demonstrated, today=TODAY + dt.timedelta(days=1))
    assert damaged(demonstrated) == 1
    assert days(demonstrated) == ["2026-03-31"]


def test_where_no_folder_can_be_made_it_is_said(demonstrated: Settings) -> None:
    folder(demonstrated).write_text("in the way")
    with pytest.raises(OSError, match="backups"):
        watch(demonstrated, today=TODAY)


def test_a_register_on_a_server_is_backed_up_daily_where_the_program_runs(
    postgis: Postgis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(database=postgis.database())
    prepare(settings)
    before = holdings(settings).stations.index
    watch(settings, today=TODAY)
    (backup,) = (tmp_path / "data" / "backups").iterdir()
    assert backup.name.endswith("-2026-03-31.sqlite3")
    replaced = bring_back(settings, backup).kept
    assert replaced.parent == tmp_path / "data"
    assert replaced.is_file()
    assert holdings(settings).stations.index.equals(before)
    open_register(settings.database).close()
    accounts.open_accounts(settings.database).close()


def test_what_was_ended_since_a_backup_stays_so_and_the_audit_tells(demonstrated: Settings, tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    kept_accounts = accounts.open_accounts(demonstrated.database)
    for name in ("chen", "li"):
        accounts.add_account(demonstrated, name, Role.ADMIN, union=None, now=now)
    ended, open_yet = (accounts.let_in(kept_accounts, "chen", address=None, now=now) for _each in range(2))
    address = links.make_link(demonstrated, "/feed/stations.geojson", days=3, now=now).address
    copy = tmp_path / "backup.sqlite3"
    back_up(demonstrated, copy)
    accounts.sign_out(demonstrated, ended, everywhere=False, now=now)
    accounts.close_account(demonstrated, "li", now=now)
    links.revoke_links(demonstrated, now=now)
    done = bring_back(demonstrated, copy)
    assert [accounts.signed_in(demonstrated, token, now=now) for token in (ended, open_yet)] == [None, None]
    path, _mark, query = address.partition("?")
    with pytest.raises(links.LinkRefused):
        links.require_link(demonstrated, path, query, now=now)
    assert done.reopened == ["li"]
    told = accounts.audit(demonstrated, at_most=3)
    assert list(zip(told["what"], told["about"], strict=True)) == [
        ("opened a closed account again", "li"),
        ("kept the register of before", done.kept.name),
        ("restored a backup", "backup.sqlite3"),
    ]
    assert bring_back(demonstrated, done.kept).reopened == []
    assert ("made a backup", "backup.sqlite3") in set(
        accounts.audit(demonstrated, at_most=99)[["what", "about"]].itertuples(index=False, name=None)
    )
