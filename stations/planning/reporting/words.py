"""The words of a report that its template leaves to the program: what stands below a table, method and sources."""

from __future__ import annotations

import datetime as dt

from stations.model import numbers
from stations.model.language import current_language, sentences
from stations.model.language import gettext as _
from stations.model.schema import RECORDS
from stations.planning.coverage.show import accounts, basis, day_notes, uncounted_before, undated_note
from stations.planning.publishing.downloads import provenance
from stations.planning.records.movements import Movements
from stations.planning.reporting.scope import Scope


def day(date: dt.date | None) -> str:
    """Return a day as a text has it: 2026年12月31日, or 31 December 2026."""
    from babel.dates import format_date

    if date is None:
        return ""
    pattern = "d MMMM y" if current_language() == "en" else "long"
    return str(format_date(date, pattern, locale=current_language()))


def notes_of(scope: Scope, moves: Movements, hidden: dict[str, int]) -> dict[str, str]:
    """Return what stands below each table: of which data it is, and how many rows only the workbook has."""
    dated = _("Source: the register of {date}, revision {revision}.").format(
        date=day(scope.held.on), revision=scope.held.revision
    )
    more = _("{count} more rows are in the workbook (XLSX).")
    kinds = _("A base may be of several kinds.")
    stations, bases = (undated_note(scope.held, kind) for kind in RECORDS)
    before = undated_note(moves.before, "station")
    own = {
        "kinds": [kinds, bases],
        "gaps": [bases],
        "coverage": [stations],
        "tiers": [stations],
        **{key: [stations, bases] for key in ("districts", "unions")},
        **{key: [before, stations] for key in ("account", "account_districts", "movements")},
        "coverage_change": [uncounted_before(moves.before), stations],
    }
    left = {key: [more.format(count=numbers.people(count))] if count else [] for key, count in hidden.items()}
    return {key: sentences([dated, *filter(None, own.get(key, [])), *left[key]]) for key in hidden}


def method(scope: Scope, moves: Movements) -> list[str]:
    """Return how coverage was measured, and what of the days is not known, in paragraphs."""
    return [basis(scope.answer), *dict.fromkeys([*day_notes(moves.before), *day_notes(scope.answer.holdings)])]


def sources(scope: Scope) -> list[str]:
    """Return where the data of a report is from, in paragraphs."""
    census = [scope.held.city.census.source] if scope.held.city.census else []
    return [provenance(scope.held), *accounts(scope.answer), *census]
