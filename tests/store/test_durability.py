"""What was acknowledged is there: after kill -9 at any moment, and when many edit one record at once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

from stations.model.acts import Act
from stations.model.schema import Station
from stations.store.changes import Changes, StaleRecord
from stations.store.register import Register

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


def test_nothing_that_was_acknowledged_is_lost_when_processes_are_killed(tmp_path: Path) -> None:
    place, dice = tmp_path / "register.sqlite3", random.Random(20_221_231)
    Register(str(place)).close()
    for number in range(ROUNDS):
        told = [tmp_path / f"told-{number}-{process}" for process in range(2)]
        command = [sys.executable, "-c", WRITERS, str(place)]
        processes = [subprocess.Popen([*command, path.name, str(path)], cwd=ROOT) for path in told]
        while not all(path.exists() and path.stat().st_size for path in told):
            assert all(process.poll() is None for process in processes)
            threading.Event().wait(0.01)
        threading.Event().wait(dice.uniform(0.0, 0.4))
        for process in processes:
            process.kill()
            process.wait()
    register = Register(str(place))
    stored = set(register.stored("station", CITY))
    acknowledged = {key for path in tmp_path.glob("told-*") for key in path.read_text().split("\n")[:-1]}
    assert len(acknowledged) >= 2 * ROUNDS
    assert acknowledged <= stored
    assert register.faults() == []
    assert register.revision() == len(stored)
    register.close()


def test_of_many_edits_of_one_record_none_is_lost(tmp_path: Path) -> None:
    place, edits, editors = str(tmp_path / "register.sqlite3"), 100, 6
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
    assert register.stored("station", CITY)["S1"]["capacity"] == edits * editors
    assert register.version("station", CITY, "S1") == 1 + edits * editors
    assert refused  # they did get in each other's way
    assert register.faults() == []
    register.close()
