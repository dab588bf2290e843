"""Two answers, and the stations of two days, as tables that a person can read in either language."""

from __future__ import annotations

from pathlib import Path

from stations.analysis.whatif import Placed, Scenario
from stations.model.language import Language
from stations.model.settings import Settings
from stations.planning.coverage import comparison_tables as tables
from stations.planning.coverage.assess import Question
from stations.planning.coverage.comparison import between, whatif
from stations.planning.records.movements import movements
from tests.planning.coverage.test_tables import require_readable
from tests.planning.town import PEOPLE, RADIUS_M, SINCE, degrees, write_csv


def test_a_comparison_adds_up_and_says_what_becomes_of_the_gaps(demonstrated: Settings, language: Language) -> None:
    scenario = Scenario(added=(Placed("new-1", *degrees(3.5, 0.5)),), closed=("T-1",))
    comparison = whatif(demonstrated, Question(RADIUS_M, scenario=scenario))
    table = tables.comparison_table(comparison)
    require_readable(table, language)
    assert table.iloc[-1].to_list() == [PEOPLE, 280, 247, -33]
    assert table.iloc[:-1].sum().to_list() == table.iloc[-1].to_list()
    followed = tables.followed_table(comparison)
    require_readable(followed, language)
    assert len(followed) == len(comparison.gaps) + 2  # and those unchanged, and the sum
    people = followed.iloc[:, 6:].astype(int)
    assert people.iloc[:-1].sum().to_list() == people.iloc[-1].to_list() == [87, 87, 120, 0, 120]
    before, covered, uncovered, moved, after = (people[column] for column in people)
    assert (before - covered + uncovered + moved == after).all()
    happens = {
        "zh_CN": {"消除（已全部覆盖）", "新出现（全部失去覆盖）"},
        "en": {"closed: all covered", "opened: all uncovered"},
    }
    assert set(followed.iloc[:-2, 4]) == happens[language]
    assert list(followed.index[:-2]) == [gap or "—" for gap in comparison.gaps["before_id"]]
    for side, ids in ((0, comparison.gaps["before_id"]), (1, comparison.gaps["after_id"])):
        answer = (comparison.before, comparison.after)[side]
        ranks = dict(zip(answer.gaps["gap_id"], answer.gaps["rank"], strict=True))
        assert followed.iloc[:-2, side].to_list() == [str(ranks[gap]) if gap in ranks else "—" for gap in ids]
    assert set(followed.iloc[:-2, 2]) <= {"示例西区", "示例东区", "places outside the districts", "县区界线以外"}


def test_gaps_that_stay_are_told_in_one_row(demonstrated: Settings) -> None:
    followed = tables.followed_table(whatif(demonstrated, Question(RADIUS_M)))
    assert list(followed.index) == ["2 gaps unchanged", "All gaps"]
    assert followed.iloc[:, 6:].astype(int).to_numpy().tolist() == [[87, 0, 0, 0, 87]] * 2


def test_a_gap_that_is_counted_with_another_says_with_which(demonstrated: Settings, tmp_path: Path) -> None:
    # A row of houses, 200 m apart and 3 km north of the town; a station in its middle leaves both ends waiting.
    rows = [(*degrees(0.2 * column, 5), people) for column, people in enumerate([9, 10, 30, 10, 5])]
    demand = write_csv(tmp_path / "row.csv", ("lon", "lat", "people"), [(*degrees(0.5, 0.5), 1), *rows])
    scenario = Scenario(added=(Placed("new-1", *degrees(0.4, 5)),))
    comparison = whatif(demonstrated.having(demand=demand), Question(300, scenario=scenario))
    followed = tables.followed_table(comparison)
    (whole,) = comparison.before.gaps["gap_id"]
    assert list(followed.index[:2]) == [whole, f"part of {whole}"]
    assert followed.iloc[:2, 4].to_list() == ["shrunk", "only divided anew"]
    assert followed.iloc[:2, 5].to_list() == ["+New station 1", "—"]
    assert followed.iloc[:2, 6:].astype(int).to_numpy().tolist() == [[64, 50, 0, -5, 9], [0, 0, 0, 5, 5]]


def test_the_gaps_of_two_days_name_the_stations_that_opened_and_closed_them(
    lived: Settings, language: Language
) -> None:
    comparison = between(lived, Question(RADIUS_M), since=SINCE)
    assert comparison.before.holdings.on == SINCE
    assert comparison.after.holdings.on is None
    assert [(row.change, row.closed_by, row.opened_by) for row in comparison.gaps.itertuples()]
    followed = tables.followed_table(comparison)
    require_readable(followed, language)
    because = set(followed.iloc[:, 5])
    assert {"−示例甲", "+示例乙"} <= because
    counts = [figure.counts for figure in tables.comparison_figures(comparison)]
    assert SINCE.isoformat() in counts[0]
    assert SINCE.isoformat() not in counts[1]


def test_what_happened_to_the_stations_is_readable(lived: Settings, language: Language) -> None:
    moves = movements(lived, since=SINCE)
    made = (tables.account_table(moves, "tier"), tables.account_table(moves, "division"), tables.movement_table(moves))
    for table in made:
        require_readable(table, language)
    assert made[0].iloc[-1].to_list() == made[1].iloc[-1].to_list() == [1, 1, 1, 1, 0, 0, 2]
    assert list(made[2].index) == ["B", "C", "A"]
    assert SINCE.isoformat() in tables.movement_sentence(moves)
