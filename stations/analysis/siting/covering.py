"""Covering: the most people with so many sites or so much money, or the fewest sites for a share of the people.

Maximal covering (MCLP [1]_) and set covering (LSCP [2]_) over one sparse table of who is in reach of whom.

.. [1] R. Church, C. ReVelle (1974): The maximal covering location problem. Papers of the Regional Science Association
   32, 101-118.
.. [2] C. Toregas, R. Swain, C. ReVelle, L. Bergman (1971): The location of emergency service facilities. Operations
   Research 19 (6), 1363-1373.
.. [3] K. Hogan, C. ReVelle (1986): Concepts and applications of backup coverage. Management Science 32 (11), 1434-1444.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stations.analysis.siting.programme import Question
from stations.analysis.siting.questions import FLOORS, TIME_LIMIT_S, backup_of, share_of
from stations.model.errors import BadTable
from stations.model.language import mark

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from scipy.sparse import csr_array

    from stations.analysis.siting.answers import Selection
    from stations.analysis.siting.conditions import Conditions


def max_covering(
    reach: csr_array,
    weights: ArrayLike,
    *,
    sites: int | None,
    fixed: ArrayLike | None = None,
    costs: ArrayLike | None = None,
    budget: float | None = None,
    time_limit_s: float = TIME_LIMIT_S,
    conditions: Conditions | None = None,
) -> Selection:
    """Return the sites that cover most beside the fixed ones (MCLP [1]_).

    Parameters
    ----------
    reach
        SciPy CSR, demand × candidates, boolean: who is in reach of whom. What is at the radius is in reach.
    weights
        Of each row of demand, at least 0: people, or what else is to be covered.
    sites
        How many new sites at most; None where the budget alone decides. A site that would add nothing is left out.
    fixed
        Positions of candidates that are there already. They cost nothing and are not counted among `sites`.
    costs, budget
        What each candidate costs, and what the new sites may cost together. With a budget alone each costs 1; costs
        alone change nothing.
    time_limit_s
        After how many seconds the best choice found so far is returned, with its bound. However short it is, what is
        not proven is made better by exchanges until a tenth of a second has passed.
    conditions
        What every choice has to keep beside.

    Returns
    -------
    Selection
        `objective` is the covered weight, that of the fixed sites with it; `bound` is at least as much.

    Raises
    ------
    SitingError
        A subclass says what is wrong and names the nearest question that has an answer.

    .. [1] R. Church, C. ReVelle (1974): The maximal covering location problem. Papers of the Regional Science
       Association 32, 101-118.
    """
    question = Question.of(reach, weights, fixed=fixed, costs=costs, conditions=conditions, time_limit_s=time_limit_s)
    return question.most(sites, budget=budget)


def backup_covering(
    reach: csr_array,
    weights: ArrayLike,
    *,
    sites: int,
    backup: float,
    fixed: ArrayLike | None = None,
    time_limit_s: float = TIME_LIMIT_S,
    conditions: Conditions | None = None,
) -> Selection:
    """Return the sites that cover most, where being in reach of a second site counts, too (BACOP2 [1]_).

    Parameters
    ----------
    reach, weights, sites, fixed, time_limit_s, conditions
        As in `max_covering`; floors cannot be asked for.
    backup
        What a second site in reach is worth, as a share (0-1) of the first one.

    Returns
    -------
    Selection
        `objective` is the weight covered once, and `backup` times the weight covered at least twice.

    Raises
    ------
    SitingError
        As `max_covering`.

    .. [1] K. Hogan, C. ReVelle (1986): Concepts and applications of backup coverage. Management Science 32 (11),
       1434-1444.
    """
    question = Question.of(reach, weights, fixed=fixed, conditions=conditions, time_limit_s=time_limit_s)
    if conditions is not None and conditions.floors is not None:
        raise BadTable(what=FLOORS, reason=mark("they cannot be asked for together with backup"))
    worth = backup_of(backup)
    return question.most(sites, again=worth * question.weights if worth else None)


def set_covering(
    reach: csr_array,
    *,
    weights: ArrayLike | None = None,
    share: float = 1.0,
    fixed: ArrayLike | None = None,
    costs: ArrayLike | None = None,
    time_limit_s: float = TIME_LIMIT_S,
    conditions: Conditions | None = None,
) -> Selection:
    """Return the fewest sites, or the cheapest, that cover a share of the weight with the fixed ones (LSCP [1]_).

    Parameters
    ----------
    reach, fixed, time_limit_s, conditions
        As in `max_covering`.
    weights
        Of each row of demand; 1 each where they are not given. Rows that weigh nothing need not be covered.
    share
        The share (0-1) of the whole weight that is to be covered at least.
    costs
        Of each candidate; 1 each where they are not given.

    Returns
    -------
    Selection
        `objective` is what the new sites cost, their number without `costs`; `bound` is at most as much.

    Raises
    ------
    SitingError
        As `max_covering`; TargetOutOfReach where all candidates together cover less than the share, with what they do.

    .. [1] C. Toregas, R. Swain, C. ReVelle, L. Bergman (1971): The location of emergency service facilities.
       Operations Research 19 (6), 1363-1373.
    """
    question = Question.of(reach, weights, fixed=fixed, costs=costs, conditions=conditions, time_limit_s=time_limit_s)
    return question.least(share_of(share))
