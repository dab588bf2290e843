from __future__ import annotations

import json
import re
from pathlib import Path

import folium
import pytest
import streamlit_folium
from branca.element import Element

from stations.model.vocabulary import Tier
from stations.output import maps
from stations.output.encode import script_json

BOUNDS = (117.0, 32.0, 117.4, 32.2)


def base_script() -> str:
    city = maps.base_map(BOUNDS, assets="/assets", words={"loading": "…"})
    city.get_root().render()
    return str(streamlit_folium._get_map_string(city))


def group_script(*layers: maps.AtlasLayer) -> str:
    city = maps.base_map(BOUNDS, assets="/assets", words={"loading": "…"})
    city.get_root().render()
    streamlit_folium._get_map_string(city)
    return str(streamlit_folium._get_feature_group_string(maps.layer_group(layers), map=city))


def test_the_base_map_is_the_same_every_time() -> None:
    assert base_script() == base_script()


def test_the_base_map_starts_our_script_with_the_citys_bounds_and_its_first_words() -> None:
    setup = r'{"bounds":[117.0,32.0,117.4,32.2],"card":false,"words":{"loading":"\u2026"}}'
    assert f"Atlas.start(map_div, {setup});" in base_script()


def test_the_base_map_needs_no_jquery() -> None:
    assert "$(" not in base_script()


def test_a_map_links_to_our_own_assets_alone() -> None:
    city = maps.base_map(BOUNDS, assets="/assets", words={"loading": "…"})
    rendered = city.get_root().render()
    links = re.findall(r'(?:src|href)="([^"]+)"', rendered)
    assert [link.split("?v=")[0] for link in links] == ["/assets/atlas-bundle.js", "/assets/atlas-bundle.css"]
    assert "://" not in rendered.replace("http://www.w3.org", "")


def test_the_class_wide_links_of_folium_are_left_alone() -> None:
    maps.base_map(BOUNDS, assets="/assets", words={"loading": "…"})
    assert any("leaflet@1.9.3" in url for _, url in folium.Map.default_js)


def test_the_same_wishes_make_the_same_script_and_other_wishes_another() -> None:
    def wishes(selected: str) -> str:
        return group_script(maps.district_layer("/d?r=1"), maps.station_layer("/s?r=1", selected=selected))

    assert wishes("S1") == wishes("S1")
    assert wishes("S1") != wishes("S2")


def test_a_layer_says_kind_url_and_settings() -> None:
    script = group_script(maps.station_layer("/s?r=1", tiers=[Tier.NATIONAL], selected="S1", cluster=True))
    settings = '{"tiers":["national"],"selected":"S1","cluster":true}'
    assert f'new Atlas.Layer("stations","/s?r=1",{settings});' in script


def test_a_pin_is_a_longitude_and_latitude() -> None:
    pin = maps.Pin(117.1, 32.1, reach_m=1000.0, movable=True)
    wanted = '{"focus":null,"pin":{"lon":117.1,"lat":32.1,"reach_m":1000.0,"movable":true}}'
    assert wanted in group_script(maps.frame_layer("/f", pin=pin))


def test_a_flight_carries_its_number() -> None:
    script = group_script(maps.frame_layer("/f", focus=maps.Focus((117.1, 32.1, 117.1, 32.1), seq=3)))
    assert '{"focus":{"bounds":[117.1,32.1,117.1,32.1],"seq":3,"zoom":14},"pin":null}' in script


def test_an_identifier_that_looks_like_a_template_stays_text(
    hostile: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for text in hostile:
        script = group_script(maps.station_layer("/s", selected=text))
        assert script_json(text) in script
        assert json.loads(script_json(text)) == text
    assert list(tmp_path.iterdir()) == []  # nothing ran on the server


def test_nothing_in_the_tree_of_folium_objects_is_a_payload() -> None:
    group = maps.layer_group(
        [maps.frame_layer("/f"), maps.station_layer("/s"), maps.gap_layer("/g", selected="340402-117.040-32.160")]
    )
    kinds = {type(element).__name__ for element in group._children.values()}
    assert kinds == {"AtlasLayer"}
    for element in group._children.values():
        assert isinstance(element, Element)
        assert set(vars(element)) >= {"arguments"}
        assert re.fullmatch(r'"\w+","/\w",\{.*\}', vars(element)["arguments"])
