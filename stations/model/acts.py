"""Who changes the register, and why: what every use case that writes is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stations.model.reading import plain

Action = Literal["added", "changed", "removed"]
"""What an act did to one record."""


@dataclass(frozen=True)
class Act:
    """Who changes the register, and why.

    `what` is the use case in one word. `submission` names one press of a button: the same one is written once, however
    often it arrives. What is not seen in `why` and `document_no` is left out, as in the text of a record.
    """

    what: str
    who: str | None = None
    why: str | None = None
    document_no: str | None = None
    submission: str | None = None

    def __post_init__(self) -> None:
        """Keep nothing that no database takes: NUL, bytes that are no text."""
        for said in ("why", "document_no"):
            object.__setattr__(self, said, plain(getattr(self, said)) or None)
