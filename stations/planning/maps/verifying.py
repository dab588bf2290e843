"""Any file that was handed out, held against the register: a picture, a report, or a map that opens in a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from numbers import Real
from typing import TYPE_CHECKING, Any

from stations.model.errors import StationsError
from stations.model.language import as_before
from stations.model.settings import Settings
from stations.output.report.parts import unknown
from stations.output.traces import read_words
from stations.planning.maps import sheet_figures, snapshots
from stations.planning.maps.snapshots import TableVerdict, Verdict
from stations.planning.questions import day_from, question_from, scenario_from
from stations.planning.register import holdings
from stations.planning.reporting import report
from stations.planning.reporting.lead import contradictions

if TYPE_CHECKING:
    from pandas import DataFrame

    from stations.output.report.parts import Table
    from stations.planning.reporting.text_check import Finding

MOST_CELLS = 2000
"""How many cells of a table are told."""


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
    contradicted: tuple[Finding, ...] = ()


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
    return replace(verdict, words_same=words, tables=tables, contradicted=then.contradicted)


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
    contradicted = contradictions(settings, wish, found, lead=asked.get("lead", ""))
    return _Counted(report.figures_of(found), report.table_digests(found), found.tables, contradicted)


def _tables(said: Mapping[str, str], then: _Counted, now: _Counted) -> Iterator[TableVerdict]:
    """Yield what became of each table that the file says it has, or that it should have."""
    for key in dict.fromkeys([*then.digests, *now.digests, *said]):
        was, became = then.tables.get(key), now.tables.get(key)
        same, holds = (side.digests.get(key) == said.get(key) for side in (then, now))
        cells = tuple(_cells(was, became)) if was is not None and became is not None else ()
        title = next((table.title for table in (was, became) if table is not None), key[:40])
        yield TableVerdict(title, same, holds, cells)


def _cells(was: Table, became: Table) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield the numbers of a table, and what else differs, by row and column; a row that is not there has no cells."""
    found = (
        (str(row), str(column), _cell(was.frame, row, column), _cell(became.frame, row, column))
        for column in was.frame.columns
        for row in was.frame.index.union(became.frame.index, sort=False)
    )
    told = (cell for cell in found if isinstance(cell[2], Real) or str(cell[2]) != str(cell[3]))
    yield from islice(told, MOST_CELLS)


def _cell(frame: DataFrame, row: Any, column: Any) -> Any:
    cell: Any = frame.at[row, column] if row in frame.index and column in frame.columns else None
    return None if unknown(cell) else cell.item() if hasattr(cell, "item") else cell
