"""Any file that was handed out, held against the register: a picture, a report, or a map that opens in a browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from stations.model.errors import StationsError
from stations.model.language import as_before
from stations.model.settings import Settings
from stations.planning import report, sheets, snapshots
from stations.planning.questions import day_from, question_from
from stations.planning.register import holdings
from stations.planning.snapshots import Verdict

Counted = Callable[[Settings], Mapping[str, float]]


def verified(settings: Settings, content: bytes, *, name: str) -> Verdict:
    """Return whether the register still gives the figures of a file, and of a picture the picture.

    Of a document or a page the figures of its trace are compared; its text, which anybody may have edited, is not read.
    What it is made anew in is the language of the file: whoever asks is answered in his own.

    Raises
    ------
    BadFile
        It does not say how it was made.
    BadChoice
        It says something that cannot be asked.
    """
    with as_before():
        return _verified(settings, content, name=name)


def _verified(settings: Settings, content: bytes, *, name: str) -> Verdict:
    told = snapshots.traced(content, name=name)
    if not told.get("paper"):
        return snapshots.verified(settings, content, name=name)
    day = day_from(told["on"]) if told["on"] else None
    now = replace(settings, city=told["city"], language=told["lang"], on=day)
    counted = _counted(told)
    try:
        figures, why_not = counted(snapshots.as_then(settings, told)), ""
    except StationsError as error:
        figures, why_not = {}, str(error)
    return Verdict(told, None, why_not, figures, counted(now), holdings(now).revision, paper=True)


def _counted(told: Mapping[str, Any]) -> Counted:
    """Return what counts the figures of a trace anew, in the register that it is given."""
    if told["paper"] == "map":
        wish = snapshots.wish_from(told["wish"])
        return lambda settings: sheets.figures_of(settings, wish)
    asked = told["report"]
    question, since = question_from({"radius": "", **told["wish"]}), day_from(asked["since"])

    def counted(settings: Settings) -> Mapping[str, float]:
        wish = report.order(settings, asked["year"], question=question, since=since, union=asked["union"] or None)
        return report.figures_of(report.report_of(settings, wish))

    return counted
