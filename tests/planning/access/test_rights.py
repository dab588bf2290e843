"""What each role may do, use case by use case: asked where it is done, not where it is shown."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from stations.model.accounts import Role, User
from stations.model.acts import Act
from stations.model.settings import Settings
from stations.planning import backups
from stations.planning.access import accounts
from stations.planning.access.rights import NotAllowed, OtherUnion
from stations.planning.coverage import streets
from stations.planning.importing.import_file import import_file
from stations.planning.publishing import export
from stations.planning.records import drafts, edit, entering, life, listing
from stations.planning.records.bulk import confirm_bulk, plan_bulk
from stations.planning.records.edit_tables import change_table
from stations.planning.records.undo import undo
from stations.planning.register import holdings
from stations.store.changes import StaleRecord
from tests.planning.town import EAST, TOWN, WEST

ACT = Act("test", who="示例员工")
PHONE, PERSON = "13812345678", "示例某"


@pytest.fixture
def real(bare_town: Settings, tmp_path: Path) -> Settings:
    """Return the settings of the town with two stations: one of each district, with phone numbers and names."""
    return listed(bare_town.having(city=TOWN), tmp_path / "list.csv")


def listed(settings: Settings, path: Path) -> Settings:
    head = ("站点编号", "站点名称", "所属县区", "联系电话", "备注", "联系人")
    rows = [
        ("S1", "示例西站", "示例西区", PHONE, f"找 {PHONE}", PERSON),
        ("S2", "示例东站", "示例东区", PHONE, "", PERSON),
        ("S3", "示例无主", "", "0554-1234567", "", ""),
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    import_file(settings, path, kind="station", datum=None)
    return settings


def being(settings: Settings, role: Role, union: str | None = None) -> Settings:
    return settings.having(user=User("li", role, union))


def draft(settings: Settings, key: str = "S1", **values: str) -> entering.Checked:
    return entering.checked(settings, entering.draft_of(settings, "station", key, values=values))


def use_cases(settings: Settings, folder: Path) -> dict[str, Callable[[], object]]:
    """Return everything that writes or hands out data, done by the user of the settings."""
    return {
        "add": lambda: edit.save(
            settings, entering.checked(settings, entering.Draft("station", {"name": "示例新站"})), ACT
        ),
        "edit": lambda: edit.save(settings, draft(settings, notes="新"), ACT),
        "restore": lambda: edit.restore(settings, "station", "S1", revision=1, act=ACT),
        "draft": lambda: drafts.keep(settings, "x", entering.Draft("station", {"name": "示例"}), about={}),
        "undo": lambda: undo(settings, 1, act=ACT),
        "bulk": lambda: confirm_bulk(settings, plan_bulk(settings, "station", ["S1"], values={"star": "2"}), ACT),
        "remove": lambda: edit.remove(settings, "station", "S2", act=ACT),
        "import": lambda: listed(settings, folder / "again.csv"),
        "backup": lambda: backups.back_up(settings, folder / "backup.sqlite3"),
        "bring back": lambda: backups.bring_back(settings, folder / "none.sqlite3"),
        "streets": lambda: streets.import_network(settings, folder / "none.osm"),
        "reveal": lambda: listing.in_full(settings, "station", "S1"),
        "export in full": lambda: export.export_file(settings, "stations", folder / "a.csv", in_full=True),
        "export": lambda: export.export_file(settings, "stations", folder / "b.csv"),
        "download": lambda: listing.list_csv(settings, holdings(settings), "station", keys=["S1"]),
        "log": lambda: listing.log_csv(settings),
        "accounts": lambda: accounts.accounts(settings),
    }


def refused(settings: Settings, folder: Path) -> set[str]:
    """Return the use cases that the user of the settings is not let do; others may fail for other reasons."""
    found = set()
    for name, act in use_cases(settings, folder).items():
        try:
            act()
        except NotAllowed:
            found.add(name)
        except OtherUnion:
            found.add(f"{name}, another union's")
        except (OSError, ValueError, LookupError, StaleRecord):
            continue
    return found


MANAGING = {"backup", "bring back", "streets", "accounts"}
EDITING = {"add", "edit", "restore", "draft", "undo", "bulk", "remove", "import", "reveal", "export in full"}


def test_a_viewer_looks_and_exports_and_does_nothing_else(real: Settings, tmp_path: Path) -> None:
    assert refused(being(real, Role.VIEWER), tmp_path) == EDITING | MANAGING


def test_staff_of_every_union_does_all_but_managing(real: Settings, tmp_path: Path) -> None:
    assert refused(being(real, Role.STAFF), tmp_path) == MANAGING


def test_staff_of_one_union_does_it_for_that_union_alone(real: Settings, tmp_path: Path) -> None:
    others = {f"{name}, another union's" for name in ("add", "remove", "undo", "export in full")}
    assert refused(being(real, Role.STAFF, WEST), tmp_path) == MANAGING | {"import"} | others


def test_an_administrator_does_everything(real: Settings, tmp_path: Path) -> None:
    assert refused(being(real, Role.ADMIN), tmp_path) == set()


def test_a_record_is_not_moved_into_another_union_nor_taken_from_one(real: Settings) -> None:
    west, east = being(real, Role.STAFF, WEST), being(real, Role.STAFF, EAST)
    with pytest.raises(OtherUnion):
        edit.save(west, draft(west, district="示例东区"), ACT)
    with pytest.raises(OtherUnion):
        edit.save(east, draft(east, district="示例东区"), ACT)
    with pytest.raises(OtherUnion):
        edit.save(west, draft(west, "S3", district="示例西区"), ACT)  # whose nobody knows is nobody's own
    edit.save(west, draft(west, notes="新"), ACT)


def test_no_list_card_or_history_shows_a_number_or_a_name_in_full(real: Settings, tmp_path: Path) -> None:
    admin = being(real, Role.ADMIN)  # not even an administrator sees it without asking
    told = Act("test", who=f"示例 {PHONE}", why=f"问 {PHONE}", document_no=f"经办人 {PHONE}")
    edit.save(admin, draft(admin, notes=f"打 {PHONE}", tier="市级"), told)
    held = holdings(admin)
    paths = [tmp_path / name for name in ("list.geojson", "list2.csv")]
    for path in paths:
        export.export_file(admin, "stations", path)
    asked = plan_bulk(admin, "station", ["S1"], values={"services": f"问 {PHONE}"})
    shown = [
        str(listing.card(held, "station", "S1")),
        listing.list_csv(admin, held, "station", keys=["S1"]).decode(),
        edit.history(admin).to_csv(),
        listing.log_csv(admin).decode(),
        life.ledger(admin).to_csv(),
        change_table("station", asked.before, asked.changed).to_csv(),
        str(entering.draft_of(admin, "station", "S1", values={})),
        *(path.read_text(encoding="utf-8") for path in paths),
    ]
    assert [text for text in shown if PHONE in text or PERSON in text] == []
    assert "138****5678" in shown[0]
    assert "示**" in shown[0]


def test_what_is_hidden_stays_as_it_was_when_a_record_is_corrected(real: Settings) -> None:
    edit.save(real, draft(real, address="新址"), ACT)
    assert listing.in_full(real, "station", "S1") == {
        "Contact phone": PHONE,
        "Notes": f"找 {PHONE}",
        "联系人": PERSON,
    }


def test_who_saw_or_exported_what_is_in_the_audit(real: Settings, tmp_path: Path) -> None:
    there = being(real, Role.STAFF)
    listing.in_full(there, "station", "S1")
    export.export_file(there, "stations", tmp_path / "a.csv", in_full=True)
    lines = accounts.audit(real, at_most=2)[["who", "what", "about"]].to_numpy().tolist()
    assert lines == [["li", "exported", "stations → a.csv +"], ["li", "saw in full", "S1"]]
    assert PHONE in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert PERSON in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


def test_a_card_says_whether_something_is_hidden(real: Settings) -> None:
    assert listing.hides(real, "station", "S1")
    assert not listing.hides(real, "station", "S3")  # the number of an office is no secret
    assert not listing.hides(real, "station", "none")
