"""What somebody has begun to enter, kept until it is saved or discarded: it outlives the page, and the sign-in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from stations.model.accounts import Right
from stations.model.settings import Settings
from stations.planning.accounts import open_accounts
from stations.planning.edit import Draft
from stations.planning.rights import require


@dataclass(frozen=True)
class Unfinished:
    """A draft that was neither saved nor discarded, and when it was last touched (UTC)."""

    submission: str
    draft: Draft
    touched_at: dt.datetime


def keep(settings: Settings, submission: str, draft: Draft) -> None:
    """Keep a draft of the user's. Raises `NotAllowed`, `RegisterUnavailable`."""
    require(settings, Right.EDIT)
    row = {
        "submission": submission,
        "who": settings.user.name,
        "kind": draft.kind,
        "record": draft.key,
        "version": draft.version,
        "entered": dict(draft.values),
        "photos": list(draft.photos),
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
        )
        for row in open_accounts(settings.database).drafts(settings.user.name)
    ]
