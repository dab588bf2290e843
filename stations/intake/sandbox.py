"""Read a file in a process of its own, which may use so much memory and time and no more.

Text tables are read in this process: `delimited` is linear in the size of the file, opens nothing else, and keeps no
more than the cells within the limits of `table`. A workbook is a packed archive of XML, and JSON takes up to 25
times its size while it is read: a small file could take the whole server down. They are read by `child`, and what comes
back is only text within the same limits.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

from stations.intake.table import Flaw, Parsed, too_large
from stations.intake.workbook import damaged
from stations.model.errors import BadFile
from stations.model.language import current_language, mark
from stations.model.vocabulary import Datum

Format = Literal["workbook", "legacy workbook", "geojson", "layer", "raster", "photo", "document"]

MAX_MEMORY_BYTES = 2 * 1024**3
MAX_OUTPUT_BYTES = 256 * 1024**2
MAX_SECONDS = 120

REFUSED, TOO_LARGE = 3, 4
"""Exit codes of the child: it has said why in its output; it met a limit."""

_ROOT = Path(__file__).parents[2]
_COMMAND: Sequence[str] = (sys.executable, "-m", "stations.intake.child")


def parse_apart(form: Format, path: Path, *, wish: object = None) -> Parsed:
    """Return the table that the parser of `form` makes of the file at `path`, run in a child process.

    Raises `BadFile` as `run_apart` does.
    """
    return parsed_of(read_apart(form, path, wish=wish))


def parsed_of(document: list[Any]) -> Parsed:
    """Return the table that came back from a child as JSON."""
    parsed = Parsed(*document)
    known = None if parsed.datum is None else Datum.read(parsed.datum)
    return parsed._replace(flaws=[Flaw(*flaw) for flaw in parsed.flaws], datum=known)


def read_apart(form: Format, path: Path, *, wish: object = None, broken: BadFile | None = None) -> Any:
    """Return what the parser of `form` makes of the file at `path`, run in a child process: a JSON document.

    `wish`, JSON-ready, is handed to the parser. Raises `BadFile` as `run_apart` does; without `broken`, it says that a
    workbook is damaged.
    """
    arguments = [form, str(path.resolve()), json.dumps(wish)]
    with run_apart(_COMMAND, arguments, broken=broken or damaged(path.name)) as output:
        return json.load(output)


@contextmanager
def run_apart(command: Sequence[str], arguments: Sequence[str], *, broken: BadFile) -> Iterator[IO[bytes]]:
    """Run a program that reads a file, with the language as its last argument, and hand over what it wrote.

    Raises
    ------
    BadFile
        It refused the file (its output says why), or was stopped at a limit; `broken` when it broke down.
    """
    file = str(broken.fields["file"])
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(
                [*command, *arguments, current_language()],
                cwd=_ROOT,
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=MAX_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _stopped(file) from None
        output.seek(0)
        _require_read(output, done.returncode, broken)
        yield output


def _require_read(output: IO[bytes], exit_code: int, broken: BadFile) -> None:
    file = str(broken.fields["file"])
    if exit_code == REFUSED:
        raise BadFile(**{"file": file, **json.load(output)})
    if exit_code == TOO_LARGE or exit_code < 0:  # below zero: a signal ended it
        raise _stopped(file)
    if exit_code != 0:
        raise broken


def _stopped(file: str) -> BadFile:
    return too_large(file, mark("it takes more memory or time to read than is allowed."))
