"""Hand in every hostile file, as a server would get them, and tell what came of each.

``python -m tests.hostile.run`` writes the table of outcomes (``docs/hostile-files.md``). With a folder, an address and
a database as arguments it is the server: it reads the files that are there, two at a time, and answers with JSON on
standard output, the memory that it took among it.
"""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from stations.model import apart
from stations.model.errors import BadFile, StationsError
from stations.model.language import use_language
from stations.model.settings import Settings
from tests.hostile import drawn, lists, others, premises
from tests.hostile.corpus import CASES, SECRET, Case, Given
from tests.hostile.doors import DOORS, NAMES

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "hostile-files.md"
SOURCES = (lists, drawn, others, premises)
PATIENCE_S = 15
"""How long a child may take here; in the app it is `apart.MAX_SECONDS`."""
WARM = ("geojson-3-d", "gpkg-honest", "photo-html-behind", "xlsx-macros", "template-honest", "streets-honest")
"""What is read before memory is looked at: every library is imported then."""


@dataclass(frozen=True)
class Outcome:
    """What came of a file. `controlled` is whether it was taken, or refused in words."""

    case: str
    controlled: bool
    taken: bool
    words: str
    leaked: bool
    seconds: float


@dataclass(frozen=True)
class Run:
    """What came of all of them: how much memory the server took beyond that of honest files, and what it logged."""

    outcomes: Mapping[str, Outcome]
    grown_bytes: int
    logged: list[str]
    calls: list[str] = field(default_factory=list)
    left_behind: list[str] = field(default_factory=list)


def outcome_of(settings: Settings, case: Case, path: Path) -> Outcome:
    """Hand in a file."""
    use_language("en")
    begun, controlled, taken, everything = time.monotonic(), True, False, ""
    try:
        words, everything = DOORS[case.door](settings, path, path.name if case.upload is None else case.upload)
        taken = True
    except StationsError as error:
        words = f"{error.fields['reason']} {error.fields['remedy']}" if isinstance(error, BadFile) else str(error)
    except Exception as error:  # noqa: BLE001 - this is what must never be
        controlled, words = False, f"{type(error).__name__}: {error}"[:500]
    leaked = SECRET in words + everything
    return Outcome(case.name, controlled, taken, words, leaked, time.monotonic() - begun)


def serve(folder: Path, database: str) -> None:
    """Read the files of all cases in `folder`, and answer with what came of them."""
    apart.MAX_SECONDS = PATIENCE_S
    logged: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: logged.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("stations").addHandler(handler)
    settings = Settings(database=database, language="en")
    paths = json.loads((folder / "paths.json").read_text("utf-8", "surrogatepass"))

    def read(name: str) -> Outcome:
        return outcome_of(settings, CASES[name], Path(paths[name]))

    for name in WARM:
        read(name)
    before = peak_bytes()
    with ThreadPoolExecutor(2) as readers:
        outcomes = list(readers.map(read, CASES))
    told = {"outcomes": [asdict(each) for each in outcomes], "grown": peak_bytes() - before, "logged": logged}
    json.dump(told, sys.stdout)


def peak_bytes() -> int:
    """Return the most memory that this process has had at any moment."""
    status = Path("/proc/self/status")
    if status.exists():  # what the system counts for `getrusage` begins with the memory of whoever started this
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) * 1024  # type: ignore[index]
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@contextmanager
def listener() -> Iterator[tuple[str, list[str]]]:
    """Listen on this machine; give the address, and what has called it."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def listen() -> None:
            while True:
                try:
                    called, _by = door.accept()
                except OSError:  # it is closed
                    return
                with called:
                    called.settimeout(5)
                    calls.append(called.recv(200).decode("latin-1"))

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}/list.csv", calls


def made(folder: Path, address: str) -> None:
    """Make the files of all cases in `folder`."""
    canary = folder / "canary" / "secret.csv"
    canary.parent.mkdir()
    canary.write_text(f"name,lon,lat\n{SECRET},117.02,32.64\n", "utf-8")
    paths = {}
    for name, case in CASES.items():
        own = folder / "cases" / name
        own.mkdir(parents=True)
        paths[name] = str(case.make(Given(own, canary, address)))
    (folder / "paths.json").write_text(json.dumps(paths), "utf-8")


def run(folder: Path) -> Run:
    """Make the files, hand them in to a server of its own, and return what came of them."""
    spare = folder / "spare"
    spare.mkdir()
    with listener() as (address, calls):
        made(folder, address)
        before = listing(folder)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("STATIONS_")}
        environment |= {"TMPDIR": str(spare), "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "tests.hostile.run", str(folder), str(folder / "register.sqlite3")],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
        )
    told: dict[str, Any] = json.loads(done.stdout)
    outcomes = {each["case"]: Outcome(**each) for each in told["outcomes"]}
    left = sorted(name for name in listing(folder) - before if not name.startswith("register.sqlite3"))
    return Run(outcomes, told["grown"], told["logged"], calls, left)


def listing(folder: Path) -> set[str]:
    """Return what is in a folder, however deep."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


# ---- the table


def table(outcomes: Mapping[str, Outcome]) -> str:
    """Return the table of outcomes, by door, as Markdown."""
    taken = sum(each.taken for each in outcomes.values())
    lines = [
        "# Hostile files, and what comes of each",
        "",
        "Written by `python -m tests.hostile.run`; a test makes every file anew and compares. The files themselves are",
        "made by `tests/hostile/` and are nowhere kept. What holds in general is in [security.md](security.md).",
        "",
        f"{len(outcomes)} files: {taken} are taken, with what was found stated; the others are refused with a reason.",
    ]
    for door, name in NAMES.items():
        cases = [case for case in CASES.values() if case.door == door]
        lines += ["", f"## {name}", "", "| case | what it is | outcome | in words |", "| --- | --- | --- | --- |"]
        for case in cases:
            outcome = outcomes[case.name]
            cells = (case.name, case.what, "taken" if outcome.taken else "refused", outcome.words)
            lines.append(f"| {' | '.join(map(_cell, cells))} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
    shown = shown if len(shown) <= 300 else f"{shown[:300]} …"
    return shown.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "\\`").replace("*", "\\*")


def main(arguments: list[str]) -> None:
    """Be the server, or write the table."""
    if arguments:
        serve(Path(arguments[0]), arguments[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder).resolve())
    TABLE.write_text(table(found.outcomes), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
