"""Records that may be the same place: near each other, called alike, or of one address. They are offered, never merged.

The rule stands in `near_each`; `stations.intake.doctor.distinctive` says what is compared of a name and of an address.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from stations.intake.doctor.distinctive import compared_address, own_words
from stations.intake.lists.positions import apart_m
from stations.model.vocabulary import CoordSource, folded

if TYPE_CHECKING:
    from pandas import DataFrame

    from stations.model.schema import Place

AT_ONE_SPOT_M = 50.0
"""Two stations this near are worth a question whatever they are called."""

AROUND_M = 500.0
"""Two of like names this near are; farther apart they are branches of one organisation."""

SAME_NAME_M = 1_500.0
"""Two of the very same name this near are, too: so far a wrong datum moves a place."""

AT_ONE_ADDRESS_M = 200.0
"""Two of the same address this near are worth a question whatever they are called."""

ALIKE = 85.0
"""Similarity of two names (0-100) from which they are alike: of the whole ones, or of the words that are their own."""

NEIGHBOURS = 32
"""How many of the nearest around a record are compared with it."""
AT_A_SPOT = 8
"""How many records on one spot, or of one address, are compared; a spot is a decimetre wide."""
MOST_BY_NAME = 50_000_000
"""Comparisons by name alone, where a place is not known; where it took more, only the very same name counts."""

_METRES_PER_DEGREE = 111_195.0  # of a sphere, along a meridian
_ROWS = 20_000  # compared at a time: bounds the memory
_NUMERALS = re.compile("[0-9]+|[〇零一二三四五六七八九十百]+")

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Near(NamedTuple):
    """A record that may be the same place; `distance_m` is NaN where either has no place."""

    key: str
    name: str
    distance_m: float
    alike: float

    @property
    def called_alike(self) -> bool:
        """Whether the names are alike; where they are not and no distance is known, the addresses are the same."""
        return self.alike >= ALIKE


class Named(NamedTuple):
    """Records by what is compared: names, places in WGS84 (NaN where they have none) and addresses (may be empty)."""

    names: NDArray[np.object_]
    lon: Floats
    lat: Floats
    own_words: NDArray[np.object_]
    addresses: Sequence[str]
    districts: Sequence[str]

    def numbers(self) -> list[str]:
        """Return the numbers in each name, as one text."""
        return [" ".join(_NUMERALS.findall(name)) for name in self.names]

    def located(self) -> NDArray[np.bool_]:
        """Return which of them have a place."""
        return np.isfinite(self.lon)


class Pairs(NamedTuple):
    """Two records that may be the same place: positions, metres between them (NaN: unknown), likeness (0-100)."""

    one: Integers
    other: Integers
    metres: Floats
    alike: Floats


Places = tuple[Sequence[float | None], Sequence[float | None]]
"""Longitudes and latitudes in WGS84; one that is not known is ``None`` or NaN."""


def named(
    names: Sequence[str],
    places: Places,
    *,
    addresses: Sequence[str | None] | None = None,
    districts: Sequence[str | None] | None = None,
) -> Named:
    """Return records as they are compared, by names and places, and by addresses and districts where they are known."""
    called = [folded(name) for name in names]
    divisions = [folded(district or "") for district in districts or [""] * len(called)]
    streets = addresses or [""] * len(called)
    lon, lat = (np.array(axis, float) for axis in places)
    return Named(
        names=np.array(called, dtype=object),
        lon=lon,
        lat=lat,
        own_words=np.array(list(map(own_words, called, divisions)), dtype=object),
        addresses=[compared_address(text or "", division) for text, division in zip(streets, divisions, strict=True)],
        districts=divisions,
    )


def near(record: Place, others: DataFrame) -> list[Near]:
    """Return the records of `others` that may be the place of `record`, as `near_each` does."""
    return near_each([record], others)[0]


def near_each(records: Sequence[Place], others: DataFrame) -> list[list[Near]]:
    """Return for each record those of `others` that it may be, the nearest first, those without place last.

    It may be one that is

    - at most `AT_ONE_SPOT_M` away, whatever it is called;
    - of the same address and at most `AT_ONE_ADDRESS_M` away, whatever it is called; where no distance is known, of
      the same district as well, and the address has a number;
    - alike by `ALIKE`, in its whole name or in the words that are its own (of which one name may have more than the
      other, and in any order), and at most `AROUND_M` away; where no distance is known, without words that the
      other lacks;
    - of the very same name and at most `SAME_NAME_M` away.

    Names told apart by their numbers (3号站 and 5号站, 第一 and 第二) are not alike.

    Parameters
    ----------
    records
        In WGS84, or not located.
    others
        Indexed by identifier, with `name`, `lon` and `lat` (WGS84, missing where not located) and, if known, `address`,
        `district` and `coord_source`: a place that stands for an area is near nothing.
    """
    lon = [None if each.coord_source is CoordSource.AREA else each.lon for each in records]
    own = named(
        [each.name or "" for each in records],
        (lon, [each.lat for each in records]),
        addresses=[each.address for each in records],
        districts=[each.district for each in records],
    )
    pairs = pairs_between(own, _named_in(others))
    called, keys = others["name"].to_numpy(), others.index.to_numpy()
    hits: list[list[Near]] = [[] for _record in records]
    for one, other, metres, alike in zip(*(each.tolist() for each in pairs), strict=True):
        hits[one].append(Near(str(keys[other]), str(called[other]), metres, alike))
    for found in hits:
        found.sort(key=lambda hit: (math.isnan(hit.distance_m), hit.distance_m, -hit.alike))
    return hits


def _named_in(others: DataFrame) -> Named:
    """Return the records of a frame as they are compared, see `near_each`."""
    placed = others["lon"]
    if "coord_source" in others:
        placed = placed.where(others["coord_source"] != CoordSource.AREA.value, None)
    words = {
        field: [text if isinstance(text, str) else None for text in others[field]] if field in others else None
        for field in ("address", "district")
    }
    place = placed.tolist(), others["lat"].tolist()
    return named(others["name"].tolist(), place, addresses=words["address"], districts=words["district"])


def pairs_between(records: Named, others: Named) -> Pairs:
    """Return the pairs of a record and one of `others` that may be the same place, see `near_each`."""
    compared = _Compared(records, others)
    around = (compared.pairs(*part) for part in _around(records, others))
    found = (_kept(part, (part.metres <= AT_ONE_SPOT_M) | compared.alike(part)) for part in around)
    return _joined([*found, _namesakes(records, others), *_by_name(compared), _of_one_address(compared)])


def pairs_within(records: Named) -> Pairs:
    """Return the pairs among some records that may be the same place, the earlier one first, see `near_each`.

    What is at one spot under another name and address is no pair: see `stations.intake.doctor.whereabouts.same_points`.
    The very same name is one no farther than `AROUND_M`. Compared are the `NEIGHBOURS` nearest of each, and on one spot
    or of one address the first `AT_A_SPOT`.
    """
    compared = _Compared(records, records)
    found = []
    for one, other, metres in _around(records, records):
        first = one < other
        part = compared.pairs(one[first], other[first], metres[first])
        found.append(_kept(part, compared.alike(part)))
    elsewhere = (*_by_name(compared), _of_one_address(compared))
    return _joined([*found, *(_kept(part, part.one < part.other) for part in elsewhere)])


class _Compared:
    """Two lists of records, and how alike their names are."""

    def __init__(self, records: Named, others: Named) -> None:
        self.records, self.others = records, others
        own = records.numbers()
        texts = own, own if others is records else others.numbers()
        codes = {text: code for code, text in enumerate(dict.fromkeys(["", *texts[0], *texts[1]]))}
        self._numbers = [np.array([codes[text] for text in each], dtype=np.int64) for each in texts]

    def pairs(self, one: Integers, other: Integers, metres: Floats) -> Pairs:
        """Return pairs with the likeness of their names; 0 for those that their numbers tell apart."""
        own, theirs = self._numbers[0][one], self._numbers[1][other]
        same = (own == theirs) | (own == 0) | (theirs == 0) | (metres <= AT_ONE_SPOT_M)
        likeness = np.zeros(len(one))
        whole = self.records.names[one[same]], self.others.names[other[same]]
        words = self.records.own_words[one[same]], self.others.own_words[other[same]]
        likeness[same] = np.maximum(
            process.cpdist(*whole, scorer=fuzz.ratio, workers=-1),
            process.cpdist(*words, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE, workers=-1),
        )
        return Pairs(one, other, metres, likeness)

    def alike(self, pairs: Pairs) -> NDArray[np.bool_]:
        """Return which pairs are alike by name, and not told apart by their numbers."""
        own, theirs = self._numbers[0][pairs.one], self._numbers[1][pairs.other]
        return np.asarray((pairs.alike >= ALIKE) & ((own == theirs) | (own == 0) | (theirs == 0)))


def _kept(pairs: Pairs, which: Flags) -> Pairs:
    return Pairs(pairs.one[which], pairs.other[which], pairs.metres[which], pairs.alike[which])


def _joined(parts: Sequence[Pairs]) -> Pairs:
    """Return parts as one, each pair once, as the first part has it."""
    nothing = Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0))
    joined = Pairs(*map(np.concatenate, zip(nothing, *parts, strict=True)))
    _pairs, first = np.unique(np.column_stack([joined.one, joined.other]), axis=0, return_index=True)
    return _kept(joined, np.sort(first))


def _of_one_address(compared: _Compared) -> Pairs:
    """Return the pairs of the same address that are near, or of the same district where no distance is known."""
    records, others = compared.records, compared.others
    bearers: dict[str, list[int]] = {}
    for at, address in enumerate(others.addresses):
        if address:
            bearers.setdefault(address, []).append(at)
    found = [
        (at, other)
        for at, address in enumerate(records.addresses)
        for other in bearers.get(address, ())[:AT_A_SPOT]
        if others is not records or at < other
    ]
    one, other = np.array(found, dtype=np.int64).reshape(-1, 2).T
    metres = apart_m((records.lon[one], records.lat[one]), (others.lon[other], others.lat[other]))
    told = [
        records.districts[mine] == others.districts[theirs] and any(map(str.isdigit, records.addresses[mine]))
        for mine, theirs in found
    ]
    near_by = np.where(np.isnan(metres), np.array(told, bool), metres <= AT_ONE_ADDRESS_M)
    return _kept(compared.pairs(one, other, metres), near_by)


def _by_name(compared: _Compared) -> Iterator[Pairs]:
    """Yield the pairs that are alike and of which one has no place; the very same names only, where they are many."""
    records, others = compared.records, compared.others
    nowhere, placed = np.flatnonzero(~records.located()), np.flatnonzero(records.located())
    everything, lost = np.arange(len(others.names)), np.flatnonzero(~others.located())
    for own, theirs in ((nowhere, everything), (placed, lost)):
        if len(own) * len(theirs) <= MOST_BY_NAME:
            part = max(MOST_BY_NAME // 20 // max(len(theirs), 1), 1)
            for start in range(0, len(own), part):
                some = own[start : start + part]
                called = (records.names, others.names), (records.own_words, others.own_words)
                likeness = np.maximum(
                    *(
                        process.cdist(mine[some], other[theirs], scorer=fuzz.ratio, score_cutoff=ALIKE, workers=-1)
                        for mine, other in called
                    )
                )
                row, column = np.nonzero(likeness)
                unknown = np.full(len(row), np.nan)
                pairs = Pairs(some[row], theirs[column], unknown, likeness[row, column].astype(float))
                yield _kept(pairs, compared.alike(pairs))
        else:
            yield _same_names(records, others, own=own, theirs=theirs)


def _same_names(records: Named, others: Named, *, own: Integers, theirs: Integers) -> Pairs:
    """Return the pairs of the very same name: each record with the first of the others."""
    firsts = {others.names[at]: at for at in theirs[::-1].tolist()}
    found = [(at, firsts[records.names[at]]) for at in own.tolist() if records.names[at] in firsts]
    one, other = np.array(found, dtype=np.int64).reshape(-1, 2).T
    return Pairs(one, other, np.full(len(one), np.nan), np.full(len(one), 100.0))


def _namesakes(records: Named, others: Named) -> Pairs:
    """Return the pairs of the very same name that are farther than `AROUND_M`, and no farther than `SAME_NAME_M`."""
    bearers: dict[str, list[int]] = {}
    for at in np.flatnonzero(others.located()).tolist():
        bearers.setdefault(others.names[at], []).append(at)
    placed = np.flatnonzero(records.located()).tolist()
    found = [(at, other) for at in placed for other in bearers.get(records.names[at], ())[:AT_A_SPOT]]
    one, other = np.array(found, dtype=np.int64).reshape(-1, 2).T
    metres = apart_m((records.lon[one], records.lat[one]), (others.lon[other], others.lat[other]))
    return _kept(Pairs(one, other, metres, np.full(len(one), 100.0)), (metres > AROUND_M) & (metres <= SAME_NAME_M))


def _around(records: Named, others: Named) -> Iterator[tuple[Integers, Integers, Floats]]:
    """Yield part by part positions of records and of `others` at most `AROUND_M` away, and the metres between them."""
    from scipy.spatial import cKDTree

    level = np.concatenate([records.lat[records.located()], others.lat[others.located()]])
    squeeze = np.cos(np.radians(np.median(level))) if len(level) else 1.0
    plane, theirs = (_METRES_PER_DEGREE * np.column_stack([squeeze * each.lon, each.lat]) for each in (records, others))
    kept, their_kept = _few_on_a_spot(plane), _few_on_a_spot(theirs)
    if not len(kept) or not len(their_kept):
        return
    tree, most = cKDTree(theirs[their_kept]), min(NEIGHBOURS + 1, len(their_kept))
    for start in range(0, len(kept), _ROWS):
        part = kept[start : start + _ROWS]
        # a little farther in the plane, which is not as wide everywhere in a city; then as far as it really is
        away, found = tree.query(plane[part], range(1, most + 1), distance_upper_bound=1.02 * AROUND_M, workers=-1)
        row, column = np.nonzero(np.isfinite(away))
        one, other = part[row], their_kept[found[row, column]]
        metres = apart_m((records.lon[one], records.lat[one]), (others.lon[other], others.lat[other]))
        near_by = metres <= AROUND_M
        yield one[near_by], other[near_by], metres[near_by]


def _few_on_a_spot(plane: Floats) -> Integers:
    """Return the positions of points that have a place, of many on one spot only the first `AT_A_SPOT`."""
    import pandas as pd

    placed = np.flatnonzero(np.isfinite(plane).all(axis=1))
    spots = pd.DataFrame(plane[placed].round(1))
    return np.asarray(placed[(spots.groupby([0, 1], sort=False).cumcount() < AT_A_SPOT).to_numpy()])
