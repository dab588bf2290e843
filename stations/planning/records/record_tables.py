"""What is around a record, and what happened to it, as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stations.model import numbers
from stations.model.labels import label_of
from stations.model.language import current_language, mark
from stations.model.language import gettext as _
from stations.model.schema import Kind
from stations.planning.coverage.show import Figure
from stations.planning.records.around import Served

if TYPE_CHECKING:
    from pandas import DataFrame

TURNS: Mapping[str, str] = {
    "entered": mark("came into the register"),
    "status": mark("status"),
    "awarded": mark("honour awarded"),
    "withdrawn": mark("honour withdrawn"),
    "moved": mark("moved"),
    "taken out": mark("taken out"),
}
KINDS: Mapping[Kind, str] = {"station": mark("Station"), "base": mark("Activity base")}


def served_figures(served: Served, *, radius_m: float) -> list[Figure]:
    """Return in figures whom a record reaches, and who hangs on it."""
    language, radius = current_language(), numbers.stated(radius_m)
    within = _("People within {radius} of it.").format(radius=radius)
    figures = [Figure(group.label(language), numbers.people(count), within) for group, count in served.within.items()]
    label, counts = _("Depend on it alone"), _("People within {radius} of it and of no other station.")
    if not served.counts:
        label, counts = _("Would be newly reached"), _("People within {radius} of it and of no station that counts.")
    return [*figures, Figure(label, numbers.people(served.alone), counts.format(radius=radius))]


def neighbour_table(near: DataFrame) -> DataFrame:
    """Return `around.neighbours` with words for the kinds; index: the number."""
    import pandas as pd

    columns = {
        _("Name"): near["name"].to_list(),
        _("Kind"): [_(KINDS[kind]) for kind in near["kind"]],
        _("Distance (m)"): [round(metres) for metres in near["distance_m"]],
    }
    return pd.DataFrame(columns, index=pd.Index(near["key"], name=_("Number")))


def ledger_table(turns: DataFrame) -> DataFrame:
    """Return `life.ledger` as people read it; index: the number."""
    import pandas as pd

    rows: list[Any] = turns.to_dict("records")
    columns = {
        _("Name"): [row["name"] for row in rows],
        _("Since"): [row["since"] for row in rows],
        _("What happened"): [_(TURNS[turn]) for turn in turns["turn"]],
        _("Was"): [_told(row, "was") for row in rows],
        _("Is now"): [_told(row, "is_now") for row in rows],
        _("Reason"): [row["reason"] or "" for row in rows],
        _("Document"): [row["document_no"] or "" for row in rows],
        _("Who"): [row["who"] or "" for row in rows],
        _("Revision"): [row["revision"] for row in rows],
    }
    return pd.DataFrame(columns, index=pd.Index(turns["record"], name=_("Number")))


def _told(row: Mapping[str, Any], side: str) -> str:
    field = "tier" if row["turn"] in {"awarded", "withdrawn"} else "status"
    return str(label_of("station", field, row[side], language=current_language()) or "")
