"""Two answers, and the stations of two days, as tables that a person can read in either language."""

from __future__ import annotations

from stations.analysis.whatif import Placed, Scenario
from stations.model.language import Language
from stations.model.settings import Settings
from stations.planning import comparison_tables as tables
from stations.planning.assess import Question
from stations.planning.comparison import between, whatif
from stations.planning.movements import movements
from tests.planning.test_tables import require_readable
from tests.planning.town import PEOPLE, RADIUS_M, SINCE, degrees


def test_a_comparison_adds_up_and_says_what_becomes_of_the_gaps(demonstrated: Settings, language: Language) -> None:
    scenario = Scenario(added=(Placed("new-1", *degrees(3.5, 0.5)),), closed=("T-1",))
    comparison = whatif(demonstrated, Question(RADIUS_M, scenario=scenario))
    table = tables.comparison_table(comparison)
    require_readable(table, language)
    assert table.iloc[-1].to_list() == [PEOPLE, 280, 247, -33]
    assert table.iloc[:-1].sum().to_list() == table.iloc[-1].to_list()
    followed = tables.followed_table(comparison)
    require_readable(followed, language)
    assert len(followed) == len(comparison.gaps)


def test_gaps_that_stay_are_not_listed(demonstrated: Settings) -> None:
    followed = tables.followed_table(whatif(demonstrated, Question(RADIUS_M)))
    assert followed.empty


def test_the_gaps_of_two_days_name_the_stations_that_opened_and_closed_them(
    lived: Settings, language: Language
) -> None:
    comparison = between(lived, Question(RADIUS_M), since=SINCE)
    assert comparison.before.holdings.on == SINCE
    assert comparison.after.holdings.on is None
    assert [(row.change, row.closed_by, row.opened_by) for row in comparison.gaps.itertuples()]
    followed = tables.followed_table(comparison)
    require_readable(followed, language)
    because = set(followed.iloc[:, 1])
    assert {"−示例甲", "+示例乙"} <= because
    counts = [figure.counts for figure in tables.comparison_figures(comparison)]
    assert SINCE.isoformat() in counts[0]
    assert SINCE.isoformat() not in counts[1]


def test_what_happened_to_the_stations_is_readable(lived: Settings, language: Language) -> None:
    moves = movements(lived, since=SINCE)
    made = (tables.account_table(moves, "tier"), tables.account_table(moves, "division"), tables.movement_table(moves))
    for table in made:
        require_readable(table, language)
    assert made[0].iloc[-1].to_list() == made[1].iloc[-1].to_list() == [1, 2, 1, 0, 0, 2]
    assert list(made[2].index) == ["B", "C", "A"]
    assert SINCE.isoformat() in tables.movement_sentence(moves)
