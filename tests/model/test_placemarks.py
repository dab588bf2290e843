from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from stations.model.boundaries import read_boundary
from stations.model.errors import BadFile
from stations.model.placemarks import placemarks_kml, read_placemarks

HEAD = '<?xml version="1.0"?>'
SQUARE = (
    "<Polygon><outerBoundaryIs><LinearRing><coordinates>117,32,0 118,32,0 118,33,0 117,32,0</coordinates>"
    "</LinearRing></outerBoundaryIs></Polygon>"
)


def kml(*placemarks: str, space: str = ' xmlns="http://www.opengis.net/kml/2.2"', before: str = "") -> bytes:
    return f"{HEAD}{before}<kml{space}><Document>{''.join(placemarks)}</Document></kml>".encode()


def placemark(name: str, rest: str = "<Point><coordinates>117.1,32.6,9</coordinates></Point>") -> str:
    return f"<Placemark><name>{name}</name>{rest}</Placemark>"


@pytest.mark.parametrize(
    "space", ["", ' xmlns="http://earth.google.com/kml/2.1"', ' xmlns="http://www.opengis.net/kml/2.2"']
)
def test_placemarks_are_read_under_every_name_of_kml(space: str) -> None:
    data = '<ExtendedData><Data name="地址"><value>示例路 1 号</value></Data></ExtendedData>'
    [read] = read_placemarks(
        kml(placemark("甲", f"{data}<Point><coordinates>117.1,32.6</coordinates></Point>"), space=space), "a.kml"
    )
    assert (dict(read.texts), read.folder) == ({"name": "甲", "地址": "示例路 1 号"}, "")
    assert (read.geometry.x, read.geometry.y) == (117.1, 32.6)


@pytest.mark.parametrize(
    "shape",
    [
        "<Point/>",
        "<Point><coordinates>a,b</coordinates></Point>",
        "<Point><coordinates>117.1</coordinates></Point>",
        "<Model/>",
    ],
)
def test_a_point_that_cannot_be_read_spoils_its_placemark_alone(shape: str) -> None:
    spoiled, none, fine = read_placemarks(kml(placemark("甲", shape), placemark("乙", ""), placemark("丙")), "a.kml")
    assert spoiled.geometry.is_empty
    assert none.geometry is None
    assert fine.geometry.x == 117.1
    assert [each.texts["name"] for each in (spoiled, none, fine)] == ["甲", "乙", "丙"]


BOMB = "<!DOCTYPE kml [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "data",
    [
        kml(placemark("&i;"), before=f"{BOMB}]>"),
        kml(placemark("&x;"), before='<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        kml(before='<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/x.dtd">'),
        kml("<Folder>" * 3000 + "</Folder>" * 3000),
        kml(placemark("甲"))[:-20],
        b"<html/>",
        b"",
    ],
)
def test_hostile_or_other_xml_is_refused(data: bytes) -> None:
    with pytest.raises(BadFile, match=r"a\.kml"):
        read_placemarks(data, "a.kml")


def test_what_is_written_is_read_again() -> None:
    rows = [
        {"name": "<b>&\"'", "lon": 117.1234567, "lat": 32.6, "=1+1": "a\nb", "数": 3, "无": None},
        {"name": None, "lon": None, "lat": None, "=1+1": "]]>\x00"},
    ]
    first, second = read_placemarks(placemarks_kml(rows, title="清单"), "a.kml")
    assert dict(first.texts) == {"name": "<b>&\"'", "=1+1": "a\nb", "数": "3"}
    assert (first.geometry.x, first.geometry.y) == (117.1234567, 32.6)
    assert (dict(second.texts), second.geometry) == ({"=1+1": "]]>"}, None)


@pytest.mark.parametrize("name", ["own.kml", "own.kmz"])
def test_districts_may_be_kml(name: str, tmp_path: Path) -> None:
    path, content = tmp_path / name, kml(placemark("田家庵区", SQUARE))
    if name == "own.kmz":
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("doc.kml", content)
    else:
        path.write_bytes(content)
    frame = read_boundary(path)
    assert frame["name"].tolist() == ["田家庵区"]
    assert frame.geometry[0].area == pytest.approx(0.5)
