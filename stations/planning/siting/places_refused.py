"""Refusals of the places that are looked at: too many, none left, one that is no candidate; and what can be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from stations.model.errors import BadAmount, BadChoice, NoCandidates
from stations.model.language import current_language, listed, mark
from stations.model.language import gettext as _
from stations.model.siting import OFFERED, CandidateSource

if TYPE_CHECKING:
    from stations.planning.coverage.assess import Assessment

WIDER = 1.05
"""A grid that shall have so many places gets room for so many times as many."""
TOLD = 60
"""So many letters of what somebody typed are told again."""
LEFT_OUT = {
    "outside": mark("outside the city"),
    "other_union": mark("not of the union"),
    "excluded": mark("on excluded land"),
    "same_place": mark("at the place of another candidate"),
    "gone": mark("rejected before, and not among these places any more"),
}
"""Why a place is no candidate."""


def too_many(counts: Mapping[str, int], spacing_m: float, *, most: int, why: str = "") -> BadAmount:
    """Return that there are too many candidates, and which grid has few enough, or without which source there are.

    `counts` are the candidates by source, `spacing_m` is that of their grid.
    """
    count, in_grid = sum(counts.values()), counts.get(CandidateSource.GRID, 0)
    apart_m, told = _wider(spacing_m, in_grid=in_grid, most=most - count + in_grid), f"{most:,}"
    words = _("{most} places or fewer").format(most=told)
    if apart_m is not None:
        words = _("{most} places or fewer, as a grid with {metres} m between them has")
        words = words.format(most=told, metres=f"{apart_m:,.0f}")
    return BadAmount(
        what=mark("Candidates"),
        value=f"{count:,}",
        offered=_("{offer} ({why})").format(offer=words, why=why) if why else words,
        choice="grid" if apart_m else "",
        amount=apart_m or 0.0,
        without=tuple(source for source in OFFERED if 0 < count - counts.get(source, 0) <= most),
    )


def _wider(spacing_m: float, *, in_grid: int, most: int) -> float | None:
    """Return the spacing of a grid that has so few places, in fifties of metres; ``None`` where none has."""
    if not in_grid or most < 1:
        return None
    return math.ceil(spacing_m * math.sqrt(WIDER * in_grid / most) / 50) * 50.0


def none_left(answer: Assessment, sources: Iterable[CandidateSource], left_out: Mapping[str, int]) -> NoCandidates:
    """Return that no place is left among those of some sources, and where there are more."""
    language, excluded = current_language(), "excluded" in left_out
    looked_at = [listed(source.label(language) for source in sources) or _("no kind of place is chosen")]
    looked_at += [_("{count} {reason}").format(count=f"{n:,}", reason=_(LEFT_OUT[key])) for key, n in left_out.items()]
    empty = {CandidateSource.BASES} if answer.holdings.bases.empty else set()
    more = [source for source in OFFERED if source not in {*sources, *empty}]
    offered = [*(source.label(language) for source in more), *([_("less excluded land")] if excluded else [])]
    return NoCandidates(
        where=_("; ").join(looked_at),
        offered=listed(offered),
        adding=tuple(source for source in more if source is not CandidateSource.HOSTS),
        excluded=excluded,
    )


def require_one_wish(forced: Iterable[str], forbidden: Iterable[str]) -> None:
    """Raise `BadChoice` for a candidate that is both forced and forbidden."""
    never = set(forbidden)
    for key in forced:
        if key in never:
            offered = mark("to be built in any case, or never: one of the two")
            raise BadChoice(what=mark("Candidate"), value=key[:TOLD], offered=offered)


def require_known(wrong: Iterable[str]) -> None:
    """Raise `BadChoice` for the first of what is no candidate."""
    for key in wrong:
        offered = mark("the identifier of a candidate, once, or a place in the city as longitude and latitude")
        raise BadChoice(what=mark("Candidate"), value=key[:TOLD], offered=offered)
