"""What the columns of a list mean: by their headers, by a decision, and by what was decided of such a list before."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stations.intake.files.table import RawTable
from stations.intake.lists.records import is_silent, meant_by
from stations.model.choices import NEW, Choices
from stations.model.errors import BadChoice
from stations.model.headers import PLACE, assigned, datum_in, field_of
from stations.model.language import current_language
from stations.model.language import gettext as _
from stations.model.privacy import masked_cell
from stations.model.schema import Kind, fields
from stations.model.settings import Settings
from stations.model.vocabulary import Datum
from stations.planning.register import open_register

_EXAMPLES, _LONGEST = 3, 40


@dataclass(frozen=True)
class Column:
    """A column of a list: its header, the field it is taken for (``None``: none), and what stands in it.

    `remembered` says that it is so because of what was decided of such a list before; `datum` is the one that the
    header of coordinates names.
    """

    header: str
    field: str | None
    remembered: bool
    datum: Datum | None
    examples: Sequence[str]


def meanings(settings: Settings, kind: Kind, table: RawTable, *, chosen: Mapping[str, str | None]) -> list[Column]:
    """Return what each column is taken for, but for those that say nothing of their own (row numbers)."""
    before = remembered(settings, kind, list(table.cells.columns))
    decided = {**before, **chosen}
    meant = meant_by(table, kind, decided)
    return [
        Column(
            header,
            meant[header],
            remembered=header in before and header not in chosen,
            datum=datum_in(header) if meant[header] in PLACE else None,
            examples=_examples(header, table.cells[header].unique().tolist()),
        )
        for header in table.cells.columns
        if header in decided or not is_silent(table, header)
    ]


def _examples(header: str, texts: Sequence[str]) -> list[str]:
    """Return the first texts of a column as everybody may see them."""
    return [masked_cell(header, text)[:_LONGEST] for text in filter(None, texts)][:_EXAMPLES]


def offered(kind: Kind) -> dict[str, str]:
    """Return what a column may be taken for: field → its name for the reader."""
    return {field: header.label(current_language()) for field, header in fields(kind).items()}


def choices_from(kind: Kind, *, columns: Sequence[str], matches: Sequence[str], left_out: Sequence[int]) -> Choices:
    """Return what was decided about a list, from texts: ``HEADER=FIELD`` and ``ROW=NUMBER`` (``ROW=new``).

    A field may be named as a header is; none keeps the column as it is. Raises `BadChoice`.
    """
    decided: dict[str, str | None] = {}
    for text in columns:
        header, sign, name = text.rpartition("=")
        decided[header] = field_of(kind, name) if name else None
        if not (sign and header) or (name and decided[header] is None):
            offered_ones = _("HEADER=FIELD, with one of the fields {fields}").format(fields=", ".join(fields(kind)))
            raise BadChoice(what=_("Column"), value=text, offered=offered_ones)
    meant: dict[int, str] = {}
    for text in matches:
        row, sign, key = text.partition("=")
        if not (row.isdecimal() and key):
            raise BadChoice(what=_("Record that a row is"), value=text, offered=_("ROW=NUMBER, or ROW=new"))
        meant[int(row)] = NEW if key == "new" else key
    return Choices(fields=decided, matches=meant, left_out=frozenset(left_out))


def remembered(settings: Settings, kind: Kind, headers: Sequence[str]) -> dict[str, str | None]:
    """Return what was decided when a list with the same headers, in whatever order, was imported last."""
    return open_register(settings.database).headings(_shape(kind, headers))


def remember(settings: Settings, kind: Kind, headers: Sequence[str], *, decided: Mapping[str, str | None]) -> None:
    """Keep what was decided of the columns of a list, where it differs from what their headers say by themselves."""
    told = {header: field for header, field in decided.items() if field != assigned(kind, headers, {})[header]}
    register, shape = open_register(settings.database), _shape(kind, headers)
    if told != register.headings(shape):
        register.keep_headings(shape, told, who=settings.user.name, at=dt.datetime.now(dt.UTC))


def _shape(kind: Kind, headers: Sequence[str]) -> str:
    """Return what tells lists with these headers, in whatever order, from others."""
    return hashlib.sha256("\n".join([kind, *sorted(headers)]).encode()).hexdigest()
