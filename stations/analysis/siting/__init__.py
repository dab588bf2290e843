"""Siting: where the next sites go, with a proof of how good that is."""

from stations.analysis.siting.answers import Frontier, Selection
from stations.analysis.siting.capacity import capacitated_covering
from stations.analysis.siting.center import p_center
from stations.analysis.siting.clock import never, stopped_by
from stations.analysis.siting.conditions import Conditions
from stations.analysis.siting.covering import backup_covering, max_covering, set_covering
from stations.analysis.siting.distances import Assignment
from stations.analysis.siting.frontier import covering_frontier
from stations.analysis.siting.median import p_median

__all__ = [
    "Assignment",
    "Conditions",
    "Frontier",
    "Selection",
    "backup_covering",
    "capacitated_covering",
    "covering_frontier",
    "max_covering",
    "never",
    "p_center",
    "p_median",
    "set_covering",
    "stopped_by",
]
