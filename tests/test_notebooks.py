"""The stories in notebooks/ run, say what the product says, and hold nothing but themselves."""

from __future__ import annotations

import ast
import math
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import nbformat
import numpy as np
import pytest
from IPython.display import Image
from matplotlib import pyplot as plt

from stations.model.language import current_language, use_language
from stations.model.settings import Settings
from stations.model.vocabulary import Group
from stations.planning.coverage.assess import Moment, Question, assess
from stations.planning.coverage.comparison import place_of_gap, whatif
from stations.planning.coverage.measures import measured
from stations.planning.coverage.show import coverage_sentence
from stations.planning.importing.import_file import set_up
from stations.planning.questions import scenario_of, today
from stations.planning.register import open_register
from stations.planning.reporting.report import lead, order, report_of
from tests.test_requirements import canonical, direct_pins

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LOAD, REACH, SURE = "01_load_and_check", "02_who_is_out_of_reach", "03_how_far_how_fair_how_sure"
WHATIF, REPORT, NEXT = "04_what_if", "05_maps_and_the_yearly_report", "06_where_next"
QUESTION = Question(radius_m=1000.0)
RESIDENTS, STATIONS = 3_033_528, 98  # published, see geodata/demonstration/README.md
TIERS = [5, 6, 35, 52]

# What each story is asked after its last cell; its answer is a literal.
ASKED = {
    LOAD: """(
        plan.read,
        [(row.row, row.column, row.value) for row in plan.rejected],
        len(done.plan.added),
        again.unchanged,
        list(tiers),
    )""",
    REACH: "(answer.covered, answer.total, len(answer.holdings.stations), night.covered, night.covered_high)",
    SURE: """(
        list(measures.quantiles_m),
        measures.covered_twice,
        measures.gini_people,
        tuple(measures.interval),
        list(by_radius["Covered people"]),
        share.to_numpy().tolist(),
        float((gravity * people).sum()),
    )""",
    REPORT: "(verdict.proven, verdict.holds, lead(report), len(checked.findings), checked.count('conflicts'))",
    NEXT: "(curve, answer.covered, enough, proposal, fewest)",
    WHATIF: "(most_critical, place, comparison.change, len(comparison.after.gaps), revision(settings))",
}


def code_of(notebook: Any) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def each_notebook(*, argument: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(argument, NOTEBOOKS, ids=lambda path: path.stem)


class Story(NamedTuple):
    """What running a notebook shows: the results of its cells as text, how many pictures, and what `ASKED` answers."""

    shown: list[str]
    pictures: int
    answered: Any


@pytest.fixture(scope="module")
def told() -> Iterator[dict[str, Story]]:
    """Return every notebook by its name, run cell by cell in its folder and in this process: warnings are errors."""
    mpl.use("agg")
    path, spoken = list(sys.path), current_language()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT / "notebooks")
        yield {notebook.stem: _run(notebook) for notebook in NOTEBOOKS}
    sys.path[:] = path
    use_language(spoken)


def _run(path: Path) -> Story:
    names: dict[str, Any] = {"__name__": "__main__"}
    results, pictures = [], 0
    for source in code_of(nbformat.read(path, as_version=4)):
        results.append(_result(source, names))
        pictures += len(plt.get_fignums()) + isinstance(results[-1], Image)
        plt.close("all")  # as a notebook does after each cell
    answered = eval(ASKED[path.stem], names)
    open_register(names["settings"].database).close()
    open_register.cache_clear()
    names["folder"].cleanup()
    return Story([repr(result) for result in results], pictures, answered)


def _result(source: str, names: dict[str, Any]) -> Any:
    """Run a cell and return the value of its last line, if that is an expression."""
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None


@pytest.fixture
def settings(tmp_path: Path, english: None) -> Iterator[Settings]:
    """Return the settings of the demonstration city, its register set up."""
    asked = Settings(database=str(tmp_path / "register.sqlite3"), language="en")
    assert set_up(asked, demonstration=True)
    yield asked
    open_register(asked.database).close()
    open_register.cache_clear()


def test_there_are_six_stories_and_each_is_asked_about() -> None:
    assert {path.stem for path in NOTEBOOKS} == set(ASKED)


@pytest.mark.parametrize(("name", "pictures"), [(LOAD, 1), (REACH, 1), (SURE, 3), (WHATIF, 0), (REPORT, 2), (NEXT, 1)])
def test_the_pictures_are_drawn(told: dict[str, Story], name: str, pictures: int) -> None:
    assert told[name].pictures == pictures


def test_the_first_story_names_what_is_wrong_with_a_list_and_loads_it_corrected(told: dict[str, Story]) -> None:
    read, rejected, added, unchanged, tiers = told[LOAD].answered
    assert (read, added, unchanged) == (STATIONS, STATIONS, STATIONS)
    assert [row for row, _column, _value in rejected] == [4, 7, 10]  # as Excel counts, under the header
    assert ("等级", "特级") in [(column, value) for _row, column, value in rejected]
    assert tiers == TIERS


def test_the_second_story_tells_who_is_out_of_reach(told: dict[str, Story], settings: Settings) -> None:
    answer = assess(settings, QUESTION)
    couriers = replace(QUESTION, group=Group.COURIERS)
    night = assess(settings, replace(couriers, at=Moment(0, 22)))
    assert told[REACH].answered == (answer.covered, RESIDENTS, STATIONS, night.covered, night.covered_high)
    for known in (answer, assess(settings, couriers), night):
        assert repr(coverage_sentence(known)) in told[REACH].shown


def test_the_third_story_tells_how_far_how_fair_and_how_sure(told: dict[str, Story], settings: Settings) -> None:
    measures = measured(settings, QUESTION)
    far, twice, gini, interval, by_radius, share, gravity = told[SURE].answered
    assert far == list(measures.quantiles_m)
    assert (twice, gini, interval) == (measures.covered_twice, measures.gini_people, tuple(measures.interval or ()))
    assert by_radius == list(measures.by_radius["covered_people"])
    people, places = measures.answer.demand["people"].to_numpy(), measures.used["capacity"].to_numpy(dtype=float)
    pairs = measures.pairs
    reach = zip(pairs.point, pairs.station, pairs.distance_m, strict=True)
    worth = sum(people[point] * places[station] * math.exp(-(m**2) / (2 * 500**2)) for point, station, m in reach)
    assert gravity == pytest.approx(worth)
    assert len(share) == 24
    thursday = measures.week.loc[3]
    assert [row[0] for row in share] == pytest.approx(list(100 * thursday["covered_people_low"] / RESIDENTS))
    assert all(low <= high for row in share for low, high in (row[:2], row[2:]))


def test_the_fourth_story_tells_what_a_scenario_changes(told: dict[str, Story], settings: Settings) -> None:
    measures = measured(settings, QUESTION)
    closed, place = measures.critical["people_alone"].idxmax(), place_of_gap(measures.answer, 1)
    assert place is not None
    comparison = whatif(settings, replace(QUESTION, scenario=scenario_of(close=[closed], add=[place])))
    assert told[WHATIF].answered == (closed, place, comparison.change, len(comparison.after.gaps), 1)
    assert told[WHATIF].shown[-1] in {"True", "np.True_"}  # the register is as it was


def test_the_fifth_story_draws_what_the_register_proves_and_checks_what_it_writes(
    told: dict[str, Story], settings: Settings
) -> None:
    proven, holds, words, figures, conflicts = told[REPORT].answered
    assert (proven, holds, conflicts) == (True, True, 0)
    assert figures >= 4
    assert words == lead(report_of(settings, order(settings, today().year, question=QUESTION)))
    assert f"{STATIONS} service stations" in words


def test_the_sixth_story_tells_what_more_stations_cover_and_what_they_cannot(
    told: dict[str, Story], settings: Settings
) -> None:
    curve, covered, enough, proposal, fewest = told[NEXT].answered
    assert curve.alone == pytest.approx(covered) == pytest.approx(assess(settings, QUESTION).covered)
    assert len(curve.order) == 30
    assert (np.diff(curve.covered, prepend=curve.alone) > 0).all()
    assert (curve.covered <= curve.best).all()
    assert (curve.best <= curve.bound).all()
    assert curve.gap.max() < 0.05
    assert 1 <= enough[0.5] <= enough[0.9] <= 30
    after, least = (assess(settings, found.question) for found in (proposal, fewest))
    assert proposal.proven
    assert (proposal.covered, fewest.covered) == (after.covered, least.covered)
    assert (after.districts["covered_share"].dropna() >= 0.45).all()
    assert least.covered >= least.total * 2 / 3
    assert fewest.bound <= len(fewest.sites)


@each_notebook(argument="path")
def test_a_notebook_is_committed_without_what_came_out_of_it(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert [cell.id for cell in cells if cell.outputs or cell.execution_count is not None or cell.metadata] == []
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.language_info == {"name": "python"}


@each_notebook(argument="path")
def test_a_notebook_names_no_place_on_a_machine(path: Path) -> None:
    assert re.findall(r"(?<![\w.:/<])(?:/\w+/|[A-Za-z]:\\\\)", path.read_text("utf-8")) == []


@each_notebook(argument="path")
def test_a_notebook_says_first_that_its_data_is_for_demonstration(path: Path) -> None:
    face = nbformat.read(path, as_version=4).cells[0]
    assert face.cell_type == "markdown"
    assert all(words in face.source for words in ("中文摘要", "Demonstration data", "示例数据", "synthetic"))


@each_notebook(argument="path")
def test_a_notebook_links_to_what_is_there(path: Path) -> None:
    texts = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
    links = [link for text in texts for link in re.findall(r"\]\(([^)#]+)\)", text)]
    assert [link for link in links if not (path.parent / link).exists()] == []


@each_notebook(argument="path")
def test_a_notebook_imports_what_is_declared_and_uses_what_is_public(path: Path) -> None:
    pins, owners = direct_pins("requirements-dev.txt"), packages_distributions()
    imported, private = set(), []
    for node in ast.walk(ast.parse("\n".join(code_of(nbformat.read(path, as_version=4))))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [part.name for part in node.names]
            imported |= {name.partition(".")[0] for name in names}
            private += [part.name for part in node.names if part.name.startswith("_")]
        elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            private.append(node.attr)
    outside = imported - sys.stdlib_module_names - {"stations"}
    undeclared = {name for name in outside if not any(canonical(owner) in pins for owner in owners.get(name, []))}
    assert (undeclared, private) == (set(), [])
