"""Read a file that somebody handed in, in a process of its own, which may use so much memory and time and no more.

The app looks at no more of such a file than its size and its first bytes. Whatever understands its structure runs
here: in a child process, on a copy that stands alone in a folder under a name of ours. So nothing that lies beside the
file is opened with it (the journal of a database, the parts of a Shapefile), its name means nothing to anybody, and
what the child leaves behind goes with the folder. The child has none of the app's settings.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from stations.model.errors import BadFile
from stations.model.language import as_language, current_language, mark, use_language
from stations.model.language import gettext as _

MAX_MEMORY_BYTES = 2 * 1024**3
MAX_OUTPUT_BYTES = 256 * 1024**2
MAX_SECONDS = 120
MAX_FILE_BYTES = 256 * 1024**2
MOST_AT_ONCE = 4
"""Children that read at the same time; who comes later waits, at most `MAX_SECONDS`."""

REFUSED, TOO_LARGE = 3, 4
"""Exit codes of the child: it has said why in its output; it met a limit."""

Source = Path | bytes

_ROOT = Path(__file__).parents[2]
_PYTHON = (sys.executable, "-P", "-m")  # nothing is imported from the folder of the file
_KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "WINDIR", "LANG", "LC_ALL", "TZ", "PYTHONHOME", "PYTHONPYCACHEPREFIX")
_LIMITS = {"SIGKILL", "SIGXCPU", "SIGXFSZ"}
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_LOG = logging.getLogger(__name__)
_room = threading.BoundedSemaphore(MOST_AT_ONCE)

SPLIT = mark("Split it into several files, or delete what is not needed, and try again.")
_EXPORT_AGAIN = mark("Open it in the program that wrote it, save it again, then try again.")


def not_opened(file: str) -> BadFile:
    """Return the error for a file that is not there, is no regular file, or is not for us to read."""
    reason, remedy = mark("the file cannot be opened."), mark("Check that it exists and that you may read it.")
    return BadFile(file=file, reason=reason, remedy=remedy)


def broken_down(file: str) -> BadFile:
    """Return the error for a file whose reader breaks down."""
    return BadFile(file=file, reason=mark("the file is damaged or incomplete."), remedy=_EXPORT_AGAIN)


def module(name: str) -> tuple[str, ...]:
    """Return the command that runs a module of ours as a child."""
    return (*_PYTHON, name)


@contextmanager
def run_apart(
    command: Sequence[str],
    source: Source,
    arguments: Sequence[str],
    *,
    broken: BadFile,
    in_place: bool = False,
    smaller: str = SPLIT,
) -> Iterator[IO[bytes]]:
    """Run a program that reads a file, and hand over what it wrote.

    Parameters
    ----------
    command
        The program; it is given the place of the file, then `arguments`, then the language.
    source
        The file, or its content.
    broken
        The error when the program breaks down; it names the file in what is told.
    in_place
        Leave the file where it is: only for formats whose reader opens nothing beside it.
    smaller
        What to do about a file that takes more than is allowed.

    Raises
    ------
    BadFile
        The file cannot be opened or is larger than `MAX_FILE_BYTES`; the program refused it (its output says why),
        or was stopped at a limit; `broken`.
    """
    file = str(broken.fields["file"])
    with tempfile.TemporaryDirectory(prefix="stations-") as folder, tempfile.TemporaryFile() as output:
        place = _opened(source, file) if in_place and isinstance(source, Path) else _alone(source, Path(folder), file)
        with tempfile.TemporaryFile() as faults, _turn(file):
            try:
                done = subprocess.run(
                    [*command, str(place), *arguments, current_language()],
                    cwd=folder,
                    env=_environment(folder),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=faults,
                    timeout=MAX_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise _stopped(file, smaller) from None
            output.seek(0)
            if done.returncode == TOO_LARGE or _signal(done.returncode) in _LIMITS:
                raise _stopped(file, smaller)
            _require_read(output, done.returncode, broken=broken, faults=faults)
        yield output


def _environment(folder: str) -> dict[str, str]:
    """Return the environment of a child: what Python needs to start, and nothing that the app was told."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    own = dict.fromkeys(("TMPDIR", "TEMP", "TMP", "HOME", "USERPROFILE"), folder)
    return kept | own | {"PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _opened(path: Path, file: str) -> Path:
    """Return the absolute path of a regular file. Raises `BadFile`."""
    with suppress(OSError):  # a name that no system can have
        if path.is_file() and os.access(path, os.R_OK):
            return path.resolve()
    raise not_opened(file)


def _alone(source: Source, folder: Path, file: str) -> Path:
    """Put a file into a folder of its own, under a name that says no more than its kind, and return where it is."""
    suffix = Path(file).suffix.lower()
    place = folder / f"file{suffix if _SUFFIX.fullmatch(suffix) else ''}"
    if isinstance(source, bytes):
        place.write_bytes(source)
        return place
    path = _opened(source, file)
    if (size := path.stat().st_size) > MAX_FILE_BYTES:
        reason = _("its size is {size} MB; at most {limit} MB can be read.").format(
            size=size // 1024**2, limit=MAX_FILE_BYTES // 1024**2
        )
        raise BadFile(file=file, reason=reason, remedy=SPLIT)
    shutil.copyfile(path, place)
    return place


@contextmanager
def _turn(file: str) -> Iterator[None]:
    """Wait until not too many files are being read. Raises `BadFile` when that takes too long."""
    if not _room.acquire(timeout=MAX_SECONDS):
        reason = mark("it was not read: many other files are being read at the moment.")
        raise BadFile(file=file, reason=reason, remedy=mark("Try again in a few minutes."))
    try:
        yield
    finally:
        _room.release()


def _require_read(output: IO[bytes], exit_code: int, *, broken: BadFile, faults: IO[bytes]) -> None:
    file = str(broken.fields["file"])
    if exit_code == REFUSED:
        raise BadFile(**{"file": file, **json.load(output)})
    if exit_code < 0:
        _LOG.warning("%r: its reader was ended by %s", file, _signal(exit_code))
        reason = mark("its reader broke down: it is damaged, or takes more memory than is allowed.")
        raise BadFile(file=file, reason=reason, remedy=_EXPORT_AGAIN)
    if exit_code != 0:
        faults.seek(0)
        _LOG.warning("%r: its reader broke down: %s", file, faults.read()[-2000:].decode("utf-8", "replace"))
        raise broken


def _signal(exit_code: int) -> str:
    """Return the name of the signal that ended a process; empty where none did."""
    if exit_code >= 0:
        return ""
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return str(-exit_code)


def _stopped(file: str, smaller: str) -> BadFile:
    return BadFile(file=file, reason=mark("it takes more memory or time to read than is allowed."), remedy=smaller)


# ---- what the child does first


def answered(read: Callable[[], bytes], *, language: str) -> int:
    """Limit this process, write what `read` makes to standard output, or why not, and return the exit code."""
    use_language(as_language(language))
    limit_this_process()
    try:
        sys.stdout.buffer.write(read())
        sys.stdout.flush()
    except BadFile as error:
        return _refused(**{name: told for name, told in error.fields.items() if name != "file"})
    except RecursionError:
        return _refused(reason=mark("it is nested too deeply."), remedy=_EXPORT_AGAIN)
    except (MemoryError, OSError):  # an output beyond the limit is an OSError
        return TOO_LARGE
    return 0


def _refused(**told: object) -> int:
    sys.stdout.write(json.dumps(told))
    return REFUSED


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
