"""Places are found on the command line: it says where addresses go, what it found, and how to take it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stations.intake.locating import geocoding
from stations.model.language import Language
from stations.model.vocabulary import Locator
from tests.cli.conftest import Run
from tests.geocoders import KEY, NO_QUOTA, NOTHING, SERVICES, Stub, serving


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """Serve a stub that the office has configured as its Amap."""
    monkeypatch.setattr(geocoding, "APART_S", dict.fromkeys(SERVICES, 0.0))
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving() as stub:
        monkeypatch.setenv("STATIONS_AMAP_KEY", KEY)
        monkeypatch.setenv("STATIONS_AMAP_URL", stub.url)
        yield stub


def test_places_are_found_told_and_taken_back(run: Run, profiles: Path, language: Language) -> None:
    assert run("import", profiles / "real.csv").code == 0
    before = run("assess", "--radius", "1050", "--json").document
    done = run("locate", "--lang", language)
    assert (done.code, "undo 2" in done.out) == (0, True)
    after = run("assess", "--radius", "1050", "--json").document
    assert after | {"revision": 0} == before | {"revision": 0}
    features = {each["id"]: each for each in run("stations", "--json").document["features"]}
    assert features["T-4"]["geometry"] is not None
    assert features["T-4"]["properties"]["coord_precision"] == "district"
    assert run("undo", "2").code == 0
    features = {each["id"]: each for each in run("stations", "--json").document["features"]}
    assert features["T-4"]["geometry"] is None


def test_a_preview_writes_nothing(run: Run) -> None:
    document = run("locate", "--dry-run", "--json").document
    assert (document["provider"], document["dry_run"], document["located"], document["revision"]) == (
        "offline",
        True,
        1,
        1,
    )
    assert document["left"]["station"] == {"nowhere": 1, "roughly": 0}
    assert "Preview only" in run("locate", "--dry-run").out


def test_where_addresses_go_is_said_on_standard_error_before_the_answer(run: Run, stub: Stub) -> None:
    stub.always(NOTHING[Locator.AMAP])
    done = run("locate", "--provider", "amap", "--json")
    host = stub.url.removeprefix("http://")
    assert f"Addresses are sent to {host}." in done.err
    assert (done.document["host"], done.document["asked"], done.document["nothing"]) == (host, 1, 1)
    assert "Addresses" not in run("locate", "--provider", "amap").err


def test_a_run_that_cannot_go_on_says_why_and_fails(run: Run, stub: Stub) -> None:
    stub.always(NO_QUOTA[Locator.AMAP])
    done = run("locate", "--provider", "amap", "--json")
    assert (done.code, done.document["unasked"]) == (1, 1)
    assert "all it will today" in done.document["stopped"]
    assert "all it will today" in done.err
    assert KEY not in f"{done.out}{done.err}"


def test_a_service_without_a_key_is_not_asked(run: Run) -> None:
    done = run("locate", "--provider", "tianditu")
    assert (done.code, "STATIONS_TIANDITU_KEY" in done.err) == (2, True)
    assert run("locate", "--provider", "elsewhere").code == 2


def test_a_list_of_townships_that_cannot_be_read_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "townships.csv"
    path.write_text("名称,经度,纬度\n甲镇,117,32\n", "utf-8")
    monkeypatch.setenv("STATIONS_GAZETTEER", str(path))
    done = run("locate")
    assert (done.code, "townships.csv" in done.err) == (1, True)
    path.write_text("名称,经度,纬度,坐标系\n甲镇,,,WGS84\n", "utf-8")
    assert "row 2 is left out" in run("locate").err
