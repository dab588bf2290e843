"""A question from outside is checked before anything is measured."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.analysis.whatif import Placed, Scenario
from stations.model.errors import BadChoice
from stations.model.language import Language
from stations.model.schema import coordinate_problem
from stations.model.settings import Settings
from stations.model.travel import REACHES
from stations.model.vocabulary import Facility, Group, Tier
from stations.planning.coverage.assess import Moment, Question
from stations.planning.questions import (
    LEAST_M,
    MOST_M,
    NEW,
    moment_from,
    place_from,
    question_from,
    question_words,
    radius_from,
    scenario_from,
    scenario_of,
    scenario_text,
    union_from,
)
from tests.planning.town import EAST, WEST, ZONE


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("1000", 1000),
        (" 1,000 m ", 1000),
        ("１０００米", 1000),
        ("1e3", 1000),
        ("500.5", 500.5),
        ("1", 1),
        ("100000", 100_000),
    ],
)
def test_a_radius_is_read_as_people_write_it(text: str, metres: float) -> None:
    assert radius_from(text) == metres


@pytest.mark.parametrize("text", ["", "0", "0.9", "100001", "-5", "nan", "inf", "1_000", "far", "1 km", "1000;drop"])
def test_what_is_no_radius_is_refused_in_words(text: str, language: Language) -> None:
    with pytest.raises(BadChoice) as refusal:
        radius_from(text)
    assert f"“{text}”" in str(refusal.value)


@given(st.text())
def test_any_text_is_a_radius_or_refused(text: str) -> None:
    with suppress(BadChoice):
        assert LEAST_M <= radius_from(text) <= MOST_M


@pytest.mark.parametrize(
    ("tier", "known"), [(None, None), ("", None), ("municipal", Tier.MUNICIPAL), ("省级", Tier.PROVINCIAL)]
)
def test_a_tier_is_read_by_key_or_label(tier: str | None, known: Tier | None) -> None:
    assert question_from({"radius": "500"} | ({} if tier is None else {"tier": tier})) == Question(500, tier=known)


def test_a_tier_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadChoice):
        question_from({"radius": "500", "tier": "gold"})


# --- words and back -------------------------------------------------------------------------

HOSTILE = (
    "@",
    ";",
    "%",
    ",",
    "a@b;c%3B,d",
    "<script>alert(1)</script>",
    "示例 驿站",
    "%40",
    "=",
    "add",
    "\n",
    "'\"&?#",
    "",
)
IDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(HOSTILE)
LON, LAT = st.floats(-180, 180), st.floats(-90, 90)
SPOTS = st.tuples(LON, LAT).map(lambda spot: (round(spot[0], 6), round(spot[1], 6)))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario | None:
    """Draw what would be different, at places to 10 cm, as a link writes them."""
    spots = SPOTS.filter(lambda spot: coordinate_problem(*spot) is None)
    added = draw(st.lists(spots, max_size=3))
    moved = draw(st.lists(st.tuples(IDS, spots), max_size=3))
    scenario = Scenario(
        added=tuple(Placed(NEW.format(number=n), *spot) for n, spot in enumerate(added, start=1)),
        closed=tuple(draw(st.lists(IDS, max_size=3))),
        moved=tuple(Placed(key, *spot) for key, spot in moved),
        honoured=tuple(draw(st.lists(st.tuples(IDS, st.sampled_from(Tier)), max_size=3))),
    )
    return scenario if scenario != Scenario() else None


QUESTIONS = st.builds(
    Question,
    radius_m=st.integers(1, 100_000).map(float),
    tier=st.none() | st.sampled_from(Tier),
    reach=st.sampled_from(REACHES),
    group=st.none() | st.sampled_from(Group),
    facilities=st.lists(st.sampled_from(Facility), unique=True).map(tuple),
    union=st.none() | st.sampled_from(["990101", "990101GX"]),
    at=st.none() | st.builds(Moment, st.integers(0, 6), st.integers(0, 23)),
    scenario=scenarios(),
)


@given(QUESTIONS)
def test_a_question_comes_back_from_its_words(question: Question) -> None:
    words = question_words(question)
    assert all(words.values())
    assert question_from(words) == question


@given(st.floats(LEAST_M, MOST_M))
def test_a_radius_comes_back_to_the_metre_or_closer(radius_m: float) -> None:
    assert question_from(question_words(Question(radius_m))).radius_m == radius_m


def test_what_is_at_its_default_is_left_out() -> None:
    assert question_words(Question(1000)) == {"radius": "1000"}


@given(scenarios())
def test_a_scenario_comes_back_from_its_text(scenario: Scenario | None) -> None:
    text = scenario_text(scenario) if scenario else ""
    assert scenario_from(text) == scenario
    assert text.isascii()
    assert not set(text) & set("<>\"'&?# \n")


@pytest.mark.parametrize("key", HOSTILE)
def test_a_station_may_have_any_number(key: str) -> None:
    scenario = Scenario(closed=(key,), moved=(Placed(key, 117.5, 32.5),), honoured=((key, Tier.NONE),))
    assert scenario_from(scenario_text(scenario)) == scenario


@pytest.mark.parametrize("part", ["add", "add@1@2", "open@1", "close", "move@1", "tier@1@2@3"])
def test_a_change_that_is_none_is_named_with_those_there_are(part: str) -> None:
    with pytest.raises(BadChoice, match=r"Scenario: .+ Allowed: add@117") as refused:
        scenario_from(f"close@1;{part}")
    assert part in str(refused.value)


@given(st.text())
def test_any_text_is_a_scenario_or_refused(text: str) -> None:
    with suppress(BadChoice):
        scenario = scenario_from(text)
        assert scenario is None or scenario_from(scenario_text(scenario)) is not None


@given(st.dictionaries(st.sampled_from(["tier", "reach", "group", "facilities", "union", "at", "scenario"]), st.text()))
def test_any_words_are_a_question_or_refused(words: dict[str, str]) -> None:
    with suppress(BadChoice):
        assert isinstance(question_from({"radius": "1000", **words}), Question)


# --- refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("reach", "by-air"),
        ("reach", "WALK"),
        ("group", "everybody"),
        ("facilities", "toilet,gold"),
        ("at", "0-22"),
        ("at", "8-22"),
        ("at", "1-24"),
        ("at", "1"),
        ("at", "monday-22"),
        ("at", "1--2"),
        ("scenario", "add"),
        ("scenario", "add@117"),
        ("scenario", "add@117,32,1"),
        ("scenario", "add@1_1_7,32"),
        ("scenario", "add@nan,32"),
        ("scenario", "add@inf,32"),
        ("scenario", "add@181,32"),
        ("scenario", "add@117,91"),
        ("scenario", "move@T-1"),
        ("scenario", "tier@T-1@gold"),
        ("scenario", "burn@T-1"),
        ("scenario", "<script>"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(name: str, text: str, language: Language) -> None:
    with pytest.raises(BadChoice) as refusal:
        question_from({"radius": "1000", name: text})
    assert "{" not in str(refusal.value)


@pytest.mark.parametrize(("text", "moment"), [("1-22", (0, 22)), ("7-0", (6, 0)), ("１-８", (0, 8)), ("3-08", (2, 8))])
def test_an_hour_of_the_week_is_read(text: str, moment: tuple[int, int]) -> None:
    assert moment_from(text) == moment


@pytest.mark.parametrize("text", ["117.02,32.63", " 117.02, 32.63 ", "１１７.０２，３２.６３"])
def test_a_place_is_read_longitude_first(text: str) -> None:
    assert place_from(text) == (117.02, 32.63)


@pytest.mark.parametrize("text", ["0,0", "32.63,117.02", "117", "117.02,95", "a,b", "1_1,2"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(BadChoice, match="Place"):
        place_from(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ZONE, ZONE),
        (WEST, WEST),
        ("示例高新区", ZONE),
        ("示例高新区总工会", ZONE),
        ("示例西区", WEST),
        ("示例市示例东区总工会", EAST),
    ],
)
def test_a_union_is_named_by_code_or_name(zoned: Settings, text: str, code: str) -> None:
    assert union_from(zoned, text) == code


@pytest.mark.parametrize("text", ["", "999999", "<script>", "田家庵区", "示例"])
def test_a_union_that_is_not_there_is_refused_and_those_that_are_named(zoned: Settings, text: str) -> None:
    with pytest.raises(BadChoice, match="示例高新区"):
        union_from(zoned, text)


def test_nothing_wished_is_no_scenario() -> None:
    assert scenario_of() is None
    assert scenario_from("") is None
    assert scenario_from(";;") is None
    assert scenario_of(add=["117,32"]) == Scenario(added=(Placed("new-1", 117, 32),))
