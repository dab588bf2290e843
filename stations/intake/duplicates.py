"""Records that may be the same place: near each other, or called alike. They are offered, never merged."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from stations.intake.positions import apart_m
from stations.model.vocabulary import CoordSource, folded

if TYPE_CHECKING:
    from pandas import DataFrame

    from stations.model.schema import Place

AT_ONE_SPOT_M = 50.0
"""Two stations this near are worth a question whatever they are called."""

AROUND_M = 500.0
"""Two of like names this near are; farther apart they are branches of one organisation."""

ALIKE = 85.0
"""Similarity of two names (0-100, normalised Indel) from which they are alike."""


class Near(NamedTuple):
    """A record that may be the same place; `distance_m` is NaN where either has no place."""

    key: str
    name: str
    distance_m: float
    alike: float


def near(record: Place, others: DataFrame) -> list[Near]:
    """Return the records of `others` that may be the place of `record`, the nearest first, those without place last.

    Parameters
    ----------
    record
        In WGS84, or not located.
    others
        Indexed by identifier, with `name`, `lon` and `lat` (WGS84, missing where not located) and, if known,
        `coord_source`: a place that stands for an area is near nothing.
    """
    names = [folded(name) for name in others["name"]]
    alike = process.cdist([folded(record.name or "")], names, scorer=fuzz.ratio)[0] if names else np.empty(0)
    lon, lat = (others[axis].astype(float).to_numpy() for axis in ("lon", "lat"))
    own = (np.array([np.nan if value is None else value]) for value in (record.lon, record.lat))
    metres = apart_m(tuple(own), (lon, lat))  # type: ignore[arg-type]  # two of them
    if "coord_source" in others:
        metres[(others["coord_source"] == CoordSource.AREA.value).to_numpy(dtype=bool)] = np.nan
    if record.coord_source is CoordSource.AREA:
        metres[:] = np.nan
    unknown = np.isnan(metres)
    found = (metres <= AT_ONE_SPOT_M) | ((alike >= ALIKE) & (unknown | (metres <= AROUND_M)))
    rows = zip(others.index[found], others["name"][found], metres[found].tolist(), alike[found].tolist(), strict=True)
    hits = [Near(str(key), str(name), distance_m, likeness) for key, name, distance_m, likeness in rows]
    return sorted(hits, key=lambda hit: (math.isnan(hit.distance_m), hit.distance_m, -hit.alike))
