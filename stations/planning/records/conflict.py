"""Two corrections of one record, put together part by part: what only one of them changed, and what both did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from stations.model.language import current_language, mark
from stations.model.language import gettext as _
from stations.model.schema import fields
from stations.model.settings import Settings
from stations.planning.records.edit_tables import draft_value, photos_in_words
from stations.planning.records.entering import Draft, as_it_was, newer
from stations.planning.records.life_cycle import OF_A_STATUS

if TYPE_CHECKING:
    from pandas import DataFrame

Side = Literal["mine", "theirs"]
TOGETHER: Mapping[str, tuple[str, ...]] = {
    "lon": ("lon", "lat", "datum", "source_lon", "source_lat", "source_datum", "coord_source", "coord_precision"),
    "status": ("status", *OF_A_STATUS),
}
"""What says where a record is goes together, and what tells its status: half of one and half of another is a third."""
SIDES: Mapping[Side, str] = {"theirs": mark("as it is now"), "mine": mark("what you have entered")}


@dataclass(frozen=True)
class Conflict:
    """What was entered (`mine`), what somebody else has saved meanwhile (`theirs`), and both had before them (`base`).

    A part is the name of a field, a key of `TOGETHER` for all that goes together, ``photos`` for the photos. Without a
    base, which a register of old may not know, every part in which the two differ is contested.
    """

    mine: Draft
    theirs: Draft
    base: Draft | None

    @cached_property
    def parts(self) -> list[str]:
        """The parts in which the two differ, in the order of the form."""
        return [part for part in self._all if self._said(self.mine, part) != self._said(self.theirs, part)]

    @cached_property
    def contested(self) -> list[str]:
        """The parts that both have changed, each in another way: they have to be chosen."""
        return [part for part in self.parts if self.changed_by(part) is None]

    def changed_by(self, part: str) -> Side | None:
        """Return who alone has changed a part; ``None`` where both have, or nobody knows."""
        if self.base is None:
            return None
        before = self._said(self.base, part)
        mine, theirs = self._said(self.mine, part) != before, self._said(self.theirs, part) != before
        return None if mine and theirs else "mine" if mine else "theirs"

    def together(self, chosen: Mapping[str, Side]) -> Draft:
        """Return the record as it is now with what only I have changed, and what is `chosen` of the contested parts.

        It is saved on top of the other's version. A contested part that is not chosen stays as it is now.
        """
        mine = {part for part in self.parts if (self.changed_by(part) or chosen.get(part, "theirs")) == "mine"}
        values = dict(self.theirs.values)
        for name in (name for part in mine for name in _fields(part)):
            values.pop(name, None)
            if name in self.mine.values:
                values[name] = self.mine.values[name]
        photos = self.mine.photos if "photos" in mine else self.theirs.photos
        return replace(self.theirs, values=values, photos=photos)

    @cached_property
    def _all(self) -> list[str]:
        drafts = [draft for draft in (self.theirs, self.mine, self.base) if draft]
        names = dict.fromkeys(name for draft in drafts for name in draft.values)
        first = {name: part for part, group in TOGETHER.items() for name in group}
        ordered = [name for name in (*fields(self.mine.kind), *names) if name in names]
        return [*dict.fromkeys(first.get(name, name) for name in ordered), "photos"]

    def _said(self, draft: Draft, part: str) -> Any:
        return draft.photos if part == "photos" else tuple(draft.values.get(name, "") for name in _fields(part))


def conflict_of(settings: Settings, draft: Draft) -> Conflict | None:
    """Return what is in the way of saving a draft: that somebody else saved the record since; else ``None``.

    Raises `UnknownRecord` where it was taken out meanwhile.
    """
    theirs = newer(settings, draft)
    return Conflict(draft, theirs, as_it_was(settings, draft)) if theirs else None


def conflict_table(conflict: Conflict, chosen: Mapping[str, Side]) -> DataFrame:
    """Return a row for each part in which the two differ, with which of them it goes on."""
    import pandas as pd

    columns = {
        _("As it is now"): [told(conflict.theirs, part) for part in conflict.parts],
        _("What you have entered"): [told(conflict.mine, part) for part in conflict.parts],
        _("Goes on with"): [_goes_on(conflict.changed_by(part) or chosen.get(part)) for part in conflict.parts],
    }
    labels = [label(conflict.mine, part) for part in conflict.parts]
    return pd.DataFrame(columns, index=pd.Index(labels, name=_("Field")), dtype=object)


def label(draft: Draft, part: str) -> str:
    """Return what a part is called; a column of a list that is no field, by its header."""
    if part in {"photos", "lon"}:
        return _("Photos") if part == "photos" else _("Place")
    known = fields(draft.kind)
    return known[part].label(current_language()) if part in known else part


def told(draft: Draft, part: str) -> str:
    """Return what a draft says in a part, as people read it."""
    if part == "photos":
        return photos_in_words(draft.photos)
    return " ".join(text for name in _fields(part) if (text := draft_value(draft, name)))


def _fields(part: str) -> tuple[str, ...]:
    return TOGETHER.get(part, (part,))


def _goes_on(side: Side | None) -> str:
    return _("to be chosen") if side is None else _(SIDES[side])
