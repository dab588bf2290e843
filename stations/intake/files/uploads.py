"""A list that somebody hands in through the app: read like any other file, under a name of our own."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from stations.intake.files.readers import read_table
from stations.intake.files.table import RawTable
from stations.model.errors import BadFile


def read_upload(data: bytes, file: str, *, sheet: str | None = None, header_row: int | None = None) -> RawTable:
    """Return the table in `data`, the content of a file called `file`, as `read_table` does.

    The name that it was given stands in messages alone: no path is made of it. Raises `BadFile`.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "list")
        path.write_bytes(data)
        try:
            table = read_table(path, sheet=sheet, header_row=header_row)
        except BadFile as error:
            raise BadFile(**{**error.fields, "file": file}) from None
    return replace(table, file=file)
