"""What locating found, as people and programs read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from stations.model import numbers
from stations.model.language import current_language, listed, mark, ngettext, sentences
from stations.model.language import gettext as _
from stations.model.privacy import masked, masked_record
from stations.model.schema import Kind
from stations.model.vocabulary import CoordSource
from stations.planning.importing.locating import Candidate, Located, LocatingPlan, Outcome, Result, Waiting

if TYPE_CHECKING:
    from pandas import DataFrame

RESULTS: Mapping[Result, str] = {
    "located": mark("placed"),
    "offered": mark("to be decided"),
    "outside": mark("outside the city"),
    "nothing": mark("not found"),
    "unasked": mark("not looked for"),
}
"""Every result in a word."""

SHOWN_AT_MOST = 5
"""How many candidates a cell names."""


def preview_table(plan: LocatingPlan) -> DataFrame:
    """Return a row for each record without an exact place, what is to be decided first; index: the number."""
    import pandas as pd

    order = ("offered", "outside", "nothing", "unasked", "located")
    outcomes = sorted(plan.outcomes, key=lambda each: order.index(each.result))
    columns = {
        _("Name"): [_name(each) for each in outcomes],
        _("Address"): [masked(each.of.row.get("address")) for each in outcomes],
        _("Result"): [_(RESULTS[each.result]) for each in outcomes],
        _("Found"): [_found(each) for each in outcomes],
        _("How to go on"): [each.reason for each in outcomes],
    }
    return pd.DataFrame(columns, index=pd.Index([each.of.key for each in outcomes], name=_("Number")), dtype=object)


def _name(outcome: Outcome) -> str:
    return str(masked_record(outcome.of.row)["name"])


def _found(outcome: Outcome) -> str:
    """Return the place that is taken, or the first ones of which one could be."""
    shown = outcome.candidates[: 1 if outcome.result == "located" else SHOWN_AT_MOST]
    return listed(_in_words(each) for each in shown)


def _in_words(place: Candidate) -> str:
    words = _("{label} ({lon}, {lat}; known to: {precision})")
    precision = place.precision.label(current_language())
    return words.format(label=masked(place.label), lon=f"{place.lon:.5f}", lat=f"{place.lat:.5f}", precision=precision)


def located_in_words(plan: LocatingPlan) -> str:
    """Return in sentences how many records got a place, how many of them one that counts, and what of the others."""
    found = [each.record for each in plan.of("located") if each.record is not None]
    roughly = sum(record.coord_source is CoordSource.AREA for record in found)
    parts = [
        ngettext("{count} record placed", "{count} records placed", len(found)).format(count=numbers.people(len(found)))
    ]
    others = [(len(plan.of(result)), _(words)) for result, words in RESULTS.items() if result != "located"]
    parts += [
        _("{count} {result}").format(count=numbers.people(count), result=words) for count, words in others if count
    ]
    stop = "." if current_language() == "en" else "。"
    words = ngettext(
        "{count} of them by its district or township alone: maps show it as approximate, and no measure counts it.",
        "{count} of them by district or township alone: maps show them as approximate, and no measure counts them.",
        roughly,
    )
    told = [words.format(count=numbers.people(roughly))] if roughly else []
    return sentences([listed(parts) + stop, *told])


def waiting_in_words(counts: Mapping[Kind, Waiting]) -> str:
    """Return how many stations and bases are not located exactly; empty where all of them are."""
    nowhere, roughly = (sum(each[part] for each in counts.values()) for part in (0, 1))
    none = ngettext("{count} record has no location.", "{count} records have no location.", nowhere)
    area = ngettext(
        "{count} record is placed by its district or township alone.",
        "{count} records are placed by their district or township alone.",
        roughly,
    )
    told = [words.format(count=numbers.people(count)) for words, count in ((none, nowhere), (area, roughly)) if count]
    return sentences(told)


def locating_document(done: Located, *, dry_run: bool, left: Mapping[Kind, Waiting]) -> dict[str, Any]:
    """Return what was located as one JSON-ready document; `left` is what `locating.waiting` counts now."""
    plan = done.plan
    return {
        "provider": plan.provider.value,
        "host": plan.host,
        "dry_run": dry_run,
        "revision": done.revision,
        "asked": plan.asked,
        "stopped": plan.stopped or None,
        **{result: len(plan.of(result)) for result in RESULTS},
        "records": [_record(each) for each in plan.outcomes],
        "rejected": [asdict(each) for each in plan.rejected],
        "left": {kind: counts._asdict() for kind, counts in left.items()},
    }


def _record(outcome: Outcome) -> dict[str, Any]:
    record = outcome.record
    return {
        "kind": outcome.of.kind,
        "number": outcome.of.key,
        "name": _name(outcome),
        "result": outcome.result,
        "reason": outcome.reason or None,
        "lon": record.lon if record else None,
        "lat": record.lat if record else None,
        "coord_source": record.coord_source if record else None,
        "coord_precision": record.coord_precision if record else None,
        "candidates": [asdict(each) | {"label": masked(each.label)} for each in outcome.candidates],
    }
