"""What somebody has begun to enter, kept until it is saved or discarded: it outlives the page, and the sign-in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stations.model.accounts import Right
from stations.model.settings import Settings
from stations.planning.access.accounts import open_accounts
from stations.planning.access.rights import require
from stations.planning.records.entering import Draft


@dataclass(frozen=True)
class Unfinished:
    """A draft that was neither saved nor discarded, and when it was last touched (UTC).

    `about` is what was answered about the save: `since` (a day), `document`, `why`; and what is not whole yet: `hours`.
    """

    submission: str
    draft: Draft
    touched_at: dt.datetime
    about: Mapping[str, Any]


def keep(settings: Settings, submission: str, draft: Draft, *, about: Mapping[str, Any]) -> None:
    """Keep a draft of the user's with what was answered about its save. Raises `NotAllowed`, `RegisterUnavailable`."""
    require(settings, Right.EDIT)
    row = {
        "submission": submission,
        "who": settings.user.name,
        "kind": draft.kind,
        "record": draft.key,
        "version": draft.version,
        "entered": dict(draft.values),
        "photos": list(draft.photos),
        "about": {name: str(answer) for name, answer in about.items() if answer},
    }
    open_accounts(settings.database).keep_draft(row, at=dt.datetime.now(dt.UTC))


def drop(settings: Settings, submission: str) -> None:
    """Forget a draft of the user's. Raises `RegisterUnavailable`."""
    open_accounts(settings.database).drop_draft(submission, settings.user.name)


def unfinished(settings: Settings) -> list[Unfinished]:
    """Return the drafts of the user, the last touched first."""
    return [
        Unfinished(
            row["submission"],
            Draft(row["kind"], row["entered"], row["record"], row["version"], tuple(row["photos"] or ())),
            dt.datetime.fromisoformat(row["touched_at"]),
            _answers(row["about"] or {}),
        )
        for row in open_accounts(settings.database).drafts(settings.user.name)
    ]


def _answers(kept: Mapping[str, str]) -> dict[str, Any]:
    return {name: dt.date.fromisoformat(text) if name == "since" else text for name, text in kept.items()}
