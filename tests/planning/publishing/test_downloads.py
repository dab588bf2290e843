"""A table that leaves the app says what it is of, and opens right in an office program."""

from __future__ import annotations

import datetime as dt
import html
import re
import sqlite3
import zipfile
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest

from stations.model.accounts import RIGHTS, Role, User
from stations.model.acts import Act
from stations.model.settings import Settings
from stations.model.vocabulary import SnapshotKind
from stations.output.tables import FORMATS
from stations.planning.access.rights import NotAllowed
from stations.planning.coverage import gap_tables, show
from stations.planning.coverage.assess import Question, assess
from stations.planning.importing.import_file import import_file
from stations.planning.maps import snapshots
from stations.planning.maps.map_file import map_html
from stations.planning.maps.sheets import Wish
from stations.planning.publishing import downloads, export, feeds
from stations.planning.records import edit, entering, listing
from stations.planning.register import holdings
from stations.planning.reporting import report
from stations.planning.siting.proposal_files import proposal_file
from stations.planning.siting.recommend import recommend
from tests.planning.siting.test_recommend import asked
from tests.planning.town import RADIUS_M, degrees, write_csv


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
    monkeypatch.setattr("stations.planning.publishing.downloads.writable", lambda _settings: False)
    downloads.handed_out(demonstrated.having(user=LOOKER), "districts")
    assert (exported(demonstrated), "wei exported districts" in caplog.text) == ([], True)


NUMBERS = (
    "13812345678",
    "013912345678",
    "137    1234    5678",
    "136|1234|5678",
    "135;1234;5678",
    "幺三四一二三四五六七八",
)
CARD = "34040219900101123X"
NAMES = ("欧阳锋", "韩梅梅", "魏无羡", "上官婉儿", "Zhuge Liangming")
NOTES = (
    f"夜间打{'，或 '.join(NUMBERS)}；值班：{NAMES[0]}；片区经理：{NAMES[1]}；"
    f"电话：0554-6644021（{NAMES[2]}）；Owner: {NAMES[4]}"
)


@pytest.fixture
def secretive(demonstrated: Settings, tmp_path: Path) -> Settings:
    """Return the settings of the town with one more station, corrected once, that says what a viewer may not see."""
    headers = (
        "站点编号",
        "站点名称",
        "等级",
        "经度",
        "纬度",
        "坐标系",
        "联系电话",
        "备注",
        "录入",
        "身份证号",
        "数据来源",
    )
    contact = f"{NAMES[3]} {NUMBERS[0]}"
    row = ("T-8", "示例八号驿站", "市级", *degrees(0.6, 0.6), "WGS84", contact, NOTES, NAMES[3], CARD, "示例数据")
    import_file(demonstrated, write_csv(tmp_path / "list.csv", headers, [row]), kind="station", datum=None)
    again = entering.draft_of(demonstrated, "station", "T-8", values={"notes": f"{NOTES}。已核"})
    edit.save(demonstrated, entering.checked(demonstrated, again), Act("form", who="chen", why=NOTES))
    return demonstrated


def handed(settings: Settings, folder: Path) -> dict[str, bytes]:
    """Return every file that the user of the settings can take with him, by its name."""
    question = Question(RADIUS_M)
    held, answer, proposal = holdings(settings), assess(settings, question), recommend(settings, asked())
    files = {f"stations{suffix}": folder / f"stations{suffix}" for suffix in FORMATS}
    for path in files.values():
        export.export_file(settings, "stations", path)
    today = dt.date.today()  # noqa: DTZ011 - the machine's
    return {
        **{name: path.read_bytes() for name, path in files.items()},
        **report.made(settings, report.order(settings, today.year, question=question)),
        **{f"sites{suffix}": proposal_file(settings, proposal, name=f"sites{suffix}") for suffix in FORMATS},
        "list.csv": listing.list_csv(settings, held, "station", keys=["T-8"]),
        "history.csv": listing.log_csv(settings),
        "map.html": map_html(settings, question).encode(),
        "gaps.csv": downloads.csv_of(gap_tables.gap_table(answer)),
        "picture.svg": snapshots.picture(settings, Wish(SnapshotKind.TIERS, format="svg")),
        **{f"{kind}.geojson of /feed": feeds.feed(settings, kind, None).body for kind in ("stations", "bases")},
    }


def opened(content: bytes) -> str:
    """Return what a file says: with what is packed in it, and with characters that XML or JSON write as numbers."""
    if zipfile.is_zipfile(BytesIO(content)):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            content = b"\n".join(map(archive.read, archive.namelist()))
    text = html.unescape(content.decode("utf-8", "replace"))
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


def said(content: bytes) -> list[str]:
    """Return which of what is to be hidden can be read in a file."""
    text = opened(content)
    return [words for words in (*NUMBERS, *NAMES, CARD) if words in text]


@pytest.mark.parametrize("role", Role)
def test_no_byte_of_any_file_says_a_number_or_a_name(secretive: Settings, tmp_path: Path, role: Role) -> None:
    files = handed(secretive.having(user=User("wei", role)), tmp_path)
    assert {name: said(content) for name, content in files.items() if said(content)} == {}
    for name in ("stations.xlsx", "stations.csv", "list.csv", "history.csv", "map.html", "stations.geojson of /feed"):
        assert "T-8" in opened(files[name]), name  # what is searched can be read


def test_who_may_and_asks_takes_them_in_full(secretive: Settings, tmp_path: Path) -> None:
    path, staff = tmp_path / "full.xlsx", secretive.having(user=User("li", Role.STAFF))
    export.export_file(staff, "stations", path, in_full=True)
    assert set(said(path.read_bytes())) >= {*NUMBERS, *NAMES, CARD}
    with pytest.raises(NotAllowed):
        export.export_file(secretive.having(user=LOOKER), "stations", path, in_full=True)
