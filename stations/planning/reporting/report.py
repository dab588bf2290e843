"""The yearly report of a city or of a county-level union: its figures, its words, and the files they become."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import stations
from stations.analysis.whatif import Scenario
from stations.intake.files.readers import bytes_of
from stations.model import numbers
from stations.model.accounts import Right
from stations.model.errors import BadChoice
from stations.model.files import write_whole
from stations.model.language import Language, mark, use_language
from stations.model.language import gettext as _
from stations.model.settings import Settings
from stations.model.vocabulary import PageLayout, SnapshotKind
from stations.planning.access.rights import require
from stations.planning.coverage.assess import Question, assess
from stations.planning.coverage.comparison import between
from stations.planning.maps.sheet_figures import covered_counted, places_counted
from stations.planning.maps.sheets import Wish
from stations.planning.maps.snapshots import made_from, picture, trace
from stations.planning.publishing import downloads
from stations.planning.questions import past, question_words, scenario_text, today, union_from
from stations.planning.records.movements import MOVEMENTS, Movements, movements
from stations.planning.register import open_register
from stations.planning.reporting import sentences as report_sentences
from stations.planning.reporting import tables as report_tables
from stations.planning.reporting import tags as report_tags
from stations.planning.reporting import words as report_words
from stations.planning.reporting.proposal import proposed_in
from stations.planning.reporting.scope import Scope, alone, within

if TYPE_CHECKING:
    from pandas import DataFrame

    from stations.output.report.paper import Content
    from stations.output.report.parts import Picture, Table

ADDS = mark("a scenario that adds stations: as a link of the page says it, or the name of a saved one")
FORMATS = (".docx", ".html", ".xlsx")
DPI = 300
FIRST_YEAR = 2000
STEPS = 4
"""How many steps of the work are told."""
Told = Callable[[int, str], None]


@dataclass(frozen=True)
class Order:
    """What a report is to be about.

    Attributes
    ----------
    year
        The year it reports on.
    on, since
        The day whose register is told, and the day it is compared with; both at their ends.
    question
        How coverage and gaps are measured.
    union
        The code of the county-level union whose report it is; ``None`` for the whole city.
    scenario
        What adds the stations that are proposed; no other figure is counted with it.
    """

    year: int
    on: dt.date
    since: dt.date
    question: Question
    union: str | None = None
    scenario: Scenario | None = None


@dataclass(frozen=True, eq=False)
class Report:
    """The figures of a report: what it covers on its day, what happened to its stations, the tables and the words."""

    scope: Scope
    moves: Movements
    tables: dict[str, Table | None]
    words: dict[str, Any]
    notes: dict[str, str]
    """What stands below each table, by its name."""
    lead: str
    """The first paragraph, as the template that ships has it."""


def order(
    settings: Settings,
    year: int,
    *,
    question: Question,
    since: dt.date | None = None,
    union: str | None = None,
    scenario: Scenario | None = None,
) -> Order:
    """Return the order of a report on a year: on the day of the settings, else the year's last, or today while it runs.

    It compares with the last day of the year before, where no other is given. Raises `BadChoice`.
    """
    if not FIRST_YEAR <= year <= today().year:
        raise BadChoice(what=mark("Year"), value=year, offered=f"{FIRST_YEAR}-{today().year}")
    on = settings.on or min(dt.date(year, 12, 31), today())
    if on.year != year:
        raise BadChoice(what=mark("Year"), value=year, offered=mark("the year of the day that is looked at"))
    compared = past(since or dt.date(year - 1, 12, 31))
    if compared >= on:
        raise BadChoice(what=mark("Compared with"), value=compared, offered=mark("a day before that of the register"))
    if scenario is not None and not scenario.added:
        raise BadChoice(what=mark("Scenario"), value=scenario_text(scenario), offered=ADDS)
    return Order(year, on, compared, question, union_from(settings, union) if union else None, scenario)


def report_of(settings: Settings, wish: Order) -> Report:
    """Return the figures and words of a report, in the language of the settings.

    Raises `RegisterUnavailable`, `UnknownCity`, or as `assess.assess` does.
    """
    use_language(settings.language)
    dated = settings.having(on=wish.on)
    return _report(dated, wish, open_register(settings.database).state(settings.revision))


@lru_cache(maxsize=8)
def _report(settings: Settings, wish: Order, _state: tuple[int, str]) -> Report:
    from stations.output.report.word import sentence

    answer = assess(settings, wish.question)
    moves = movements(settings, since=wish.since)
    own = alone(settings, wish.question, wish.union) if wish.union and answer.people else None
    now = within(answer, moves.after, union=wish.union, own=own)
    then = within(answer, moves.before, union=wish.union)
    if wish.scenario:
        division = now.union.parent if now.union else None
        now = replace(now, proposed=proposed_in(settings, wish.question, wish.scenario, division=division))
    compared = between(settings, wish.question, since=wish.since) if answer.people else None
    moved = Movements(then.held, now.held)
    tables = report_tables.tables_of(now, moved, compared)
    hidden = {key: table.hidden if table else 0 for key, table in tables.items()}
    words = {name: _closed_up(value) for name, value in report_tags.tags_of(now, moved, year=wish.year).items()}
    words["title"] = sentence(report_sentences.title(), words)
    notes = {key: numbers.closed_up(note) for key, note in report_words.notes_of(now, moved, hidden).items()}
    return Report(now, moved, tables, words, notes, sentence(report_sentences.lead(), words))


def _closed_up(value: Any) -> Any:
    """Return what a tag stands for as official texts are set; a number stays one."""
    if isinstance(value, list):
        return [numbers.closed_up(line) for line in value]
    return numbers.closed_up(value) if isinstance(value, str) else value


def lead(report: Report) -> str:
    """Return the first paragraph of a report, as the shipped template has it."""
    return report.lead


def first_tables(report: Report, count: int) -> list[tuple[str, DataFrame]]:
    """Return the first tables of a report as the shipped template numbers them: titles, and the rows a page shows."""
    known = [table for table in report.tables.values() if table is not None][:count]
    words = _("Table {number}")
    titles = [f"{words.format(number=n)}  {table.title}" for n, table in enumerate(known, start=1)]
    return [
        (title, table.frame.head(table.most or len(table.frame))) for title, table in zip(titles, known, strict=True)
    ]


def contents(report: Report) -> dict[str, int]:
    """Return the titles of the tables with the number of their rows."""
    return {table.title: len(table.frame) for table in report.tables.values() if table is not None}


def template(settings: Settings) -> bytes:
    """Return the template that ships, in the language of the settings, to be edited in Word."""
    from stations.output.report.template import template as made

    use_language(settings.language)
    return made(report_sentences.blocks(), language=settings.language)


def template_in(path: Path) -> tuple[bytes, str]:
    """Return an office's own template, and its name. Raises `BadFile`."""
    return bytes_of(path), path.name


def made(
    settings: Settings,
    wish: Order,
    *,
    formats: tuple[str, ...] = FORMATS,
    own: tuple[bytes, str] | None = None,
    lead_text: str = "",
    told: Told = lambda _step, _words: None,
) -> dict[str, bytes]:
    """Return the files of a report by name, all put together before any is written: ``report.docx`` and so on.

    Parameters
    ----------
    settings, wish
        Whose register, and what about.
    formats
        Endings of `FORMATS`. Pictures come with a Word file or a page.
    own
        The office's own template and its name; the one that ships if not given.
    lead_text
        The first paragraph as somebody corrected it; as the template has it if empty.
    told
        Is called with the number of steps that are done, and what comes next.

    Raises
    ------
    NotAllowed
        The role may not hand out data.
    BadFile
        The template cannot be used.
    """
    from stations.output.report.paper import paper, paper_apart
    from stations.output.workbook import workbook

    require(settings, Right.EXPORT)
    told(0, _("Counting …"))
    report = report_of(settings, wish)
    content: Content | None = None
    pictures: dict[str, Picture] = {}
    template_said = sha256(own[0]).hexdigest()[:16] if own else ""
    traced = report_trace(settings, wish, report, lead_text=lead_text, template=template_said)
    said = json.dumps(traced, sort_keys=True)
    if {".docx", ".html"} & set(formats):
        pictures = maps(settings, wish, report, told=told)
        told(3, _("Writing …"))
        content = _content(report, pictures, lead_text=lead_text, trace=said, language=settings.language)
    if own:
        printed = paper_apart(own[0], content, name=own[1])
    else:
        printed = paper(template(settings), content, name=_("The template"))
    files = {"report.docx": printed.docx, "report.html": printed.page} if content else {}
    files |= {f"{key}.png": each.png for key, each in pictures.items()}
    if ".xlsx" in formats:
        known = {key: table for key, table in report.tables.items() if table is not None}
        known = {key: known[key] for key in [*printed.tables, *known] if key in known}  # numbered as the Word file does
        files["report.xlsx"] = workbook(known, about=report.words["provenance"], notes=report.notes, trace=said)
    told(STEPS, _("Done"))
    return {name: data for name, data in files.items() if name.endswith((*formats, ".png"))}


def _content(
    report: Report, pictures: Mapping[str, Picture], *, lead_text: str, trace: str, language: Language
) -> Content:
    """Return what fills the template of a report."""
    from stations.output.report.paper import Content

    figures = {"proposals": None, **pictures}  # a template may ask for it, and there is none without a scenario
    parts = {"tables": report.tables, "figures": figures, "notes": report.notes}
    words = {**report.words, "lead": lead_text, **parts}
    about = {"title": report.words["title"], "subject": report.words["provenance"]}
    return Content(words, about, trace, report.words["title"], language)


def write(settings: Settings, path: Path, wish: Order, **how: Any) -> int:
    """Write a report to a file in the format of its ending, and return the number of bytes; see `made`.

    The audit keeps who did. Raises as `made` does, `BadChoice` and `NotWritten`.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise BadChoice(what=mark("File format"), value=path.suffix or path.name, offered=", ".join(FORMATS))
    content = made(settings, wish, formats=(suffix,), **how)[f"report{suffix}"]
    write_whole(path, content)
    handed_out(settings, path.name)
    return len(content)


def handed_out(settings: Settings, name: str) -> None:
    """Keep in the audit that a report was handed out. Raises `NotAllowed`."""
    downloads.handed_out(settings, f"report → {name}")


def parameters(settings: Settings, wish: Order, report: Report) -> dict[str, Any]:
    """Return how a report was made: what it is about, and of which data."""
    said = asdict(replace(wish, question=Question(1.0), scenario=None)) | {
        "on": wish.on.isoformat(),
        "since": wish.since.isoformat(),
    }
    said["question"] = question_words(wish.question)
    said["scenario"] = scenario_text(wish.scenario) if wish.scenario else ""
    held = report.scope.held
    own = {"city": settings.city, "lang": settings.language, "approval": settings.map_approval}
    return {**own, **said, "revision": held.revision, "version": stations.__version__}


def figures_of(report: Report) -> dict[str, float]:
    """Return the figures that a report rests on, by name; one that is not known is left out."""
    scope, answer = report.scope, report.scope.answer
    division = scope.union.parent if scope.union else None
    figures = {**places_counted(scope.held), **covered_counted(answer, division=division)}
    happened = report.moves.stations["movement"].value_counts()
    moves = {f"moves_{name}": int(happened.get(name, 0)) for name in MOVEMENTS}
    told = {"newly_covered": round(scope.proposed.together, 3)} if scope.proposed else {}
    return {**figures, "gaps": len(scope.gaps), **moves, **told}


def table_digests(report: Report) -> dict[str, str]:
    """Return a digest of the cells of each table, by its name: they tell whether any is not what it was."""
    known = {key: table.frame for key, table in report.tables.items() if table is not None}
    return {key: sha256(frame.to_csv().encode()).hexdigest()[:16] for key, frame in known.items()}


def report_trace(
    settings: Settings, wish: Order, report: Report, *, lead_text: str = "", template: str = ""
) -> dict[str, Any]:
    """Return how a report was made, as the trace of a map is, with the report's own figures and parameters.

    Its first paragraph where it was corrected, and a digest of the office's own `template`, are among them.
    """
    dated = settings.having(on=wish.on)
    told = trace(dated, Wish(kind=SnapshotKind.GAPS, question=wish.question))
    asked = {"year": wish.year, "since": wish.since.isoformat(), "union": wish.union or ""}
    scenario = scenario_text(wish.scenario) if wish.scenario else ""
    asked |= {"scenario": scenario, "lead": lead_text, "template": template}
    own = {"figures": figures_of(report), "tables": table_digests(report)}
    return {**told, "paper": "report", "report": asked, **own}


def maps(
    settings: Settings, wish: Order, report: Report, *, told: Told = lambda _step, _words: None
) -> dict[str, Picture]:
    """Return the maps of a report, each with its title."""
    from stations.output.report.parts import Picture
    from stations.output.report.word import sentence

    use_language(settings.language)
    titles = report_sentences.figure_titles()
    dated, drawn = settings.having(on=wish.on), {}
    kinds = [SnapshotKind.TIERS, SnapshotKind.GAPS, *([SnapshotKind.PROPOSALS] if report.scope.proposed else [])]
    for step, kind in enumerate(kinds, start=1):
        told(min(step, 2), _("Drawing …"))
        scenario = wish.scenario if kind is SnapshotKind.PROPOSALS else None
        shown = Wish(
            kind=kind,
            question=replace(wish.question, scenario=scenario) if kind.asks else None,
            layout=PageLayout.COLUMN,
            dpi=DPI,
            focus=wish.union,
        )
        png = _map(dated, shown, made_from(dated, shown))
        drawn[kind.value] = Picture(sentence(titles[kind.value], report.words), png)
    return drawn


@lru_cache(maxsize=4)
def _map(settings: Settings, wish: Wish, _made_from: str) -> bytes:
    """Return a map of the city or of a union; the one place where they are drawn."""
    return picture(settings, wish)
