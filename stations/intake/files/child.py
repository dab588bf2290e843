"""The process that reads one file: ``python -m stations.intake.files.child PATH FORMAT WISH LANGUAGE``.

Its answer is JSON on standard output. It limits itself before it opens the file (`stations.model.apart`).
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import Any

from stations.intake.files.sandbox import Format
from stations.model.apart import answered


def parse(form: Format, path: Path, wish: Any) -> Any:  # noqa: PLR0911 - one for each format
    """Return what the parser of `form` makes of a file, JSON-ready. Only that parser is imported: somebody waits."""
    match form:
        case "workbook":
            from stations.intake.files.workbook import parse_workbook

            return parse_workbook(path.read_bytes(), path.name, **wish or {})
        case "legacy workbook":
            from stations.intake.files.legacy_workbook import parse_legacy_workbook

            return parse_legacy_workbook(path.read_bytes(), path.name, **wish or {})
        case "delimited":
            from stations.intake.files.delimited import parse_delimited

            return parse_delimited(path.read_bytes(), path.name, header_row=wish)
        case "geojson":
            from stations.intake.files.geojson import parse_geojson

            return parse_geojson(path.read_bytes(), path.name)
        case "layer":
            from stations.intake.files.layer import parse_layer

            return parse_layer(path, **wish or {})
        case "raster":
            from stations.intake.files.raster import know_only_geotiff, parse_raster

            know_only_geotiff()
            return parse_raster(path, wish)
        case "photo":
            from stations.intake.files.photos import parse_photo

            return parse_photo(path)
        case "document":
            from stations.intake.files.documents import parse_document

            return parse_document(path)


def main(path: Path, form: Format, wish: str, *, language: str) -> int:
    """Read the file at `path` and return the exit code."""
    gc.disable()  # a third of the time; nothing here lives long enough to need it
    return answered(lambda: json.dumps(parse(form, path, json.loads(wish))).encode(), language=language)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], language=sys.argv[4]))  # type: ignore[arg-type]  # the parent says so
