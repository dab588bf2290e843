"""Siting: where the next sites go, with a proof of how good that is."""

from stations.analysis.siting.answers import Frontier, Selection
from stations.analysis.siting.covering import max_covering, set_covering

__all__ = ["Frontier", "Selection", "max_covering", "set_covering"]
