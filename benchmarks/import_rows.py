"""A list of 200,000 stations through ``python -m stations import --json``: read, validated, examined and stored.

The list is a CSV file in the shape of a real thin list, in GCJ-02; a thousandth of its rows has a text for a longitude
and is refused. Time and memory are those of the whole command on a new register.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.made_up import station_list
from benchmarks.serving import stations
from benchmarks.table import Row, row
from stations.model.vocabulary import Datum

ROWS = 200_000
ONE_REFUSED_IN = 1_000
ROUNDS = 3
TARGET_S = 30.0


def measure() -> list[Row]:
    """Return the rows for time, CPU time and memory."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "list.csv"
        rows = station_list(ROWS, datum=Datum.GCJ02, seed=7)
        rows.loc[::ONE_REFUSED_IN, "经度"] = "东经"
        rows.to_csv(file, index=False)
        seconds, cpu_s, mib = zip(
            *(_import(file, Path(scratch) / f"{number}.sqlite3") for number in range(ROUNDS)), strict=True
        )
        size = file.stat().st_size / 1e6
    what = f"import of {ROWS:,} rows"
    note = f"median of {ROUNDS}, {size:.0f} MB of CSV"
    return [
        row(f"{what}: time", statistics.median(seconds), "s", target=TARGET_S, note=note),
        row(f"{what}: CPU", statistics.median(cpu_s), "s", note="all of its processes"),
        row(f"{what}: memory", statistics.median(mib), "MiB", note="peak of its largest process"),
    ]


def _import(file: Path, database: Path) -> tuple[float, float, float]:
    """Return the seconds, the CPU-seconds and the MiB that an import into a new register takes."""
    start = time.perf_counter()
    process = stations("import", str(file), "--json", STATIONS_DATABASE=str(database), STATIONS_LANG="zh_CN")
    assert process.stdout
    document = json.loads(process.stdout.read())
    _pid, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    refused = ROWS // ONE_REFUSED_IN
    if (document["added"], len(document["rejected"])) != (ROWS - refused, refused):
        raise ArithmeticError(f"{document['added']} added, {len(document['rejected'])} refused")
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
