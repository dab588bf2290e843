"""From a table to records: which header means which field, which rows are accepted, and why the others are not."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
from pydantic import BaseModel

from stations.intake.files.asides import ROW_NUMBERS
from stations.intake.files.table import GEOMETRY, Flaw, RawTable
from stations.intake.lists.positions import Pair, Problem, settled
from stations.intake.lists.spared import made
from stations.intake.lists.vague_days import is_day
from stations.model.errors import BadFile
from stations.model.headers import assigned, datum_in, field_of, meaning
from stations.model.language import gettext as _
from stations.model.language import listed, mark, sentences
from stations.model.reading import plain
from stations.model.schema import DAYS, IDENTIFIERS, RECORDS, Kind, Place, entering, fields
from stations.model.vocabulary import Datum, folded

Record = TypeVar("Record", bound=BaseModel)

DERIVED: Mapping[str, str] = {"division": r"(?:\d{6})?", "demonstration": r"(?:true|false)?"}
"""Properties that our own exports add, both of them, and how their texts look; they follow from the fields."""
CHECKED = frozenset({"体检结果", "check-upresult"})
"""Header, as it is compared, of the column in which a checked sheet says what was found in each row."""
STRUCTURED = frozenset({"facilities", "groups", "kinds", "other_honours"})
"""Fields that a GeoJSON file may give as a list or an object."""
EXTRA = "extra"


@dataclass(frozen=True)
class Rejection:
    """A row that was not accepted: where its first problem is, and all its problems in words.

    `row` is the row as Excel shows it (or the number of the GeoJSON feature), `column` the header as the file has it,
    `value` the text in that cell; ``None`` where the problem is in no one column.
    """

    row: int
    column: str | None
    value: str | None
    reason: str


@dataclass(frozen=True)
class Columns:
    """What the columns of a file are taken for.

    `fields`: header → field; `extra`: headers that are kept as they are; `ignored`: headers that are left out because
    they say nothing of their own (row numbers, what our exports derive). `datum`: the one that the headers of the
    coordinates name.
    """

    fields: Mapping[str, str]
    extra: tuple[str, ...]
    ignored: tuple[str, ...]
    datum: Datum | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Field → header."""
        return {field: header for header, field in self.fields.items()}

    @property
    def all(self) -> list[str]:
        """Every header of the file."""
        return [*self.fields, *self.extra, *self.ignored]


@dataclass(frozen=True)
class Batch:
    """The records of a file, ``rows[i]`` the row of ``records[i]``; each row is accepted or rejected, none is lost."""

    kind: Kind
    file: str
    columns: Columns
    rows: tuple[int, ...]
    records: tuple[Place, ...]
    rejected: tuple[Rejection, ...]
    notices: tuple[str, ...]

    @property
    def read(self) -> int:
        """How many rows the file has, blank ones aside: accepted and rejected."""
        return len(self.records) + len(self.rejected)


def read_records(
    table: RawTable,
    kind: Kind,
    *,
    datum: Datum | None,
    chosen: Mapping[str, str | None] = MappingProxyType({}),
    by_hand: bool = False,
) -> Batch:
    """Return the records in a table, in WGS84, and the rows that are none.

    Parameters
    ----------
    table
        A file as it is.
    kind
        What its rows are.
    datum
        The datum of coordinates whose row does not name its own; ``None`` when nobody has stated one (then it is the
        one that their headers name; GeoJSON is WGS84, other files need a column).
    chosen
        Header → the field that somebody says it means, whatever it says itself; ``None``: no field.
    by_hand
        Whether somebody is entering it just now: what is no day refuses it then. A list loses no record for that.

    Returns
    -------
    Batch
        Coordinates as given become ``source_lon``, ``source_lat`` and ``source_datum``; ``lon`` and ``lat`` are WGS84,
        rounded to 7 decimals (1 cm). Only fields that a row fills are set; unknown columns go to ``extra``, and so do
        the texts of dates that are no day (`is_day`), and of cells that are spared (`spared`), under their header.
        Rows with nothing but a row number are blank: neither accepted nor rejected. The later of two rows is rejected
        when both have the same identifier, or no identifier and the same name, address, district, union and
        coordinates.

    Raises
    ------
    BadFile
        No column for the name, or two columns for one field.
    """
    meant = meant_by(table, kind, chosen)
    counting = [header for header in table.cells.columns if header not in chosen and _only_counts(table, header, kind)]
    columns = columns_of(table, meant.__getitem__, counting)
    named = {datum_in(columns.headers[axis]) for axis in ("lon", "lat") if axis in columns.headers}
    columns = replace(columns, datum=named.pop() if len(named) == 1 else None)
    _require_name(columns, table, kind)
    accepted, rejected = judged(table, columns, RECORDS[kind], datum=datum, by_hand=by_hand)
    placed, misplaced = _placed(accepted, table, columns)
    kept, repeated = _without_repeats(placed, table, columns=columns, identifier=IDENTIFIERS[kind])
    return Batch(
        kind=kind,
        file=table.file,
        columns=columns,
        rows=tuple(kept),
        records=tuple(kept.values()),
        rejected=tuple(sorted([*rejected, *misplaced, *repeated], key=lambda rejection: rejection.row)),
        notices=(
            *table.notices,
            *map(_counts_in_words, counting),
            *_left_out_in_words(table, columns),
            *_beside_in_words(columns, kind),
        ),
    )


def meant_by(table: RawTable, kind: Kind, chosen: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return header → the field that each column is taken for: as `chosen`, else as the headers say together.

    Numbers that only count rows are no identifiers. Where a layer has points, columns of another datum are no second
    statement of the position.
    """
    drawn = GEOMETRY[0] in table.cells
    none = [each for each in table.cells.columns if _only_counts(table, each, kind) or (drawn and datum_in(each))]
    return assigned(kind, list(table.cells.columns), {**dict.fromkeys(none), **chosen})


def _beside_in_words(columns: Columns, kind: Kind) -> Iterator[str]:
    """Yield which columns are kept as they are because another one is taken for the same."""
    for header in columns.extra:
        known = meaning(kind, header)
        if known and (other := columns.headers.get(known.field)):
            words = _("“{header}” is kept as it is: “{other}” is taken for the same.")
            yield words.format(header=_shown(header), other=_shown(other))


def _left_out_in_words(table: RawTable, columns: Columns) -> Iterator[str]:
    """Yield which columns are not kept though their texts may say something."""
    for header in columns.ignored:
        texts = [text for text in map(plain, table.cells[header]) if text]
        if folded(header) in ROW_NUMBERS and not _counts(texts):
            words = _(
                "The numbers under “{header}” are taken for numbers of rows and are not kept. Give the column "
                "another name, if they mean something else."
            )
            yield words.format(header=_shown(header))
        elif folded(header) in CHECKED and texts:
            words = _("What stands under “{header}” is not kept: there a check-up says what it found.")
            yield words.format(header=_shown(header))


def _counts_in_words(header: str) -> str:
    words = _("The numbers under “{header}” only count the rows; they are not taken for identifiers of records.")
    return words.format(header=_shown(header))


def refused_if(batch: Batch, reasons: Sequence[str | None], *, field: str | None) -> Batch:
    """Return the batch with those records refused for which there is a reason, which concerns `field`."""
    refused = [
        Rejection(row, batch.columns.headers.get(field or ""), getattr(record, field) if field else None, reason)
        for row, record, reason in zip(batch.rows, batch.records, reasons, strict=True)
        if reason
    ]
    stays = [reason is None for reason in reasons]
    return replace(
        batch,
        rows=tuple(compress(batch.rows, stays)),
        records=tuple(compress(batch.records, stays)),
        rejected=tuple(sorted([*batch.rejected, *refused], key=lambda rejection: rejection.row)),
    )


def columns_of(table: RawTable, field_named: Callable[[str], str | None], counting: Collection[str] = ()) -> Columns:
    """Return what each column is taken for; those that are `counting` rows say nothing.

    Raises `BadFile` when two mean the same field.
    """
    fields: dict[str, str] = {}
    others: list[str] = []
    for header in table.cells.columns:
        field = field_named(header)
        if field is None:
            others.append(header)
        elif field in fields.values():
            first = next(name for name, known in fields.items() if known == field)
            reason = _("the headers “{first}” and “{second}” mean the same.").format(first=first, second=header)
            remedy = mark("Delete one of the two columns, or give it another header.")
            raise BadFile(file=table.file, reason=reason, remedy=remedy)
        else:
            fields[header] = field
    silent = {name for name in others if is_silent(table, name)} | set(counting)
    return Columns(
        fields,
        extra=tuple(name for name in others if name not in silent),
        ignored=tuple(name for name in others if name in silent),
    )


def _only_counts(table: RawTable, header: str, kind: Kind) -> bool:
    """Return whether a column called 编号, and no more, holds 1, 2, 3 …, as the list of every office does."""
    if plain(header) != "编号" or field_of(kind, header) != IDENTIFIERS[kind]:
        return False
    return _counts([text for text in map(plain, table.cells[header]) if text])


def _counts(texts: Sequence[str]) -> bool:
    """Return whether texts are 1, 2, 3 …."""
    return list(texts) == [str(number) for number in range(1, len(texts) + 1)]


def says_nothing(header: str) -> bool:
    """Return whether a column of this name may say nothing of its own: row numbers, and what our own files add."""
    return folded(header) in ROW_NUMBERS | DERIVED.keys() | CHECKED or header in GEOMETRY


def is_silent(table: RawTable, header: str) -> bool:
    """Return whether a column that is no field says nothing of its own, by its name and by what stands in it."""
    name, cells = folded(header), table.cells[header]
    if name in ROW_NUMBERS:
        return bool(cells.str.fullmatch(r"\s*\d{0,9}(?:\.0*)?\s*").all())
    if name in DERIVED:
        ours = DERIVED.keys() <= {folded(each) for each in table.cells.columns}
        return ours and bool(cells.str.fullmatch(DERIVED[name]).all())
    return says_nothing(header)


def judged(
    table: RawTable, columns: Columns, model: type[Record], *, datum: Datum | None, by_hand: bool = False
) -> tuple[dict[int, Record], list[Rejection]]:
    """Return the rows of a table that `model` accepts, as records by row, and the rejected ones.

    Coordinates stay as they are; their datum is the row's own, else `datum`, else the one that their headers name, else
    the one the format promises.
    """
    accepted: dict[int, Record] = {}
    now, flawed = entering(), _flaws(table, columns)
    rejected = [
        Rejection(row, flaws[0].column, _shown(flaws[0].value), _joined([flaw[1::2] for flaw in flaws]))
        for row, flaws in flawed.items()
    ]
    for row, stated in _stated(table, columns, datum or columns.datum or table.datum, by_hand=by_hand):
        if row not in flawed:
            record, problems = made(model, stated, context=now, spare=None if by_hand else columns.headers)
            if record is None:
                rejected.append(rejection(row, problems, table, columns=columns))
            else:
                accepted[row] = record
    return accepted, rejected


def rejection(row: int, problems: list[Problem], table: RawTable, *, columns: Columns) -> Rejection:
    """Return the rejection of `row` for its `problems`, with the header and the text of the first one's cell."""
    headers = dict(zip(("lon", "lat"), GEOMETRY, strict=True)) if GEOMETRY[0] in table.cells else {}
    headers |= columns.headers
    problems = sorted(problems, key=lambda problem: _place(table, headers.get(problem[0])))
    column = headers.get(problems[0][0])
    value = None if column is None else _shown(str(table.cells.at[row, column]))
    return Rejection(row, column, value, _joined([(headers.get(field), why) for field, why in problems]))


def _place(table: RawTable, header: str | None) -> int:
    """Return the position of a column; the last one for no column."""
    headers = list(table.cells.columns)
    return headers.index(header) if header in headers else len(headers)


def geometry_of(table: RawTable, rows: Collection[int]) -> Pair:
    """Return longitudes and latitudes of the geometry of `rows`; NaN where the file gives none."""
    if GEOMETRY[0] not in table.cells:
        return np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    cells = table.cells.loc[list(rows), list(GEOMETRY)].replace("", "nan").astype(np.float64)
    return cells[GEOMETRY[0]].to_numpy(), cells[GEOMETRY[1]].to_numpy()


def _require_name(columns: Columns, table: RawTable, kind: Kind) -> None:
    if "name" in columns.headers:
        return
    reason = (
        _("it has no column for the name. Its headers are: {headers}.")
        if columns.fields
        else _("none of its headers is known here: {headers}.")
    )
    found = listed(header[:40] for header in [*columns.fields, *columns.extra][:20])
    name = fields(kind)["name"]
    remedy = _("Put the headers into the first row, and call the column of the name one of these: {names}.").format(
        names=listed([name.zh, *name.aliases, name.en])
    )
    raise BadFile(file=table.file, reason=reason.format(headers=found), remedy=remedy)


def _stated(
    table: RawTable, columns: Columns, datum: Datum | None, *, by_hand: bool
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield row and field → cell of each row that says anything."""
    headers = list(table.cells.columns)
    known = [(headers.index(header), field) for header, field in columns.fields.items()]
    unknown = [(headers.index(header), header) for header in columns.extra]
    geometry = [(headers.index(h), field) for h, field in zip(GEOMETRY, ("lon", "lat"), strict=True) if h in headers]
    for row, cells in zip(table.cells.index.tolist(), table.cells.to_numpy().tolist(), strict=True):
        stated = {field: cells[position] for position, field in known if cells[position]}
        for field in STRUCTURED.intersection(stated):
            stated[field] = _structure(stated[field])
        extra = {name: text for position, name in unknown if (text := plain(cells[position]))}
        if isinstance(own := _structure(extra.get(EXTRA, "")), dict):
            del extra[EXTRA]
            extra |= {plain(name): plain(text) for name, text in own.items()}
        for field in DAYS:
            if not (by_hand or is_day(stated.get(field, ""))):
                extra[columns.headers[field]] = plain(stated.pop(field))
        stated = {field: cells[position] for position, field in geometry if cells[position]} | stated
        if "lon" in stated or "lat" in stated:
            stated.setdefault("datum", datum)
        if stated or extra:
            yield row, stated | ({EXTRA: extra} if extra else {})


def _structure(text: str) -> Any:
    """Return the list or object that a JSON text stands for, else the text itself."""
    try:
        return json.loads(text) if text.startswith(("{", "[")) else text
    except (ValueError, RecursionError):
        return text


def _flaws(table: RawTable, columns: Columns) -> dict[int, list[Flaw]]:
    found: dict[int, list[Flaw]] = {}
    for flaw in table.flaws:
        if flaw.column in GEOMETRY or flaw.column not in columns.ignored:
            found.setdefault(flaw.row, []).append(flaw)
    return found


def _joined(problems: Sequence[tuple[str | None, str]]) -> str:
    """Return all reasons; with more than one, each after its column."""
    if len(problems) == 1:
        return problems[0][1]
    return sentences(
        _("{column}: {reason}").format(column=column, reason=reason) if column else reason
        for column, reason in problems
    )


def _shown(value: str | None) -> str | None:
    """Return a cell as it fits into a message."""
    words = plain(value)
    return (words if len(words) <= 80 else f"{words[:80]}…") or None


def _placed(accepted: dict[int, Place], table: RawTable, columns: Columns) -> tuple[dict[int, Place], list[Rejection]]:
    moved, problems = settled(list(accepted.values()), geometry_of(table, accepted))
    found = dict(zip(accepted, zip(moved, problems, strict=True), strict=True))
    return (
        {row: record for row, (record, problem) in found.items() if problem is None},
        [rejection(row, [problem], table, columns=columns) for row, (_moved, problem) in found.items() if problem],
    )


def _without_repeats(
    accepted: dict[int, Place], table: RawTable, *, columns: Columns, identifier: str
) -> tuple[dict[int, Place], list[Rejection]]:
    kept: dict[int, Place] = {}
    repeated: list[Rejection] = []
    first_rows: dict[object, int] = {}
    for row, record in accepted.items():
        own = getattr(record, identifier)
        place = record.source_lon, record.source_lat, record.source_datum
        words = record.name, record.address, record.district, record.union_unit
        first = first_rows.setdefault(own or (*words, *place), row)
        if first == row:
            kept[row] = record
            continue
        reason = (
            _("The identifier is already that of row {row}. Give each record its own, or delete one of the two rows.")
            if own
            else _("It has the same name, address and coordinates as row {row}. Delete one of the two rows.")
        )
        problem = (identifier if own else "name", reason.format(row=first))
        repeated.append(rejection(row, [problem], table, columns=columns))
    return kept, repeated
