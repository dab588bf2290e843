"""Stable addresses: what is behind them, and what is said where they ask for what cannot be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stations.model.accounts import Role, User
from stations.model.errors import BadChoice, StationsError, UnknownCity
from stations.model.settings import Settings
from stations.planning.coverage.assess import Question, assess
from stations.planning.importing.import_file import import_file
from stations.planning.publishing import feeds
from stations.planning.publishing.contract import gap_features
from stations.planning.publishing.export import features
from stations.planning.publishing.feeds import NoSuchAddress, TooManyFeatures, feed_at, language_in, picture_at
from tests.planning.town import BARE_TOWN, RADIUS_M, WEST, write_csv

PHONES = ("13812345678", "１３９１２３４５６７８", "138-1234-5679")
PERSON = "诸葛孔明"
LONGEST = "scenario=" + "x" * feeds.LONGEST


def body(settings: Settings, name: str, query: str = "") -> Any:
    return json.loads(feed_at(settings, name, query).body)


def same(document: Any) -> Any:
    return json.loads(json.dumps(document))


def test_a_feed_is_what_the_command_line_prints(demonstrated: Settings) -> None:
    assert body(demonstrated, "stations.geojson") == same(features(demonstrated, "station"))
    assert body(demonstrated, "bases.geojson", "lang=zh") == same(features(demonstrated, "base"))
    asked = Question(radius_m=RADIUS_M)
    assert body(demonstrated, "gaps.geojson", "radius=1050") == same(gap_features(assess(demonstrated, asked)))


def test_an_address_names_city_day_and_language(demonstrated: Settings) -> None:
    assert body(demonstrated, "stations.geojson", f"city={BARE_TOWN}")["features"] == []
    assert body(demonstrated, "stations.geojson", "on=2020-01-01")["on"] == "2020-01-01"
    english, chinese = (body(demonstrated, "gaps.geojson", f"radius=100&lang={lang}") for lang in ("en", "zh_CN"))
    assert english["features"][0]["geometry"] == chinese["features"][0]["geometry"]


def test_the_question_of_a_page_is_understood(demonstrated: Settings) -> None:
    all_of_them = body(demonstrated, "gaps.geojson", "radius=1050")
    national = body(demonstrated, "gaps.geojson", "radius=1050&tier=national&attended=0")
    people = [sum(gap["properties"]["people"] for gap in answer["features"]) for answer in (all_of_them, national)]
    assert people[0] < people[1]
    assert national["radius_m"] == 1050


def test_the_entity_tag_changes_with_the_content_alone(demonstrated: Settings, tmp_path: Path) -> None:
    before = feed_at(demonstrated, "stations.geojson", "")
    assert feed_at(demonstrated, "stations.geojson", "").tag == before.tag
    drawn = picture_at(demonstrated, "tiers.png", "dpi=80").tag()
    assert drawn == picture_at(demonstrated, "tiers.png", "dpi=80").tag()
    others = {
        picture_at(demonstrated, "tiers.png", query).tag() for query in ("", "lang=zh", "on=2020-01-01", "dpi=81")
    }
    assert len({*others, drawn, picture_at(demonstrated, "gaps.png", "radius=1050&dpi=80").tag()}) == 6
    rows = [("站点编号", "站点名称", "数据来源"), ("T-1", "示例改名", "示例数据")]
    import_file(demonstrated, write_csv(tmp_path / "list.csv", rows[0], rows[1:]), kind="station", datum=None)
    assert feed_at(demonstrated, "stations.geojson", "").tag != before.tag
    assert picture_at(demonstrated, "tiers.png", "dpi=80").tag() != drawn


def test_no_number_and_no_name_of_a_person_is_in_a_feed_whoever_asks(real: Settings, tmp_path: Path) -> None:
    headers = ("站点编号", "站点名称", "联系电话", "备注", "联系人", "详细地址")
    rows = [("T-1", "示例", f"{PERSON} {PHONES[0]}", f"电话 {PHONES[1]}", PERSON, f"路口 {PHONES[2]}")]
    import_file(real, write_csv(tmp_path / "list.csv", headers, rows), kind="station", datum=None)
    for role in Role:
        told = feed_at(real.having(user=User("x", role)), "stations.geojson", "").body.decode()
        assert "138****5678" in told
        assert [secret for secret in (*PHONES, PERSON) if secret in told] == []


@pytest.mark.parametrize(
    "query",
    [
        "city=abc", "city=", "city=%00", "lang=", "lang=fr", "on=yesterday", "on=", "on=9999-01-01", "nothing=1", "=",
        "city=340400&city=340500", "dpi=100", "%00=1", "tier=national", "limit=5", LONGEST, "radius=1000",
    ],
)  # fmt: skip
def test_parameters_that_cannot_be_are_refused(demonstrated: Settings, query: str) -> None:
    with pytest.raises(BadChoice) as refused:
        feed_at(demonstrated, "stations.geojson", query)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    "query",
    [
        "", "radius=", "radius=nan", "radius=1e9", "radius=-5", "radius=1_000", "radius=5&tier=emperor",
        "radius=5&union=nowhere", "radius=5&attended=yes", "radius=5&at=8-30", "radius=5&group=cats",
        "radius=5&facilities=gold", "radius=5&scenario=burn@T-1", "radius=5&scenario=close@nobody",
        "radius=5&reach=fly", "radius=5&reach=walk", "radius=1" + "0" * 3000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["feed", "picture"])
def test_questions_that_cannot_be_are_refused(demonstrated: Settings, kind: str, query: str) -> None:
    asked = {
        "feed": lambda: feed_at(demonstrated, "gaps.geojson", query),
        "picture": lambda: picture_at(demonstrated, "gaps.png", query).draw(),
    }
    with pytest.raises(StationsError):
        asked[kind]()


@pytest.mark.parametrize("name", ["", "stations", "stations.json", "../stations.geojson", "people.geojson", "\x00"])
def test_there_is_nothing_at_other_addresses(demonstrated: Settings, name: str) -> None:
    with pytest.raises(NoSuchAddress, match=r"/feed/stations\.geojson"):
        feed_at(demonstrated, name, "")
    with pytest.raises(NoSuchAddress, match=r"/snapshot/tiers\.png"):
        picture_at(demonstrated, name, "")


@pytest.mark.parametrize("query", ["dpi=71", "dpi=601", "dpi=x", "dpi=1e2", "dpi=²00", "dpi=" + "9" * 900])
def test_a_picture_is_neither_too_small_nor_too_large(demonstrated: Settings, query: str) -> None:
    with pytest.raises(BadChoice, match="72"):
        picture_at(demonstrated, "tiers.png", query)
    with pytest.raises(BadChoice, match="png"):
        picture_at(demonstrated, "tiers.exe", "")


@pytest.mark.parametrize(("name", "begin"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_a_picture_is_drawn_as_it_is_asked_for(demonstrated: Settings, name: str, begin: bytes) -> None:
    asked = picture_at(demonstrated, f"gaps.{name}", f"radius=1050&union={WEST}&dpi=72&layout=square&bases=1")
    assert asked.wish.question == Question(radius_m=1050, union=WEST)
    assert (asked.wish.layout, asked.wish.bases, asked.wish.format) == ("square", True, name)
    assert asked.draw().startswith(begin)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("tiers.png", "radius=500"),
        ("tiers.png", "since=2024-01-01"),
        ("tiers.png", "bases=yes"),
        ("tiers.png", "layout=poster"),
        ("tiers.png", "kind=gaps"),
        ("years.png", "format=svg"),
        ("pair.png", "radius=500&since=soon"),
        ("pair.png", "since=2024-01-01"),
        ("coverage.png", ""),
    ],
)
def test_a_wish_that_its_kind_does_not_know_is_refused(demonstrated: Settings, name: str, query: str) -> None:
    with pytest.raises(BadChoice):
        picture_at(demonstrated, name, query)


def test_an_unknown_city_is_told_in_the_language_asked_for(demonstrated: Settings) -> None:
    with pytest.raises(UnknownCity):
        feed_at(demonstrated, "stations.geojson", "city=999999")
    assert language_in("city=999999&lang=zh-CN", demonstrated) == "zh_CN"
    assert language_in("lang=xx", demonstrated.having(language="en")) == "en"
    assert language_in("", demonstrated.having(language="en")) == "en"


def test_one_answer_does_not_hold_everything(demonstrated: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MOST_FEATURES", 3)
    with pytest.raises(TooManyFeatures, match="4 records are more than one answer holds"):
        _ = feeds.Feed(features(demonstrated, "station")).body
