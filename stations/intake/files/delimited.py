"""Text tables: CSV, and the same with tabs or semicolons."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from stations.intake.files.table import TITLE_ROWS, Parsed, arranged, known_headers
from stations.model.errors import BadFile
from stations.model.language import gettext as _
from stations.model.language import mark

DELIMITERS = (",", "\t", ";")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def parse_delimited(data: bytes, file: str, *, header_row: int | None = None) -> Parsed:
    """Return the table in a delimited text; every cell is the text that stands in the file.

    The delimiter is the one of `DELIMITERS` that parts the first lines into most known headers; where these leave it
    open, the one that the first line holds most of. A row's number counts records, as Excel does: a line break in
    quotation marks does not start a new one.

    Raises
    ------
    BadFile
        Wrong encoding, a quotation mark out of place, or what `arranged` refuses.
    """
    encoding = encoding_of(data, file)
    with io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="") as lines:
        head = [line for line in islice(lines, TITLE_ROWS) if line.strip()]
        lines.seek(0)
        return arranged(_records(lines, _delimiter(head), file), file, header_row=header_row)


def _delimiter(head: list[str]) -> str:
    def headers(delimiter: str) -> tuple[int, int]:
        parted = ([cell.strip().strip('"') for cell in line.split(delimiter, _MOST_PARTS)] for line in head)
        return max(map(known_headers, parted), default=0), head[0].count(delimiter) if head else 0

    return max(DELIMITERS, key=headers)


def utf_16(data: bytes) -> str | None:
    """Return the codec of a text in UTF-16: by its byte order mark, or because it can be nothing else.

    Without a mark, the zero bytes tell it: those of line breaks, digits and commas all stand on one side.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" not in data:
        return None
    left, right = data[::2].count(0), data[1::2].count(0)
    codec = "utf-16-le" if right > left else "utf-16-be"
    try:
        told = max(left, right) > 4 * min(left, right) and not _CONTROL.search(data.decode(codec))
    except UnicodeDecodeError:
        told = False
    return codec if told else None


def encoding_of(data: bytes, file: str, *, remedy: str | None = None) -> str:
    """Return the codec of UTF-16, UTF-8 (``"utf-8-sig"``) or GB18030, whichever decodes `data`, in this order.

    With a byte order mark only the encoding of that mark is right. `remedy` is what to do about a file that is no list.

    Raises
    ------
    BadFile
        Neither does, or the data is no text. The row named is where the better of the two gave up.
    """
    if codec := utf_16(data):
        _require_whole(data, codec, file, remedy=remedy)
        return codec
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


def _require_whole(data: bytes, codec: str, file: str, *, remedy: str | None) -> None:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        reason = mark("it begins like a text in UTF-16, and is damaged or cut off.")
        raise BadFile(file=file, reason=reason, remedy=remedy or _SAVE_AS) from None
    if "\0" in text:
        raise not_text(file, remedy=remedy)


def not_text(file: str, *, remedy: str | None = None) -> BadFile:
    """Return the error for a file that is not text and nothing else we know."""
    return BadFile(file=file, reason=mark("this is neither a table nor text."), remedy=remedy or _SAVE_AS)


_MOST_PARTS = 1000  # of a line that is looked at for its delimiter
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
