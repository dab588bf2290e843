"""Servers and commands that start at once: a process that has read the whole program forks each that is asked for.

What they cost before they answer is reading libraries, the same ones each time. A forked one is a process of its own,
with its own environment, output and register; only what it would have read has been read before it.
"""

from __future__ import annotations

import gc
import importlib
import json
import logging
import os
import pkgutil
import select
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
LIBRARIES = ("streamlit.web.cli", "streamlit.web.bootstrap", "uvicorn", "streamlit_folium", "matplotlib.pyplot")

CAN_FORK = sys.platform == "linux"
"""Elsewhere libraries may not be used in a forked process, or none can be waited for: there each starts by itself."""
AGAIN = ("stations.app", "streamlit_folium")
"""What each server reads itself: there, and not here, is a runtime of Streamlit that a component is declared to."""


class Forked:
    """A forked process, to be waited for and ended as one that was started here."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._ended = os.pidfd_open(pid)

    def terminate(self) -> None:
        """Ask it to end."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._ended, signal.SIGTERM)

    def wait(self, timeout: float | None) -> None:
        """Wait until it has ended."""
        if not select.select([self._ended], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(str(self._pid), timeout or 0)

    def __del__(self) -> None:
        os.close(self._ended)


@cache
def _reader() -> subprocess.Popen[bytes]:
    """Return the process that has read the program; it ends when this one does."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("STATIONS_", "STREAMLIT_"))}
    run = [sys.executable, "-m", "tests.app.forking"]
    return subprocess.Popen(run, cwd=ROOT, env=own, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def streamlit(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Forked | subprocess.Popen[bytes]:
    """Run ``streamlit`` with `arguments` in a process that writes into `log`."""
    if not CAN_FORK:
        run = [sys.executable, "-m", "streamlit", *arguments]
        with log.open("wb") as output:
            return subprocess.Popen(run, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    return _forked("streamlit.web.cli", arguments, environment, out=log, err=log)


def stations(arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run ``python -m stations`` with `arguments` to its end."""
    if not CAN_FORK:
        run, own = [sys.executable, "-m", "stations", *arguments], {**environment, "PYTHONIOENCODING": "utf-8"}
        return subprocess.run(run, cwd=ROOT, env=own, capture_output=True, encoding="utf-8", check=False)
    with TemporaryDirectory() as folder:
        out, err, code = (Path(folder) / name for name in ("out", "err", "code"))
        _forked("stations.cli", arguments, environment, out=out, err=err, code=code).wait(None)
        told = (path.read_text(encoding="utf-8") for path in (out, err))
        return subprocess.CompletedProcess(list(arguments), int(code.read_text()), *told)


def _forked(module: str, arguments: Sequence[str], environment: Mapping[str, str], **files: Path) -> Forked:
    reader = _reader()
    assert reader.stdin is not None
    assert reader.stdout is not None
    asked = {"module": module, "arguments": list(arguments), "environment": dict(environment)}
    reader.stdin.write(json.dumps(asked | {name: str(path) for name, path in files.items()}).encode() + b"\n")
    reader.stdin.flush()
    return Forked(int(reader.stdout.readline()))


def _read_everything() -> None:
    import stations

    for name in LIBRARIES:
        importlib.import_module(name)
    for found in pkgutil.walk_packages(stations.__path__, "stations."):
        if "migrations" not in found.name and not found.name.endswith(("__main__", "app.main")):
            importlib.import_module(found.name)
    for name in [name for name in sys.modules if name.startswith(AGAIN)]:
        del sys.modules[name]
    with TemporaryDirectory() as folder:
        _work_once(Path(folder))


def _work_once(folder: Path) -> None:
    """Do what every server does first, for an office that nobody visits: words, outlines and maps are read by it."""
    from stations.model import crs
    from stations.model.settings import Settings
    from stations.planning.importing.import_file import prepare
    from stations.planning.maps.draw import warm
    from stations.planning.register import open_register
    from tests.app.office import furnish, surroundings

    settings = Settings.from_environment(surroundings(folder / "register.sqlite3", furnish(folder)))
    prepare(settings)
    warm(settings)
    open_register(settings.database).close()
    open_register.cache_clear()
    crs._transforming().shutdown()
    crs._transforming.cache_clear()
    assert threading.active_count() == 1, "a fork takes no thread along"


def _go_on(asked: Mapping[str, Any]) -> None:
    """Go on as the process that was asked for, to its end."""
    from stations.planning.register import open_register

    given = os.open(os.devnull, os.O_RDONLY)
    out, err = (os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) for name in ("out", "err"))
    for ours, theirs in ((given, 0), (out, 1), (err, 2)):
        os.dup2(ours, theirs)
    os.environ.clear()
    os.environ.update(asked["environment"])
    tempfile.tempdir = None  # it is looked for anew, where this environment wants it
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.argv = [asked["module"], *asked["arguments"]]
    code: int | str | None = 1
    try:
        importlib.import_module(asked["module"]).main()
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - as Python would tell it
        traceback.print_exc()
    open_register.cache_clear()
    gc.collect()  # what is frozen keeps Python from closing at its end what was opened here
    if "code" in asked:
        Path(asked["code"]).write_text(str(code or 0), encoding="ascii")


def _forget_ended() -> None:
    """Let those go that have ended: whoever asked for them holds them by now, and asks for the next one."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _answer_all() -> None:
    """Fork once for each line of standard input, and tell the process's number on standard output."""
    with warnings.catch_warnings(action="ignore"):
        logging.disable()
        _read_everything()
        logging.disable(logging.NOTSET)
    gc.freeze()  # what is here to stay is not looked through by each of them
    for line in sys.stdin.buffer:
        _forget_ended()
        if not (pid := os.fork()):
            return _go_on(json.loads(line))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    return None


if __name__ == "__main__":
    _answer_all()
