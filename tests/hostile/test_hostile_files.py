"""Every hostile file is taken or refused in words, and nothing else comes of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stations import VECTOR_FORMATS
from tests.hostile.corpus import CASES, Given
from tests.hostile.drawn import geopackage
from tests.hostile.run import ROOT, TABLE, Run, run, table

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the system does not hold a process to its limits")

GROWTH_BYTES = 300 * 1024**2
"""What a file of at most 4 MB that is read in the app itself may take, twice at a time, and room to breathe."""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Hand in all of them, once."""
    return run(tmp_path_factory.mktemp("hostile").resolve())


@pytest.mark.parametrize("name", CASES)
def test_it_is_taken_or_refused_in_words_and_brings_in_no_file_of_the_server(done: Run, name: str) -> None:
    outcome = done.outcomes[name]
    assert outcome.controlled, outcome.words
    assert outcome.words.strip()
    assert not outcome.leaked


def test_nobody_was_called(done: Run) -> None:
    assert done.calls == []


def test_nothing_was_left_behind(done: Run) -> None:
    assert done.left_behind == []


def test_the_memory_of_the_server_stays_flat(done: Run) -> None:
    assert done.grown_bytes < GROWTH_BYTES


def test_what_broke_down_is_in_the_log_and_was_told(done: Run) -> None:
    assert all("its reader" in line for line in done.logged)
    broken = [each for each in done.outcomes.values() if "broke down" in each.words]
    assert len(broken) == len([line for line in done.logged if "was ended by" in line])


def test_the_table_in_the_documentation_is_what_comes_of_them(done: Run) -> None:
    assert table(done.outcomes) == TABLE.read_text("utf-8"), "run: python -m tests.hostile.run"


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 110


# ---- what GDAL knows


def printed(code: str) -> list[str]:
    """Return what a process of its own prints, a word a line; it must not complain."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return sorted(done.stdout.splitlines())


FORMATS = "import pyogrio; print(*pyogrio.list_drivers(), sep='\\n')"


@pytest.mark.parametrize(
    "process",
    ["stations.intake.files.child", "stations.model.boundary_child", "stations.app.served.routes", "stations.cli"],
)
def test_gdal_knows_three_formats_in_the_children_and_in_the_app(process: str) -> None:
    assert printed(f"import {process}; {FORMATS}") == sorted(VECTOR_FORMATS)


def test_the_gdal_of_rasters_knows_geotiff_alone() -> None:
    ask = "from stations.intake.files.raster import know_only_geotiff as only; only(); import rasterio\n"
    assert printed(f"{ask}with rasterio.Env() as gdal: print(*gdal.drivers(), sep='\\n')") == ["GTiff"]


def test_the_app_reads_no_layer_itself(tmp_path: Path) -> None:
    path = geopackage(Given(tmp_path, tmp_path, ""))
    code = f"""
import sys
from pathlib import Path
from stations.intake.lists.demand import read_demand
from stations.model.boundaries import read_boundary
path = Path({str(path)!r})
print(len(read_boundary(path)), len(read_demand(path, datum=None).points), "pyogrio" in sys.modules)
"""
    assert printed(code) == ["2 2 False"]
