"""What every choice has to keep beside the number of sites: nobody too far away, no district left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from stations.analysis.siting.dominance import without_wholes
from stations.analysis.siting.questions import DISTRICTS, FLOORS, districts_of, percent, share_of, told
from stations.analysis.siting.structure import NOTHING
from stations.model.errors import BadValue, FloorOutOfReach, TooFarForSome
from stations.model.language import mark

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from stations.analysis.siting.structure import Floats, Integers


@dataclass(frozen=True, eq=False)
class Conditions:
    """What every choice has to keep; what is not given is not asked for.

    Attributes
    ----------
    near
        Who is within the largest distance T of whom, as `reach` (demand × candidates): everybody who weighs something
        has a site there, chosen or fixed (mandatory closeness [1]_).
    district
        Of each row, the district that it is in: none is missing. Needed for floors.
    floors
        The least share (0-1) of its weight that is covered in each district: one for all, or some by district.

    .. [1] R. Church, C. ReVelle (1974): The maximal covering location problem. Papers of the Regional Science
       Association 32, 101-118, section "mandatory closeness constraints".
    """

    near: csr_array | None = None
    district: ArrayLike | None = None
    floors: Mapping[object, float] | float | None = None


class Floors:
    """The floors of a question, by the number of the district."""

    def __init__(self, conditions: Conditions, weights: Floats) -> None:
        self.weights = weights
        self.names: list[object] = []
        self.district = np.zeros(len(weights), np.intp)
        self.shares = np.zeros(0)
        if conditions.floors is None:
            return
        self.names, self.district = districts_of(conditions.district, count=len(weights))
        self.shares = self._shares(conditions.floors)

    def _shares(self, floors: Mapping[object, float] | float) -> Floats:
        if not isinstance(floors, Mapping):
            return np.full(len(self.names), share_of(floors, what=FLOORS))
        if unknown := [name for name in floors if name not in set(self.names)]:
            reason = mark("a floor is given for a district that nobody is in")
            raise BadValue(what=DISTRICTS, reason=reason, value=told(unknown[0]))
        return np.array([share_of(floors.get(name, 0.0), what=FLOORS) for name in self.names])

    def missing(self, covered: NDArray[np.bool_], possible: NDArray[np.bool_], *, target: float) -> Floats:
        """Return what is missing of each floor, and last of `target` for everybody, beside the `covered` rows.

        Raises FloorOutOfReach where the `possible` rows are not enough, of several districts for that with the least.
        """
        many = len(self.names)
        if not many and target <= 0:
            return np.empty(0)
        whole, fixed, most = (
            np.bincount(self.district, weights=self.weights * some, minlength=many)[:many]
            for some in (np.ones(len(self.weights)), covered, possible)
        )
        short = np.flatnonzero(self.shares * whole > most * (1 + NOTHING))
        if len(short):
            worst = short[np.argmin(most[short] / whole[short])]
            least = percent(most[worst] / whole[worst])
            raise FloorOutOfReach(district=self.names[worst], floor=percent(self.shares[worst]), possible=least)
        wanted = np.minimum(self.shares * whole, most) - fixed
        return np.append(wanted, target)


def near_rows(near: csr_array, wanted: NDArray[np.bool_], *, fixed: Integers, open_ones: Integers) -> csr_array:
    """Return of which open candidates one has to be chosen, row by row, none of which follows from another.

    Raises TooFarForSome where somebody who is `wanted` is near no candidate.
    """
    settled = np.diff(csr_array(near[:, fixed]).indptr) > 0
    left = csr_array(near[np.flatnonzero(~settled & wanted)][:, open_ones])
    left.sort_indices()
    if alone := int((np.diff(left.indptr) == 0).sum()):
        raise TooFarForSome(rows=alone)
    return without_wholes(left)
