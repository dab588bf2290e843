"""What a figure of a text counts, in the words of the register."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from stations.model.schema import Kind
from stations.model.vocabulary import BaseKind, Status, Tier

Change = Literal["added", "delisted", "upgraded", "honoured", "grown", "shrunk"]
CHANGES: tuple[Change, ...] = get_args(Change)

Doubt = Literal[
    "unsaid",
    "other",
    "reach",
    "share",
    "plan",
    "denied",
    "elsewhere",
    "qualified",
    "several",
    "vague",
    "unread",
    "times",
    "rough",
]
"""Why a figure cannot be checked whatever the register holds: what it counts is not said, or is something else."""

_PARTS = ("tier", "base_kind", "place", "status", "change")


@dataclass(frozen=True)
class Counted:
    """Stations or bases, of them those of a tier, a kind, a place (a division's adcode, a union's code), a status.

    `union` says that the place is the union of the division, whose records lie elsewhere in part.
    `change` is what came or went in a span of time, instead of what stands on a day.
    """

    kind: Kind
    tier: Tier | None = None
    base_kind: BaseKind | None = None
    place: str | None = None
    status: Status | None = None
    change: Change | None = None
    union: bool = False

    def within(self, whole: Counted) -> Counted:
        """Return a part with what the whole says of all its parts."""
        names = ("tier", "base_kind", "place", "status", "change")
        own = {name: getattr(self, name) or getattr(whole, name) for name in names}
        return replace(self, **own, union=self.union if self.place else whole.union)

    def like(self, before: Counted | None) -> Counted:
        """Return this with the change of what is listed before it, where both are alike: 新增省级2个，市级10个."""
        names = ("tier", "base_kind", "place")
        listed = any(getattr(self, name) for name in names) and before is not None and self.kind == before.kind
        if self.change or not listed or not before or {before.change} & {None, "grown", "shrunk"}:
            return self
        alike = all(bool(getattr(self, name)) == bool(getattr(before, name)) for name in names)
        return replace(self, change=before.change) if alike else self

    def contradicts(self, whole: Counted) -> bool:
        """Return whether both say of one thing that it is another."""
        pairs = [(getattr(self, name), getattr(whole, name)) for name in _PARTS]
        return any(own and its and own != its for own, its in pairs)

    def is_narrower(self, whole: Counted) -> bool:
        """Return whether this says something that the whole does not."""
        return any(getattr(self, name) and not getattr(whole, name) for name in _PARTS)
