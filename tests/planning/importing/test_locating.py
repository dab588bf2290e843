"""Records without coordinates get a place that says how exact it is; no given one is touched, none is invented."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tenacity import wait_none

from stations.intake.locating import geocoding
from stations.model.accounts import Role, User
from stations.model.acts import Act
from stations.model.crs import from_wgs84
from stations.model.schema import Base, Station
from stations.model.settings import Settings
from stations.model.vocabulary import CoordPrecision, CoordSource, Datum, Locator
from stations.planning.access.accounts import audit
from stations.planning.access.rights import NotAllowed
from stations.planning.coverage.assess import Question, assess
from stations.planning.importing.import_file import import_file
from stations.planning.importing.locating import Waiting, confirm_locating, locate, plan_locating, waiting
from stations.planning.importing.locating_tables import (
    located_in_words,
    locating_document,
    preview_table,
    waiting_in_words,
)
from stations.planning.records.edit import history
from stations.planning.records.undo import undo
from stations.planning.register import holdings, open_register
from stations.store.changes import Changes, StaleRecord
from tests.geocoders import BAD_KEY, FOUND, KEY, NO_QUOTA, NOTHING, SERVICES, Reply, Stub, configured, serving
from tests.geocoders import amap as amap_says
from tests.geocoders import baidu as baidu_says
from tests.geocoders import nominatim as nominatim_says
from tests.geocoders import tianditu as tianditu_says
from tests.planning.town import RADIUS_M, WEST, degrees, write_csv

TOWNSHIPS = ("乡镇街道", "别名", "所属县区", "经度", "纬度", "坐标系")
LISTED = (
    ("示例镇", "老镇、镇上", "示例西区", *degrees(0.7, 1.2), "WGS84"),
    ("两河镇", "", "", *degrees(0.3, 0.4), "WGS84"),
    ("两河镇", "", "", *degrees(3.6, 1.4), "WGS84"),
    ("远方镇", "", "", *degrees(30, 30), "WGS84"),
)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geocoding, "WAIT", wait_none())
    monkeypatch.setattr(geocoding, "APART_S", dict.fromkeys(SERVICES, 0.0))
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving() as stub:
        yield stub


@pytest.fixture
def listed(town: Settings, tmp_path: Path) -> Settings:
    """Return the settings of the town with a list of townships."""
    return town.having(gazetteer=write_csv(tmp_path / "townships.csv", TOWNSHIPS, LISTED))


def enter(settings: Settings, **known: Any) -> None:
    """Enter one station without a place, unless it has one."""
    record = Station.model_validate({"station_id": "X", "name": "示例站", "status": "in_use", **known})
    open_register(settings.database).apply([Changes("station", settings.city, added=[record])], Act("test"))


def stored(settings: Settings, key: str = "X") -> dict[str, Any]:
    return open_register(settings.database).stored("station", settings.city)[key]


def offline(settings: Settings) -> Any:
    return confirm_locating(settings, plan_locating(settings))


def online(settings: Settings, provider: Locator = Locator.AMAP) -> Any:
    return locate(settings, provider, announce=lambda _host: None, progress=lambda _done, _name: None)


def given(provider: Locator, east_km: float, north_km: float) -> tuple[float, float]:
    """Return a spot of the town in the datum of a service."""
    lon, lat = degrees(east_km, north_km)
    x, y = from_wgs84([lon], [lat], provider.datum)
    return float(x[0]), float(y[0])


# ---- by names


@pytest.mark.parametrize(
    ("known", "precision"),
    [
        ({"district": "示例西区"}, CoordPrecision.DISTRICT),
        ({"union_unit": "示例西区总工会"}, CoordPrecision.DISTRICT),
        ({"address": "示例市示例西区某路 8 号"}, CoordPrecision.DISTRICT),
        ({"district": "示例西区", "township": "示例镇"}, CoordPrecision.TOWNSHIP),
        ({"district": "示例西区", "township": "老镇"}, CoordPrecision.TOWNSHIP),
        ({"district": "示例西区", "township": "示例"}, CoordPrecision.TOWNSHIP),
        ({"address": "示例镇某路 8 号"}, CoordPrecision.TOWNSHIP),
        ({"district": "示例西区", "township": "两河镇"}, CoordPrecision.TOWNSHIP),
        ({"district": "示例东区", "township": "示例镇"}, CoordPrecision.DISTRICT),
        ({"district": "示例西区", "township": "远方镇"}, CoordPrecision.DISTRICT),
        ({"district": "示例西区", "address": "示例路 8 号"}, CoordPrecision.DISTRICT),
    ],
)
def test_a_record_is_placed_by_the_finest_area_that_it_names(
    listed: Settings, known: dict[str, str], precision: CoordPrecision
) -> None:
    enter(listed, **known)
    offline(listed)
    row = stored(listed)
    assert (row["coord_precision"], row["coord_source"]) == (precision, CoordSource.AREA)
    assert (row["datum"], row["source_datum"], row["source_lon"]) == ("WGS84", "WGS84", pytest.approx(row["lon"]))


def test_a_district_is_stood_for_by_a_point_inside_it(town: Settings) -> None:
    enter(town, district="示例西区")
    offline(town)
    held = holdings(town)
    assert held.districts.loc[WEST].geometry.contains(held.stations.loc["X"].geometry)


def test_where_two_places_may_be_meant_none_is_taken(listed: Settings) -> None:
    enter(listed, township="两河镇")
    (outcome,) = offline(listed).plan.outcomes
    assert (outcome.result, len(outcome.candidates)) == ("offered", 2)
    assert "lon" not in stored(listed)


def test_nothing_is_invented_for_a_record_that_names_no_area(listed: Settings) -> None:
    enter(listed, address="某路 8 号")
    done = offline(listed)
    assert [each.result for each in done.plan.outcomes] == ["nothing"]
    assert "Fill in “District”" in done.plan.outcomes[0].reason
    assert done.revision == 1


def test_without_a_list_of_townships_nobody_is_placed_by_one(town: Settings) -> None:
    enter(town, district="示例西区", township="示例镇")
    offline(town)
    assert stored(town)["coord_precision"] == "district"


def test_a_row_of_the_list_that_is_no_place_is_told(town: Settings, tmp_path: Path) -> None:
    rows = [("坏镇", "", "", "", "", "WGS84"), LISTED[0]]
    plan = plan_locating(town.having(gazetteer=write_csv(tmp_path / "t.csv", TOWNSHIPS, rows)))
    assert [each.row for each in plan.rejected] == [2]


def test_a_given_place_is_never_touched(listed: Settings, stub: Stub) -> None:
    lon, lat = degrees(1.5, 1.5)
    enter(listed, district="示例西区", township="示例镇", address="示例路", lon=lon, lat=lat, datum="WGS84")
    enter(listed, station_id="Y", district="示例西区", lon=lon, lat=lat, datum="WGS84", coord_precision="township")
    stub.always(amap_says(given(Locator.AMAP, 0.5, 0.5)))
    before = [stored(listed, key) for key in "XY"]
    offline(listed)
    online(configured(listed, stub))
    assert [stored(listed, key) for key in "XY"] == before
    assert stub.asked == []


def test_a_finer_area_takes_the_place_of_a_coarser_one_and_not_the_other_way(town: Settings, listed: Settings) -> None:
    enter(town, district="示例西区", township="示例镇")
    offline(town)
    offline(listed)
    assert stored(town)["coord_precision"] == "township"
    assert offline(town).plan.outcomes[0].result == "nothing"
    assert stored(town)["coord_precision"] == "township"


def test_bases_are_placed_too_in_the_same_revision(town: Settings) -> None:
    enter(town, district="示例西区")
    base = Base.model_validate({"base_id": "J-X", "name": "示例书屋", "district": "示例东区"})
    open_register(town.database).apply([Changes("base", town.city, added=[base])], Act("test"))
    assert offline(town).revision == 3
    assert holdings(town).bases.loc["J-X"].geometry is not None


def test_it_is_one_revision_that_is_undone_as_a_whole(town: Settings) -> None:
    enter(town, district="示例西区")
    done = offline(town)
    undo(town, done.revision, act=Act("undo"))
    assert "lon" not in stored(town)
    assert waiting(town)["station"] == Waiting(1, 0)


def test_a_second_run_changes_nothing(town: Settings) -> None:
    enter(town, district="示例西区")
    assert offline(town).revision == offline(town).revision == 2


def test_whoever_may_not_import_lists_may_not_locate(town: Settings) -> None:
    enter(town, district="示例西区")
    for user in (User("v", Role.VIEWER), User("s", Role.STAFF, union=WEST)):
        with pytest.raises(NotAllowed):
            plan_locating(town.having(user=user))
    plan = plan_locating(town)
    with pytest.raises(NotAllowed):
        confirm_locating(town.having(user=User("v", Role.VIEWER)), plan)


def test_a_record_that_somebody_saved_meanwhile_is_not_overwritten(town: Settings) -> None:
    enter(town, district="示例西区")
    plan = plan_locating(town)
    record = Station.model_validate({**stored(town), "notes": "示例"})
    open_register(town.database).apply([Changes("station", town.city, changed=[record])], Act("test"))
    with pytest.raises(StaleRecord):
        confirm_locating(town, plan)


# ---- what is placed by its area counts nowhere


def test_what_is_placed_by_its_area_is_counted_as_not_located_exactly(demonstrated: Settings) -> None:
    assert waiting(demonstrated)["station"] == Waiting(1, 0)
    before = assess(demonstrated, Question(RADIUS_M))
    offline(demonstrated)
    after = assess(demonstrated, Question(RADIUS_M))
    assert waiting(demonstrated)["station"] == Waiting(0, 1)
    assert (after.stations_used, after.covered, len(after.gaps)) == (
        before.stations_used,
        before.covered,
        len(before.gaps),
    )
    assert waiting_in_words(waiting(demonstrated)) == "1 record is placed by its district or township alone."


def test_its_whole_life_gets_the_place_and_the_better_one_that_comes_later(town: Settings, stub: Stub) -> None:
    enter(town, district="示例西区", address="示例路 1 号", opened_on="2020-01-01")
    offline(town)
    stub.always(amap_says(given(Locator.AMAP, 0.5, 0.5)))
    online(configured(town, stub))
    life = open_register(town.database).lives("station", town.city, keys=["X"], before=99)["X"]
    assert [state["coord_precision"] for state in life.values()] == ["address"]


def test_a_place_that_somebody_gives_is_exact_again(town: Settings, tmp_path: Path) -> None:
    enter(town, district="示例西区")
    offline(town)
    lon, lat = degrees(0.5, 0.5)
    path = write_csv(
        tmp_path / "list.csv", ("站点编号", "站点名称", "经度", "纬度", "坐标系"), [("X", "示例站", lon, lat, "WGS84")]
    )
    import_file(town, path, kind="station", datum=None)
    assert {"coord_source", "coord_precision"}.isdisjoint(stored(town))
    assert assess(town, Question(RADIUS_M)).stations_used == 1


def test_coordinates_corrected_in_an_exported_list_are_exact_whatever_stands_beside_them(
    town: Settings, tmp_path: Path
) -> None:
    enter(town, district="示例西区")
    offline(town)
    lon, lat = degrees(0.5, 0.5)
    headers = ("站点编号", "站点名称", "经度", "纬度", "坐标系", "坐标来源", "定位精度")
    row = ("X", "示例站", lon, lat, "WGS84", CoordSource.AREA.zh, CoordPrecision.DISTRICT.zh)
    import_file(town, write_csv(tmp_path / "list.csv", headers, [row]), kind="station", datum=None)
    assert {"coord_source", "coord_precision"}.isdisjoint(stored(town))


# ---- by a service on the network


@pytest.mark.parametrize("provider", SERVICES)
def test_a_place_found_has_its_datum_precision_and_source(town: Settings, stub: Stub, provider: Locator) -> None:
    enter(town, district="示例西区", address="示例路 1 号")
    stub.always(FOUND[provider](*given(provider, 0.5, 0.5)))
    online(configured(town, stub), provider)
    row, (lon, lat) = stored(town), degrees(0.5, 0.5)
    assert (row["lon"], row["lat"]) == (pytest.approx(lon, abs=2e-6), pytest.approx(lat, abs=2e-6))
    assert (row["source_datum"], row["coord_source"], row["coord_precision"]) == (
        provider.datum,
        CoordSource.GEOCODED,
        CoordPrecision.ADDRESS,
    )
    assert assess(town, Question(RADIUS_M)).stations_used == 1


def test_the_address_is_asked_for_with_city_and_district_and_the_name_stays_here(town: Settings, stub: Stub) -> None:
    enter(town, district="示例西区", township="示例镇", address="示例路 1 号", name="示例某某驿站")
    enter(town, station_id="Y", district="示例西区", address="示例市示例西区示例路 2 号")
    stub.always(NOTHING[Locator.AMAP])
    online(configured(town, stub))
    assert [wish["address"] for _path, wish in stub.asked] == [
        "示例市示例西区示例镇示例路 1 号",
        "示例市示例西区示例路 2 号",
    ]


@pytest.mark.parametrize(
    ("known", "words"), [({}, "no address"), ({"address": "示例路 1 号 13812345678"}, "personal phone number")]
)
def test_what_is_no_address_or_holds_a_phone_number_is_not_sent(
    town: Settings, stub: Stub, known: dict[str, str], words: str
) -> None:
    enter(town, district="示例西区", **known)
    (outcome,) = online(configured(town, stub)).plan.outcomes
    assert (outcome.result, stub.asked) == ("unasked", [])
    assert words in outcome.reason


@pytest.mark.parametrize(
    ("reply", "result", "words"),
    [
        (amap_says(given(Locator.AMAP, 30, 30)), "outside", "outside the city"),
        (amap_says(given(Locator.AMAP, 0.5, 0.5), given(Locator.AMAP, 3.5, 0.5)), "offered", "More than one place"),
        (amap_says(given(Locator.AMAP, 3.5, 0.5)), "offered", "another district"),
        (amap_says(given(Locator.AMAP, 0.5, 0.5), level="市"), "nothing", "no more than the city"),
        (NOTHING[Locator.AMAP], "nothing", "does not know the address"),
        (Reply({"status": "0", "infocode": "20000", "info": "INVALID_PARAMS"}), "nothing", "refuses to look"),
    ],
)
def test_a_doubtful_answer_is_told_and_not_taken(
    town: Settings, stub: Stub, reply: Reply, result: str, words: str
) -> None:
    enter(town, district="示例西区", address="示例路 1 号")
    stub.always(reply)
    (outcome,) = online(configured(town, stub)).plan.outcomes
    assert outcome.result == result
    assert words in outcome.reason
    assert "lon" not in stored(town)


@pytest.mark.parametrize(
    ("provider", "reply"),
    [
        (Locator.TIANDITU, tianditu_says(*given(Locator.TIANDITU, 0.5, 0.5), score=30)),
        (Locator.BAIDU, baidu_says(*given(Locator.BAIDU, 0.5, 0.5), comprehension=30)),
    ],
)
def test_an_answer_that_the_service_doubts_itself_is_offered(
    town: Settings, stub: Stub, provider: Locator, reply: Reply
) -> None:
    enter(town, district="示例西区", address="示例路 1 号")
    stub.always(reply)
    (outcome,) = online(configured(town, stub), provider).plan.outcomes
    assert (outcome.result, len(outcome.candidates)) == ("offered", 1)


def test_places_close_together_are_one_place_and_one_outside_the_city_is_left_out(town: Settings, stub: Stub) -> None:
    enter(town, district="示例西区", address="示例路 1 号")
    stub.always(amap_says(*(given(Locator.AMAP, *spot) for spot in ((0.5, 0.5), (0.6, 0.5), (30, 30)))))
    (outcome,) = online(configured(town, stub)).plan.outcomes
    assert (outcome.result, len(outcome.candidates)) == ("located", 2)


def test_a_coarser_place_says_nothing_against_a_finer_one(town: Settings, stub: Stub) -> None:
    enter(town, district="示例西区", address="示例路 1 号")
    house, district = nominatim_says(degrees(0.5, 0.5)), nominatim_says(degrees(1, 1), rank=12, kind="administrative")
    stub.always(Reply([*district.body, *house.body]))
    online(configured(town, stub), Locator.NOMINATIM)
    assert stored(town)["coord_precision"] == "address"


def test_an_area_of_which_nobody_says_how_large_it_is_gives_way(town: Settings) -> None:
    lon, lat = degrees(1.5, 1.5)
    enter(town, district="示例西区", lon=lon, lat=lat, datum="WGS84", coord_source="area")
    offline(town)
    assert stored(town)["coord_precision"] == "district"


def test_what_a_service_knows_to_the_township_alone_counts_nowhere(town: Settings, stub: Stub) -> None:
    enter(town, district="示例西区", address="示例路 1 号")
    stub.always(amap_says(given(Locator.AMAP, 0.5, 0.5), level="乡镇"))
    done = online(configured(town, stub))
    assert "no measure counts it" in located_in_words(done.plan)
    assert assess(town, Question(RADIUS_M)).stations_used == 0


def test_nothing_is_asked_twice_whoever_asks_again(town: Settings, stub: Stub) -> None:
    settings = configured(town, stub)
    enter(town, district="示例西区", address="示例路 1 号")
    enter(town, station_id="Y", district="示例西区", address="示例路 1 号")
    stub.always(NOTHING[Locator.AMAP])
    assert plan_locating(settings, Locator.AMAP).asked == 1
    again = online(settings).plan
    assert (again.asked, len(stub.asked)) == (0, 1)


def test_a_run_that_is_cut_in_the_middle_goes_on_where_it_was(town: Settings, stub: Stub) -> None:
    settings = configured(town, stub)
    for number in (1, 2, 3):
        enter(town, station_id=f"X{number}", district="示例西区", address=f"示例路 {number} 号")
    stub.always(amap_says(given(Locator.AMAP, 0.5, 0.5)))

    def cut(done: int, _name: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        locate(settings, Locator.AMAP, announce=lambda _host: None, progress=cut)
    assert "lon" not in stored(town, "X1")
    online(settings)
    assert [wish["address"][-3:] for _path, wish in stub.asked] == ["1 号", "2 号", "3 号"]
    assert all("lon" in stored(town, f"X{number}") for number in (1, 2, 3))


def test_when_the_quota_is_used_up_what_was_found_is_written_and_the_rest_waits(town: Settings, stub: Stub) -> None:
    settings = configured(town, stub)
    for number in (1, 2, 3):
        enter(town, station_id=f"X{number}", district="示例西区", address=f"示例路 {number} 号")
    stub.always(amap_says(given(Locator.AMAP, 0.5, 0.5)), NO_QUOTA[Locator.AMAP])
    plan = online(settings).plan
    assert [each.result for each in plan.outcomes] == ["located", "unasked", "unasked"]
    assert "all it will today" in plan.stopped
    assert len(stub.asked) == 2
    stub.always(amap_says(given(Locator.AMAP, 0.5, 0.5)))
    online(settings)
    assert len(stub.asked) == 4


def test_the_host_is_named_before_the_first_question_and_in_the_audit(town: Settings, stub: Stub) -> None:
    settings, told = configured(town, stub), []
    enter(town, district="示例西区", address="示例路 1 号")
    stub.always(NOTHING[Locator.AMAP])

    def announce(host: str) -> None:
        told.append((host, len(stub.asked)))

    plan_locating(settings, Locator.AMAP, announce=announce)
    plan_locating(settings, Locator.AMAP, announce=announce)
    plan_locating(settings, announce=announce)
    host = stub.url.removeprefix("http://")
    assert told == [(host, 0)]
    assert [(row["what"], row["about"]) for _at, row in audit(settings, at_most=9).iterrows()] == [
        ("sent addresses", host)
    ]


def test_the_key_is_in_nothing_that_is_kept_or_told(town: Settings, stub: Stub, tmp_path: Path) -> None:
    settings = configured(town, stub)
    enter(town, district="示例西区", address="示例路 1 号")
    stub.always(BAD_KEY[Locator.AMAP])
    refused = online(settings)
    stub.always(amap_says(given(Locator.AMAP, 0.5, 0.5)))
    done = online(settings)
    document = locating_document(done, dry_run=False, left=waiting(settings))
    assert KEY not in f"{refused} {done} {document} {history(settings)} {audit(settings, at_most=9)}"
    open_register(town.database).close()
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "amap.jsonl" for path in kept)
    assert not [path for path in kept if KEY.encode() in path.read_bytes()]


def test_answers_that_somebody_has_changed_are_asked_for_again(town: Settings, stub: Stub, tmp_path: Path) -> None:
    settings = configured(town, stub)
    enter(town, district="示例西区", address="示例路 1 号")
    stub.always(amap_says(given(Locator.AMAP, 0.5, 0.5)))
    plan_locating(settings, Locator.AMAP)
    (kept,) = tmp_path.rglob("amap.jsonl")
    kept.write_text(kept.read_text("utf-8").replace('"address"', '"everywhere"'), "utf-8")
    assert plan_locating(settings, Locator.AMAP).asked == 1


# ---- how it is told


def test_the_preview_names_what_is_to_be_decided_first_and_no_phone_number(listed: Settings) -> None:
    enter(listed, station_id="X1", district="示例西区", address="示例路 1 号 13812345678")
    enter(listed, station_id="X2", township="两河镇")
    table = preview_table(plan_locating(listed))
    assert list(table.index) == ["X2", "X1"]
    assert list(table["Result"]) == ["to be decided", "placed"]
    assert "13812345678" not in table.to_string()


def test_the_sentence_counts_every_result(listed: Settings) -> None:
    enter(listed, station_id="X1", district="示例西区")
    enter(listed, station_id="X2", township="两河镇")
    enter(listed, station_id="X3")
    words = located_in_words(plan_locating(listed))
    assert words.startswith("1 record placed, 1 to be decided and 1 not found.") or "1 to be decided" in words
    assert "1 of them by its district or township alone" in words


def test_the_document_holds_every_record(town: Settings) -> None:
    enter(town, district="示例西区")
    document = locating_document(offline(town), dry_run=False, left=waiting(town))
    assert (document["located"], document["revision"], document["asked"]) == (1, 2, 0)
    assert document["left"] == {"station": {"nowhere": 0, "roughly": 1}, "base": {"nowhere": 0, "roughly": 0}}
    (record,) = document["records"]
    assert (record["number"], record["coord_precision"], record["coord_source"]) == ("X", "district", "area")
    assert record["candidates"][0]["datum"] == Datum.WGS84
