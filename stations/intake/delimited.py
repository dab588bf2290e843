"""Text tables: CSV, and the same with tabs or semicolons."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from stations.intake.table import Parsed, arranged
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import mark

DELIMITERS = (",", "\t", ";")


def parse_delimited(data: bytes, file: str) -> Parsed:
    """Return the table in a delimited text; every cell is the text that stands in the file.

    The delimiter is the one of `DELIMITERS` that the first line holds most of. A row's number counts records, as
    Excel does: a line break in quotation marks does not start a new one.

    Raises
    ------
    BadFile
        Wrong encoding, a quotation mark out of place, or what `arranged` refuses.
    """
    encoding = encoding_of(data, file)
    with io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="") as lines:
        first = next((line for line in lines if line.strip()), "")
        lines.seek(0)
        return arranged(_records(lines, max(DELIMITERS, key=first.count), file), file)


def encoding_of(data: bytes, file: str, *, remedy: str | None = None) -> str:
    """Return ``"utf-8-sig"`` or ``"gb18030"``, whichever decodes `data` without an error, in this order.

    With a byte order mark only UTF-8 is right. `remedy` is what to do about a file that is no list.

    Raises
    ------
    BadFile
        Neither does, or the data is no text. The row named is where the better of the two gave up.
    """
    if b"\0" in data:
        raise not_text(file, remedy=remedy)
    stops = []
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding.removesuffix("-sig"))  # with the mark left in, so that an error's place counts it
        except UnicodeDecodeError as error:
            stops.append(error.start)
        else:
            return encoding
        if data.startswith(b"\xef\xbb\xbf"):
            break
    row = data.count(b"\n", 0, max(stops)) + 1
    reason = _("row {row} holds characters that are neither UTF-8 nor GB18030 text.").format(row=row)
    raise BadFile(file=file, reason=reason, remedy=remedy or _SAVE_AS)


def not_text(file: str, *, remedy: str | None = None) -> BadFile:
    """Return the error for a file that is not text and nothing else we know."""
    return BadFile(file=file, reason=mark("this is neither a table nor text."), remedy=remedy or _SAVE_AS)


_SAVE_AS = mark("Save the list in Excel as “CSV UTF-8” or as a workbook (.xlsx), then try again.")


def _records(lines: io.TextIOWrapper, delimiter: str, file: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for number, record in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start=1):
            yield number, record
    except csv.Error:
        reason = _(
            'row {row} cannot be split into cells: a quotation mark (") is not closed or stands in the wrong '
            "place, or a cell is longer than {limit} characters."
        ).format(row=number + 1, limit=csv.field_size_limit())
        remedy = mark("Correct this row, or save the list in Excel as a workbook (.xlsx), then try again.")
        raise BadFile(file=file, reason=reason, remedy=remedy) from None
