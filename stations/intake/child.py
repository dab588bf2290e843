"""The process that reads one file: ``python -m stations.intake.child FORMAT PATH WISH LANGUAGE``.

Its answer is JSON on standard output.

It limits itself before it opens the file. Where the system knows no such limits (Windows), the parent's clock and the
limits of the parsers remain.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from stations.intake.documents import parse_document
from stations.intake.geojson import parse_geojson
from stations.intake.layer import parse_layer
from stations.intake.legacy_workbook import parse_legacy_workbook
from stations.intake.photos import parse_photo
from stations.intake.raster import parse_raster
from stations.intake.sandbox import (
    MAX_MEMORY_BYTES,
    MAX_OUTPUT_BYTES,
    MAX_SECONDS,
    REFUSED,
    TOO_LARGE,
    Format,
)
from stations.intake.workbook import parse_workbook
from stations.model.errors import BadFile
from stations.model.language import as_language, use_language

PARSERS: Mapping[Format, Callable[[Path, Any], Any]] = {
    "workbook": lambda path, wish: parse_workbook(path.read_bytes(), path.name, **wish or {}),
    "legacy workbook": lambda path, wish: parse_legacy_workbook(path.read_bytes(), path.name, **wish or {}),
    "geojson": lambda path, _wish: parse_geojson(path.read_bytes(), path.name),
    "layer": lambda path, wish: parse_layer(path, **wish or {}),
    "raster": parse_raster,
    "photo": lambda path, _wish: parse_photo(path),
    "document": lambda path, _wish: parse_document(path),
}


def main(form: Format, path: Path, wish: str, *, language: str) -> int:
    """Read the file at `path` and return the exit code."""
    gc.disable()  # a third of the time; nothing here lives long enough to need it
    return answered(lambda: json.dumps(PARSERS[form](path, json.loads(wish))).encode(), language=language)


def answered(read: Callable[[], bytes], *, language: str) -> int:
    """Limit this process, write what `read` makes to standard output, or why not, and return the exit code."""
    use_language(as_language(language))
    limit_this_process()
    try:
        sys.stdout.buffer.write(read())
        sys.stdout.flush()
    except BadFile as error:
        sys.stdout.write(json.dumps({key: str(error.fields[key]) for key in ("reason", "remedy")}))
        return REFUSED
    except (MemoryError, OSError):  # an output beyond the limit is an OSError
        return TOO_LARGE
    return 0


def limit_this_process() -> None:
    """Let this process use so much memory, time and disk, and no more, as far as the system can hold it to that."""
    if sys.platform == "win32":
        return
    import resource

    limits = {
        resource.RLIMIT_AS: MAX_MEMORY_BYTES,
        resource.RLIMIT_CPU: MAX_SECONDS,
        resource.RLIMIT_FSIZE: MAX_OUTPUT_BYTES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        with suppress(ValueError, OSError):  # macOS refuses some
            resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], language=sys.argv[4]))  # type: ignore[arg-type]  # the parent says so
