"""A table that leaves the app says what it is of, and opens right in an office program."""

from __future__ import annotations

import datetime as dt
import sqlite3

import pandas as pd
import pytest

from stations.model.accounts import RIGHTS, Role, User
from stations.model.settings import Settings
from stations.model.vocabulary import SnapshotKind
from stations.planning import downloads, gap_tables, show, snapshots
from stations.planning.assess import Question, assess
from stations.planning.rights import NotAllowed
from stations.planning.sheets import Wish
from tests.planning.town import RADIUS_M


def test_a_download_of_a_table_opens_right_in_excel(demonstrated: Settings) -> None:
    answer = assess(demonstrated, Question(RADIUS_M))
    about = downloads.provenance(answer.holdings, show.coverage_sentence(answer))
    header, *rows = (
        downloads.csv_of(downloads.told(gap_tables.gap_table(answer), about)).decode("utf-8-sig").splitlines()
    )
    assert header.startswith("Rank,District,")
    assert header.endswith(",Basis")
    assert rows
    for row in rows:
        for said in ("Demonstration data.", "within 1,050 m", "revision 1."):
            assert said in row


LOOKER = User("wei", Role.VIEWER)


def exported(settings: Settings) -> list[str]:
    """Return what was taken out, the last first."""
    with sqlite3.connect(settings.database) as database:
        return [row[0] for row in database.execute("SELECT about FROM audit WHERE what = 'exported' ORDER BY pk DESC")]


def test_what_is_handed_out_is_kept_in_the_audit(demonstrated: Settings) -> None:
    settings = demonstrated.having(user=LOOKER)
    downloads.table_file(settings, pd.DataFrame({"a": [1]}), name="districts")
    snapshots.handed_out(settings, Wish(SnapshotKind.TIERS, dpi=72))
    assert exported(demonstrated) == ["tiers.png", "districts"]


def test_what_is_fetched_every_minute_is_kept_once_a_day(demonstrated: Settings) -> None:
    for day in (1, 1, 2):
        downloads.fetched(demonstrated, "/feed/bases.geojson", day=dt.date(2026, 1, day))
    assert exported(demonstrated) == ["/feed/bases.geojson"] * 2


def test_a_role_without_the_right_is_handed_nothing(demonstrated: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RIGHTS, Role.VIEWER, frozenset())  # type: ignore[misc]
    settings = demonstrated.having(user=LOOKER)
    with pytest.raises(NotAllowed):
        downloads.table_file(settings, pd.DataFrame({"a": [1]}), name="districts")
    with pytest.raises(NotAllowed):
        snapshots.handed_out(settings, Wish(SnapshotKind.TIERS, dpi=72))
    assert exported(demonstrated) == []


def test_from_a_register_that_cannot_be_written_all_can_be_taken(
    demonstrated: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("stations.planning.downloads.writable", lambda _settings: False)
    downloads.handed_out(demonstrated.having(user=LOOKER), "districts")
    assert (exported(demonstrated), "wei exported districts" in caplog.text) == ([], True)
