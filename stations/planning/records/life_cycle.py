"""What another status does to what was said of the one before: one rule for form, command line, bulk and import."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from stations.intake.doctor.findings import Finding
from stations.model.language import current_language
from stations.model.language import gettext as _
from stations.model.reading import several, term
from stations.model.schema import fields
from stations.model.vocabulary import CoordSource, Honour, Status, Tier

OF_A_STATUS = ("status_on", "status_reason", "document_no")
"""Fields that speak of the status a record has: with another one, what they said is over."""

_PLACE = ("lon", "lat")
_OF_A_PLACE = ("coord_source", "coord_precision")


def going_on(known: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of a record and goes on when `stated` is said of it; both by field, as text or dumped.

    Where another status is stated, the date, reason and document of the one before are over: unless others are stated
    with it, it holds from the day on which it is written. Where a tier is stated, of the honours beside it those go on
    that are lower. Where a place is stated of a record that was placed by its
    township or district alone, it is not placed so any more.
    """
    over: tuple[str, ...] = OF_A_STATUS if "status" in stated and _status(stated) != _status(known) else ()
    if known.get("coord_source") == CoordSource.AREA and _elsewhere(known, stated):
        over = (*over, *_OF_A_PLACE)
    kept = {field: value for field, value in known.items() if field not in over}
    if "tier" in stated and kept.get("other_honours"):
        kept["other_honours"] = _lower_honours(kept["other_honours"], stated["tier"])
    return kept


def _lower_honours(honours: Any, tier: object) -> Any:
    """Return of the honours beside the tier (text or dumped) those that are lower than a `tier` that is stated."""
    if isinstance(honours, str) and honours.startswith("["):
        return json.dumps(_lower_honours(json.loads(honours), tier))
    try:
        highest = Tier(term(Tier)(tier) or Tier.NONE)
        lower = [str(each) for each in several(Honour)(honours) if Tier(each).rank > highest.rank]
    except PydanticCustomError:  # one of them is none, which is said where the record is judged
        return honours
    return "、".join(lower) if isinstance(honours, str) else lower


def without_stale_place(known: Mapping[str, Any], stated: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what is `stated` of a record (dumped), but for what an export said of a place that was corrected since.

    Whoever writes exact coordinates over those of a district need not know that two more columns speak of them.
    """
    left = known.get("coord_source") == stated.get("coord_source") == CoordSource.AREA and _elsewhere(known, stated)
    return {name: value for name, value in stated.items() if not (left and name in _OF_A_PLACE)}


def _elsewhere(known: Mapping[str, Any], stated: Mapping[str, Any]) -> bool:
    return any(axis in stated and str(stated[axis]) != str(known.get(axis)) for axis in _PLACE)


def doubts(
    known: Mapping[str, Any], after: Mapping[str, Any], *, row: int, headers: Mapping[str, str]
) -> list[Finding]:
    """Return what is odd about a record (dumped) that is given another status than was `known`.

    That it states the day of the one before, since which it would hold, or an earlier one; or that it has moved, and is
    where it was.
    """
    if "status" not in after or after["status"] == known.get("status"):
        return []
    found, language = [], current_language()
    since = after.get("status_on")
    if since and since == known.get("status_on"):
        words = _("The status is another one, and its day the same as before: it will count as “{status}” since {day}.")
        message = words.format(status=Status(after["status"]).label(language), day=since)
        remedy = _("If it began on another day, correct “{column}”; left empty, it begins today.")
        remedy = remedy.format(column=fields("station")["status_on"].label(language))
        found.append(Finding(row, headers.get("status_on"), since, "warning", message, remedy, "same_status_day"))
    if since and known.get("status") and since < (known.get("status_on") or ""):
        words = _("The status is older than the one of the register, “{status}” since {day}: that one stands.")
        message = words.format(status=Status(known["status"]).label(language), day=known["status_on"])
        remedy = _("This one goes into the past of the record. If it holds now, give the day from which it does.")
        found.append(Finding(row, headers.get("status_on"), since, "warning", message, remedy, "older_status"))
    if after["status"] == Status.MOVED and "lon" in after and all(after[axis] == known.get(axis) for axis in _PLACE):
        message = _("The station has moved, and its place is the same as before: it counts as in use there.")
        remedy = _("Give the coordinates of the new place.")
        found.append(Finding(row, headers.get("lon"), str(after["lon"]), "warning", message, remedy, "moved_nowhere"))
    return found


def _status(said: Mapping[str, Any]) -> object:
    cell = said.get("status")
    try:
        return term(Status)(cell)
    except PydanticCustomError:  # no status at all, which is said where the record is judged
        return cell
