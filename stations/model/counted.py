"""What a figure of a text counts, in the words of the register."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from stations.model.schema import Kind
from stations.model.vocabulary import BaseKind, Status, Tier

Change = Literal["added", "delisted", "upgraded", "honoured", "grown", "shrunk"]
CHANGES: tuple[Change, ...] = get_args(Change)

Doubt = Literal["unsaid", "other", "reach", "share", "plan", "elsewhere", "qualified"]
"""Why a figure cannot be checked whatever the register holds: what it counts is not said, or is something else."""

_PARTS = ("tier", "base_kind", "place", "change")


@dataclass(frozen=True)
class Counted:
    """Stations or bases, of them those of a tier, a kind, a place (a division's adcode, a union's code), a status.

    `change` is what came or went in a span of time, instead of what stands on a day.
    """

    kind: Kind
    tier: Tier | None = None
    base_kind: BaseKind | None = None
    place: str | None = None
    status: Status | None = None
    change: Change | None = None

    def within(self, whole: Counted) -> Counted:
        """Return a part with what the whole says of all its parts."""
        names = ("tier", "base_kind", "place", "status", "change")
        return replace(self, **{name: getattr(self, name) or getattr(whole, name) for name in names})

    def contradicts(self, whole: Counted) -> bool:
        """Return whether both say of one thing that it is another."""
        pairs = [(getattr(self, name), getattr(whole, name)) for name in _PARTS]
        return any(own and its and own != its for own, its in pairs)

    def is_narrower(self, whole: Counted) -> bool:
        """Return whether this says something that the whole does not."""
        return any(getattr(self, name) and not getattr(whole, name) for name in _PARTS)
