"""Proposals kept under a name: the same question opened again, and several of them counted side by side.

What is kept is where the stations would be. Whom they reach is counted anew whenever somebody looks, on the register
of then, so that what stands side by side is counted alike; how far one was from the best is of the day it was saved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from stations.model import numbers
from stations.model.accounts import Right
from stations.model.errors import BadChoice, NotGiven, StationsError
from stations.model.language import gettext as _
from stations.model.language import listed, mark
from stations.model.settings import Settings
from stations.planning.access.rights import require
from stations.planning.coverage.assess import assess
from stations.planning.publishing.downloads import provenance
from stations.planning.questions import question_from, question_words, scenario_from
from stations.planning.register import city_of, open_register
from stations.planning.siting.asked import asked, asked_for
from stations.planning.siting.proposal import Proposal
from stations.planning.siting.recommend import ways

if TYPE_CHECKING:
    from pandas import DataFrame

    from stations.analysis.whatif import Scenario
    from stations.planning.register import Holdings
    from stations.store.register import Register

LONGEST_NAME, MOST = 60, 100


@dataclass(frozen=True)
class Kept:
    """A scenario that was saved.

    Attributes
    ----------
    name, who, saved_at
        What it is called, who saved it, and when (UTC).
    wish
        What was chosen, as an address says it.
    before, after
        The question of coverage without and with its stations, in the words of `question_words`.
    sites, closed
        How many stations are new, and how many close.
    gap, proven, cost, revision
        Of the proposal when it was saved, and the revision of the register then.
    asked
        What was asked for, of `asked.asked`; empty where it was not kept yet.
    """

    name: str
    who: str
    saved_at: dt.datetime
    wish: Mapping[str, str]
    before: Mapping[str, str]
    after: Mapping[str, str]
    sites: int
    closed: int
    gap: float | None
    proven: bool
    cost: float | None
    revision: int
    asked: Mapping[str, Any] = field(default_factory=dict)


def save(settings: Settings, name: str, proposal: Proposal, *, wish: Mapping[str, str]) -> None:
    """Keep a proposal under a name, with the `wish` that an address says it by.

    Raises
    ------
    NotAllowed
        It is not for the user to do.
    BadChoice, NotGiven
        There is one of that name, there are too many, or it is no name.
    RegisterUnavailable
        It cannot be kept.
    """
    require(settings, Right.EDIT)
    name, city = " ".join(name.split()), city_of(settings).adcode
    register = open_register(settings.database)
    if not name:
        raise NotGiven(what=mark("Name of the scenario"), offered=mark("a name of 1 to 60 letters"))
    if len(name) > LONGEST_NAME or len(register.scenarios(city)) >= MOST:
        offered = mark("a name of 1 to 60 letters, for at most 100 scenarios; delete one that is not needed")
        raise BadChoice(what=mark("Name of the scenario"), value=name[:LONGEST_NAME], offered=offered)
    row = {"city": city, "name": name, "wish": dict(wish), "told": _told(proposal), "who": settings.user.name}
    _keep(register, row, at=dt.datetime.now(dt.UTC))


def _keep(register: Register, row: Mapping[str, Any], *, at: dt.datetime) -> None:
    if not register.keep_scenario(row, at=at):
        offered = mark("a name under which none is saved yet")
        raise BadChoice(what=mark("Name of the scenario"), value=row["name"], offered=offered)


def _told(proposal: Proposal) -> dict[str, Any]:
    return {
        "before": question_words(proposal.wanted.question),
        "after": question_words(proposal.question),
        "sites": len(proposal.sites),
        "closed": len(proposal.closed),
        "gap": proposal.gap if proposal.gap < float("inf") else None,
        "proven": proposal.proven,
        "cost": proposal.cost,
        "revision": proposal.before.holdings.revision,
        "asked": asked(proposal.wanted),
    }


def forget(settings: Settings, name: str) -> Kept | None:
    """Delete a scenario and return it, so that `restore` can take that back; ``None`` where there is none of that name.

    Raises `NotAllowed`, `RegisterUnavailable`.
    """
    require(settings, Right.EDIT)
    gone = next((each for each in kept(settings) if each.name == name), None)
    open_register(settings.database).forget_scenario(city_of(settings).adcode, name)
    return gone


def restore(settings: Settings, gone: Kept) -> None:
    """Keep a scenario again that was deleted, as it was. Raises as `save`: its name may be in use by now."""
    require(settings, Right.EDIT)
    told = {name: getattr(gone, name) for name in _TOLD}
    row = {"city": city_of(settings).adcode, "name": gone.name, "wish": dict(gone.wish), "told": told, "who": gone.who}
    _keep(open_register(settings.database), row, at=gone.saved_at)


_TOLD = ("before", "after", "sites", "closed", "gap", "proven", "cost", "revision", "asked")
"""What is kept of a proposal beside its wish."""


def kept(settings: Settings) -> list[Kept]:
    """Return the scenarios of the city, the oldest first."""
    rows = open_register(settings.database).scenarios(city_of(settings).adcode)
    return [
        Kept(row["name"], row["who"], dt.datetime.fromisoformat(row["saved_at"]), row["wish"], **row["told"])
        for row in rows
    ]


def scenario_named(settings: Settings, text: str) -> Scenario | None:
    """Return the scenario that was saved under a name, or that an address says. Raises `BadChoice`."""
    saved = {each.name: each.after.get("scenario", "") for each in kept(settings)}
    try:
        return scenario_from(saved.get(text, text))
    except BadChoice as error:
        offered = listed(
            [
                *(saved or [_("the name of a saved scenario (there is none)")]),
                _("a scenario as a link of the page says it"),
            ]
        )
        raise BadChoice(what=mark("Scenario"), value=text, offered=offered) from error


def scenario_table(settings: Settings, scenarios: Sequence[Kept], *, current: Proposal | None = None) -> DataFrame:
    """Return scenarios side by side, the `current` proposal first: whom each reaches, what it costs, how good it is."""
    import pandas as pd

    rows = [_current(current)] if current else []
    rows += [_row(settings, each) for each in scenarios]
    table = pd.DataFrame(rows).set_index(_("Scenario"))
    unpaid = [] if table[_("Cost")].notna().any() else [_("Cost"), _("Cost per person")]
    return table.drop(columns=unpaid)


def about_scenarios(held: Holdings) -> str:
    """Return what stands in every row of `scenario_table` when it leaves the app: of which day its numbers are."""
    words = _("People and distances of every scenario are counted anew; gap and proof are of the day it was saved")
    return provenance(held, words)


class _Counted(NamedTuple):
    """What is counted anew of a scenario: people, a share, and metres (NaN: not known)."""

    newly: float | None = None
    share: float | None = None
    mean_m: float = np.nan
    farthest_m: float = np.nan


def _current(proposal: Proposal) -> dict[str, object]:
    told = Kept(_("As it is on this page"), "", dt.datetime.now(dt.UTC), {}, **_told(proposal))
    counts = _Counted(proposal.newly_covered, proposal.share, proposal.mean_m, proposal.farthest_m)
    return {**_facts(told, counts), _("Saved by"): "", _("Saved on"): ""}


def _row(settings: Settings, told: Kept) -> dict[str, object]:
    try:
        before, after = (assess(settings, question_from(words)) for words in (told.before, told.after))
    except StationsError:  # a station that it closes is no more, say: it can be opened, and asked anew
        counts = _Counted()
    else:
        newly, share = after.covered - before.covered, after.covered / after.total if after.total else None
        far = ways(after.nearest["distance_m"], after.demand["people"]) if after.nearest is not None else ()
        counts = _Counted(newly, share, *far)
    saved = {_("Saved by"): told.who, _("Saved on"): told.saved_at.astimezone().date().isoformat()}
    return {**_facts(told, counts), **saved}


def _facts(told: Kept, counts: _Counted) -> dict[str, object]:
    newly, share = counts.newly, counts.share
    per_person = told.cost / newly if told.cost is not None and newly else None
    mean_m, farthest_m = (None if np.isnan(metres) else float(round(metres)) for metres in counts[2:])
    return {
        _("Scenario"): told.name,
        _("Asked for"): asked_for(told.asked),
        _("New stations"): told.sites,
        _("Newly covered people"): None if newly is None else float(round(newly)),
        _("Within reach (%)"): None if share is None else round(100 * share, 1),
        _("Mean distance (m)"): mean_m,
        _("Longest way (m)"): farthest_m,
        _("Radius"): numbers.stated(float(told.before["radius"])),
        _("Stations that close"): told.closed,
        _("Gap (%)"): None if told.gap is None else round(100 * told.gap, 2),
        _("Proven"): _("yes") if told.proven else _("no"),
        _("Cost"): told.cost,
        _("Cost per person"): None if per_person is None else round(per_person, 2),
        _("Revision"): told.revision,
    }
