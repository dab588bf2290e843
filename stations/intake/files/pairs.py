"""A column that holds longitude and latitude together (经纬度), read as two columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from stations.intake.files.table import GEOMETRY, Parsed
from stations.intake.lists.coordinates import LonLat, places_in
from stations.model.headers import PLACE, axes_for, axes_in, field_of
from stations.model.language import gettext as _
from stations.model.reading import is_blank
from stations.model.schema import RECORDS

_FIRST = 20
"""So many cells of a column say whether it may be one of places at all."""

Places = tuple[LonLat, ...]


def in_two(parsed: Parsed) -> Parsed:
    """Return the table with two columns in the place of the first that holds both.

    That is one whose header says so and at least half of whose cells do, else one of an unknown header with nothing but
    places in it. In China a longitude is no latitude, so that either may stand first. A cell that is no one place stays
    as it is, below the header of the longitude. Where a position is given otherwise, the table is returned as it is;
    empty columns for it make room for one whose header says so.
    """
    placed = [at for at, header in enumerate(parsed.header) if field_of("station", header) in PLACE]
    if GEOMETRY[0] in parsed.header or any(row[at] for row in parsed.rows for at in placed):
        return parsed
    for header_says in (True, False) if not placed else (True,):
        for position, header in enumerate(parsed.header):
            axes = axes_in(header) if header_says else _unknown_axes(header)
            others = {each for at, each in enumerate(parsed.header) if at not in placed}
            if axes is None or not others.isdisjoint(axes):
                continue
            texts = [row[position] for row in parsed.rows]
            if found := _places(texts, all_of_them=not header_says):
                return _parted(_without(parsed, placed), header, axes, found=found)
    return parsed


def _unknown_axes(header: str) -> tuple[str, str] | None:
    known = header in GEOMETRY or any(field_of(kind, header) for kind in RECORDS)
    return None if known else axes_for(header)


def _places(texts: Sequence[str], *, all_of_them: bool) -> list[Places] | None:
    """Return the places that each text may mean; ``None`` where half of them, or one, is no one place."""
    filled = [text for text in texts if not is_blank(text)]
    if not filled or (all_of_them and any(len(places_in(text)) != 1 for text in islice(filled, _FIRST))):
        return None
    found = [places_in(text) for text in texts]
    single = sum(len(places) == 1 for places in found)
    return found if (single == len(filled) if all_of_them else 2 * single >= len(filled)) else None


def _without(parsed: Parsed, positions: Sequence[int]) -> Parsed:
    kept = [at for at in range(len(parsed.header)) if at not in positions]
    rows = [[row[at] for at in kept] for row in parsed.rows] if positions else parsed.rows
    return parsed._replace(header=[parsed.header[at] for at in kept], rows=rows)


def _parted(parsed: Parsed, header: str, axes: tuple[str, str], *, found: Sequence[Places]) -> Parsed:
    position = parsed.header.index(header)
    words = _("“{header}” holds longitude and latitude together: it was read as “{lon}” and “{lat}”.")
    said = words.format(header=header[:80], lon=axes[0], lat=axes[1])
    rows = [
        [*row[:position], *(map(_written, *places) if len(places) == 1 else (row[position], "")), *row[position + 1 :]]
        for row, places in zip(parsed.rows, found, strict=True)
    ]
    return parsed._replace(
        header=[*parsed.header[:position], *axes, *parsed.header[position + 1 :]],
        rows=rows,
        flaws=[flaw._replace(column=axes[0]) if flaw.column == header else flaw for flaw in parsed.flaws],
        notices=[*parsed.notices, said],
    )


def _written(degrees: float) -> str:
    return f"{degrees:.12g}"
