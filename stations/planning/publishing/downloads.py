"""What leaves the app: each table says in every row what it is of, and the audit keeps who took what."""

from __future__ import annotations

import datetime as dt
import logging
from functools import lru_cache
from typing import TYPE_CHECKING

from stations.model.accounts import Right
from stations.model.language import gettext as _
from stations.model.language import sentences
from stations.model.settings import Settings
from stations.planning.access.accounts import EXPORTED, note
from stations.planning.access.rights import require
from stations.planning.coverage.show import stop
from stations.planning.register import Holdings, writable

if TYPE_CHECKING:
    from pandas import DataFrame

_LOG = logging.getLogger(__name__)


def handed_out(settings: Settings, name: str) -> None:
    """Keep in the audit that something was handed out; where nothing can be written, in the log of the server.

    Raises `NotAllowed`.
    """
    require(settings, Right.EXPORT)
    if writable(settings):
        note(settings, EXPORTED, about=name)
    else:
        _LOG.warning("%s exported %s", settings.user.name, name)


@lru_cache(maxsize=4096)
def fetched(settings: Settings, name: str, *, day: dt.date) -> None:  # noqa: ARG001 - a day is part of the key
    """Keep that something was fetched from its address, the first time on a day. Raises `NotAllowed`.

    A picture in a page, or a layer of QGIS, is fetched again and again.
    """
    handed_out(settings, name)


def table_file(settings: Settings, table: DataFrame, *, name: str) -> bytes:
    """Return a table as somebody takes it with him: as CSV. Raises `NotAllowed`."""
    handed_out(settings, name)
    return csv_of(table)


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
