"""The ledger of a record's life: every turn with its day, reason and document, as it is known now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Literal

from stations.model.schema import Kind
from stations.model.settings import Settings
from stations.model.vocabulary import Tier
from stations.planning.register import city_of, open_register

if TYPE_CHECKING:
    from pandas import DataFrame

Turn = Literal["entered", "status", "awarded", "withdrawn", "moved", "taken out"]
COLUMNS = ("record", "name", "since", "turn", "was", "is_now", "reason", "document_no", "revision", "who")


def ledger(settings: Settings, *, key: str | None = None) -> DataFrame:
    """Return the turns in the lives of a city's stations, or of one, by day and then by number.

    A station's tier is its highest honour: one is awarded when the tier rises and withdrawn when it falls. Of another
    one, which is lower than the tier, only `is_now` says which is awarded, and `was` which is withdrawn. A status says
    its own reason and document; of anything else they are those of the revision that first said so. What was corrected
    is told as it is known now; `edit.history` tells how it came to be known.

    Parameters
    ----------
    key
        The number of a station; without one, those of all stations, also of those taken out.

    Returns
    -------
    DataFrame
        Columns `record`, `name`, `since` (the day, ISO), `turn`, `was` and `is_now` (statuses or tiers; ``None`` where
        there is none), `reason`, `document_no`, `revision` and `who` wrote it. No rows where there is no such record.
    """
    import pandas as pd

    kind: Kind = "station"
    log = open_register(settings.database).log(city_of(settings).adcode, kind=kind, record=key)
    rows = [turn for record, life in _lives(log).items() for turn in _turns(record, life)]
    rows.sort(key=lambda row: (row["since"], row["record"]))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


Entry = Mapping[str, Any]
"""A row of the log."""

Said = Callable[[Mapping[str, Any]], object]
"""What a state of a record says of a turn, beside whether the record is there at all."""


def _lives(log: DataFrame) -> dict[str, dict[str, list[Entry]]]:
    """Return for each record the entries of the log about each day from which something holds, days ascending.

    The newest first: what was written last about a day stands.
    """
    found: dict[str, dict[str, list[Entry]]] = {}
    entries: list[Any] = log.to_dict("records")
    for entry in entries:
        found.setdefault(entry["record"], {}).setdefault(entry["since"], []).append(entry)
    return {record: dict(sorted(life.items())) for record, life in found.items()}


def _turns(record: str, life: Mapping[str, Sequence[Entry]]) -> Iterator[dict[str, Any]]:
    before: dict[str, Any] | None = None
    for since, entries in life.items():
        after = entries[0]["after"]
        own = {"record": record, "name": (after or before or {}).get("name"), "since": since}
        for turn, said_by in _between(before, after):
            entry = _source(entries, said_by)
            written = {"reason": entry["why"], "document_no": entry["document_no"]}
            said = {"reason": after.get("status_reason"), "document_no": after.get("document_no")} if after else {}
            told = {name: said.get(name) or written[name] for name in written}
            own |= {name: entry[name] for name in ("revision", "who")}
            yield {**own, **turn, **(told if turn["turn"] == "status" else written)}
        before = after


def _source(entries: Sequence[Entry], said: Said) -> Entry:
    """Return the entry that first said what is said of a day since then: later ones told something else about it."""

    def what(entry: Entry) -> tuple[object, ...]:
        after = entry["after"]
        return after is None, said(after or {})

    return list(takewhile(lambda entry: what(entry) == what(entries[0]), entries))[-1]


def _between(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Iterator[tuple[dict[str, Any], Said]]:
    """Yield what is different between two states of a record, as far as its life is concerned, and what says so."""

    def turn(what: Turn, field: str | None = None) -> dict[str, Any]:
        was, is_now = ((state or {}).get(field) if field else None for state in (before, after))
        return {"turn": what, "was": was, "is_now": is_now}

    if before is None and after is not None:
        yield turn("entered", "status"), partial(_values, ())
    if before is not None and after is None:
        yield turn("taken out", "status"), partial(_values, ())
    if before and after and before.get("status") != after.get("status"):
        yield turn("status", "status"), partial(_values, ("status",))
    ranks = [Tier((state or {}).get("tier", Tier.NONE)).rank for state in (before, after)]
    if after and ranks[0] != ranks[1]:
        yield turn("awarded" if ranks[1] < ranks[0] else "withdrawn", "tier"), partial(_values, ("tier",))
    if after:
        yield from _others(before or {}, after)
    if before and after and any(before.get(axis) != after.get(axis) for axis in ("lon", "lat")):
        yield turn("moved"), partial(_values, ("lon", "lat"))


def _values(fields: Sequence[str], state: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(state.get(field) for field in fields)


def _others(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Said]]:
    """Yield the honours beside the tier that came or went; one that was the tier, or is, did neither."""
    held, holds = ([*state.get("other_honours", []), state.get("tier")] for state in (before, after))
    for honour in after.get("other_honours", []):
        if honour not in held:
            yield {"turn": "awarded", "was": None, "is_now": honour}, partial(_holds, honour)
    for honour in before.get("other_honours", []):
        if honour not in holds:
            yield {"turn": "withdrawn", "was": honour, "is_now": None}, partial(_holds, honour)


def _holds(honour: str, state: Mapping[str, Any]) -> bool:
    return honour in state.get("other_honours", [])
