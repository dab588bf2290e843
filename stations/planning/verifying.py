"""Any file that was handed out, held against the register: a picture, a report, or a map that opens in a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from stations.model.errors import StationsError
from stations.model.language import as_before
from stations.model.settings import Settings
from stations.output.traces import read_words
from stations.planning import report, sheet_figures, snapshots
from stations.planning.questions import day_from, question_from, scenario_from
from stations.planning.register import holdings
from stations.planning.snapshots import TableVerdict, Verdict

if TYPE_CHECKING:
    from pandas import DataFrame

    from stations.output.report_parts import Table

MOST_CELLS = 100
"""How many changed cells of a table are told."""


def verified(settings: Settings, content: bytes, *, name: str) -> Verdict:
    """Return whether the register still gives the figures and tables of a file, and of a picture the picture.

    Of a document or a page its words have to be those that it was made with; its pictures are not compared.
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


@dataclass(frozen=True)
class _Counted:
    """What is counted anew of a paper: its figures, and its tables with their digests."""

    figures: Mapping[str, float] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Table | None] = field(default_factory=dict)


def _verified(settings: Settings, content: bytes, *, name: str) -> Verdict:
    told = snapshots.traced(content, name=name)
    if not told.get("paper"):
        return snapshots.verified(settings, content, name=name)
    dated = snapshots.as_now(settings, told)
    now, then, why_not = _counted(dated, told), _Counted(), ""
    try:
        then = _counted(snapshots.as_then(settings, told), told)
    except StationsError as error:
        why_not = str(error)
    words = read_words(content, name=name) == told["words"] if told.get("words") else None
    tables = () if why_not else tuple(_tables(told.get("tables", {}), then, now))
    held = holdings(dated)
    verdict = Verdict(told, None, why_not, then.figures, now.figures, held.revision, paper=True, city=held.city)
    return replace(verdict, words_same=words, tables=tables)


def _counted(settings: Settings, told: Mapping[str, Any]) -> _Counted:
    """Return the figures and tables of a trace counted anew, in the register of the settings."""
    if told["paper"] == "map":
        return _Counted(sheet_figures.figures_of(settings, snapshots.wish_from(told["wish"])))
    asked = told["report"]
    question, since = question_from({"radius": "", **told["wish"]}), day_from(asked["since"])
    scenario = scenario_from(asked.get("scenario", ""))
    wish = report.order(
        settings, asked["year"], question=question, since=since, union=asked["union"] or None, scenario=scenario
    )
    found = report.report_of(settings, wish)
    return _Counted(report.figures_of(found), report.table_digests(found), found.tables)


def _tables(said: Mapping[str, str], then: _Counted, now: _Counted) -> Iterator[TableVerdict]:
    """Yield what became of each table that the file says it has, or that it should have."""
    for key in dict.fromkeys([*then.digests, *now.digests, *said]):
        was, became = then.tables.get(key), now.tables.get(key)
        same, holds = (side.digests.get(key) == said.get(key) for side in (then, now))
        changed = () if holds or was is None or became is None else tuple(_changed(was.frame, became.frame))
        title = next((table.title for table in (was, became) if table is not None), key[:40])
        yield TableVerdict(title, same, holds, changed)


def _changed(was: DataFrame, became: DataFrame) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield the cells that differ, by row and column, the first of them; a row that is not there has no cells."""
    found = (
        (str(row), str(column), *cells)
        for column in was.columns
        for row in was.index.union(became.index, sort=False)
        if len(set(map(str, cells := (_cell(was, row, column), _cell(became, row, column))))) > 1
    )
    yield from islice(found, MOST_CELLS)


def _cell(frame: DataFrame, row: Any, column: Any) -> Any:
    return frame.at[row, column] if row in frame.index and column in frame.columns else None
