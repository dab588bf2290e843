"""A column that holds longitude and latitude together (经纬度), read as two columns."""

from __future__ import annotations

from stations.intake.files.table import GEOMETRY, Parsed
from stations.intake.lists.coordinates import places_in
from stations.model.headers import PLACE, axes_in, field_of
from stations.model.language import gettext as _


def in_two(parsed: Parsed) -> Parsed:
    """Return the table with two columns in the place of the first that holds both, where at least half its cells do.

    In China a longitude is no latitude, so that either may stand first. A cell that is no one place stays as it is,
    below the header of the longitude. Where a position is given otherwise, the table is returned as it is.
    """
    if GEOMETRY[0] in parsed.header or any(field_of("station", header) in PLACE for header in parsed.header):
        return parsed
    for position, header in enumerate(parsed.header):
        axes = axes_in(header)
        if axes is None or not {*axes}.isdisjoint(parsed.header):
            continue
        texts = [row[position] for row in parsed.rows]
        found = [places_in(text) for text in texts]
        if 2 * sum(len(places) == 1 for places in found) >= max(1, sum(map(bool, texts))):
            cells = [
                [f"{lon:.12g}", f"{lat:.12g}"] if len(places) == 1 else [text, ""]
                for text, places in zip(texts, found, strict=True)
                for lon, lat in places[:1] or [(0.0, 0.0)]
            ]
            return _parted(parsed, position, axes, cells=cells)
    return parsed


def _parted(parsed: Parsed, position: int, axes: tuple[str, str], *, cells: list[list[str]]) -> Parsed:
    header = parsed.header[position]
    words = _("“{header}” holds longitude and latitude together: it was read as “{lon}” and “{lat}”.")
    said = words.format(header=header[:80], lon=axes[0], lat=axes[1])
    return parsed._replace(
        header=[*parsed.header[:position], *axes, *parsed.header[position + 1 :]],
        rows=[[*row[:position], *both, *row[position + 1 :]] for row, both in zip(parsed.rows, cells, strict=True)],
        flaws=[flaw._replace(column=axes[0]) if flaw.column == header else flaw for flaw in parsed.flaws],
        notices=[*parsed.notices, said],
    )
