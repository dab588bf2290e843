from __future__ import annotations

import re
from importlib.metadata import version

import folium.folium

from stations.output import bundle


def test_the_package_that_ships_leaflet_is_the_one_this_code_was_written_for() -> None:
    assert version("folium-offline") == "0.20.0.2"
    assert version("folium") == "0.20.0"
    assert version("streamlit-folium").startswith("0.27.")


def test_leaflet_is_the_version_folium_itself_links_to() -> None:
    linked = {url for _, url in [*folium.folium._default_js, *folium.folium._default_css]}
    assert {bundle.LEAFLET_SCRIPT, bundle.LEAFLET_STYLE} <= linked


def test_the_script_holds_leaflet_with_its_licence_and_every_part_of_ours() -> None:
    script = bundle.script()
    assert "Leaflet 1.9.3" in script
    assert "Vladimir Agafonkin" in script
    for name in (
        "load",
        "draw",
        "Canvas",
        "Space",
        "districts",
        "people",
        "reached",
        "gaps",
        "marks",
        "controls",
        "Measure",
        "start",
    ):
        assert f"Atlas.{name} = " in script
    assert "sourceMappingURL" not in script


def test_every_file_of_ours_is_in_the_bundle() -> None:
    own = {path.stem for path in bundle._STATIC.iterdir() if path.suffix == ".js"}
    assert own == set(bundle._PARTS)


def test_script_and_style_can_stand_inline_in_a_page() -> None:
    assert "</script" not in bundle.script().lower()
    assert "</style" not in bundle.style().lower()


def test_the_style_sheet_fetches_nothing() -> None:
    fetched = [url for url in re.findall(r"url\(([^)]*)\)", bundle.style()) if not url.startswith(("data:", "#"))]
    assert fetched == []
    assert "@import" not in bundle.style()


def test_our_scripts_never_set_markup() -> None:
    own = "".join(path.read_text("utf-8") for path in bundle._STATIC.iterdir() if path.suffix == ".js")
    for danger in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert danger not in own


def test_the_version_is_a_short_hash() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", bundle.version())
