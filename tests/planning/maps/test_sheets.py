"""What each kind of map for paper shows of the sample town."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from stations.model.errors import BadChoice
from stations.model.language import Language, use_language
from stations.model.settings import Settings
from stations.model.vocabulary import SnapshotKind, Tier
from stations.planning.coverage.assess import Question, assess
from stations.planning.coverage.comparison import gained_and_lost, whatif
from stations.planning.coverage.show import record_sentence
from stations.planning.importing.import_file import import_file
from stations.planning.maps.sheet_figures import figures_of
from stations.planning.maps.sheets import Wish, sheet_of
from stations.planning.questions import scenario_of
from stations.planning.register import holdings
from tests.planning.town import COVERED, EAST, PEOPLE, RADIUS_M, SINCE, degrees, write

SCENARIO = scenario_of(add=["{},{}".format(*degrees(3.5, 0.5))], close=["T-1"])
PLANNED = Question(RADIUS_M, tier=Tier.NONE, scenario=SCENARIO)
ASKED = Question(RADIUS_M)


def test_a_map_draws_the_stations_of_the_scenario(demonstrated: Settings) -> None:
    (panel,) = sheet_of(demonstrated, Wish(SnapshotKind.GAPS, PLANNED)).panels
    assert "new-1" in panel.stations.index
    assert "T-1" not in panel.stations.index


def test_proposals_are_told_by_the_people_that_each_newly_covers(demonstrated: Settings) -> None:
    spots = ["{},{}".format(*degrees(*place)) for place in ((3.5, 0.5), (3.5, 1.5))]
    wish = Wish(SnapshotKind.PROPOSALS, Question(RADIUS_M, scenario=scenario_of(add=spots)))
    sheet = sheet_of(demonstrated, wish)
    (panel,) = sheet.panels
    assert panel.proposals is not None
    assert list(panel.proposals["number"]) == [1, 2]
    assert set(panel.stations.index) == {"T-1", "T-2", "T-3"}
    # at (3.5, 0.5) 80 people, and 7 a kilometre to the east; from (3.5, 1.5) the 80 are a kilometre away, too
    assert "Together, the proposed stations newly cover 87 people." in sheet.notes
    assert "Each by itself: 1: 87 people, 2: 80 people." in " ".join(sheet.notes)


def test_what_a_scenario_gains_and_what_it_loses_are_told_apart(demonstrated: Settings) -> None:
    question = Question(RADIUS_M, scenario=SCENARIO)
    compared = whatif(demonstrated, question)
    gaps = compared.gaps
    gained, lost = float(gaps["newly_covered"].sum()), float(gaps["newly_uncovered"].sum())
    assert (gained, lost) == gained_and_lost(compared.before, compared.after)
    assert gained - lost == compared.change
    assert min(gained, lost) > 0
    told = f"{gained:,.0f} people newly within reach, {lost:,.0f} people no longer."
    pair, proposals = (Wish(kind, question) for kind in (SnapshotKind.PAIR, SnapshotKind.PROPOSALS))
    assert told in sheet_of(demonstrated, pair).notes
    notes = " ".join(sheet_of(demonstrated, proposals).notes)
    assert f"Together, the proposed stations newly cover {gained:,.0f} people." in notes
    assert told in notes
    figures = figures_of(demonstrated, pair)
    assert (figures["newly_covered"], figures["no_longer_covered"]) == (gained, lost)


def test_land_that_is_gained_and_lost_is_told_apart_too(bare_town: Settings) -> None:
    import_file(bare_town, bare_town.profiles / "real.csv", kind="station", datum=None)
    compared = Question(RADIUS_M, scenario=SCENARIO)
    before, after = (assess(bare_town, asked) for asked in (ASKED, compared))
    gained, lost = gained_and_lost(before, after)
    assert min(gained, lost) > 0
    assert gained - lost == pytest.approx(after.covered - before.covered)
    assert "Land newly within reach" in " ".join(sheet_of(bare_town, Wish(SnapshotKind.PAIR, compared)).notes)


@pytest.mark.parametrize(
    "wish",
    [
        Wish(SnapshotKind.GAPS),
        Wish(SnapshotKind.PROPOSALS, ASKED),
        Wish(SnapshotKind.PROPOSALS, Question(RADIUS_M, scenario=scenario_of(close=["T-1"]))),
        Wish(SnapshotKind.PAIR, ASKED),
    ],
)
def test_what_a_kind_needs_and_is_not_given_is_asked_for(demonstrated: Settings, wish: Wish) -> None:
    with pytest.raises(BadChoice):
        sheet_of(demonstrated, wish)


def test_a_pair_marks_what_closes_on_the_first_map_and_what_is_new_on_the_second(demonstrated: Settings) -> None:
    wish = Wish(SnapshotKind.PAIR, Question(RADIUS_M, scenario=SCENARIO))
    before, after = sheet_of(demonstrated, wish).panels
    assert set(before.gone) == set(before.stations.index) - set(after.stations.index) != set()
    assert set(after.new) == set(after.stations.index) - set(before.stations.index) != set()
    assert (before.new, after.gone) == ((), ())


def test_of_many_proposals_the_notes_tell_those_that_cover_most(demonstrated: Settings) -> None:
    spots = ["{},{}".format(*degrees(3.5, 0.1 * step)) for step in range(12)]
    sheet = sheet_of(demonstrated, Wish(SnapshotKind.PROPOSALS, Question(RADIUS_M, scenario=scenario_of(add=spots))))
    (told,) = [note for note in sheet.notes if "cover most" in note]
    assert told.count(" people,") + told.count(" people.") >= 10
    assert "Each of the other 2 newly covers at most" in told


def test_each_tier_has_a_map_of_its_own(demonstrated: Settings) -> None:
    sheet = sheet_of(demonstrated, Wish(SnapshotKind.EACH_TIER))
    assert [panel.title for panel in sheet.panels] == [
        "National: 1 station",
        "Provincial: 1 station",
        "Municipal: 1 station",
        "No honour: 1 station",
    ]
    assert [len(panel.stations) for panel in sheet.panels] == [1, 0, 1, 1]  # nobody knows where the provincial one is


@pytest.mark.parametrize("kind", [SnapshotKind.TIERS, SnapshotKind.GAPS, SnapshotKind.EACH_TIER])
def test_what_is_planned_or_delisted_is_on_no_map_and_in_no_count(lived: Settings, kind: SnapshotKind) -> None:
    write(lived, added=True, station_id="D", name="示例丁", status="planned", place=(1.5, 0.5))
    wish = Wish(kind, ASKED)
    assert {key for panel in sheet_of(lived, wish).panels for key in panel.stations.index} == {"B", "C"}  # A has closed
    assert figures_of(lived, wish)["stations"] == 2


def test_only_the_tiers_that_are_wished_for_are_drawn_and_in_the_legend(demonstrated: Settings) -> None:
    sheet = sheet_of(demonstrated, Wish(tiers=(Tier.NATIONAL, Tier.MUNICIPAL)))
    assert set(sheet.panels[0].stations["tier"]) == {"national", "municipal"}
    assert sheet.tiers == (Tier.NATIONAL, Tier.MUNICIPAL)


def test_of_a_question_by_tier_only_the_stations_that_count_are_drawn(demonstrated: Settings) -> None:
    sheet = sheet_of(demonstrated, Wish(SnapshotKind.GAPS, Question(RADIUS_M, tier=Tier.NATIONAL)))
    assert set(sheet.panels[0].stations["tier"]) == {"national"}
    assert sheet.tiers == (Tier.NATIONAL,)


def test_a_map_names_where_its_stations_are_from(demonstrated: Settings) -> None:
    assert "Source: the register of stations (demonstration data)" in sheet_of(demonstrated, Wish()).notes


def test_a_pair_shows_an_earlier_day_beside_now(lived: Settings) -> None:
    sheet = sheet_of(lived, Wish(SnapshotKind.PAIR, ASKED, since=SINCE))
    before, after = sheet.panels
    assert before.title.startswith(SINCE.isoformat())
    assert set(before.stations.index) != set(after.stations.index)


def test_an_earlier_day_has_no_station_of_a_scenario(lived: Settings) -> None:
    asked = Question(RADIUS_M, scenario=scenario_of(add=["{},{}".format(*degrees(3.5, 0.5))]))
    before, after = sheet_of(lived, Wish(SnapshotKind.PAIR, asked, since=SINCE)).panels
    plain = sheet_of(lived, Wish(SnapshotKind.PAIR, ASKED, since=SINCE)).panels
    assert (before.title, len(before.stations)) == (plain[0].title, len(plain[0].stations))
    assert after.title.startswith("With the scenario")
    assert len(after.stations) == len(plain[1].stations) + 1


def test_what_is_not_known_of_a_day_is_never_told_as_nothing(real: Settings) -> None:
    use_language("en")
    sheet = sheet_of(real, Wish(SnapshotKind.PAIR, ASKED, since=SINCE))
    assert sheet.panels[0].title.endswith("which stations there were is not known")
    notes = " ".join(sheet.notes)
    assert "newly within reach is not known" in notes
    assert "4 stations have no opening date" in notes
    assert sheet.panels[0].gaps is None
    assert sheet.panels[0].uncovered is None
    then = real.having(on=SINCE)
    assert not {name for name in figures_of(then, Wish()) if name.startswith(("stations", "covered"))}
    assert "4 stations have no opening date" in " ".join(sheet_of(then, Wish()).notes)
    assert sheet_of(then, Wish()).panels[0].incomplete == ("station",)
    assert "have no map" in " ".join(sheet_of(real, Wish(SnapshotKind.YEARS)).notes)
    assert record_sentence(holdings(then)).startswith("stations: not known")


def test_a_map_of_some_tiers_says_so_and_rests_on_them_alone(demonstrated: Settings) -> None:
    wish = Wish(SnapshotKind.YEARS, tiers=(Tier.NATIONAL,))
    assert sheet_of(demonstrated, wish).title.endswith("(National only)")
    assert {"stations": 1, "stations_national": 1}.items() <= figures_of(demonstrated, wish).items()
    assert "stations_none" not in figures_of(demonstrated, wish)


def test_a_map_of_a_union_rests_on_its_own_figures(zoned: Settings) -> None:
    figures = figures_of(zoned, Wish(SnapshotKind.GAPS, ASKED, focus=EAST))
    assert (figures["stations"], figures["total_people"]) == (2, 220)
    assert "stations_used" not in figures


def test_the_maps_of_a_union_count_its_own_stations_in_every_panel(demonstrated: Settings) -> None:
    each = sheet_of(demonstrated, Wish(SnapshotKind.EACH_TIER, focus=EAST))
    assert [panel.title.removesuffix("s") for panel in each.panels] == [
        "National: 0 station",
        "Provincial: 0 station",
        "Municipal: 1 station",
        "No honour: 1 station",
    ]
    assert {len(panel.told) for panel in each.panels} == {0, 1}
    years = sheet_of(demonstrated, Wish(SnapshotKind.YEARS, focus=EAST))
    assert years.panels[-1].title.endswith(" 2 stations")
    assert not [note for note in years.notes if "no exact location" in note]  # that one is of the west


def test_a_pair_of_a_union_counts_its_own_stations_and_the_people_of_its_district(demonstrated: Settings) -> None:
    wish = Wish(SnapshotKind.PAIR, Question(RADIUS_M, scenario=SCENARIO), focus=EAST)
    sheet = sheet_of(demonstrated, wish)
    # s2 reaches 140 of the 220 people of the east, one at (3.5, 0.5) the others; what closes is in the west
    assert [panel.title for panel in sheet.panels] == [
        "As it is: 1 station, 63.6% within reach",
        "With the scenario: 2 stations, 100.0% within reach",
    ]
    assert "80 people newly within reach, 0 people no longer." in sheet.notes
    figures = figures_of(demonstrated, wish)
    assert (figures["covered_before"], figures["covered_people"], figures["total_people"]) == (140, 220, 220)
    assert (figures["stations_before"], figures["newly_covered"], figures["no_longer_covered"]) == (1, 80, 0)


def test_the_proposals_of_a_union_are_those_on_its_ground(demonstrated: Settings) -> None:
    spots = ["{},{}".format(*degrees(*place)) for place in ((1.5, 1.5), (3.5, 0.5))]
    wish = Wish(SnapshotKind.PROPOSALS, Question(RADIUS_M, scenario=scenario_of(add=spots)), focus=EAST)
    sheet = sheet_of(demonstrated, wish)
    assert sheet.panels[0].proposals is not None
    assert list(sheet.panels[0].proposals["number"]) == [2]
    assert "Together, the proposed stations newly cover 80 people." in sheet.notes
    assert figures_of(demonstrated, wish)["newly_covered@2"] == 80
    western = scenario_of(add=spots[:1])
    with pytest.raises(BadChoice):
        sheet_of(demonstrated, replace(wish, question=Question(RADIUS_M, scenario=western)))


def test_land_that_a_union_gains_is_that_of_its_district(bare_town: Settings) -> None:
    import_file(bare_town, bare_town.profiles / "real.csv", kind="station", datum=None)
    before, after = (assess(bare_town, asked) for asked in (ASKED, Question(RADIUS_M, scenario=SCENARIO)))
    parts = [gained_and_lost(before, after, division=code) for code in before.districts.index]
    assert [sum(side) for side in zip(*parts, strict=True)] == pytest.approx(gained_and_lost(before, after))


def test_the_years_count_what_was_on_the_books_at_their_ends(lived: Settings) -> None:
    sheet = sheet_of(lived.having(on=dt.date(2025, 6, 30)), Wish(SnapshotKind.YEARS))
    counts = {panel.title.partition(":")[0]: len(panel.stations) for panel in sheet.panels}
    assert list(counts)[-1] == "2025-06-30"
    assert counts[SINCE.isoformat()] > 0
    assert len(counts) <= 6


def test_districts_are_told_by_their_share(demonstrated: Settings) -> None:
    (panel,) = sheet_of(demonstrated, Wish(SnapshotKind.DISTRICTS, ASKED)).panels
    assert panel.shares is not None
    assert panel.shares.round(3).to_list() == [1.0, 0.636]  # 140 of 140, and 140 of 220


@pytest.mark.parametrize("kind", SnapshotKind)
def test_a_city_without_anything_is_drawn_or_says_what_is_missing(bare_town: Settings, kind: SnapshotKind) -> None:
    question = Question(RADIUS_M, scenario=scenario_of(add=["{},{}".format(*degrees(1, 1))]))
    sheet = sheet_of(bare_town, Wish(kind, question))
    assert len(sheet.panels) >= 1


def test_a_map_says_what_it_shows_in_the_language_of_its_reader(demonstrated: Settings, language: Language) -> None:
    sheet = sheet_of(demonstrated.having(language=language), Wish(SnapshotKind.GAPS, ASKED))
    assert SnapshotKind.GAPS.label(language) in sheet.title
    assert {"en": "Data as of", "zh_CN": "数据截至"}[language] in sheet.notes[0]
    assert sheet.demonstration


def test_the_figures_of_a_map_are_those_of_its_answer(demonstrated: Settings, tmp_path: Path) -> None:
    figures = figures_of(demonstrated, Wish(SnapshotKind.GAPS, ASKED))
    assert figures["stations"] == 4
    assert figures["stations_national"] == 1
    assert (figures["total_people"], figures["covered_people"]) == (PEOPLE, COVERED)
