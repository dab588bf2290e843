"""What is odd about a list or the register: where it was found, how grave it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from stations.model.language import gettext as _

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """Something odd: where (as in `Rejection`; no row where it concerns many), how grave, what, and what to do.

    An error will make maps or figures wrong, a warning may, a note is for information. `code` names what kind of
    finding it is, in every language and version the same. `fix` holds, by header, the text that would stand in the
    row instead: it is there only where nobody can mean anything else, and is applied by nobody but the reader.
    """

    row: int | None
    column: str | None
    value: str | None
    severity: Severity
    message: str
    remedy: str
    code: str
    fix: Mapping[str, str] = field(default_factory=dict, hash=False)


def at_most(most: int, found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the first `most` findings of one kind, and where there are more, one that counts them all."""
    told = list(found)
    yield from told[:most]
    if len(told) > most:
        message = _("There are {count} findings of this kind; the first {most} are listed.")
        words = message.format(count=f"{len(told):,}", most=f"{most:,}")
        remedy = _("Settle these first, then have the list examined again.")
        yield Finding(None, None, None, told[0].severity, words, remedy, told[0].code)
