"""The process that reads one street file: ``python -m stations.intake.street_files.child PATH FORMAT MODES …``.

After the modes, with commas between them, come west, south, east and north in degrees, and the language. It limits
itself before it opens the file and writes the arrays of the streets as an ``.npz`` on standard output.
"""

from __future__ import annotations

import sys
from pathlib import Path

from stations.intake.street_files.streets import OsmFormat, packed, parse_streets
from stations.model.apart import answered
from stations.model.travel import as_mode


def main(path: Path, form: str, modes: str, *, within: list[float], language: str) -> int:
    """Read the file at `path` and return the exit code."""
    west, south, east, north = within

    def read() -> bytes:
        known = [as_mode(mode) for mode in modes.split(",")]
        kind: OsmFormat = "pbf" if form == "pbf" else "osm"
        return packed(parse_streets(path, kind, modes=known, within=(west, south, east, north)))

    return answered(read, language=language)


if __name__ == "__main__":
    _program, path, form, modes, *within, language = sys.argv
    sys.exit(main(Path(path), form, modes, within=[float(edge) for edge in within], language=language))
