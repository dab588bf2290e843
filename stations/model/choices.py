"""What somebody has decided about a file, beyond what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

NEW = ""
"""In `Choices.matches`: the row is a record that the register does not have yet."""


@dataclass(frozen=True)
class Choices:
    """Decisions about a file; without any, it is read as it is.

    Attributes
    ----------
    sheet
        The sheet of a workbook, or the layer of a file that has several; ``None``: the first that holds anything.
    header_row
        The row with the headers, as Excel numbers it; ``None``: it is found.
    fields
        Header → the field it means; ``None``: the column is kept as it is.
    edits
        (row, header) → the text that is taken instead of the one that stands there.
    matches
        Row → identifier of the record of the register that it is; `NEW`: none of them.
    left_out
        Rows that are not taken over.
    undecided
        What rows are that may be a record of the register, or an earlier row, while nobody has decided: records of
        their own, or held back.
    """

    sheet: str | None = None
    header_row: int | None = None
    fields: Mapping[str, str | None] = field(default_factory=dict)
    edits: Mapping[tuple[int, str], str] = field(default_factory=dict)
    matches: Mapping[int, str] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()
    undecided: Literal["new", "held"] = "new"


AS_IT_IS = Choices()
