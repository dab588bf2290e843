"""What a figure shows: frames, and the words around them. Nothing here draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stations.model.language import Language
from stations.model.vocabulary import PageLayout, Tier
from stations.output.symbology import ROUGH, ramp_breaks

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray
    from pandas import Series


@dataclass(frozen=True, kw_only=True, eq=False)
class Panel:
    """One map; all frames in the CRS of the sheet's districts.

    Attributes
    ----------
    stations : GeoDataFrame
        Column ``tier`` (values of `Tier`), and ``coord_precision`` where places are approximate; geometry Point.
    counted : GeoDataFrame or None
        Those of the stations that the legend counts, where it does not count all.
    incomplete : tuple of str
        ``station`` and ``base`` where some are left out because nobody knows since when they are there: what is
        counted is the least, and where none is counted the number is not known.
    title : str
        What tells it from the other panels, one line; empty where there is one panel.
    bases : GeoDataFrame or None
        Activity bases; geometry Point.
    reached : GeoSeries or None
        Land within reach; geometry (Multi)Polygon.
    uncovered : GeoDataFrame or None
        Demand out of reach: column ``people``; geometry Point, the centre of a square of the sheet's `spacing_m`.
    gaps : GeoDataFrame or None
        Column ``rank``; geometry (Multi)Polygon. The first ten are numbered.
    proposals : GeoDataFrame or None
        Column ``number``; geometry Point.
    new, gone : tuple of index labels
        Which of the stations the map before this one does not have, and which the map after it does not.
    shares : Series or None
        For each district, in their order, the share (0-1) by which it is coloured; NaN where there is none.
    """

    stations: GeoDataFrame
    title: str = ""
    bases: GeoDataFrame | None = None
    reached: GeoSeries | None = None
    uncovered: GeoDataFrame | None = None
    gaps: GeoDataFrame | None = None
    proposals: GeoDataFrame | None = None
    shares: Series | None = None
    counted: GeoDataFrame | None = None
    incomplete: tuple[str, ...] = ()
    new: tuple[object, ...] = ()
    gone: tuple[object, ...] = ()

    @property
    def told(self) -> GeoDataFrame:
        """The stations that the words around the map count."""
        return self.stations if self.counted is None else self.counted


def approximate(places: GeoDataFrame) -> NDArray[np.bool_]:
    """Return of each place whether it is known only to the street, the township or the district."""
    if "coord_precision" not in places:
        return np.zeros(len(places), dtype=bool)
    return np.array([value in ROUGH for value in places["coord_precision"]], dtype=bool)


@dataclass(frozen=True, kw_only=True, eq=False)
class Sheet:
    """A page with one map or several of the same ground; all frames in one metric CRS.

    Attributes
    ----------
    districts : GeoDataFrame
        Column ``name``; geometry (Multi)Polygon; at least one row.
    panels : tuple of Panel
        At least one.
    title : str
        One line.
    notes : tuple of str
        What the reader must know beside the map: data date, revision, radius, source. One paragraph each.
    approval : str
        The words about the map's approval: for internal use, or its number (审图号).
    demonstration : bool
        Whether any of it is made up; a badge on the map says so.
    language : {"zh_CN", "en"}
        Of the words that the figure adds.
    spacing_m : float or None
        Metres; needed with `Panel.uncovered`.
    shares_of : str
        What `Panel.shares` are shares of, for the legend.
    tiers : tuple of Tier
        Those that the legend names.
    compared : bool
        Whether several panels show the same at other times: the legend counts the first and the last; otherwise they
        are parts of a whole, which it counts.
    layout : PageLayout
        The size and shape of the page.
    extent : tuple of float or None
        West, south, east and north of the ground that is shown; that of the districts if not given.
    """

    districts: GeoDataFrame
    panels: tuple[Panel, ...]
    title: str
    notes: tuple[str, ...]
    approval: str
    demonstration: bool
    language: Language
    spacing_m: float | None = None
    shares_of: str = ""
    tiers: tuple[Tier, ...] = tuple(Tier)
    compared: bool = False
    layout: PageLayout = PageLayout.LANDSCAPE
    extent: tuple[float, ...] | None = None

    @property
    def bounds(self) -> NDArray[np.float64]:
        """West, south, east and north of the ground that is shown."""
        return self.districts.total_bounds if self.extent is None else np.array(self.extent)

    @property
    def breaks(self) -> NDArray[np.float64]:
        """The upper edges of the classes of uncovered people, the same for every panel."""
        people = [panel.uncovered["people"].to_numpy(float) for panel in self.panels if panel.uncovered is not None]
        return ramp_breaks(np.concatenate(people)) if people else np.empty(0)
