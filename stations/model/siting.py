"""The words of siting: what is wanted of new stations, and where they could be."""

from __future__ import annotations

from stations.model.vocabulary import Term


class SitingModel(Term):
    """What is wanted of the stations that are chosen."""

    MOST_PEOPLE = "most-people", "覆盖人数最多", "Most people", "mclp"
    """Most people within reach with so many stations (Church & ReVelle 1974)."""

    FEWEST_SITES = "fewest-sites", "站点数最少", "Fewest stations", "lscp"
    """Fewest stations with which a share of the people is within reach (Toregas et al. 1971)."""

    BUDGET = "budget", "预算内覆盖最多", "Most people for the money"
    """Most people within reach with stations that together cost no more than a budget."""

    LEAST_DISTANCE = "least-distance", "平均距离最短", "Least distance", "p-median"
    """Least distance of all people together to their nearest station (Hakimi 1964)."""

    LEAST_FARTHEST = "least-farthest", "最远距离最短", "Least farthest", "p-center"
    """Least distance of whoever is farthest from a station (Hakimi 1964)."""

    @property
    def counts_people(self) -> bool:
        """Whether its objective is a number of people, of which more is better."""
        return self in {SitingModel.MOST_PEOPLE, SitingModel.BUDGET}

    @property
    def covers(self) -> bool:
        """Whether it looks at who is within reach; else at how far everybody goes."""
        return self not in {SitingModel.LEAST_DISTANCE, SitingModel.LEAST_FARTHEST}

    @property
    def of_so_many(self) -> bool:
        """Whether it is asked with a number of stations."""
        return self not in {SitingModel.FEWEST_SITES, SitingModel.BUDGET}


class CandidateSource(Term):
    """Where a place for a new station comes from."""

    BASES = "bases", "活动阵地", "Activity bases"
    HOSTS = "hosts", "依托单位名单", "List of hosts"
    GRID = "grid", "网格", "Grid"
    DEMAND = "demand", "人口点", "Places where people live"
    PLACE = "place", "指定地点", "Place that was named"


OFFERED = (CandidateSource.BASES, CandidateSource.HOSTS, CandidateSource.GRID, CandidateSource.DEMAND)
"""Where candidates may come from; a place that is named is there by its name."""
