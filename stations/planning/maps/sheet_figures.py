"""The figures that stand on a map for paper, by name: they are kept in its file, and counted again by `verifying`."""

from __future__ import annotations

from stations.model.settings import Settings
from stations.model.vocabulary import SnapshotKind, Tier
from stations.planning.coverage.assess import Assessment
from stations.planning.coverage.comparison import gained_and_lost, total_and_covered
from stations.planning.coverage.counting import located
from stations.planning.coverage.proposed import gains
from stations.planning.maps.focus import division_of, within
from stations.planning.maps.sheets import Wish, answer_of, before_of, known, legend, own, years_shown
from stations.planning.records.movements import counted_stations
from stations.planning.register import Holdings, holdings


def figures_of(settings: Settings, wish: Wish) -> dict[str, float]:
    """Return every figure that stands on a picture; what is not known is left out."""
    held, answer = holdings(settings), answer_of(settings, wish)
    shown = within(held, wish.focus) if wish.focus else held
    figures = places_counted(shown, tiers=legend(wish))
    if not held.undated["station"]:
        figures |= _doubtful(shown, legend(wish))
    if wish.kind is SnapshotKind.YEARS:
        figures |= {f"stations@{then.data_date}": len(own(then, on, wish)) for then, on in years_shown(settings, wish)}
    if answer is None:
        return figures
    division = division_of(held, wish.focus)
    if known(answer):
        figures |= _answered(answer, division)
    if wish.kind is SnapshotKind.DISTRICTS and known(answer):
        figures |= shares_counted(answer)
    if wish.kind is SnapshotKind.PAIR:
        figures |= _changed(settings, wish, answer)
    if wish.kind is SnapshotKind.PROPOSALS and answer.question.scenario:  # else it cannot be drawn
        together, alone = gains(settings, answer, division)
        each = {f"newly_covered@{number}": round(gain, 3) for number, gain in alone.items()}
        figures |= {"newly_covered": round(together, 3), **each}
    return figures


def _doubtful(held: Holdings, tiers: tuple[Tier, ...]) -> dict[str, float]:
    """Return how many stations have no exact location, and how many of the others one that is approximate."""
    from stations.output.figures.sheet import approximate

    counted = counted_stations(held)
    placed = counted[located(counted) & counted["tier"].isin([tier.value for tier in tiers])]
    return {"unlocated": int((~located(counted)).sum()), "approximate": int(approximate(placed).sum())}


def places_counted(held: Holdings, tiers: tuple[Tier, ...] = tuple(Tier)) -> dict[str, float]:
    """Return how many stations are on the books, of each tier too, and how many bases, as a trace names them.

    What is not known, because some were entered later and nobody knows since when they are there, is left out.
    """
    found = counted_stations(held)["tier"].value_counts()
    by_tier: dict[str, float] = {f"stations_{tier.value}": int(found.get(tier.value, 0)) for tier in tiers}
    stations = {"stations": sum(by_tier.values()), **by_tier} if not held.undated["station"] else {}
    return stations | ({"bases": len(held.bases)} if not held.undated["base"] else {})


def covered_counted(answer: Assessment, *, division: str | None = None) -> dict[str, float]:
    """Return the people (or the land) of the city or of a division, and those within reach, as a trace names them."""
    unit = "people" if answer.people else "km2"
    total, covered = total_and_covered(answer, division)
    return {f"total_{unit}": round(total, 3), f"covered_{unit}": round(covered, 3)}


def shares_counted(answer: Assessment) -> dict[str, float]:
    """Return the share within reach of each district that has people, as a trace names them."""
    shares = answer.districts["covered_share"].dropna()
    return {f"covered_share@{code}": round(float(share), 6) for code, share in shares.items() if code is not None}


def _answered(answer: Assessment, division: str | None) -> dict[str, float]:
    gaps = answer.gaps if division is None else answer.gaps[answer.gaps["district"] == division]
    figures = covered_counted(answer, division=division) | {"gaps": len(gaps)}
    if answer.people and len(gaps):
        figures["largest_gap"] = round(float(gaps["people"].iloc[0]), 3)
    if division is None:
        figures["stations_used"] = answer.stations_used
        if answer.unknown:
            figures["covered_at_most"] = round(answer.covered_high or 0.0, 3)
    return figures


def _changed(settings: Settings, wish: Wish, after: Assessment) -> dict[str, float]:
    """Return the figures of the earlier side of a pair, and what differs."""
    before, division = before_of(settings, wish)[1], division_of(after.holdings, wish.focus)
    if not known(before):
        return {}
    gained, lost = gained_and_lost(before, after, division=division)
    covered = total_and_covered(before, division)[1]
    changed = {"covered_before": covered, "newly_covered": gained, "no_longer_covered": lost}
    counted = {"stations_before": len(own(before.holdings, before.used, wish))}
    return counted | {name: round(people, 3) for name, people in changed.items()}
