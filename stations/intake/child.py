"""The process that reads one file: ``python -m stations.intake.child FORMAT PATH LANGUAGE``, JSON on standard output.

It limits itself before it opens the file. Where the system knows no such limits (Windows), the parent's clock and the
limits of the parsers remain.
"""

from __future__ import annotations

import gc
import json
import sys
from contextlib import suppress
from pathlib import Path

from stations.intake.sandbox import (
    MAX_MEMORY_BYTES,
    MAX_OUTPUT_BYTES,
    MAX_SECONDS,
    PARSERS,
    REFUSED,
    TOO_LARGE,
    Format,
)
from stations.model.errors import BadFile
from stations.model.language import as_language, use_language


def main(form: Format, path: Path, language: str) -> int:
    """Read the file at `path` and return the exit code."""
    use_language(as_language(language))
    limit_this_process()
    gc.disable()  # a third of the time; nothing here lives long enough to need it
    try:
        sys.stdout.write(json.dumps(PARSERS[form](path.read_bytes(), path.name)))
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
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))  # type: ignore[arg-type]  # the parent says so
