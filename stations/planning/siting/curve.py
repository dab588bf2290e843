"""The budget curve of a proposal: what more and more new stations reach, until nobody can be added; or more money.

What is asked for in any case comes first; from there on each next station is the one that newly reaches most. Beside it
stand the best that is known of so many, and what none can pass. For so much money each choice is one of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from stations.analysis.siting import Frontier, Selection, covering_frontier
from stations.model.errors import BadChoice, NobodyInReach, SitingError
from stations.planning.siting.order import Reached, build_order, one_after_the_other
from stations.planning.siting.solving import ROUNDING, Sited, solved

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pandas import DataFrame

    from stations.planning.siting.proposal import Proposal, SitingQuestion

    Integers = NDArray[np.intp]
    Floats = NDArray[np.float64]


AMOUNTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
"""For so many times the budget it is asked, too, what it would reach."""


def curve(table: Sited, *, stays: Integers, forced: Integers) -> tuple[Integers, DataFrame]:
    """Return the curve beside the columns that stay, with those that are forced first.

    Returns
    -------
    Integers
        The columns in their order: the first of them is what the curve has for one station.
    DataFrame
        As `Proposal.curve`.
    """
    import pandas as pd

    first = build_order(forced, Reached(table, stays=stays, columns=forced))
    reached = Reached(table, stays=stays, columns=first)
    newly = np.array(one_after_the_other(reached, len(first), reached.gain), dtype=float)
    covered = table.within(stays)
    alone = float(table.weights[covered].sum())
    singly = [table.people_at(table.reach[:, [one]].nonzero()[0], without=covered) for one in forced]
    begun = alone + np.append(0.0, newly.cumsum())
    most = np.minimum(alone + np.append(0.0, np.sort(singly)[::-1].cumsum()), begun[-1])
    line = frontier(table, tuple(np.union1d(stays, forced).tolist()))
    columns = np.concatenate([first, line.order])
    keys = table.places.index[columns]
    known = pd.DataFrame(table.candidates.frame[["name", "lon", "lat", "cost"]]).reindex(keys)
    known.loc[columns < table.stations] = np.nan  # a freed station, which is none of the candidates
    told = pd.DataFrame(
        {
            "covered": np.append(begun, line.covered),
            "best": np.append(begun, line.best),
            "bound": np.append(most, line.bound),
            "candidate": [None, *keys],
            "name": [None, *known["name"].astype(object).where(known["name"].notna(), None)],
            "lon": np.append(np.nan, known["lon"]),
            "lat": np.append(np.nan, known["lat"]),
            "cost": np.append(np.nan, known["cost"]),
        }
    )
    return columns, told.rename_axis("sites")


@lru_cache(maxsize=8)
def frontier(table: Sited, fixed: tuple[int, ...]) -> Frontier:
    """Return what more and more columns beside the fixed ones reach, with a bound for each number of them.

    It is empty where no column reaches anybody: whoever asks how far people go is answered all the same.
    """
    try:
        return covering_frontier(table.reach, table.weights, fixed=np.array(fixed, np.intp))
    except NobodyInReach:
        none, nothing = np.empty(0, np.intp), np.empty(0)
        return Frontier(none, nothing, nothing, nothing, alone=0.0, seconds=0.0, orders=(), which=none)


def with_fewer(table: Sited, wanted: SitingQuestion, found: Selection, *, fixed: Integers) -> Selection:
    """Return the fewest stations for a share, or those of the curve where they are fewer, with the tighter bound."""
    line, forced = frontier(table, tuple(fixed.tolist())), len(table.forced)
    target = (wanted.share or 0.0) * float(table.weights.sum()) * (1 - ROUNDING)
    enough, possible = (int((line_of < target).sum()) for line_of in (line.best, line.bound))
    if target > line.alone and possible + 1 + forced > found.bound:
        found = replace(found, bound=min(float(possible + 1 + forced), found.objective))
    if target > line.alone and enough < len(line.best) and enough + 1 + forced < found.objective:
        chosen = np.sort(line.choice(enough + 1))
        found = replace(found, selected=chosen, objective=float(enough + 1 + forced))
    return replace(found, proven=found.proven or found.objective == found.bound)


def money_curve(table: Sited, proposal: Proposal, *, fixed: Integers, seconds: float) -> DataFrame:
    """Return what less and more money than the budget of a proposal reaches, each amount asked for itself.

    Returns
    -------
    DataFrame
        As `Proposal.money`.
    """
    import pandas as pd

    rows = _for_amounts(table, proposal, fixed=fixed, until=time.perf_counter() + seconds)
    told = pd.DataFrame(rows, columns=["budget", "covered", "bound", "sites"]).set_index("budget")
    told["covered"] = told["covered"].cummax()  # more money reaches no fewer
    told["bound"] = told["bound"][::-1].cummin()[::-1]
    return told


def _for_amounts(
    table: Sited, proposal: Proposal, *, fixed: Integers, until: float
) -> Iterator[tuple[float, float, float, int]]:
    """Yield the answer for each amount for which one is found, in equal parts of the time that is left."""
    wanted = proposal.wanted
    amounts = dict.fromkeys(times * (wanted.budget or 0.0) for times in AMOUNTS)  # of nothing one
    for number, amount in enumerate(amounts):
        if amount == wanted.budget:
            yield amount, proposal.objective, proposal.bound, len(proposal.sites)
            continue
        left = max(0.0, until - time.perf_counter()) / (len(amounts) - number)
        try:
            found = solved(table, replace(wanted, budget=amount), fixed=fixed, seconds=left)
        except (BadChoice, SitingError):  # too little, for what is forced, for a condition, or for any; or no time
            if not (amount or len(table.forced) or wanted.floor or wanted.closest_m):
                today = float(table.weights[table.within(fixed)].sum())
                yield 0.0, today, today, 0
            continue
        new = np.setdiff1d(found.selected, fixed) >= table.stations
        yield amount, found.objective, found.bound, int(new.sum()) + len(table.forced)
