"""Station Atlas: a planning tool for union service stations (see stations/README.md for the house rules)."""

import os

__version__ = "0.1.0"

VECTOR_FORMATS = ("ESRI Shapefile", "GPKG", "GeoJSON")
"""What GDAL may open or write in any of our processes; for a GeoTIFF, `intake.raster` has a GDAL of its own."""

_UNWANTED = """
MEM, PCIDSK, PDS4, VICAR, PDF, MBTiles, EEDA, OGCAPI, GDALG, MapInfo File, LVBAG, S57, DGN, OGR_VRT, CSV, GML, GPX,
LIBKML, KML, GeoJSONSeq, ESRIJSON, TopoJSON, OGR_GMT, SQLite, WAsP, OpenFileGDB, DXF, FlatGeobuf, GeoRSS, VFK, PGDUMP,
OSM, GPSBabel, OGR_PDS, WFS, OAPIF, EDIGEO, Idrisi, ODS, XLSX, Elasticsearch, Carto, AmigoCloud, SXF, Selafin, JML,
PLSCENES, CSW, VDV, MVT, NGW, MapML, GTFS, PMTiles, JSONFG, MiraMonVector, ADBC, AVCBin, AVCE00, AIVector, HTTP
"""
# GDAL looks at it when pyogrio is imported, which nothing of ours can do before this. A text inside a .geojson that
# names a file or a server (OGR_VRT and others) would be followed, whichever driver is asked for.
os.environ["GDAL_SKIP"] = ",".join(" ".join(_UNWANTED.split()).split(", "))
