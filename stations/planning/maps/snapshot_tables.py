"""What became of a picture's figures, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import stations
from stations.model.language import current_language, listed, mark
from stations.model.language import gettext as _
from stations.model.vocabulary import Tier
from stations.planning.maps.snapshots import Verdict
from stations.planning.reporting.lead import contradiction

if TYPE_CHECKING:
    from pandas import DataFrame

    from stations.model.city import City

_NAMES = {
    "stations": mark("Stations"),
    "bases": mark("Activity bases"),
    "stations_used": mark("Stations that count"),
    "stations_before": mark("Stations that counted before"),
    "unlocated": mark("Stations without an exact location"),
    "approximate": mark("Approximate places"),
    "largest_gap": mark("People in the largest gap"),
    "covered_at_most": mark("Covered people at most"),
    "covered_share": mark("Covered share"),
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
    names = [figure_name(name, verdict.city) for name in then]
    table = pd.DataFrame(columns, index=pd.Index(names, name=_("Figure")), dtype=object)
    cells = pd.DataFrame(_changed_cells(verdict), columns=[table.index.name, *table.columns], dtype=object)
    return pd.concat([table, cells.set_index(table.index.name)]) if len(cells) else table


def _changed_cells(verdict: Verdict) -> list[tuple[Any, ...]]:
    """Return a row for each cell of a table that is another one now; what the file has is known where it is proven."""
    words = _("{table}: {row}, {column}")
    return [
        (words.format(table=table.title, row=row, column=column), was if table.same else None, was, now)
        for table in verdict.tables
        for row, column, was, now in table.changed
    ]


def cell_table(verdict: Verdict) -> DataFrame:
    """Return the numbers of the tables of a report, those that are others now first; indexed by what they count."""
    import pandas as pd

    cells = [(each, *cell) for each in verdict.tables for cell in each.cells]
    cells.sort(key=lambda cell: str(cell[3]) == str(cell[4]))
    columns = {
        _("Row"): [cell[1] for cell in cells],
        _("Column"): [cell[2] for cell in cells],
        _("In the file"): [cell[3] if cell[0].same else None for cell in cells],
        _("At its revision"): [cell[3] for cell in cells],
        _("Now"): [cell[4] for cell in cells],
    }
    index = pd.Index([cell[0].title for cell in cells], name=_("Table"))
    return pd.DataFrame(columns, index=index, dtype=object)


def figure_name(name: str, city: City | None = None) -> str:
    """Return in words what a figure of a picture counts; one of a part of a city, a year or a proposal names it."""
    name, _at, part = name.partition("@")
    if part:
        known = city is not None and part in city.divisions
        told = city.division_label(part, current_language()) if city and known else part[:40]
        return _("{figure} ({part})").format(figure=figure_name(name), part=told)
    tier = Tier.read(name.removeprefix("stations_"))
    if tier is not None:
        return _("Stations, {tier}").format(tier=tier.label(current_language()))
    return _(_NAMES[name]) if name in _NAMES else name[:40]


def _of_paper(verdict: Verdict) -> str:
    """Return what became of the figures of a document or a page, whose words and pictures are not compared."""
    if verdict.why_not:
        return _("Its figures cannot be counted again: {reason}").format(reason=verdict.why_not)
    if not verdict.counted_again:
        return _("The figures it names are not those of its revision.")
    if verdict.words_same is None:
        return _("The figures it names are those of its revision, but it does not say what its text was.")
    if not verdict.words_same:
        return _(
            "The figures it was made with are those of its revision, but its text or its tables were changed "
            "afterwards: what stands in it now is not proven."
        )
    if verdict.trace.get("report", {}).get("template"):
        return _(
            "Counted again at its revision, its figures and tables are the same, and its text is as it was made, with "
            "a template of the office's own (digest {digest})."
        ).format(digest=verdict.trace["report"]["template"][:16])
    return _("Counted again at its revision, its figures and tables are the same, and its text is as it was made.")


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
    if verdict.contradicted:
        words = _("Its first paragraph was corrected by hand and contradicts the rest of it: {figures}.")
        said.append(words.format(figures=listed(map(contradiction, verdict.contradicted))))
    other = listed(table.title for table in verdict.tables if not table.same)
    said += [_("Other tables at its revision: {tables}").format(tables=other)] if other else []
    said.append(_of_now(verdict))
    return said


def _of_now(verdict: Verdict) -> str:
    if not verdict.figures_hold:
        other = listed(table.title for table in verdict.tables if not table.holds)
        words = _("The register as it is now gives other figures, in these tables: {tables}.")
        return words.format(tables=other) if other else _("The register as it is now gives other figures.")
    if verdict.picture_holds is None:
        return _("The register as it is now still gives these figures.")
    if verdict.picture_holds:
        return _("The register as it is now still gives these figures and, but for day and revision, this picture.")
    return _("The register as it is now gives the same figures, but another picture.")
