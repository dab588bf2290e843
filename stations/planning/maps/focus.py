"""The map of one county-level union: the ground of its district, its own places in the legend, its gaps by rank."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stations.model.city import CountyUnion
from stations.model.language import current_language
from stations.model.language import gettext as _
from stations.model.schema import RECORDS
from stations.planning.coverage.show import district_name
from stations.planning.register import Holdings
from stations.planning.reporting.scope import owned, union_of_code

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from stations.output.figures import Panel, Sheet


def focused(sheet: Sheet, held: Holdings, code: str) -> Sheet:
    """Return a sheet of the city as that of a union: a zone's is that of the district it lies in.

    The stations of others are drawn fainter, and are not in the legend. Raises `BadChoice`.
    """
    union = union_of_code(held, code)
    district = sheet.districts.loc[[union.parent]]
    counts = _("The legend counts the stations of {union}; those of others are drawn fainter.")
    told = [counts.format(union=union.label(current_language()))]
    if union.zone and any(panel.gaps is not None for panel in sheet.panels):
        words = _("The gaps are those of {district}, in which the zone lies.")
        told.append(words.format(district=district_name(held, union.parent)))
    return replace(
        sheet,
        extent=tuple(map(float, district.total_bounds)),
        panels=tuple(_focused(panel, held, union) for panel in sheet.panels),
        notes=(*sheet.notes, *told),
    )


def division_of(held: Holdings, code: str | None) -> str | None:
    """Return the district whose people a map counts: that of its union, or of its zone; ``None``: the whole city's."""
    return union_of_code(held, code).parent if code else None


def within(held: Holdings, code: str) -> Holdings:
    """Return the register with the stations and bases of a union alone. Raises `BadChoice`."""
    union_of_code(held, code)
    station, base = (owned(held, held.of(kind), code) for kind in RECORDS)
    return replace(held, stations=station, bases=base)


def _focused(panel: Panel, held: Holdings, union: CountyUnion) -> Panel:
    return replace(
        panel,
        counted=owned(held, panel.stations, union.code),
        bases=None if panel.bases is None else owned(held, panel.bases, union.code),
        gaps=None if panel.gaps is None else ranked_within(panel.gaps, union.parent),
    )


def ranked_within(gaps: GeoDataFrame, division: str) -> GeoDataFrame:
    """Return the gaps of a division, in their order, ranked among themselves."""
    own = gaps[gaps["district"] == division]
    return own.assign(rank=range(1, len(own) + 1))
