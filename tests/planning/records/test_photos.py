"""Photos from the form to the card: part of the record, seen with it, and in no list."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from stations.model.accounts import Role, User
from stations.model.acts import Act
from stations.model.errors import BadFile
from stations.model.photos import MOST
from stations.model.settings import Settings
from stations.planning.access.rights import NotAllowed
from stations.planning.backups import watch
from stations.planning.importing.import_file import import_file
from stations.planning.publishing.export import export_file
from stations.planning.records import drafts
from stations.planning.records.conflict import conflict_of, conflict_table
from stations.planning.records.edit import NotAccepted, Saved, history, restore, save
from stations.planning.records.edit_tables import history_table
from stations.planning.records.entering import Checked, Draft, checked, draft_of
from stations.planning.records.photos import PHOTO, THUMBNAIL, jpeg, of_record, pictures, take_in, take_in_file
from stations.planning.records.undo import undo
from stations.planning.register import holdings, open_register
from tests.photographs import HTML, corners, encoded, opened
from tests.planning.town import TOWN

ACT = Act("test")
TODAY = dt.date(2026, 3, 31)


def taken(settings: Settings, number: int = 0) -> str:
    return take_in(settings, encoded(corners(40 + number, 30)), f"{number}.jpg")


def with_photos(settings: Settings, *digests: str, key: str = "T-1") -> Checked:
    draft = draft_of(settings, "station", key, values={})
    return checked(settings, Draft(draft.kind, draft.values, draft.key, draft.version, digests))


def photographed(settings: Settings, *digests: str, key: str = "T-1") -> Saved:
    return save(settings, with_photos(settings, *digests, key=key), ACT)


def stored(settings: Settings, key: str = "T-1") -> list[str]:
    found = open_register(settings.database).stored("station", TOWN)[key].get("photos", [])
    assert isinstance(found, list)
    return found


def test_a_photo_is_saved_with_its_record_and_shown_with_it(real: Settings) -> None:
    digest = taken(real)
    assert jpeg(real, digest, small=False) is None  # so far nobody has saved it
    saved = save(real, checked(real, Draft("station", {"name": "示例新站"}, photos=(digest,))), ACT)
    assert stored(real, saved.key) == [digest]
    (shown,) = of_record(holdings(real), "station", saved.key)
    assert urlsplit(shown.photo).path == f"{PHOTO}/{digest}.jpg"
    assert urlsplit(shown.thumbnail).path == f"{THUMBNAIL}/{digest}.jpg"
    assert parse_qs(urlsplit(shown.photo).query) == {"city": [TOWN]}
    for small in (False, True):
        content = jpeg(real, digest, small=small)
        assert content is not None
        assert opened(content).format == "JPEG"
    assert of_record(holdings(real), "station", "T-2") == of_record(holdings(real), "base", "nobody") == []


def test_another_correction_leaves_the_photos_as_they_are(real: Settings) -> None:
    digest = taken(real)
    photographed(real, digest)
    save(real, checked(real, draft_of(real, "station", "T-1", values={"star": "3"})), ACT)
    assert stored(real) == [digest]


def test_photos_are_undone_restored_and_told_by_the_history(real: Settings) -> None:
    first, second = taken(real), taken(real, 1)
    photographed(real, first)
    saved = photographed(real, second, first)
    undo(real, saved.revision, act=ACT)
    assert stored(real) == [first]
    restore(real, "station", "T-1", revision=saved.revision, act=ACT)
    assert stored(real) == [second, first]
    photographed(real)
    assert stored(real) == []
    log = history(real, kind="station", key="T-1")
    assert log["field"].to_list()[:5] == ["photos"] * 5
    told = history_table(log)
    assert told["Field"].iloc[0] == "Photos"
    assert told["Was"].iloc[0] == f"2 photos: {second[:8]}, {first[:8]}"
    assert (told["Is now"].iloc[0], told["Is now"].iloc[4]) == ("", f"1 photo: {first[:8]}")


def test_two_who_correct_one_record_see_that_its_photos_differ(real: Settings) -> None:
    digest = taken(real)
    mine = draft_of(real, "station", "T-1", values={})
    photographed(real, digest)
    conflict = conflict_of(real, mine)
    assert conflict is not None
    table = conflict_table(conflict, {})
    assert table.loc["Photos"].to_list() == [f"1 photo: {digest[:8]}", "", "as it is now"]
    assert list(table.index) == ["Photos"]
    assert conflict.together({}).photos == (digest,)


def test_a_photo_is_seen_on_the_days_on_which_the_record_has_it_and_no_others(real: Settings) -> None:
    digest = taken(real)
    photographed(real, digest)
    past, today = real.having(on=dt.date(2020, 1, 1)), real.having(on=dt.datetime.now(dt.UTC).date())
    assert jpeg(past, digest, small=True) is None
    assert jpeg(today, digest, small=True) is not None
    (shown,) = of_record(holdings(today), "station", "T-1")
    assert parse_qs(urlsplit(shown.photo).query)["on"] == [str(today.on)]
    photographed(real)
    assert jpeg(real, digest, small=True) is None


def test_the_photo_of_another_city_is_not_shown(real: Settings, bare_town: Settings) -> None:
    digest = taken(real)
    photographed(real, digest)
    assert jpeg(bare_town, digest, small=False) is None
    for nothing in ("0" * 64, "", "%", "../register"):
        assert jpeg(real, nothing, small=False) is None


def test_the_photos_of_a_form_are_kept_with_it_and_seen_by_who_fills_it_in_alone(real: Settings) -> None:
    li, wang = (real.having(user=User(name, Role.STAFF)) for name in ("li", "wang"))
    draft = Draft("station", {"name": "示例"}, photos=(taken(li),))
    drafts.keep(li, "one", draft, about={})
    (begun,) = drafts.unfinished(li)
    assert begun.draft == draft
    assert jpeg(li, draft.photos[0], small=True) is not None
    assert jpeg(wang, draft.photos[0], small=True) is None


def test_more_photos_than_a_record_may_have_are_refused(real: Settings) -> None:
    many = [taken(real, number) for number in range(MOST + 1)]
    verdict = with_photos(real, *many)
    assert verdict.rejected[0].reason == f"A record has at most {MOST} photos; this one has {MOST + 1}. Remove some."
    with pytest.raises(NotAccepted):
        save(real, verdict, ACT)
    photographed(real, *many[1:])
    assert stored(real) == many[1:]


def test_who_may_not_edit_adds_no_photo(real: Settings) -> None:
    with pytest.raises(NotAllowed):
        taken(real.having(user=User("wei", Role.VIEWER)))


def test_a_file_is_taken_in_or_refused_by_its_name(real: Settings, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.jpg"
    good.write_bytes(encoded(corners(), "PNG"))
    bad.write_bytes(HTML)
    assert len(take_in_file(real, good)) == 64
    with pytest.raises(BadFile, match=r"bad\.jpg: it is no photo"):
        take_in_file(real, bad)


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "list.geojson"])
def test_a_list_has_no_photos_and_takes_none_away(real: Settings, tmp_path: Path, name: str) -> None:
    digest = taken(real)
    photographed(real, digest)
    before = open_register(real.database).stored("station", TOWN)
    export_file(real, "stations", tmp_path / name)
    assert digest.encode() not in (tmp_path / name).read_bytes()
    outcome = import_file(real, tmp_path / name, kind="station", datum=None)
    assert (len(outcome.plan.changed), len(outcome.plan.added)) == (0, 0)
    (tmp_path / "stars.csv").write_text("站点编号,站点名称,星级,照片,photos\nT-1,示例一号驿站,4,有,[]\n", "utf-8")
    import_file(real, tmp_path / "stars.csv", kind="station", datum=None)
    after = open_register(real.database).stored("station", TOWN)
    assert after["T-1"] == before["T-1"] | {"star": 4, "extra": {"照片": "有", "photos": "[]"}}


def test_a_column_called_photos_and_the_photos_themselves_do_not_mix(real: Settings, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("站点编号,站点名称,photos\nT-1,示例一号驿站,see drawer\n", "utf-8")
    import_file(real, tmp_path / "odd.csv", kind="station", datum=None)
    digest = taken(real)
    photographed(real, digest)
    row = open_register(real.database).stored("station", TOWN)["T-1"]
    assert (row["photos"], row["extra"]) == ([digest], {"photos": "see drawer"})


def test_what_nobody_saved_is_forgotten_after_a_while_but_never_while_the_register_is_damaged(
    real: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, left = taken(real), taken(real, 1)
    photographed(real, kept)
    photographed(real)
    monkeypatch.setattr("stations.planning.records.photos.UNUSED", -dt.timedelta(days=1))
    register = open_register(real.database)
    with monkeypatch.context() as damage:
        damage.setattr(type(register), "faults", lambda self: ["something"])
        watch(real, today=TODAY)
    assert register.picture(left, small=True) is not None
    watch(real, today=TODAY)
    assert register.picture(left, small=True) is None
    assert register.picture(kept, small=True) is not None


def test_addresses_hold_no_text_that_needs_care() -> None:
    for shown in pictures(TOWN, ["a" * 64], on=TODAY)[0]:
        assert not set(shown) & set("<>\"' ")
