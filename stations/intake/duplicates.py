"""Records that may be the same place: near each other, or called alike. They are offered, never merged."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from stations.intake.positions import apart_m
from stations.model.vocabulary import folded

if TYPE_CHECKING:
    from pandas import DataFrame

    from stations.model.schema import Place

AT_ONE_SPOT_M = 50.0
"""Two stations this near are worth a question whatever they are called."""

AROUND_M = 500.0
"""Two of like names this near are; farther apart they are branches of one organisation."""

ALIKE = 85.0
"""Similarity of two names (0-100, normalised Indel) from which they are alike."""


NEIGHBOURS = 48
"""How many of the nearest around a record are compared with it by name."""
AT_A_SPOT = 8
"""How many records on one spot are compared by name; a spot is a decimetre wide."""

_ROWS = 20_000  # compared at a time: bounds the memory
_NUMERALS = re.compile("[0-9]+|[〇零一二三四五六七八九十百]+")


class Named(NamedTuple):
    """Records by their names, as they are compared, and metres east and north (NaN where they have no place)."""

    names: Sequence[str]
    metres: NDArray[np.float64]


class Pairs(NamedTuple):
    """Records alike in name and near each other: positions, metres between them, and likeness (0-100), each an array.

    `metres` is NaN where one of the two has no place.
    """

    one: NDArray[np.int64]
    other: NDArray[np.int64]
    metres: NDArray[np.float64]
    alike: NDArray[np.float32]


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
        Indexed by identifier, with `name`, `lon` and `lat` (WGS84, missing where not located).
    """
    names = [folded(name) for name in others["name"]]
    alike = process.cdist([folded(record.name or "")], names, scorer=fuzz.ratio)[0] if names else np.empty(0)
    lon, lat = (others[axis].astype(float).to_numpy() for axis in ("lon", "lat"))
    own = (np.array([np.nan if value is None else value]) for value in (record.lon, record.lat))
    metres = apart_m(tuple(own), (lon, lat))  # type: ignore[arg-type]  # two of them
    unknown = np.isnan(metres)
    found = (metres <= AT_ONE_SPOT_M) | ((alike >= ALIKE) & (unknown | (metres <= AROUND_M)))
    rows = zip(others.index[found], others["name"][found], metres[found].tolist(), alike[found].tolist(), strict=True)
    hits = [Near(str(key), str(name), distance_m, likeness) for key, name, distance_m, likeness in rows]
    return sorted(hits, key=lambda hit: (math.isnan(hit.distance_m), hit.distance_m, -hit.alike))


def pairs_within(records: Named) -> Pairs:
    """Return the pairs among some records that may be the same place, the earlier record first.

    Alike by `ALIKE`, and no farther apart than `AROUND_M`: among the `NEIGHBOURS` nearest of each, and on one spot
    among the first `AT_A_SPOT`. Names that are told apart by their numbers (3号, 第三) are not alike.
    """
    return _paired(records, records, within=True)


def pairs_between(records: Named, others: Named) -> Pairs:
    """Return the pairs of a record and one of `others` that may be the same place, as in `pairs_within`.

    And of those that bear the very same name, the first of `others` of that name, however far it is.
    """
    found = _paired(records, others, within=False)
    firsts = {name: position for position, name in reversed(list(enumerate(others.names)))}
    named = [(position, firsts[name]) for position, name in enumerate(records.names) if name in firsts]
    known = set(zip(found.one.tolist(), found.other.tolist(), strict=True))
    same = np.array([pair for pair in named if pair not in known], dtype=np.int64).reshape(-1, 2)
    apart = np.hypot(*(records.metres[same[:, 0]] - others.metres[same[:, 1]]).T)
    likeness = np.full(len(same), 100, dtype=np.float32)
    return _joined([found, Pairs(same[:, 0], same[:, 1], apart, likeness)])


def _paired(records: Named, others: Named, *, within: bool) -> Pairs:
    numbers, their_numbers = _numbered(records.names), _numbered(others.names)
    codes = {text: code for code, text in enumerate(dict.fromkeys(["", *numbers, *their_numbers]))}
    own, theirs = (np.array([codes[text] for text in texts], dtype=np.int64) for texts in (numbers, their_numbers))
    names, their_names = np.array(records.names, dtype=object), np.array(others.names, dtype=object)
    parts = []
    for one, other, metres in _around(records.metres, others.metres):
        told_apart = (own[one] != theirs[other]) & (own[one] > 0) & (theirs[other] > 0)
        asked = (one < other if within else one >= 0) & ~told_apart
        one, other, metres = one[asked], other[asked], metres[asked]  # noqa: PLW2901 - what is asked of this part
        alike = process.cpdist(names[one], their_names[other], scorer=fuzz.ratio, score_cutoff=ALIKE, workers=-1)
        hit = alike > 0
        parts.append(Pairs(one[hit], other[hit], metres[hit], alike[hit]))
    return _joined(parts)


def _joined(parts: Sequence[Pairs]) -> Pairs:
    nothing = Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0, np.float32))
    one, other, metres, alike = zip(nothing, *parts, strict=True)
    return Pairs(np.concatenate(one), np.concatenate(other), np.concatenate(metres), np.concatenate(alike))


def _numbered(names: Sequence[str]) -> list[str]:
    """Return the numbers in each name, as one text."""
    return [" ".join(_NUMERALS.findall(name)) for name in names]


def _around(
    metres: NDArray[np.float64], others: NDArray[np.float64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
    """Yield part by part positions of points and of `others` at most `AROUND_M` away, and the metres between them."""
    from scipy.spatial import cKDTree

    kept, theirs = _few_on_a_spot(metres), _few_on_a_spot(others)
    if not len(kept) or not len(theirs):
        return
    tree, most = cKDTree(others[theirs]), min(NEIGHBOURS + 1, len(theirs))
    for start in range(0, len(kept), _ROWS):
        part = kept[start : start + _ROWS]
        apart, found = tree.query(metres[part], k=range(1, most + 1), distance_upper_bound=AROUND_M, workers=-1)
        row, column = np.nonzero(np.isfinite(apart))
        yield part[row], theirs[found[row, column]], apart[row, column]


def _few_on_a_spot(metres: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the positions of points that have a place, of many on one spot only the first `AT_A_SPOT`."""
    import pandas as pd

    placed = np.flatnonzero(np.isfinite(metres).all(axis=1))
    spots = pd.DataFrame(metres[placed].round(1))
    return np.asarray(placed[(spots.groupby([0, 1], sort=False).cumcount() < AT_A_SPOT).to_numpy()])
