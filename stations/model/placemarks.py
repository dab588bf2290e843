"""Placemarks of KML files, read and written without GDAL: named places with data, in WGS84, maybe in folders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stations.model.errors import BadFile
from stations.model.language import mark

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

NAME, DESCRIPTION = "name", "description"
"""What the columns of a placemark's own texts are called."""

_KML = "{http://www.opengis.net/kml/2.2}"
_SPACES = re.compile(r"\{http://(www\.opengis\.net|earth\.google\.com)/kml/[\d.]+\}|(?=[^{])")
_SHAPES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Model")
_NO_SHAPE = "GEOMETRYCOLLECTION EMPTY"  # there is one, which cannot be read
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Placemark:
    """A placemark: its texts and data, its shape (empty when it cannot be read), and the folder in which it lies."""

    texts: Mapping[str, str]
    geometry: BaseGeometry | None
    folder: str


def read_placemarks(data: bytes, file: str) -> list[Placemark]:
    """Return the placemarks of a KML file in their order.

    No entity is resolved and nothing else is opened. Raises `BadFile` when it is no KML, or declares a document type,
    as only a file that wants more than to be read does.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        tree = etree.parse(BytesIO(data), parser)
    except etree.XMLSyntaxError as error:
        reason = mark("the XML is damaged, cut off, or nested too deeply.")
        raise BadFile(file=file, reason=reason, remedy=mark("Export or download the file again.")) from error
    root = tree.getroot()
    if tree.docinfo.doctype or not root.tag.endswith("kml"):
        reason = mark("this is XML with a document type of its own, or no KML.")
        raise BadFile(file=file, reason=reason, remedy=mark("Export it again as KML from the mapping program."))
    for element in root.iter("*"):  # older names of the same elements
        element.tag = _SPACES.sub(lambda _found: _KML, element.tag, count=1)
    return [_placemark(element) for element in root.iter(f"{_KML}Placemark")]


def placemarks_kml(rows: Sequence[Mapping[str, Any]], *, title: str) -> bytes:
    """Return a KML file with a placemark for each row, which holds `NAME`, ``lon`` and ``lat``; the rest is its data.

    What is ``None`` is left out; so is the point of a row without coordinates.
    """
    from fastkml import KML, Data, Document, ExtendedData
    from fastkml import Placemark as Written
    from lxml import etree
    from pygeoif import Point

    def written(row: Mapping[str, Any]) -> Written:
        rest = {key: value for key, value in row.items() if key not in {NAME, "lon", "lat"} and value is not None}
        data = [Data(ns=_KML, name=_allowed(key), value=_allowed(value)) for key, value in rest.items()]
        return Written(
            ns=_KML,
            name=_allowed(row.get(NAME) or ""),
            geometry=None if row["lon"] is None else Point(row["lon"], row["lat"]),
            extended_data=ExtendedData(ns=_KML, elements=data),
        )

    document = Document(ns=_KML, name=_allowed(title), features=[written(row) for row in rows])
    tree = KML(ns=_KML, features=[document]).etree_element()
    content: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=True)
    return content


def zipped_kml(path: Path) -> bytes:
    """Return the first KML in a KMZ file, which `require_harmless` has looked at and which holds one."""
    from zipfile import ZipFile

    with ZipFile(path) as packed:
        return packed.read(next(part for part in packed.infolist() if part.filename.lower().endswith(".kml")))


def _allowed(value: object) -> str:
    return _NOT_IN_XML.sub("", str(value))


def _placemark(element: Any) -> Placemark:
    from fastkml import Placemark as Read
    from shapely.geometry import shape

    try:
        read = Read.class_from_element(ns=_KML, name_spaces={"kml": _KML}, element=element, strict=False)
        drawn: Any = read.geometry
        geometry = None if drawn is None else shape(drawn)
    except Exception:  # noqa: BLE001 - whatever the library stumbles over is a fault of this one placemark
        return Placemark({NAME: element.findtext(f"{_KML}name") or ""}, _nothing(), _folder(element))
    if geometry is None and any(element.find(f"{_KML}{name}") is not None for name in _SHAPES):
        geometry = _nothing()
    texts = {NAME: read.name or "", DESCRIPTION: read.description or ""}
    own = {key: text for key, text in texts.items() if text}
    data = {key: text for key, text in _data(read.extended_data) if key not in own}
    return Placemark(own | data, geometry, _folder(element))


def _nothing() -> BaseGeometry:
    import shapely

    return shapely.from_wkt(_NO_SHAPE)


def _folder(element: Any) -> str:
    parent = element.getparent()
    is_folder = parent is not None and parent.tag == f"{_KML}Folder"
    return (parent.findtext(f"{_KML}name") or "").strip() if is_folder else ""


def _data(extended: Any) -> Iterator[tuple[str, str]]:
    for element in extended.elements if extended else ():
        for part in getattr(element, "data", None) or [element]:
            if getattr(part, "name", None) and getattr(part, "value", None) is not None:
                yield str(part.name), str(part.value)
