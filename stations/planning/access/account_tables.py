"""Accounts and the audit, as people read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.planning.records.edit_tables import office_zone
from stations.planning.register import city_of, union_label

if TYPE_CHECKING:
    from pandas import DataFrame

    from stations.store.accounts import Account


def account_table(settings: Settings, accounts: Sequence[Account]) -> DataFrame:
    """Return a row for each account: what it may do, for which union, and whether it may sign in.

    Where somebody has signed in through an identity provider, a column says to which of its subjects each is bound.
    """
    import pandas as pd

    columns = {
        _("Role"): [each.role.label(settings.language) for each in accounts],
        _("Union"): [union_label(settings, each.union) if each.union else _("all") for each in accounts],
        _("Open"): [_("yes") if each.active else _("no") for each in accounts],
        _("First password"): [_("not changed yet") if each.must_change else "" for each in accounts],
    }
    if any(each.subject for each in accounts):
        columns[_("Bound to")] = [each.subject or "" for each in accounts]
    return pd.DataFrame(columns, index=pd.Index([each.name for each in accounts], name=_("Name")), dtype=object)


def audit_table(lines: DataFrame) -> DataFrame:
    """Return the lines of the audit with headers and words in the reader's language, times as in the history."""
    import pandas as pd

    zone = office_zone()
    columns = {
        _("Who"): lines["who"].tolist(),
        _("What happened"): [_(what) for what in lines["what"]],
        _("About"): [about or "" for about in lines["about"]],
        _("Address"): [address or "" for address in lines["address"]],
    }
    times = [dt.datetime.fromisoformat(at).astimezone(zone) for at in lines["at"]]
    at = pd.Index([f"{time:%Y-%m-%d %H:%M:%S}" for time in times], name=_("When ({zone})").format(zone=zone))
    return pd.DataFrame(columns, index=at, dtype=object)


def unions(settings: Settings) -> dict[str, str]:
    """Return the county-level unions of the city: code → name."""
    return {union.code: union.label(settings.language) for union in city_of(settings).unions}


def password_in_words(name: str, password: str) -> str:
    """Return the words that show a first password, once."""
    words = _("{name} may sign in with this password, shown only now: {password} It has to be changed then.")
    return words.format(name=name, password=password)
