"""Read a file by its format in a process of its own (`stations.model.apart`), and take what comes back as JSON.

Small text tables are read in the app itself: `delimited` is linear in the size of the file, opens nothing else, and
keeps no more than the cells within the limits of `table`. Everything else is read by `child`: a workbook is a packed
archive of XML, and JSON takes up to 25 times its size while it is read, so that a small file could take the whole
server down. What comes back is only text within the same limits.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from stations.intake.files.table import Flaw, Parsed
from stations.model.apart import Source, broken_down, module, run_apart
from stations.model.errors import BadFile
from stations.model.vocabulary import Datum

Format = Literal["workbook", "legacy workbook", "delimited", "geojson", "layer", "raster", "photo", "document"]

_COMMAND: Sequence[str] = module("stations.intake.files.child")


def parse_apart(form: Format, path: Path, *, wish: object = None) -> Parsed:
    """Return the table that the parser of `form` makes of the file at `path`, run in a child process.

    `wish` as for `read_apart`. Raises `BadFile` as `run_apart` does.
    """
    return parsed_of(read_apart(form, path, wish=wish))


def parsed_of(document: list[Any]) -> Parsed:
    """Return the table that came back from a child as JSON."""
    parsed = Parsed(*document)
    known = None if parsed.datum is None else Datum.read(parsed.datum)
    return parsed._replace(flaws=[Flaw(*flaw) for flaw in parsed.flaws], datum=known)


def read_apart(
    form: Format, source: Source, *, wish: object = None, broken: BadFile | None = None, in_place: bool = False
) -> Any:
    """Return what the parser of `form` makes of a file, run in a child process: a JSON document.

    `wish`, JSON-ready, is handed to the parser; the rest as for `run_apart`, which names the file as `broken` does.
    Raises `BadFile` as that does.
    """
    error = broken or broken_down(source.name if isinstance(source, Path) else "")
    with run_apart(_COMMAND, source, [form, json.dumps(wish)], broken=error, in_place=in_place) as output:
        return json.load(output)
