"""The exact area of a union of discs of one radius: true circles, no polygons.

The Voronoi cells of the centres cut the union into parts that do not overlap: each disc within its own cell. For two
neighbouring centres 2h apart, the triangle from a centre to the part of their common cell border between the foot of
the perpendicular and the angle θ holds, within the disc of radius r,

    F(h, θ) = (h² tan φ + r² (θ - φ)) / 2,   φ = θ, but at most arccos(h / r) to either side.

In a Delaunay triangle with the angle α opposite an edge the circumcentre, where cell borders meet, is at θ = π/2 - α
(negative where it lies beyond the edge), for both centres of the edge. Along an edge of the convex hull the border
runs on to θ = π/2. What is left are the sectors between those borders, and together they are one disc, as the
exterior angles of a convex polygon are 2π. (Voronoi cells of equal circles: Aurenhammer, "Power diagrams", SIAM
Journal on Computing 16 (1987).)
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import Delaunay, QhullError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def union_area(centres: Floats, *, radius: float) -> float:
    """Return the area of the union of the discs of `radius` (above 0) around `centres`, 0.0 without any.

    `centres` has the shape (n, 2), finite, in the unit of the radius; discs that coincide count once.
    """
    places = np.unique(centres, axis=0)
    if len(places) == 0:
        return 0.0
    places = places - places.mean(axis=0)  # less is lost to rounding
    alone = math.pi * radius**2
    if len(places) < 3:
        return alone + 2 * _to_the_end(_along_a_line(places), radius)
    try:
        mesh = Delaunay(places)
    except QhullError:  # all in one line
        return alone + 2 * _to_the_end(_along_a_line(places), radius)
    area = alone + _to_the_end(_lengths(places[mesh.convex_hull]), radius)
    for corner in range(3):
        ends = places[mesh.simplices[:, [corner - 2, corner - 1]]]
        sides = ends - places[mesh.simplices[:, [corner]]]
        (ax, ay), (bx, by) = sides[:, 0].T, sides[:, 1].T
        opposite = np.arctan2(np.abs(ax * by - ay * bx), ax * bx + ay * by)
        area += _both_sides(_lengths(ends) / 2, math.pi / 2 - opposite, radius)
    return area


def _both_sides(half: Floats, angle: Floats, radius: float) -> float:
    """Return the sum of F over edges, for both ends of each."""
    limit = np.arccos(np.minimum(half / radius, 1))
    straight = np.clip(angle, -limit, limit)
    return float((half**2 * np.tan(straight) + radius**2 * (angle - straight)).sum())


def _to_the_end(lengths: Floats, radius: float) -> float:
    return _both_sides(lengths / 2, np.full(len(lengths), math.pi / 2), radius)


def _lengths(edges: Floats) -> Floats:
    lengths: Floats = np.hypot(*(edges[:, 1] - edges[:, 0]).T)
    return lengths


def _along_a_line(places: Floats) -> Floats:
    """Return the distances from each place to the next, of places in one line in the order of x, then y."""
    return _lengths(np.stack([places[:-1], places[1:]], axis=1))
