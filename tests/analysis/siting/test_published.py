"""The published optima of pmed1 to pmed40 (J. E. Beasley's OR-Library), where the files are: no package has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.or_library import Graph, folder_of_graphs, graph
from stations.analysis.siting import p_center, p_median

NO_FOLDER = (
    "The published optima are not compared: put pmed1.txt to pmed40.txt of the OR-Library "
    "(https://people.brunel.ac.uk/~mastjjb/jeb/orlib/pmedinfo.html) into a folder, and name it: PMED_FOLDER=/path/to/it"
)
LIMIT_S = 300.0
TINY = " 4 4 2\n 1 2 9 \n 2 3 1 \n 3 4 5 \n 2 1 4 \n"
"""A line of four nodes; an edge that comes again counts as it comes last."""


def published(number: int) -> Graph:
    """Return a graph with its optima; skips where its file is not there."""
    folder = folder_of_graphs()
    if folder is None:
        pytest.skip(NO_FOLDER)
    if not (folder / f"pmed{number}.txt").exists():
        pytest.skip(f"PMED_FOLDER has no pmed{number}.txt: its optima are not compared")
    return graph(folder, number)


@pytest.mark.parametrize("number", range(1, 41))
def test_the_p_median_is_the_published_one(number: int) -> None:
    given = published(number)
    answer = p_median(given.metres, given.people, sites=given.sites, time_limit_s=LIMIT_S)
    assert answer.proven
    assert answer.objective == pytest.approx(given.median)


@pytest.mark.parametrize("number", range(1, 41))
def test_the_p_center_is_the_published_one(number: int) -> None:
    given = published(number)
    answer = p_center(given.metres, sites=given.sites, time_limit_s=LIMIT_S)
    assert answer.proven
    assert answer.objective == pytest.approx(given.center)


def test_a_graph_of_the_library_is_read_as_its_author_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pmed7.txt").write_text(TINY, "ascii")
    monkeypatch.setenv("PMED_FOLDER", str(tmp_path))
    found = published(7)
    assert found.metres.tolist() == [[0, 4, 5, 10], [4, 0, 1, 6], [5, 1, 0, 5], [10, 6, 5, 0]]
    assert (found.sites, found.median, found.center) == (2, 5631, 64)  # what is published of pmed7
    assert np.array_equal(found.people, [1, 1, 1, 1])
    with pytest.raises(pytest.skip.Exception, match="no pmed8"):
        published(8)
    monkeypatch.delenv("PMED_FOLDER")
    with pytest.raises(pytest.skip.Exception, match="PMED_FOLDER="):
        published(7)
