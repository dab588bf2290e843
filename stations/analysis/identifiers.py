"""Numbers of gaps, made so that a gap keeps its number while stations come and go.

A gap is gathered around the people whom nobody reaches now, so that its shape and its peak move with every station.
What does not move are the people. Neighbourhoods (`gaps.neighbourhoods`) are what the gaps would be if no station were
there; they hang on the people and the radius alone. A gap has the number of a neighbourhood:

- the number of a neighbourhood belongs to the gap with most of its uncovered people (then with more of its points, then
  the one that comes first by its westernmost, southernmost point);
- a gap with most of the people of several neighbourhoods has the number of that of which it has most;
- a gap without any has a number of its own: that of its point with most people.

So a gap keeps its number as long as it keeps most of the people of its neighbourhood who are still uncovered, wherever
its peak is then; it loses it only to a gap with more of them, or for a neighbourhood of which it has more.
"""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

from stations.analysis.peaks import DIGITS
from stations.model.crs import to_geographic

NOWHERE = "000000"
"""Stands in an identifier for the division code of a place that lies in no district."""


def place_ids(places: pd.DataFrame, *, crs: object) -> pd.Series:
    """Return an identifier for each place from its columns `x`, `y` and `district`, on their index.

    ``340402-116.842-32.631``: the division code (`NOWHERE` without one) and the nearest knot of a lattice of 0.001
    degrees (lon, lat in WGS84; about 100 m). Further places of the district at one knot are ``…-2``, ``…-3`` from the
    west, then from the south.
    """
    texts = _texts(places, crs=crs)
    in_order = texts.iloc[np.lexsort((places["y"], places["x"]))]
    number = in_order.groupby(in_order).cumcount().reindex(texts.index) + 1
    ids: pd.Series = texts.where(number == 1, texts + "-" + number.astype(str)).astype(object)
    return ids


def numbered(points: pd.DataFrame, *, crs: object) -> pd.Series:
    """Return the identifier of each gap by the rule above.

    Parameters
    ----------
    points
        The points of all gaps in an order of their own: `gap` (0, 1, …), `neighbourhood` (its identifier), `people`,
        `x`, `y`, `district`.
    crs
        That of `x` and `y`.

    Returns
    -------
    Series
        Index `gap` in order; each identifier is one gap's alone.
    """
    shared = points.groupby(["neighbourhood", "gap"])["people"].agg(["sum", "size"]).round(DIGITS).reset_index()
    most_first = shared.sort_values(["sum", "size", "neighbourhood", "gap"], ascending=[False, False, True, True])
    heirs = most_first.drop_duplicates("neighbourhood").drop_duplicates("gap").set_index("gap")["neighbourhood"]
    chief = points.sort_values("people", ascending=False, kind="stable").drop_duplicates("gap").set_index("gap")
    others = chief.loc[~chief.index.isin(heirs.index)].sort_values(["x", "y"], kind="stable")
    texts = _texts(others, crs=crs)
    own = pd.Series(list(_free(texts, taken=set(heirs))), index=texts.index, dtype=object)
    ids: pd.Series = pd.concat([heirs, own]).sort_index()
    return ids


def _texts(places: pd.DataFrame, *, crs: object) -> pd.Series:
    centres = gpd.GeoDataFrame(geometry=gpd.points_from_xy(places["x"], places["y"]), index=places.index, crs=crs)
    centres = to_geographic(centres).geometry
    codes = places["district"].where(places["district"].notna(), NOWHERE)
    texts = [f"{code}-{lon:.3f}-{lat:.3f}" for code, lon, lat in zip(codes, centres.x, centres.y, strict=True)]
    return pd.Series(texts, index=places.index, dtype=object)


def _free(texts: pd.Series, *, taken: set[object]) -> Iterator[str]:
    """Yield each text, or the first of ``…-2``, ``…-3`` that is not `taken` yet."""
    for text in texts:
        number, free = 1, text
        while free in taken:
            number += 1
            free = f"{text}-{number}"
        taken.add(free)
        yield free
