"""A wish for new stations in an address: whatever is written reads as the same again, and nonsense is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as some

from stations.model.errors import BadChoice
from stations.model.siting import CandidateSource
from stations.model.vocabulary import Datum
from stations.planning.siting import words as siting_words
from stations.planning.siting.files import HandedIn, handed_in_from, handed_in_text

KEYS = some.lists(some.text(min_size=1, max_size=20), max_size=5, unique=True).map(tuple)
DEGREES = some.integers(-8_900_000, 8_900_000).map(lambda number: number / 100_000)
RINGS = some.lists(
    some.lists(some.tuples(DEGREES, DEGREES), min_size=3, max_size=8, unique=True).map(tuple), max_size=3
).map(tuple)
COSTS = some.dictionaries(some.sampled_from(siting_words.OFFERED), some.floats(0, 1e9)).map(
    lambda each: tuple(each.items())
)


@given(KEYS)
def test_candidates_read_as_they_were_written(keys: tuple[str, ...]) -> None:
    assert siting_words.keys_from(siting_words.keys_text(keys)) == keys


@given(RINGS)
def test_outlines_read_as_they_were_written_to_the_metre(rings: tuple[siting_words.Ring, ...]) -> None:
    read = siting_words.rings_from(siting_words.rings_text(rings))
    assert [[pytest.approx(corner, abs=1e-5) for corner in ring] for ring in rings] == [list(ring) for ring in read]


@given(COSTS)
def test_costs_read_as_they_were_written(costs: siting_words.Costs) -> None:
    assert siting_words.costs_from(siting_words.costs_text(costs)) == costs


@given(some.floats(0, 1e12))
def test_money_reads_as_it_was_written(amount: float) -> None:
    assert siting_words.money_from(siting_words.number_text(amount)) == amount


@pytest.mark.parametrize(
    "text",
    [
        " １,200,000 ",
        "120万",
        "120 万元",
        "１２０万",
        "一百二十万",
        "1,200,000元",
        "1.2 million",
        "¥1,200,000",
        "￥120万",
        "120万元整",
    ],
)
def test_money_may_be_typed_as_people_do(text: str) -> None:
    assert siting_words.money_from(text) == 1_200_000


@pytest.mark.parametrize(
    ("read", "name"),
    [
        (siting_words.money_from, "Budget"),
        (siting_words.cost_from, "Cost of a station"),
        (siting_words.metres_from, "Nobody farther than"),
        (siting_words.spacing_from, "Spacing of the grid"),
        (siting_words.people_from, "People a station serves"),
    ],
)
def test_what_is_refused_is_named_as_it_was_typed(read: Callable[[str], object], name: str) -> None:
    with pytest.raises(BadChoice) as refused:
        read("0.5kmm")
    assert str(refused.value).startswith(f"{name}: “0.5kmm” cannot be used.")


def test_a_distance_and_people_may_have_their_unit() -> None:
    assert [siting_words.metres_from(text) for text in ("1,500", "1500m", "１５００米", "1500 米")] == [1500.0] * 4
    assert [siting_words.people_from(text) for text in ("2万", "20,000人")] == [20_000.0] * 2


@pytest.mark.parametrize("file", [None, HandedIn("0" * 32), HandedIn("ab" * 16, Datum.GCJ02)])
def test_a_file_reads_as_it_was_written(file: HandedIn | None) -> None:
    assert handed_in_from(handed_in_text(file)) == file


def test_sources_keep_their_order() -> None:
    assert siting_words.sources_from("grid,bases") == (CandidateSource.GRID, CandidateSource.BASES)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (siting_words.rings_from, "1,2"),
        (siting_words.rings_from, "1,2,3,4,5,6,7"),
        (siting_words.rings_from, "1,2,1,2,1,2"),
        (siting_words.rings_from, "1,2,3,4,nan,6"),
        (siting_words.rings_from, "181,2,3,4,5,6"),
        (siting_words.rings_from, ";".join(["1,2,3,4,5,7"] * 21)),
        (siting_words.rings_from, ",".join(str(number) for number in range(402))),
        (siting_words.keys_from, ";".join(map(str, range(201)))),
        (siting_words.keys_from, "x" * 121),
        (siting_words.sources_from, "moon"),
        (siting_words.sources_from, "place"),
        (siting_words.money_from, "-1"),
        (siting_words.money_from, "nan"),
        (siting_words.money_from, "1_0"),
        (siting_words.money_from, "lots"),
        (siting_words.money_from, "万元"),
        (siting_words.money_from, "百"),
        (siting_words.money_from, "1,2,3"),
        (siting_words.money_from, "1,000,00"),
        (siting_words.money_from, "20万到30万"),
        (siting_words.money_from, "20万 30万"),
        (siting_words.money_from, "至少20万"),
        (siting_words.money_from, "20个"),
        (siting_words.money_from, "三分之一"),
        (siting_words.metres_from, "0"),
        (siting_words.metres_from, ""),
        (siting_words.people_from, "1e9"),
        (siting_words.people_from, "800.5"),
        (siting_words.people_from, ""),
        (siting_words.costs_from, "bases:-1"),
        (siting_words.costs_from, "moon:1"),
        (handed_in_from, "../../etc/passwd"),
        (handed_in_from, "0" * 32 + ".Mars"),
    ],
)
def test_nonsense_is_refused_in_words(read: object, text: str) -> None:
    with pytest.raises(BadChoice) as refused:
        read(text)  # type: ignore[operator]
    assert str(refused.value)


def test_a_place_of_ones_own_has_a_cost_and_is_no_source_of_candidates() -> None:
    assert siting_words.costs_from("place:20000") == ((CandidateSource.PLACE, 20_000.0),)
    with pytest.raises(BadChoice):
        siting_words.sources_from("place")


def test_a_field_shows_thousands_and_what_it_shows_is_read_back() -> None:
    assert siting_words.amount_text(None) == ""
    assert siting_words.amount_text(1_000_000.0) == "1,000,000"
    assert siting_words.amount_text(1234.5) == "1,234.5"
    assert siting_words.money_from(siting_words.amount_text(1234567.25)) == 1234567.25


@pytest.mark.parametrize(
    ("text", "share"), [("0.9", 0.9), ("90%", 0.9), ("９０％", 0.9), (" 97.9722 % ", 0.979722), ("1", 1.0), ("0", 0.0)]
)
def test_a_share_is_read_as_people_write_it(text: str, share: float) -> None:
    assert siting_words.share_from(text, what="--share") == pytest.approx(share, abs=1e-15)


@pytest.mark.parametrize("text", ["97.9", "101%", "-1%", "nan", "inf", "nan%", "", "%", "half", "1_0%"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(BadChoice, match=r"--share.*or in percent, as 90%"):
        siting_words.share_from(text, what="--share")
