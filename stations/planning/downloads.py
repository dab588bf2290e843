"""Tables as they leave the app: each says in every row what it is of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stations.model.language import gettext as _
from stations.model.language import sentences
from stations.planning.register import Holdings
from stations.planning.show import stop

if TYPE_CHECKING:
    from pandas import DataFrame


def provenance(held: Holdings, *said: str) -> str:
    """Return what stands in every row of a table that leaves the app: what it says, of which data, made up or not."""
    made_up = [_("Demonstration data")] if held.demonstration else []
    dated = _("Data as of {date}, revision {revision}").format(date=held.data_date, revision=held.revision)
    return sentences([words.rstrip(".。") + stop() for words in (*made_up, *said, dated)])


def told(table: DataFrame, about: str) -> DataFrame:
    """Return a table that says in its last column what it is of, see `provenance`."""
    return table.assign(**{_("Basis"): about})


def csv_of(table: DataFrame) -> bytes:
    """Return a table with its index as CSV that opens right in Excel."""
    from stations.output.tables import csv_bytes

    return csv_bytes(table.reset_index())
