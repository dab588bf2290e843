"""A small office for the journeys: three cities with a few stations, bases and people, whose answers can be counted."""

from __future__ import annotations

import csv
import os
import socket
import subprocess
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.app import forking

ROOT = Path(__file__).parents[2]

EAST_M, NORTH_M = 0.00533, 0.00451  # about 500 m in degrees at 32.6° north

# Two provincial ones lie 400 m apart; the suspended one reaches nobody, the last one has no place.
STATIONS = (
    ("S-01", "Alpha Bank", "全国最美", "340403", "1 First Street", 117.0200, 32.6400, "在用"),
    ("S-02", "Beta Library", "省级", "340403", "2 Second Street", 117.0243, 32.6400, "在用"),
    ("S-03", "Gamma Depot", "省级", "340402", "3 Third Street", 117.1000, 32.6300, "在用"),
    ("S-04", "Delta Market", "市级", "340421", "4 Fourth Street", 116.7200, 32.7100, "在用"),
    ("S-05", "Epsilon Park", "普通", "340422", "5 Fifth Street", 116.7850, 32.5750, "在用"),
    ("S-06", "Zeta Clinic", "普通", "340422", "6 Sixth Street", 116.6000, 32.2500, "暂停"),
    ("S-07", "Eta Garden", "普通", "340406", "7 Seventh Street", "", "", "在用"),
)
BASES = (
    ("B-01", "Book corner", "职工书屋", "340403", "8 Eighth Street", 117.0300, 32.6450),
    ("B-02", "Family home", "职工之家", "340406", "9 Ninth Street", 116.8000, 32.8000),
)
# Squares of demand points: the south-west corner, how many on a side, people at each.
SQUARES = (
    (117.0170, 32.6380, 2, 500),  # 2,000 people around Alpha and Beta: all within reach
    (117.0600, 32.5500, 3, 300),  # gap 1: 2,700 people
    (116.6000, 32.2500, 2, 200),  # gap 2: 800 people, beside the suspended station
    (116.7850, 32.5750, 1, 100),  # 100 people at Epsilon: within reach
)
PEOPLE, WITHIN_1000_M = 5600, 2100
GAPS = (2700, 800)

PROFILE = """
adcode = "{adcode}"
name = "{name}"
english_name = "{english}"
{unions}
[demonstration]
stations = "{adcode}_stations.csv"
bases = "{adcode}_bases.csv"

[demand]
path = "{adcode}_demand.csv"
synthetic = true
zh = "示例人口：为测试编造"
en = "Made-up people for tests"
"""
UNIONS = {
    "340402": "Datong District",
    "340403": "Tianjia'an District",
    "340404": "Xiejiaji District",
    "340405": "Bagongshan District",
    "340406": "Panji District",
    "340421": "Fengtai County",
    "340422": "Shou County",
}
NAMES = dict(zip(UNIONS, ("大通区", "田家庵区", "谢家集区", "八公山区", "潘集区", "凤台县", "寿县"), strict=True))
STATION_HEADER = (
    "station_id",
    "name",
    "tier",
    "district",
    "address",
    "lon",
    "lat",
    "datum",
    "status",
    "原因",
    "source",
    "opened_on",
)
OPENED = {"S-03": "2024-05-01", "S-05": ""}
"""When they opened; the others on 2020-01-01."""
BASE_HEADER = ("base_id", "name", "kinds", "district", "address", "lon", "lat", "datum", "source")


def furnish(folder: Path) -> Path:
    """Write the profile of 淮南 and its data into `folder`; 340500 there has a demand file that is none."""
    unions = "".join(
        f'[[unions]]\ncode = "{code}"\nname = "{NAMES[code]}"\nenglish_name = "{english}"\nparent = "{code}"\n'
        for code, english in UNIONS.items()
    )
    _write(folder / "340400.toml", PROFILE.format(adcode="340400", name="淮南市", english="Huainan", unions=unions))
    broken = PROFILE.format(adcode="340500", name="马鞍山市", english="Ma'anshan", unions="")
    _write(folder / "340500.toml", broken)
    for name in ("340500_stations", "340500_bases", "340500_demand"):
        _write(folder / f"{name}.csv", "nothing of use\n")
    stations = [
        (
            *(*row[:7], "WGS84" if row[5] else "", row[7], "moved away" if row[7] == "暂停" else "", "示例数据"),
            OPENED.get(row[0], "2020-01-01"),
        )
        for row in STATIONS
    ]
    write_csv(folder / "340400_stations.csv", [STATION_HEADER, *stations])
    write_csv(folder / "340400_bases.csv", [BASE_HEADER, *((*row, "WGS84", "示例数据") for row in BASES)])
    demand = [
        (round(lon + column * EAST_M, 6), round(lat + line * NORTH_M, 6), people, people // 100)
        for lon, lat, side, people in SQUARES
        for column in range(side)
        for line in range(side)
    ]
    write_csv(
        folder / "340400_demand.csv",
        [("lon", "lat", "people", "couriers", "datum"), *((*at, "WGS84") for at in demand)],
    )
    return folder


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def write_csv(path: Path, rows: Iterable[Iterable[object]]) -> Path:
    """Write `rows` as CSV in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def surroundings(database: Path, profiles: Path | None = None) -> dict[str, str]:
    """Return the environment of a process that works in this office, and in no other."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("STATIONS_", "STREAMLIT_"))}
    given = {"STATIONS_DATABASE": str(database)}
    return own | given | ({"STATIONS_PROFILES": str(profiles)} if profiles else {})


def command(environment: Mapping[str, str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run ``python -m stations`` with `arguments` in the office of `environment`."""
    return forking.stations([*map(str, arguments)], {**environment, "COLUMNS": "400"})


@contextmanager
def serving(environment: Mapping[str, str], log: Path, *, app: str | Path = "app.py") -> Iterator[str]:
    """Serve the app in the office of `environment` while the context lasts; the address it answers at."""
    port = _port()
    process = forking.streamlit(["run", str(app), f"--server.port={port}"], environment, log)
    try:
        _until_healthy(process, f"http://127.0.0.1:{port}", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)
        _left.append(port)


_left: list[int] = []
"""Ports of servers that have ended: at the address of one of them a browser has the scripts of the next one, too."""


def _port() -> int:
    """Return a port that is free: of a server that has ended, if there is one."""
    for port in (*_left, 0):
        with socket.socket() as found, suppress(OSError):  # somebody else has it by now
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(("127.0.0.1", port))
            if port:
                _left.remove(port)
            return int(found.getsockname()[1])
    raise AssertionError("No port is free.")


def _until_healthy(process: forking.Forked | subprocess.Popen[bytes], address: str, log: Path) -> None:
    for _attempt in range(600):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except OSError:  # nobody listens yet, or nobody answers yet
            try:
                process.wait(timeout=0.1)  # the pause before asking again; ends at once if the server does
            except subprocess.TimeoutExpired:
                continue
            break
    raise AssertionError(f"The server did not come up:\n{log.read_text(encoding='utf-8')}")
