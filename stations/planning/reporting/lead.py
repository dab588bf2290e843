"""A first paragraph that somebody corrected, held against the figures of the rest of its report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.planning.reporting.text_check import Finding, check_text
from stations.planning.reporting.text_check_tables import figure, in_register

if TYPE_CHECKING:
    from stations.planning.reporting.report import Order, Report


def contradictions(settings: Settings, wish: Order, report: Report, *, lead: str) -> tuple[Finding, ...]:
    """Return the figures of a corrected first paragraph that the register of the report gives otherwise.

    It is read as what it is: a paragraph of a report with this title, whose records are those of a union where it is of
    one. What cannot be checked contradicts nothing.
    """
    if not lead:
        return ()
    said = _("Stations and bases are those that name {{ union }}, else those of its district.")
    whose = said.replace("{{ union }}", report.scope.place) if wish.union else ""
    text = f"{report.words['title']}\n{whose}\n{lead}"
    checked = check_text(settings.having(on=wish.on), text, since=wish.since)
    return tuple(found for found in checked.findings if found.verdict == "conflicts")


def contradiction(found: Finding) -> str:
    """Return in words what a figure of a corrected paragraph says, and what the register gives."""
    if found.too_many:
        return _("“{words}”: a part is more than its whole").format(words=found.mention.words)
    words = _("“{words}”: {figure}, the register gives {count}")
    return words.format(words=found.mention.words, figure=figure(found.mention), count=in_register(found))
