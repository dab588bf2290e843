"""Settings come from the environment and go to another process unchanged."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.model.errors import BadChoice
from stations.model.language import LANGUAGES, Language
from stations.model.settings import DEFAULT_CITY, DEFAULT_DATABASE, Settings, datum_named
from stations.model.vocabulary import Datum

NAMES = st.text(st.characters(categories=["L", "N"], include_characters="/.-_ "), min_size=1, max_size=20).filter(
    lambda name: name == name.strip()
)
PATHS = st.none() | NAMES.map(Path)


@given(
    st.builds(
        Settings,
        city=st.text("0123456789", min_size=6, max_size=6),
        database=NAMES,
        language=st.sampled_from(LANGUAGES),
        profiles=PATHS,
        boundary=PATHS,
        demand=PATHS,
        demand_datum=st.none() | st.sampled_from(Datum),
        map_approval=st.just("") | NAMES,
    )
)
def test_settings_survive_the_environment(settings: Settings) -> None:
    assert Settings.from_environment(settings.to_environment()) == settings


def test_everything_has_a_working_default() -> None:
    settings = Settings.from_environment({})
    assert settings == Settings()
    assert (settings.city, settings.database, settings.language) == (DEFAULT_CITY, DEFAULT_DATABASE, "zh_CN")
    assert settings.demand_datum is None


def test_blank_variables_are_as_good_as_none() -> None:
    blank = dict.fromkeys(Settings(profiles=Path("x"), demand=Path("y"), map_approval="z").to_environment(), " ")
    assert Settings.from_environment(blank) == Settings()


@pytest.mark.parametrize("city", ["34040", "3404000", "huainan", "34040x", ""])
def test_a_city_is_six_digits(city: str, language: Language) -> None:
    with pytest.raises(BadChoice) as refusal:
        Settings(city=city)
    assert "340400" in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "language"), [("en", "en"), ("en_GB.UTF-8", "en"), ("zh_CN", "zh_CN"), ("fr", "zh_CN")]
)
def test_the_language_is_english_where_asked_for_and_chinese_otherwise(text: str, language: Language) -> None:
    assert Settings.from_environment({"STATIONS_LANG": text}).language == language


def test_a_datum_may_be_named_as_people_name_it() -> None:
    assert datum_named("高德") is Datum.GCJ02
    assert datum_named("") is Datum.WGS84
    with pytest.raises(BadChoice) as refusal:
        Settings.from_environment({"STATIONS_DEMAND_DATUM": "WGS72"})
    assert all(datum in str(refusal.value) for datum in Datum)


def test_wishes_that_are_not_stated_change_nothing() -> None:
    settings = Settings(city="410100")
    assert settings.having(city=None, database=None) == settings
    assert settings.having(city="340400").city == "340400"
    assert settings.city == "410100"


def test_settings_are_a_key_for_caches() -> None:
    assert hash(Settings(profiles=Path("a"))) == hash(Settings(profiles=Path("a")))


def test_no_key_is_part_of_what_settings_look_like() -> None:
    keys = dict.fromkeys(("STATIONS_TIANDITU_KEY", "STATIONS_AMAP_KEY", "STATIONS_BAIDU_KEY"), "never-to-be-seen")
    settings = Settings.from_environment(keys)
    assert settings.amap_key == "never-to-be-seen"
    assert "never-to-be-seen" not in f"{settings} {settings!r}"
    assert keys.items() <= settings.to_environment().items()
