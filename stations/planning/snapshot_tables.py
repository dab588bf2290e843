"""What became of a picture's figures, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import stations
from stations.model.language import current_language, mark
from stations.model.language import gettext as _
from stations.model.vocabulary import Tier
from stations.planning.snapshots import Verdict

if TYPE_CHECKING:
    from pandas import DataFrame

_NAMES = {
    "stations": mark("Stations"),
    "bases": mark("Activity bases"),
    "stations_used": mark("Stations that count"),
    "gaps": mark("Gaps"),
    "total_people": mark("People"),
    "covered_people": mark("Covered people"),
    "total_km2": mark("Area (km²)"),
    "covered_km2": mark("Covered area (km²)"),
    "covered_before": mark("Covered before"),
    "newly_covered": mark("Newly covered"),
    "no_longer_covered": mark("Newly uncovered"),
    "moves_added": mark("Stations added"),
    "moves_undated": mark("Stations entered since, opening unknown"),
    "moves_delisted": mark("Stations delisted"),
    "moves_uncounted": mark("Stations no longer counted"),
    "moves_upgraded": mark("Stations upgraded"),
    "moves_downgraded": mark("Stations downgraded"),
    "moves_moved": mark("Stations moved"),
}


def verdict_table(verdict: Verdict) -> DataFrame:
    """Return the figures: as the file says, at its revision, and now; indexed by what they count."""
    import pandas as pd

    then = verdict.trace["figures"]
    columns = {
        _("In the file"): list(then.values()),
        _("At its revision"): [verdict.again.get(name) for name in then],
        _("Now"): [verdict.now.get(name) for name in then],
    }
    return pd.DataFrame(columns, index=pd.Index([figure_name(name) for name in then], name=_("Figure")))


def figure_name(name: str) -> str:
    """Return in words what a figure of a picture counts."""
    tier = Tier.read(name.removeprefix("stations_"))
    if tier is not None:
        return _("Stations, {tier}").format(tier=tier.label(current_language()))
    return _(_NAMES[name]) if name in _NAMES else name[:40]


def _of_paper(verdict: Verdict) -> str:
    """Return what became of the figures of a document or a page, whose words and pictures are not compared."""
    if verdict.why_not:
        return _("Its figures cannot be counted again: {reason}").format(reason=verdict.why_not)
    if verdict.proven:
        return _("Counted again at its revision, its figures are the same; its text itself is not read.")
    return _("The figures it names are not those of its revision.")


def verdict_sentences(verdict: Verdict) -> list[str]:
    """Return what the comparison comes to."""
    told = verdict.trace
    said = [
        _(
            "Made by version {version} from revision {revision}, data as of {date}; the register is at revision {now}."
        ).format(
            version=told["version"][:40],
            revision=told["revision"],
            date=told["data_date"][:40],
            now=verdict.revision_now,
        )
    ]
    if verdict.paper:
        said.append(_of_paper(verdict))
    elif verdict.picture_same is None:
        said.append(_("It cannot be drawn again: {reason}").format(reason=verdict.why_not))
    elif verdict.proven:
        said.append(_("Drawn again from its revision, the picture and its figures are the same."))
    elif verdict.picture_same:
        said.append(_("The picture is the same, but the figures it names are not those of its revision."))
    else:
        said.append(_("Drawn again from its revision, the picture is another one."))
        if told["version"] != stations.__version__:
            said.append(_("Another version of the program made it, which may draw otherwise."))
    now = _("The register as it is now still gives these figures.")
    said.append(now if verdict.holds else _("The register as it is now gives other figures."))
    return said
