"""People from a GeoTIFF: the counts of its pixels, read window by window, none lost and none made.

GDAL knows no other format here than GeoTIFF, and opens nothing beside the file: no side-car, no overview, no other
file that it names. What is read stays below `CHUNK_PIXELS` at a time, however large the raster is.
"""

from __future__ import annotations

import math
import os
import warnings
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never

import numpy as np

from stations.intake.files.sandbox import read_apart
from stations.intake.files.table import too_large
from stations.model.crs import Bounds, bounds_in, lon_lat
from stations.model.errors import BadCoordinates, BadFile
from stations.model.language import gettext as _
from stations.model.language import mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Box = tuple[int, int, int, int]  # first row, first column, and those after the last

MAX_CELLS = 2_000_000
"""With more pixels than this inside the extent, squares of pixels are summed, so that there are no more."""
MAX_PIXELS = 500_000_000
"""Pixels that are counted at most; of a larger raster only the extent is read, and the rest is not known."""
FINEST_M = 250.0
"""Side of the squares over which the people of a larger pixel are spread; the shortest walk in planning is 300 m."""
CHUNK_PIXELS = 4_000_000
MAX_BLOCK_BYTES = 128 * 1024**2  # of the file's own blocks, which are unpacked whole
MOST_PEOPLE = 10_000_000  # in one pixel; more is a mark for “no data” that nobody declared

EARTH_M = 6_371_000.0  # its mean radius: how wide a pixel is need not be known better

_MAGIC = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")  # TIFF and BigTIFF, of either byte order
_SETTINGS = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO", "GDAL_CACHEMAX": 64}
_AGAIN = mark("Export it again from the mapping program as a GeoTIFF.")
_UNWANTED = """
AAIGrid, ACE2, ADRG, AIG, AVCBin, AVCE00, AirSAR, BAG, BIGGIF, BLX, BMP, BSB, BT, BYN, CALS, CEOS, COASP, COG, COSAR,
CPG, CTG, CTable2, DAAS, DERIVED, DIMAP, DIPEx, DOQ1, DOQ2, DTED, ECRGTOC, EEDA, EEDAI, EHdr, EIR, ELAS, ENVI, ERS,
ESAT, ESRI Shapefile, ESRIC, ESRIJSON, FAST, FIT, GFF, GIF, GNMDatabase, GNMFile, GPKG, GRASSASCIIGrid, GRIB, GS7BG,
GSAG, GSBG, GSC, GTI, GTX, GXF, GenBin, GeoJSON, GeoJSONSeq, HDF5, HDF5Image, HF2, HFA, HTTP, ILWIS, IRIS, ISCE, ISG,
ISIS2, ISIS3, JAXAPALSAR, JDEM, JP2OpenJPEG, JPEG, KMLSUPEROVERLAY, KRO, L1B, LAN, LCP, LOSLAS, Leveller, MAP,
MBTiles, MEM, MFF, MFF2, MRF, MSGN, MVT, Memory, NDF, NGSGEOID, NITF, NOAA_B, NSIDCbin, NTv2, NWT_GRC, NWT_GRD, OSM,
OZI, PAux, PCIDSK, PCRaster, PDF, PDS, PDS4, PLMOSAIC, PNG, PNM, PRF, R, RIK, RMF, ROI_PAC, RPFTOC, RRASTER, RS2, RST,
Rasterlite, S102, S104, S111, SAFE, SAGA, SAR_CEOS, SDTS, SENTINEL2, SGI, SIGDEM, SNAP_TIFF, SNODAS, SQLite, SRP,
SRTMHGT, STACIT, STACTA, TGA, TIL, TSX, Terragen, TopoJSON, USGSDEM, VICAR, VRT, WCS, WEBP, WMS, WMTS, XPM, XYZ, ZMap,
Zarr, netCDF
"""
"""Every driver of rasterio's own GDAL but GTiff."""


@dataclass(frozen=True, eq=False)
class Raster:
    """The people of a raster.

    Attributes
    ----------
    lon, lat, people
        One entry for each cell with people inside the extent: its middle (WGS84) and how many, int64 when the raster
        holds whole numbers, else float64.
    beyond
        How many people the raster has outside the extent; ``None`` when it is too large to be counted.
    side
        How many pixels were summed along each side of a cell; 1 is each pixel for itself.
    parts
        Into how many parts a cell was divided because it is wide, along x and y; its people evenly among them.
    declared
        Whether the raster says which of its pixels have no data.
    """

    lon: Floats
    lat: Floats
    people: NDArray[Any]
    beyond: float | None
    side: int
    parts: tuple[int, int]
    declared: bool


def is_raster(path: Path) -> bool:
    """Return whether a file is a TIFF, by its first bytes or, wrongly, by its name alone."""
    return path.suffix.lower() in {".tif", ".tiff"} or _magic(path)


def _magic(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) in _MAGIC
    except OSError:
        return False


def read_raster(path: Path, *, extent: Bounds | None) -> Raster:
    """Return the people in a GeoTIFF of one band, whose values are counts: people in the pixel, not per km².

    Parameters
    ----------
    path
        The file, in any CRS that it names, not turned. It is read in a process of its own.
    extent
        West, south, east, north in WGS84 degrees: all pixels that touch the box in the CRS of the raster are read;
        ``None`` reads all. Pixels with “no data” (declared, or masked, or NaN) have nobody.

    Raises
    ------
    BadFile
        No GeoTIFF, damaged, no CRS or place, turned, several bands, scaled or complex values, a value that is negative
        or beyond `MOST_PEOPLE`, the largest one that its whole numbers can hold (65535, say) where it does not declare
        which pixels have no data, or more pixels in the extent than `MAX_PIXELS`.
    """
    if path.is_file() and not _magic(path):
        _refuse(path, mark("this is not a GeoTIFF, whatever its name says."))
    found = read_apart("raster", path, wish=extent, in_place=True)
    kind = np.int64 if found["whole"] else np.float64
    lon, lat = (np.frombuffer(b64decode(found[axis]), np.float64) for axis in ("lon", "lat"))
    people = np.frombuffer(b64decode(found["people"]), kind)
    parts = (found["parts"][0], found["parts"][1])
    return Raster(lon, lat, people, found["beyond"], found["side"], parts, found["declared"])


def know_only_geotiff() -> None:
    """Take from rasterio's own GDAL every format but GeoTIFF: before it is imported, in a process of its own."""
    os.environ["GDAL_SKIP"] = ",".join(" ".join(_UNWANTED.split()).split(", "))


def parse_raster(path: Path, extent: Bounds | None) -> dict[str, Any]:
    """Return what `read_raster` gives, JSON-ready; arrays are the base 64 of their bytes."""
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    try:
        with warnings.catch_warnings(), rasterio.Env(**_SETTINGS):
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # said by `_require_counts`
            with rasterio.open(path, driver="GTiff", sharing=False, GEOREF_SOURCES="INTERNAL") as source:
                _require_counts(source, path)
                sums, beyond, box, side = _counted(source, _box(source, extent), path)
                return _handed_over(source, sums, beyond=beyond, box=box, side=side, path=path)
    except RasterioError:
        _refuse(path, mark("the GeoTIFF is damaged, or cut off."))
    except BadCoordinates as error:
        raise BadFile(file=path.name, reason=str(error), remedy=_AGAIN) from None


def _require_counts(source: Any, path: Path) -> None:
    """Refuse a raster that is not one band of plain numbers at a place on earth."""
    turned = source.transform.b or source.transform.d
    if source.crs is None or source.transform.is_identity:
        _refuse(path, mark("it does not say which coordinate reference system it is in, or where."))
    if turned or not (source.transform.a and source.transform.e):
        _refuse(path, mark("it is turned; only rasters with rows from west to east can be read."))
    if source.count != 1:
        reason = _("it has {count} bands, and nothing says which one counts people.").format(count=source.count)
        _refuse(path, reason, mark("Export the one band with the number of people."))
    if np.dtype(source.dtypes[0]).kind not in "iuf" or source.scales[0] != 1 or source.offsets[0]:
        _refuse(path, mark("its values are not plain numbers."), mark("Export it with one number of people a pixel."))
    height, width = source.block_shapes[0]
    if height * width * np.dtype(source.dtypes[0]).itemsize > MAX_BLOCK_BYTES:
        reason = mark("it is stored in pieces that are too large to be unpacked.")
        raise BadFile(file=path.name, reason=reason, remedy=mark("Export it again as a tiled GeoTIFF."))


def _box(source: Any, extent: Bounds | None) -> Box:
    """Return the rows and columns that touch the extent."""
    if extent is None:
        return 0, 0, source.height, source.width
    west, south, east, north = bounds_in(extent, source.crs.to_wkt())
    place = source.transform
    if not all(map(math.isfinite, (west, south, east, north))):
        return 0, 0, 0, 0
    columns = sorted([(west - place.c) / place.a, (east - place.c) / place.a])
    rows = sorted([(north - place.f) / place.e, (south - place.f) / place.e])
    first_row, last_row = (min(max(row, 0), source.height) for row in (math.floor(rows[0]), math.ceil(rows[1])))
    first, last = (min(max(column, 0), source.width) for column in (math.floor(columns[0]), math.ceil(columns[1])))
    return first_row, first, last_row, last


def _counted(source: Any, box: Box, path: Path) -> tuple[NDArray[Any], Any, Box, int]:
    """Return the people in each cell of the box, those outside it, the box, and the side of a cell in pixels."""
    height, width = box[2] - box[0], box[3] - box[1]
    if height * width > MAX_PIXELS:
        reason = _("it has more than {limit} million pixels inside the city.").format(limit=MAX_PIXELS // 10**6)
        raise too_large(path.name, reason)
    side = 1
    while math.ceil(height / side) * math.ceil(width / side) > MAX_CELLS:
        side += 1
    kind = np.float64 if np.dtype(source.dtypes[0]).kind == "f" else np.int64
    sums = np.zeros((math.ceil(height / side), math.ceil(width / side)), kind)
    counts_all = source.height * source.width <= MAX_PIXELS
    beyond = []
    for chunk in _chunks(source, (0, 0, source.height, source.width) if counts_all else box):
        people = _people(source, chunk, path).astype(kind, copy=False)
        top, left = max(chunk[0], box[0]), max(chunk[1], box[1])
        bottom, right = min(chunk[2], box[2]), min(chunk[3], box[3])
        if top < bottom and left < right:
            inside = people[top - chunk[0] : bottom - chunk[0], left - chunk[1] : right - chunk[1]]
            _add(sums, inside, (top - box[0], left - box[1]), side=side)
            inside[:] = 0
        beyond.append(people.sum().item())
    rest = math.fsum(beyond) if kind is np.float64 else sum(beyond)
    return sums, rest if counts_all else None, box, side


def _chunks(source: Any, box: Box) -> Iterator[Box]:
    """Yield parts that make up the box, each of whole blocks of the file as far as the box has them."""
    height, width = source.block_shapes[0]
    width *= max(1, min(source.width, CHUNK_PIXELS // height) // width)
    height *= max(1, CHUNK_PIXELS // (width * height))
    for row in range(box[0] // height * height, box[2], height):
        for column in range(box[1] // width * width, box[3], width):
            top, left = max(row, box[0]), max(column, box[1])
            yield top, left, min(row + height, box[2]), min(column + width, box[3])


def _people(source: Any, chunk: Box, path: Path) -> NDArray[Any]:
    """Return the counts of a part, 0 where there is no data."""
    from rasterio.windows import Window

    window = Window(chunk[1], chunk[0], chunk[3] - chunk[1], chunk[2] - chunk[0])
    band = source.read(1, window=window, masked=True)
    unknown = np.ma.getmaskarray(band) | np.isnan(band.data)
    people = np.where(unknown, band.data.dtype.type(0), band.data)
    declared, kind = _declares(source), band.data.dtype
    most = MOST_PEOPLE if declared or kind.kind == "f" else min(MOST_PEOPLE, np.iinfo(kind).max - 1)
    wrong = people[(people < 0) | (people > most)]
    if wrong.size:
        remedy = mark("Correct the values, or declare the one that means “no data”, and export it again.")
        reason = (
            _("it has the value {value}, which is no number of people in a pixel.")
            if declared
            else _("it has the value {value}, and does not declare any value that means “no data”.")
        )
        _refuse(path, reason.format(value=f"{wrong[0]:g}"), remedy)
    return np.asarray(people)


def _declares(source: Any) -> bool:
    """Return whether a raster says which of its pixels have no data: by a value, or by a mask of its own."""
    from rasterio.enums import MaskFlags

    return source.nodata is not None or source.mask_flag_enums[0] != [MaskFlags.all_valid]


def _add(sums: NDArray[Any], people: NDArray[Any], offset: tuple[int, int], *, side: int) -> None:
    """Add the people of a part, which starts at `offset` of the box, to the cells they are in."""
    cells = [(start + np.arange(length)) // side for start, length in zip(offset, people.shape, strict=True)]
    starts = [np.flatnonzero(np.diff(cell, prepend=-1)) for cell in cells]
    parts = np.add.reduceat(np.add.reduceat(people, starts[0], axis=0), starts[1], axis=1)
    row, column = (cell[0] for cell in cells)
    sums[row : row + parts.shape[0], column : column + parts.shape[1]] += parts


def _handed_over(
    source: Any, sums: NDArray[Any], *, beyond: float | None, box: Box, side: int, path: Path
) -> dict[str, Any]:
    row, column = np.nonzero(sums)
    parts = _parts(source, box, side, cells=len(row))
    middles = []
    for cell, first, last, axis in ((column, box[1], box[3], 0), (row, box[0], box[2], 1)):
        start = first + cell * side
        width = np.minimum(start + side, last) - start  # the last cell may be narrower
        at = (_grid(parts)[axis] + 0.5) / parts[axis]
        middles.append((start[:, np.newaxis] + width[:, np.newaxis] * at).ravel())
    x, y = source.transform.c + middles[0] * source.transform.a, source.transform.f + middles[1] * source.transform.e
    lon, lat = lon_lat(x, y, source.crs.to_wkt())
    if not (np.isfinite(lon).all() and np.isfinite(lat).all() and (np.abs(lat) <= 90).all()):
        _refuse(path, mark("its coordinates are not in the coordinate reference system that it names."))
    arrays = {"lon": lon, "lat": lat, "people": _divided(sums[row, column], parts[0] * parts[1])}
    texts = {name: b64encode(np.ascontiguousarray(array).tobytes()).decode() for name, array in arrays.items()}
    return texts | {
        "whole": sums.dtype.kind == "i",
        "beyond": beyond,
        "side": side,
        "parts": parts,
        "declared": _declares(source),
    }


def _parts(source: Any, box: Box, side: int, *, cells: int) -> tuple[int, int]:
    """Return into how many parts a cell is divided along x and y, so that none is wider than `FINEST_M`."""
    place, wkt = source.transform, source.crs.to_wkt()
    column, row = (box[1] + box[3]) / 2, (box[0] + box[2]) / 2
    x = place.c + np.array([column, column + side, column]) * place.a
    y = place.f + np.array([row, row, row + side]) * place.e
    if box[0] >= box[2] or box[1] >= box[3]:
        return 1, 1
    lon, lat = lon_lat(x, y, wkt)
    east = np.radians(lon - lon[0]) * np.cos(np.radians(lat[0])) * EARTH_M
    north = np.radians(lat - lat[0]) * EARTH_M
    lengths = np.hypot(east, north)[1:]
    if not np.isfinite(lengths).all():
        return 1, 1  # such a raster is refused
    along, up = (max(1, math.ceil(0.99 * length / FINEST_M)) for length in lengths)
    while cells * along * up > MAX_CELLS and max(along, up) > 1:
        along, up = max(1, along - 1), max(1, up - 1)
    return along, up


def _grid(parts: tuple[int, int]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the column and the row of each part of a cell."""
    columns, rows = np.meshgrid(np.arange(parts[0]), np.arange(parts[1]))
    return columns.ravel(), rows.ravel()


def _divided(people: NDArray[Any], parts: int) -> NDArray[Any]:
    """Return the people of the parts of each cell, one cell after the other; whole people stay whole."""
    if people.dtype.kind == "f":
        return np.repeat(people / parts, parts)
    steps = np.arange(parts + 1) * people[:, np.newaxis]
    divided: NDArray[Any] = np.diff(steps // parts, axis=1).ravel()
    return divided


def _refuse(path: Path, reason: str, remedy: str = _AGAIN) -> Never:
    raise BadFile(file=path.name, reason=reason, remedy=remedy) from None
