"""Tables as files that open right in an office program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stations.model.crs import points
from stations.model.placemarks import NAME, placemarks_kml

if TYPE_CHECKING:
    from pandas import DataFrame

FORMATS = (".csv", ".xlsx", ".geojson", ".gpkg", ".kml")
LAYERS = (".gpkg", ".kml")
"""Those of them that mapping programs open, with points."""
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_LINE_END = "\r\n"  # RFC 4180; with it, either half of it inside a text is quoted
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})


def write_table(table: DataFrame, path: Path) -> None:
    """Write `table` without its index to `path`: CSV (UTF-8 with BOM) or XLSX, by the ending.

    A text that a spreadsheet would take for a formula, or for a failed one, gets a leading apostrophe, which our own
    reader takes off again.
    """
    safe = _guarded(table)
    if path.suffix.lower() == ".xlsx":
        safe.to_excel(path, index=False)
    else:
        safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator=_LINE_END)


def write_layer(table: DataFrame, path: Path, *, place: tuple[str, str], name: str | None) -> None:
    """Write `table` as points in WGS84 to `path`, a GeoPackage or KML by the ending; the layer is called as the file.

    `place` are the columns of longitude and latitude, which become the points; a row without them has none. KML calls
    each point by the column `name`. No spreadsheet reads these: texts are written as they are.
    """
    import geopandas

    if path.suffix.lower() == ".kml":
        known = table.astype(object).where(table.notna(), None).to_dict("records")
        names: dict[str | None, str] = {place[0]: "lon", place[1]: "lat", name: NAME}
        rows = [{names.get(str(key), str(key)): value for key, value in row.items()} for row in known]
        path.write_bytes(placemarks_kml(rows, title=path.stem))
        return
    shapes = points(*(table[column].astype(float) for column in place))
    cells = table.drop(columns=list(place)).convert_dtypes()
    path.unlink(missing_ok=True)  # a layer would be added to what stands there
    geopandas.GeoDataFrame(cells, geometry=shapes).to_file(
        path, driver="GPKG", layer=path.stem, geometry_type="Point", index=False
    )


def csv_bytes(table: DataFrame) -> bytes:
    """Return `table` without its index as CSV for a download, guarded like `write_table`."""
    return _guarded(table).to_csv(index=False, lineterminator=_LINE_END).encode("utf-8-sig")


def _guarded(table: DataFrame) -> DataFrame:
    import pandas as pd

    # As objects: whole numbers beside unknown ones would turn into 20.0 otherwise.
    columns = {guarded(name): [guarded(cell) for cell in column] for name, column in table.items()}
    return pd.DataFrame(columns, dtype=object)


def guarded(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula, or for a failed one."""
    dangerous = isinstance(cell, str) and (cell.startswith(_DANGEROUS) or cell in _ERRORS)
    return f"'{cell}" if dangerous else cell
