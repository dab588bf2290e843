"""The ledger of a record's life: every turn with its day, reason and document, as it is known now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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

    An honour is awarded when the tier rises and withdrawn when it falls: a station's tier is its highest honour. A
    status says its own reason and document; of anything else they are those of the revision that wrote it. What was
    corrected is told as it is known now; `edit.history` tells how it came to be known.

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


def _lives(log: DataFrame) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Return for each record the entry of the log that says what holds from a day on, days ascending."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    entries: list[Any] = log.to_dict("records")
    for entry in entries:  # newest first: what was written last about a day stands
        found.setdefault(entry["record"], {}).setdefault(entry["since"], entry)
    return {record: dict(sorted(life.items())) for record, life in found.items()}


def _turns(record: str, life: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    before: dict[str, Any] | None = None
    for since, entry in life.items():
        after = entry["after"]
        own = {"record": record, "name": (after or before or {}).get("name"), "since": since}
        own |= {name: entry[name] for name in ("revision", "who")}
        written = {"reason": entry["why"], "document_no": entry["document_no"]}
        for turn in _between(before, after):
            said = {"reason": after.get("status_reason"), "document_no": after.get("document_no")} if after else {}
            told = {name: said.get(name) or written[name] for name in written}
            yield {**own, **turn, **(told if turn["turn"] == "status" else written)}
        before = after


def _between(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Yield what is different between two states of a record, as far as its life is concerned."""

    def turn(what: Turn, field: str | None = None) -> dict[str, Any]:
        was, is_now = ((state or {}).get(field) if field else None for state in (before, after))
        return {"turn": what, "was": was, "is_now": is_now}

    if before is None and after is not None:
        yield turn("entered", "status")
    if before is not None and after is None:
        yield turn("taken out", "status")
    if before and after and before.get("status") != after.get("status"):
        yield turn("status", "status")
    ranks = [Tier((state or {}).get("tier", Tier.NONE)).rank for state in (before, after)]
    if after and ranks[0] != ranks[1]:
        yield turn("awarded" if ranks[1] < ranks[0] else "withdrawn", "tier")
    if before and after and any(before.get(axis) != after.get(axis) for axis in ("lon", "lat")):
        yield turn("moved")
