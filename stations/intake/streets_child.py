"""The process that reads one street file: ``python -m stations.intake.streets_child FORMAT PATH MODES …``.

After the modes, with commas between them, come west, south, east and north in degrees, and the language. It limits
itself before it opens the file and writes the arrays of the streets as an ``.npz`` on standard output.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from stations.intake.child import limit_this_process
from stations.intake.sandbox import REFUSED, TOO_LARGE
from stations.intake.streets import packed, parse_streets
from stations.model.errors import BadFile
from stations.model.language import as_language, use_language
from stations.model.travel import as_mode


def main(form: str, path: Path, modes: str, *, within: list[float], language: str) -> int:
    """Read the file at `path` and return the exit code."""
    use_language(as_language(language))
    limit_this_process()
    west, south, east, north = within
    try:
        streets = parse_streets(
            path,
            "pbf" if form == "pbf" else "osm",
            modes=[as_mode(mode) for mode in modes.split(",")],
            within=(west, south, east, north),
        )
        sys.stdout.buffer.write(packed(streets))
        sys.stdout.flush()
    except BadFile as error:
        sys.stdout.write(json.dumps({key: str(error.fields[key]) for key in ("reason", "remedy")}))
        return REFUSED
    except (MemoryError, OSError):  # an output beyond the limit is an OSError
        return TOO_LARGE
    return 0


if __name__ == "__main__":
    _program, form, path, modes, *within, language = sys.argv
    sys.exit(main(form, Path(path), modes, within=[float(edge) for edge in within], language=language))
