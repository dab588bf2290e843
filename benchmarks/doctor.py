"""The data doctor on lists of 200,000 stations: a file through ``python -m stations doctor --json``, and repetitions.

The list is the one of the import, as CSV and as a workbook: read, validated and examined, nothing written. The search
for repetitions gets 200,000 names without numbers, of which one in a hundred is another one's, misspelt and 20 m away.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.made_up import station_list
from benchmarks.serving import stations
from benchmarks.table import Row, row
from benchmarks.timing import peak_mib, seconds
from stations.intake.doctor.duplicates import Named, named, pairs_within
from stations.model.vocabulary import Datum

ROWS = 200_000
ONE_REFUSED_IN, ONE_REPEATED_IN = 1_000, 100
ROUNDS = 3
TARGET_S, TARGET_MIB, SEARCH_S = 60.0, 1_500.0, 30.0
ROADS = "东西南北中山河湖江海风云日月星辰春夏秋冬梅兰竹菊松柏桃李金银铜铁新老大小长安平和光明胜利建设"
HOSTS = ("社区", "银行", "加油站", "药店", "邮局", "便利店", "广场", "车站")


def measure() -> list[Row]:
    """Return the rows for time and memory of files, and for the search."""
    return [*_files(), *_search()]


def _files() -> list[Row]:
    table = station_list(ROWS, datum=Datum.GCJ02, seed=7)
    table.loc[::ONE_REFUSED_IN, "经度"] = "东经"
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as scratch:
        for suffix in ("csv", "xlsx"):
            file = Path(scratch) / f"list.{suffix}"
            with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as own:
                own.submit(_write, table, file).result()  # a process that is begun has the memory of this one at first
            took_s, mib = zip(*(_examine(file) for _round in range(ROUNDS)), strict=True)
            what, note = f"check-up of {ROWS:,} rows of {suffix.upper()}", f"median of {ROUNDS}, the whole command"
            rows += [
                row(f"{what}: time", statistics.median(took_s), "s", target=TARGET_S, note=note),
                row(f"{what}: memory", max(mib), "MiB", target=TARGET_MIB, note="peak of its largest process"),
            ]
    return rows


def _write(table: pd.DataFrame, file: Path) -> None:
    if file.suffix == ".csv":
        table.to_csv(file, index=False)
    else:
        table.to_excel(file, index=False)


def _examine(file: Path) -> tuple[float, float]:
    """Return the seconds and the MiB that a check-up takes."""
    start = time.perf_counter()
    own = {"STATIONS_DATABASE": str(file.with_suffix(".sqlite3")), "STATIONS_LANG": "zh_CN"}
    process = stations("doctor", str(file), "--json", **own)
    assert process.stdout
    document = json.loads(process.stdout.read())
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if (document["read"], len(document["rejected"])) != (ROWS, ROWS // ONE_REFUSED_IN):
        raise ArithmeticError(f"{document['read']} read, {len(document['rejected'])} refused")
    return time.perf_counter() - start, used.ru_maxrss / 1024


def _search() -> list[Row]:
    records, planted = _repeated()
    pairs_within(records)  # the threads are there
    took_s = statistics.median(seconds(lambda: pairs_within(records)) for _round in range(ROUNDS))
    pairs = pairs_within(records)
    if not planted <= set(zip(pairs.one.tolist(), pairs.other.tolist(), strict=True)):
        raise ArithmeticError("a repetition was not found")
    what, note = f"repetitions among {ROWS:,} stations", f"{len(pairs.one):,} pairs, all {len(planted):,} planted ones"
    return [
        row(f"{what}: time", took_s, "s", target=SEARCH_S, note=note),
        row(f"{what}: memory", peak_mib(lambda: pairs_within(records)), "MiB"),
    ]


def _repeated() -> tuple[Named, set[tuple[int, int]]]:
    """Return stations, and which of them are planted as repetitions of which."""
    random = np.random.default_rng(3)
    table = station_list(ROWS, datum=Datum.WGS84, seed=7)
    roads = ["".join(random.choice(list(ROADS), 3)) for _row in range(ROWS)]
    hosts = random.choice(HOSTS, ROWS)
    parts = zip(table["所属区县"], roads, hosts, strict=True)
    names = [f"示例{district}{road}路{host}驿站" for district, road, host in parts]
    lon, lat = (table[axis].astype(float).to_numpy().copy() for axis in ("经度", "纬度"))
    later = np.arange(ONE_REPEATED_IN - 1, ROWS, ONE_REPEATED_IN)
    for position in later.tolist():
        names[position] = names[position - 1].replace("路", "", 1)
    lon[later], lat[later] = lon[later - 1] + 0.0002, lat[later - 1]
    told = {"addresses": table["详细地址"].tolist(), "districts": table["所属区县"].tolist()}
    records = named(names, (lon.tolist(), lat.tolist()), **told)
    return records, set(zip((later - 1).tolist(), later.tolist(), strict=True))
