"""Measure everything and write the table of ``README.md`` anew: ``python -m benchmarks.run``.

With names of modules (``python -m benchmarks.run figures load``) only their rows are measured and replaced, each with
the commit in its note. Ends with 1 when a target is missed.
"""

from __future__ import annotations

import datetime as dt
import logging
import multiprocessing
import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from benchmarks.serving import ROOT
from benchmarks.table import Row, markdown, met, replaced, updated
from benchmarks.visiting import chromium

MODULES = (
    "startup",
    "first_page",
    "coverage_page",
    "siting_page",
    "map_marks",
    "load",
    "saving",
    "history",
    "import_rows",
    "doctor",
    "datum",
    "datum_shift",
    "nearest",
    "nearest_large",
    "walking",
    "covered_area",
    "catchment",
    "districts",
    "whatif",
    "gaps",
    "covering",
    "medians",
    "heuristics",
    "frontier",
    "report",
    "figures",
)
PACKAGES = ("streamlit", "streamlit-folium", "folium", "geopandas", "shapely", "scipy", "pandas", "SQLAlchemy")
README = ROOT / "benchmarks" / "README.md"

_LOG = logging.getLogger(__name__)


def main() -> None:
    """Run every benchmark, or those that are named, one after the other, and write the table."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    if unknown := set(sys.argv[1:]).difference(MODULES):
        sys.exit(f"No benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(MODULES)}.")
    about, start = facts(), time.perf_counter()
    rows = [row for module in sys.argv[1:] or MODULES for row in _measured(module)]
    document = README.read_text("utf-8")
    if sys.argv[1:]:
        anew = f"anew on {dt.datetime.now().astimezone().date()}, commit {_commit()}, {os.cpu_count()} × {_processor()}"
        rows = [{**row, "note": "; ".join(filter(None, (row["note"], anew)))} for row in rows]
        document = updated(document, rows)
    else:
        minutes = (time.perf_counter() - start) / 60
        document = replaced(document, f"{about}\n\n{markdown(rows)}\n\nMeasured in {minutes:.1f} minutes.")
    README.write_text(document, "utf-8")
    _LOG.info("Written: %s", README.relative_to(ROOT))
    missed = [str(row["what"]) for row in rows if met(row) is False]
    if missed:
        sys.exit("Targets missed: " + "; ".join(missed))


def _measured(module: str) -> list[Row]:
    """Run one benchmark in a process of its own, so that none finds the memory of another."""
    _LOG.info("%s …", module)
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as own:
        rows = own.submit(_rows, module).result()
    for row in rows:
        _LOG.info("  %s: %s %s", row["what"], row["ours"], row["unit"])
    return rows


def _rows(module: str) -> list[Row]:
    rows: list[Row] = import_module(f"benchmarks.{module}").measure()
    return rows


def facts() -> str:
    """Return as a Markdown list when, on which machine and with which versions it is measured."""
    packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    with chromium() as browser:
        program = f"{platform.python_implementation()} {platform.python_version()}, Chromium {browser.version}"
    load = os.getloadavg()[0]
    lines = {
        "Date": f"{dt.datetime.now().astimezone().date()}, commit {_commit()}",
        "Machine": f"{os.cpu_count()} × {_processor()}, {_memory_gib():.0f} GiB, {_system()}",
        "Load when it began": f"{load:.1f} (of {os.cpu_count()})",
        "Programs": f"{program}, {packages}",
    }
    return "\n".join(f"- {name}: {value}" for name, value in lines.items())


def _commit() -> str:
    def git(*arguments: str) -> str:
        found = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        return found.stdout.strip()

    changed = git("status", "--porcelain", "--", ".", f":!{README.relative_to(ROOT)}")
    return f"{git('rev-parse', '--short', 'HEAD') or 'unknown'}{' with changes' if changed else ''}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _system() -> str:
    return platform.freedesktop_os_release()["PRETTY_NAME"]


if __name__ == "__main__":
    main()
