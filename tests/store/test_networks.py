"""Where streets are kept: beside the register they belong to, and nowhere that another register reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from stations.store.networks import copy_all, found, place_of


def written(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


@pytest.mark.parametrize("address", ["{folder}/a.sqlite3", "sqlite:///{folder}/a.sqlite3"])
def test_a_register_has_a_folder_that_is_called_like_its_file(tmp_path: Path, address: str) -> None:
    place = place_of(address.format(folder=tmp_path), "340400", "walk")
    assert place == tmp_path / "networks" / "a.sqlite3" / "340400-walk.npz"


def test_registers_that_differ_share_no_place(tmp_path: Path) -> None:
    files = [str(tmp_path / name) for name in ("a.sqlite3", "b.sqlite3", "a.db", "c/a.sqlite3")]
    server = "postgresql://{user}@{host}/{name}"
    urls = [
        server.format(user="li", host=host, name=name)
        for host, name in (("one", "x"), ("one", "y"), ("two", "x"), ("one:5433", "x"), ("[::1]", "x"))
    ]
    sockets = [f"postgresql://li@/x?host={folder}" for folder in ("/run/a", "/run/b")]
    places = [place_of(database, "340400", "walk") for database in (*files, *urls, *sockets)]
    assert len(set(places)) == len(places)


def test_a_register_on_a_server_is_known_by_host_and_database_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    by_one, by_other = (
        f"postgresql{driver}://{user}@db.example/stations" for driver, user in (("", "li:secret"), ("+psycopg", "chen"))
    )
    place = place_of(by_one, "340400", "walk")
    assert place == tmp_path / "data" / "networks" / "db.example-5432-stations" / "340400-walk.npz"
    assert place_of(by_other, "340400", "walk") == place


def test_no_name_of_a_database_leads_out_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    place = place_of("postgresql://li@host/..%2F..%2Fx", "340400", "walk")
    assert place.parents[1] == tmp_path / "data" / "networks"


def test_streets_from_before_registers_had_their_own_are_still_found(tmp_path: Path) -> None:
    one, other = str(tmp_path / "one.sqlite3"), str(tmp_path / "other.sqlite3")
    assert found(one, "340400", "walk") is None
    shared = written(tmp_path / "networks" / "340400-walk.npz", "shared")
    assert found(one, "340400", "walk") == found(other, "340400", "walk") == shared
    own = written(place_of(one, "340400", "walk"), "own")
    assert (found(one, "340400", "walk"), found(other, "340400", "walk")) == (own, shared)
    assert found(one, "340400", "truck") is None


def test_a_register_that_moves_takes_its_streets_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source, target = str(tmp_path / "a.sqlite3"), "postgresql://li@host/stations"
    written(place_of(source, "340400", "walk"), "own")
    written(tmp_path / "networks" / "340400-walk.npz", "shared")
    written(tmp_path / "networks" / "340400-truck.npz", "shared")
    written(place_of(target, "410100", "walk"), "there already")
    written(place_of(source, "410100", "walk"), "own")
    copy_all(source, target)
    arrived = {path.name: path.read_text() for path in place_of(target, "340400", "walk").parent.iterdir()}
    assert arrived == {"340400-walk.npz": "own", "340400-truck.npz": "shared", "410100-walk.npz": "there already"}
    assert place_of(source, "340400", "walk").read_text() == "own"
    copy_all(str(tmp_path / "nothing" / "here.sqlite3"), target)
