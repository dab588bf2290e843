"""Cells that cost their record nothing but themselves: what stands in an optional column and cannot be read.

A list loses no station for a word too many. The cell is left empty, so that nothing is invented, and its text is kept
under its header; the doctor tells of both. What says which record it is, where it is, how it is honoured and whether it
is in use is not spared: empty, it would say something else.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from stations.intake.lists.positions import Problem
from stations.model.reading import parts_of, plain
from stations.model.vocabulary import other_datum

Record = TypeVar("Record", bound=BaseModel)

COUNTS = frozenset({"capacity", "daily_visits", "area_m2"})
_SEVERAL = frozenset({"facilities", "groups", "kinds"})
SPARED = COUNTS | _SEVERAL | {"build_type", "host_type", "coord_precision"}
PLACE = ("lon", "lat", "datum")

_ABOUT = re.compile(
    r"(?:大约|大概|约|about|around|approximately|approx\.?|ca\.?|[~≈])\s*(\d.*)|(\d.*?)\s*(?:左右|上下)"
)
_LONGEST = 20


def about(cell: str) -> str | None:
    """Return the number of a cell that says “about”: 约20人, 20左右; ``None`` for any other."""
    text = unicodedata.normalize("NFKC", plain(cell)).casefold() if len(cell) <= _LONGEST else ""
    found = _ABOUT.fullmatch(text)
    return found and (found[1] or found[2])


def made(
    model: type[Record], stated: Mapping[str, Any], *, context: Mapping[str, Any], spare: Mapping[str, str] | None
) -> tuple[Record | None, list[Problem]]:
    """Return the record that a row makes, or ``None`` and what is wrong with it.

    Where there are headers to `spare` under (field → header), cells that are `spared` are left out.
    """
    problems: list[Problem] = []
    for _try in ("whole", "spared"):
        try:
            return model.model_validate(stated, context=dict(context)), []
        except ValidationError as error:
            problems += _problems(error)
        less = None if spare is None else spared(model, stated, dict(problems), headers=spare)
        if less is None:
            break
        stated = less
    return None, problems


def _problems(error: ValidationError) -> list[Problem]:
    return [
        (str(problem.get("ctx", {}).get("field") or problem["loc"][0]), problem["msg"])
        for problem in error.errors(include_url=False, include_input=False)
    ]


def spared(
    model: type[BaseModel], stated: Mapping[str, Any], unread: Collection[str], *, headers: Mapping[str, str]
) -> dict[str, Any] | None:
    """Return a row without what of it cannot be read; ``None`` where that is nothing to be spared.

    Parameters
    ----------
    model
        What the row is to become; one that keeps no other columns (``extra``) spares nothing.
    stated
        Field → cell.
    unread
        The fields whose cells cannot be read.
    headers
        Field → header.
    """
    elsewhere = other_datum(str(stated.get("datum", ""))) is not None and headers.keys() >= set(PLACE)
    places = set(PLACE) if elsewhere and "datum" in unread else set()
    if "extra" not in model.model_fields or not set(unread) <= SPARED | places:
        return None
    known = {field: cell for field, cell in stated.items() if field not in places | {"extra"}}
    kept = {field: plain(stated[field]) for field in PLACE if field in places and field in stated}
    for field in sorted(set(unread) - places):
        left, kept[field] = _parted(model, field, known.pop(field))
        known |= {field: left} if left else {}
    beside = {headers[field]: text for field, text in kept.items() if text}
    return known | ({"extra": {**stated.get("extra", {}), **beside}} if beside or "extra" in stated else {})


def _parted(model: type[BaseModel], field: str, cell: Any) -> tuple[str | None, str]:
    """Return what of a cell can be read, and the text of what cannot."""
    text = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
    if field in COUNTS and (number := about(text)) and _reads(model, field, number):
        return number, ""
    if field not in _SEVERAL or not isinstance(cell, str):
        return None, plain(text)
    parts = [part for part in map(plain, parts_of(text)) if part]
    read = [part for part in parts if _reads(model, field, part)]
    return "、".join(read), "、".join(part for part in parts if part not in read)


def _reads(model: type[BaseModel], field: str, cell: str) -> bool:
    try:
        model.model_validate({"name": "-", field: cell})
    except ValidationError:
        return False
    return True
