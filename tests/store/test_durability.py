"""What was acknowledged is there: after kill -9 at any moment, and when many edit one record at once.

A few rounds of kill -9 are enough for every day; `make kill` runs a hundred (``KILL_ROUNDS=100``) and tells the counts,
which are kept in docs/durability.md.
"""

from __future__ import annotations

import logging
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path

import pytest

from stations.model.acts import Act
from stations.model.errors import RegisterBusy, RegisterFull
from stations.model.schema import Station
from stations.store import database
from stations.store.changes import Changes, StaleRecord
from stations.store.register import Register
from tests.postgis import running

counts = logging.getLogger(__name__)
ROOT = Path(__file__).parents[2]
CITY = "340400"
ROUNDS = int(os.environ.get("KILL_ROUNDS", "8"))

WRITERS = """
import os, sys, threading
from stations.model.acts import Act
from stations.model.schema import Station
from stations.store.changes import Changes
from stations.store.register import Register

database, name, told = sys.argv[1:]
register, told = Register(database), os.open(told, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

def write(writer):
    for number in range(10_000):
        key = f"{name}-{writer}-{number}"
        register.apply([Changes("station", "340400", added=[Station(station_id=key, name="示例")])], Act("test"))
        os.write(told, f"{key}\\n".encode())

for writer in range(10):
    threading.Thread(target=write, args=[writer]).start()
"""


def test_nothing_that_was_acknowledged_is_lost_when_processes_are_killed(place: str, tmp_path: Path) -> None:
    dice = random.Random(20_221_231)
    Register(place).close()
    for number in range(ROUNDS):
        with writing(place, [tmp_path / f"told-{number}-{process}" for process in range(2)]):
            threading.Event().wait(dice.uniform(0.0, 0.4))
    nothing_lost(place, tmp_path, "kill -9 of 2 processes of 10 writers")


def test_nothing_that_was_acknowledged_is_lost_when_the_server_is_stopped_at_once(tmp_path: Path) -> None:
    dice = random.Random(20_221_231)
    with running() as server:
        place = server.database()
        Register(place).close()
        for number in range(ROUNDS):
            with writing(place, [tmp_path / f"told-{number}-{process}" for process in range(2)]):
                threading.Event().wait(dice.uniform(0.0, 0.4))
                server.stop()
            server.start()
        nothing_lost(place, tmp_path, "immediate stop of the server under 2 processes of 10 writers")


@contextmanager
def writing(place: str, told: list[Path]) -> Iterator[None]:
    """Start a process for each file of what it was acknowledged; once all were, go on, and kill them afterwards."""
    command = [sys.executable, "-c", WRITERS, place]
    processes = [
        subprocess.Popen([*command, path.name, str(path)], cwd=ROOT, stderr=subprocess.DEVNULL) for path in told
    ]
    while not all(path.exists() and path.stat().st_size for path in told):
        assert all(process.poll() is None for process in processes)
        threading.Event().wait(0.01)
    yield
    for process in processes:
        process.kill()
        process.wait()


def nothing_lost(place: str, folder: Path, what: str) -> None:
    register = Register(place)
    stored = set(register.stored("station", CITY))
    acknowledged = {key for path in folder.glob("told-*") for key in path.read_text().split("\n")[:-1]}
    lost, store = acknowledged - stored, place.partition(":")[0] if "://" in place else "sqlite"
    told = (store, what, ROUNDS, len(acknowledged), len(stored), len(lost))
    counts.info("%s, %s: %s rounds, %s rows acknowledged, %s kept, %s lost", *told)
    assert len(acknowledged) >= 2 * ROUNDS
    assert not lost
    assert register.faults() == []
    assert register.revision() == len(stored)
    register.close()


def test_of_many_edits_of_one_record_none_is_lost(place: str) -> None:
    edits, editors = 100, 6
    register = Register(place)
    register.apply([Changes("station", CITY, added=[Station(station_id="S1", name="示例", capacity=0)])], Act("test"))
    refused: list[int] = []

    def edit() -> None:
        own = Register(place)
        done = 0
        while done < edits:
            version = own.version("station", CITY, "S1")
            count = int(own.stored("station", CITY)["S1"].get("capacity", 0))
            changed = Station(station_id="S1", name="示例", capacity=count + 1)
            try:
                own.apply([Changes("station", CITY, changed=[changed], versions={"S1": version or 0})], Act("test"))
                done += 1
            except StaleRecord:
                refused.append(1)
        own.close()

    threads = [threading.Thread(target=edit) for _editor in range(editors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = register.stored("station", CITY)["S1"]["capacity"]
    told = (place.partition(":")[0] if "://" in place else "sqlite", edits * editors, editors, len(refused), kept)
    counts.info("%s, edits of one record: %s by %s editors at once, %s refused and made again, %s kept", *told)
    assert kept == edits * editors
    assert register.version("station", CITY, "S1") == 1 + edits * editors
    assert refused  # they did get in each other's way
    assert register.faults() == []
    register.close()


FILLING = """
import os, resource, signal, sys
from stations.model.acts import Act
from stations.model.errors import RegisterUnavailable
from stations.model.schema import Station
from stations.store.changes import Changes
from stations.store.register import Register

database, room = sys.argv[1], int(sys.argv[2])
register = Register(database)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond the room fails, as on a full disk
size = max(os.path.getsize(database + end) for end in ("", "-wal"))
resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, size + room))
try:
    for number in range(10_000):
        key = f"S{number}"
        changes = Changes("station", "340400", added=[Station(station_id=key, name="示例", notes="示" * 500)])
        register.apply([changes], Act("test"))
        print(key, flush=True)
except RegisterUnavailable as error:
    print(error, file=sys.stderr)
    sys.exit(7)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="this system cannot limit the size of files")
@pytest.mark.parametrize("room", [100_000, 1_234_567])
def test_when_the_disk_is_full_it_is_said_and_nothing_acknowledged_is_lost(tmp_path: Path, room: int) -> None:
    place = str(tmp_path / "register.sqlite3")
    Register(place).close()
    filled = subprocess.run(
        [sys.executable, "-c", FILLING, place, str(room)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "STATIONS_LANG": "en", "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert filled.returncode == 7, filled.stderr
    assert place in filled.stderr
    register = Register(place)
    acknowledged = filled.stdout.split()
    assert acknowledged
    assert set(acknowledged) <= set(register.stored("station", CITY))
    assert register.faults() == []
    add(register, "there is room again")
    register.close()


def test_a_disk_that_is_really_full_asks_for_room_and_nothing_acknowledged_is_lost(
    small_disk: Path, english: None
) -> None:
    register, filler, acknowledged = Register(str(small_disk / "register.sqlite3")), small_disk / "others", []
    with pytest.raises(RegisterFull, match="Make room"), filler.open("wb", buffering=0) as file:  # noqa: PT012
        for number in range(1_000):
            add(register, f"S{number}")
            acknowledged.append(f"S{number}")
            with suppress(OSError):
                file.write(bytes(50_000))
    assert set(acknowledged) <= set(register.stored("station", CITY))
    filler.unlink()
    add(register, "there is room again")
    assert register.faults() == []
    register.close()


def add(register: Register, key: str) -> None:
    register.apply([Changes("station", CITY, added=[Station(station_id=key.replace(" ", "-"), name="示例")])], Act("t"))


def test_after_a_power_cut_everything_acknowledged_is_there(tmp_path: Path) -> None:
    """Whatever had not reached the disk is gone: any part of the log after what was acknowledged last."""
    place, cut = tmp_path / "register.sqlite3", tmp_path / "cut.sqlite3"
    register, log = Register(str(place)), tmp_path / "register.sqlite3-wal"
    add(register, "S")
    reached = [log.stat().st_size]
    for number in range(12):
        add(register, f"S{number}")
        reached.append(log.stat().st_size)
    assert reached == sorted(set(reached))  # each acknowledgement came after its part of the log, none was folded in
    file, whole, dice = place.read_bytes(), log.read_bytes(), random.Random(7)
    register.close()
    for number, (least, most) in enumerate(pairwise(reached)):
        for end in {least, *(dice.randrange(least, most) for _cut in range(4))}:
            torn = bytearray(whole[:end])
            torn[least:] = dice.randbytes(end - least) if end % 2 else torn[least:]  # lost, or half written
            cut.write_bytes(file)
            cut.with_name("cut.sqlite3-wal").write_bytes(torn)
            again = Register(str(cut))
            assert {f"S{done}" for done in range(number)} <= set(again.stored("station", CITY))
            assert again.faults() == []
            again.close()
            for each in tmp_path.glob("cut.sqlite3*"):
                each.unlink()


def test_a_register_that_somebody_locks_is_said_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, english: None
) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0)
    place = tmp_path / "register.sqlite3"
    register = Register(str(place))
    add(register, "S1")
    locking = sqlite3.connect(place, isolation_level=None)
    locking.execute("BEGIN IMMEDIATE")
    with pytest.raises(RegisterBusy, match="try again in a moment"):
        add(register, "S2")
    locking.execute("ROLLBACK")
    locking.close()
    add(register, "S3")
    assert set(register.stored("station", CITY)) == {"S1", "S3"}
    register.close()
