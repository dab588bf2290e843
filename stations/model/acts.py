"""Who changes the register, and why: what every use case that writes is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal["added", "changed", "removed"]
"""What an act did to one record."""


@dataclass(frozen=True)
class Act:
    """Who changes the register, and why.

    `what` is the use case in one word. `submission` names one press of a button: the same one is written once, however
    often it arrives.
    """

    what: str
    who: str | None = None
    why: str | None = None
    document_no: str | None = None
    submission: str | None = None
