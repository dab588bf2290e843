"""The graphs pmed1 to pmed40 of the OR-Library with their published optima, and graphs made up by the same recipe.

They are J. E. Beasley's (https://people.brunel.ac.uk/~mastjjb/jeb/orlib/pmedinfo.html); no package has them, so that
they are read from a folder that ``PMED_FOLDER`` names. Every node is a demand point of one person and a candidate.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

_MEDIANS = (
    *(5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255, 7696, 6634, 4374, 2968, 1729, 8162, 6999, 4809, 2845),
    *(1789, 9138, 8579, 4619, 2961, 1828, 9917, 8307, 4498, 3033, 1989, 10086, 9297, 4700, 3013, 10400, 9934, 5057),
    *(11060, 9423, 5128),
)
_CENTERS = (
    *(127, 98, 93, 74, 48, 84, 64, 55, 37, 20, 59, 51, 36, 26, 18, 47, 39, 28, 18, 13, 40, 38, 22, 15, 11, 38, 32, 18),
    *(13, 9, 30, 29, 15, 11, 30, 27, 15, 29, 23, 13),
)
"""The published optima of pmed1 to pmed40 (J. E. Beasley's OR-Library; S. Elloumi, M. Labbé, Y. Pochet 2004)."""
_SIZES: dict[int, tuple[int, ...]] = {
    100: (5, 10, 10, 20, 33),
    200: (5, 10, 20, 40, 67),
    300: (5, 10, 30, 60, 100),
    400: (5, 10, 40, 80, 133),
    500: (5, 10, 50, 100, 167),
    600: (5, 10, 60, 120, 200),
    700: (5, 10, 70, 140),
    800: (5, 10, 80),
    900: (5, 10, 90),
}
"""How many sites are looked for among how many nodes."""

Table = NDArray[np.float64]


class Graph(NamedTuple):
    """A graph of the OR-Library, or one like it: all distances, how many sites, and the published optima if any."""

    metres: Table
    sites: int
    median: int | None = None
    center: int | None = None

    @property
    def people(self) -> NDArray[np.float64]:
        """How many live at each node: one."""
        return np.ones(len(self.metres))


def folder_of_graphs() -> Path | None:
    """Return the folder that ``PMED_FOLDER`` names."""
    named = os.environ.get("PMED_FOLDER")
    return Path(named) if named else None


def graph(folder: Path, number: int) -> Graph:
    """Return pmed1 to pmed40 from a folder: nodes, edges, sites, then an edge a line; of repeated ones the last."""
    lines = (folder / f"pmed{number}.txt").read_text("ascii").split()
    nodes, edges, sites = (int(word) for word in lines[:3])
    *ends, length = np.array(lines[3 : 3 + 3 * edges], float).reshape(-1, 3).T
    metres = _shortest(nodes, np.array(ends, int) - 1, length)
    return Graph(metres, sites, _MEDIANS[number - 1], _CENTERS[number - 1])


def like_the_library() -> list[Graph]:
    """Return forty graphs of the sizes of pmed1 to pmed40, without published optima."""
    return [_made_up(nodes, sites) for nodes, several in _SIZES.items() for sites in several]


def _made_up(nodes: int, sites: int) -> Graph:
    """Return a graph like Beasley's: nodes² / 50 edges of 1 to 100, first a round through all nodes."""
    random = np.random.default_rng([nodes, sites])
    around = np.array([np.arange(nodes), np.roll(np.arange(nodes), -1)])
    ends = np.concatenate([around, random.integers(0, nodes, (2, nodes * nodes // 50 - nodes))], axis=1)
    return Graph(_shortest(nodes, ends, random.integers(1, 101, ends.shape[1]).astype(float)), sites)


def _shortest(nodes: int, ends: NDArray[np.intp], length: NDArray[np.float64]) -> Table:
    low, high = np.sort(ends, axis=0)
    table = pd.DataFrame({"low": low, "high": high, "length": length}).drop_duplicates(["low", "high"], keep="last")
    edges = table[table["low"] != table["high"]]
    graph = csr_array(coo_array((edges["length"], (edges["low"], edges["high"])), shape=(nodes, nodes)))
    return np.asarray(dijkstra(graph, directed=False))
