"""The table of the benchmarks: how rows are written, and that every target stands in the committed one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks import run, table
from benchmarks.made_up import station_list
from benchmarks.nearest import TARGET as TIMES_FASTER
from benchmarks.peers import greedy_interchange
from benchmarks.siting_page import gap_told
from stations.model.vocabulary import Datum

README = (Path(__file__).parents[1] / "benchmarks" / "README.md").read_text("utf-8")
TARGETS = [
    ("`python -m stations --help`, zh_CN", "≤ 0.4 s"),
    ("`python -m stations --help`, en", "≤ 0.4 s"),
    ("server up → first page interactive", "≤ 3 s"),
    ("10,000 stations, warm visit → interactive", "≤ 2 s"),
    ("10,000 stations, websocket per interaction", "≤ 50 kB"),
    ("10,000 stations, server CPU per interaction", "≤ 0.2 s"),
    ("import of 200,000 rows: time", "≤ 30 s"),
    ("check-up of 200,000 rows of CSV: time", "≤ 60 s"),
    ("check-up of 200,000 rows of XLSX: time", "≤ 60 s"),
    ("repetitions among 200,000 stations: time", "≤ 30 s"),
    ("datum of a sheet of 98 rows, wrongly stated: called right", "≤ 0 %"),
    ("datum of a sheet of 98 rows, rightly stated: called wrong", "≤ 0 %"),
    ("1,000,000 points, GCJ-02 → WGS84: time", "≤ 1.5 s"),
    ("1,000,000 points, BD-09 → WGS84: time", "≤ 1.5 s"),
    ("the yearly report as a Word file", "≤ 15 s"),
    ("1,000,000 points anywhere: time", "≥ 10 ×"),
    ("1,000,000 points on a grid: time", "≥ 10 ×"),
    ("coverage page, another radius → answer", "≤ 1 s"),
    ("nearest of 200,000 stations, 10,000,000 points: time", "≤ 4 s"),
    ("nearest of 200,000 stations, 10,000,000 points: memory", "≤ 1,000 MB"),
    ("10,000,000 points: time, against scipy `cKDTree`", "≥ 0.83 ×"),
    ("10,000,000 points, from frames: time, against `sjoin_nearest`", "≥ 8 ×"),
    ("1,000 stations on foot, 300,304 nodes: time", "≤ 0.25 s"),
    ("1,000 stations on foot, 300,304 nodes: memory", "≤ 190 MiB"),
    ("1,000 stations on foot, 300,304 nodes: against pandana", "≥ 12 ×"),
    ("exact area of 200,000 discs: time", "≤ 2 s"),
    ("polygon of 200,000 discs for the map", "≥ 2 ×"),
    ("within 3,000 m: time", "≥ 200 ×"),
    ("within 3,000 m: memory", "≥ 20 ×"),
    ("pairs: time", "≥ 50 ×"),
    ("table of 20 districts, 1,000,000 points: time", "≤ 1 s"),
    ("find and add one of 1,000 stations, 1,000,000 points", "≤ 100 ms"),
    ("remove one of 1,000 stations, 1,000,000 points", "≤ 100 ms"),
    ("298,606 nodes of streets: time", "≤ 0.25 s"),
    ("298,606 nodes of streets: against pandana", "≥ 12 ×"),
    ("points anywhere: other stations", "≤ 0.25 s"),
    ("E2SFCA of 250,712 pairs: memory", "≥ 20 ×"),
    ("pairs included: time", "≥ 200 ×"),
    ("20 sessions, 10 interactions each: errors", "≤ 0 of them"),
    ("20 sessions, 10 interactions each: answered, p95", "≤ 4 s"),
    ("20 sessions, 10 interactions each: server CPU per interaction", "≤ 0.2 s"),
    ("20 sessions, 10 interactions each: server memory per session", "≤ 10 MB"),
    ("one of 10,000 stations saved → visible", "≤ 300 ms"),
    ("100,000 changes: history of one of them", "≤ 200 ms"),
    ("100,000 changes: newest 100 changes", "≤ 200 ms"),
    ("100,000 changes: register of a past day", "≤ 200 ms"),
    ("100,000 changes: movements since a past day", "≤ 200 ms"),
    ("100,000 changes: movements between two past days", "≤ 400 ms"),
    ("check-up of 200,000 rows of CSV: memory", "≤ 1,500 MiB"),
    ("check-up of 200,000 rows of XLSX: memory", "≤ 1,500 MiB"),
    ("MCLP 20,000 × 200: against spopt", "≥ 300 ×"),
    ("MCLP 20,000 × 1,000: against spopt", "≥ 20 ×"),
    ("MCLP 20,000 × 1,000: memory, against spopt", "≥ 3.33333 ×"),
    ("LSCP 20,000 × 1,000: against spopt", "≥ 150 ×"),
    ("MCLP 100,000 × 100: proven", "≤ 10 s"),
    ("MCLP 100,000 × 2,000: certified gap after 0.5 s", "≤ 2.5 %"),
    ("MCLP 100,000 × 2,000: certified gap after 0.5 s: time", "≤ 0.5 s"),
    ("MCLP 100,000 × 2,000: certified gap after 2 s", "≤ 1 %"),
    ("MCLP 100,000 × 2,000: certified gap after 2 s: time", "≤ 2 s"),
    ("MCLP 3,000 × 200, 20 sites: first answer, loss on average", "≤ 0.2 %"),
    ("p-median, 1,000 × 200, 20 sites: first answer, loss on average", "≤ 0.2 %"),
    ("siting page, most people, at bases → first answer", "≤ 1 s"),
    ("siting page, most people, at bases: gap after 10 s", "≤ 0.5 %"),
    ("siting page, most people, on a grid → first answer", "≤ 1 s"),
    ("siting page, most people, on a grid: gap after 10 s", "≤ 0.5 %"),
    ("siting page, fewest stations for a share, on a grid → first answer", "≤ 1 s"),
    ("siting page, fewest stations for a share, on a grid: gap after 10 s", "≤ 0.5 %"),
    ("siting page, budget, at bases and on a grid → first answer", "≤ 1 s"),
    ("siting page, half of each district, at bases → first answer", "≤ 1 s"),
    ("siting page, half of each district, at bases: gap after 10 s", "≤ 0.5 %"),
    ("siting page, second station counts, at bases → first answer", "≤ 1 s"),
    ("siting page, second station counts, at bases: gap after 10 s", "≤ 0.5 %"),
    ("siting page, 3,000 people a station, at bases → first answer", "≤ 1 s"),
    ("siting page, 3,000 people a station, at bases: gap after 10 s", "≤ 0.5 %"),
    ("siting page, nobody farther than 8 km, at bases → first answer", "≤ 1 s"),
    ("siting page, nobody farther than 8 km, at bases: gap after 10 s", "≤ 0.5 %"),
    ("siting page, least distance, at bases → first answer", "≤ 1 s"),
    ("siting page, least distance, at bases: gap after 10 s", "≤ 0.5 %"),
    ("siting page, least farthest, at bases → first answer", "≤ 1 s"),
    ("siting page, least farthest, at bases: gap after 10 s", "≤ 0.5 %"),
    ("16,983,779 pairs: covers less than the peer's fast way", "≤ 0 times"),
    ("16,983,779 pairs: covers less than the peer's public function", "≤ 0 times"),
    ("p-median, 20,000 × 1,000, 50 sites, stopped after 6 s: time", "≤ 8 s"),
    ("p-median, 20,000 × 1,000, 50 sites, stopped after 6 s: gap", "≤ 1.5 %"),
    ("p-median, 1,000 × 200, 20 sites: until proven", "≤ 4 s"),
    ("p-median, 5,000 × 200, 20 sites: until proven", "≤ 30 s"),
    ("p-center, 1,000 × 200, 20 sites: until proven", "≤ 5 s"),
    ("like pmed1–40: all", "≤ 900 s"),
    ("like pmed1–40: not proven", "≤ 0"),
    ("k = 1…200, 50 sites kept: time", "≤ 1 s"),
    ("16,983,779 pairs: against the peer's fast way", "≥ 5 ×"),
    ("16,983,779 pairs: against the peer's public function", "≥ 5 ×"),
    ("16,983,779 pairs: memory", "≤ 4,000 MB"),
    ("16,983,779 pairs: largest gap", "≤ 2 %"),
    ("A4 map of 98 stations and 1,036 bases, 300 dpi", "≤ 1 s"),
    ("A4 map of 98 stations and 1,036 bases, 300 dpi, by the command", "≤ 3 s"),
    ("A4 map of 98 stations and 1,036 bases, 300 dpi, against our map in a browser", "≥ 3 ×"),
    ("A4 map of 10,000 stations, 300 dpi", "≤ 3 s"),
    ("20 such maps of a server at once: page opened meanwhile", "≤ 2 s"),
]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize(("what", "target"), TARGETS)
def test_every_target_stands_in_the_table(what: str, target: str) -> None:
    found = [line for line in map(cells, README.splitlines()) if line[0].endswith(what)]
    assert [line[2] for line in found] == [target]


@pytest.mark.parametrize("peer", ["folium.GeoJson", "folium.CircleMarker"])
def test_both_peers_stand_in_the_table(peer: str) -> None:
    assert any(cells(line)[0].endswith(f"against `{peer}`") for line in README.splitlines())


def test_the_readme_says_of_every_module_what_it_measures() -> None:
    told = [cells(line)[0] for line in README.splitlines() if line.startswith("| `") and ".py` |" in line]
    assert sorted(told) == sorted(f"`{module}.py`" for module in run.MODULES)


def test_without_a_peer_the_target_is_the_most_that_ours_may_be() -> None:
    assert table.met(table.row("a", 0.4, "s", target=0.4)) is True
    assert table.met(table.row("a", 0.41, "s", target=0.4)) is False


def test_with_a_peer_the_target_is_the_least_ratio() -> None:
    assert table.met(table.row("a", 1.0, "s", peer=10.0, target=10)) is True
    assert table.met(table.row("a", 1.0, "s", peer=9.96, target=10)) is False


def test_without_a_target_nothing_is_met_or_missed() -> None:
    assert table.met(table.row("a", 1.0, "s")) is None


def test_rows_become_a_table_with_units_and_verdicts() -> None:
    rows = [
        table.row("import: time", 18.27, "s", target=30.0, note="median of 3"),
        table.row("traffic", 61.5, "kB", target=50.0),
        table.row("nearest", 0.2, "s", peer=3.0, target=10.0),
        table.row("memory", 1147.4, "MiB"),
    ]
    assert [cells(line) for line in table.markdown(rows).splitlines()[2:]] == [
        ["import: time", "18.3 s", "≤ 30 s", "yes", "", "", "median of 3"],
        ["traffic", "61.5 kB", "≤ 50 kB", "**no**", "", "", ""],
        ["nearest", "0.2 s", "≥ 10 ×", "yes", "3 s", "15 ×", ""],
        ["memory", "1,147 MiB", "", "", "", "", ""],
    ]


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    document = f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n"
    assert table.replaced(document, "new") == f"before\n{table.BEGIN}\nnew\n{table.END}\nafter\n"
    assert table.replaced(table.replaced(document, "new"), "new") == table.replaced(document, "new")


def test_rows_that_were_measured_anew_replace_those_of_the_same_name_and_nothing_else() -> None:
    old = [table.row("a: time", 1.0, "s", target=2.0), table.row("a: time, cold", 3.0, "s"), table.row("b", 5.0, "MB")]
    document = f"before\n{table.BEGIN}\n- Date: then\n\n{table.markdown(old)}\n\nMeasured.\n{table.END}\nafter\n"
    new = [table.row("a: time", 4.0, "s", target=2.0, note="anew"), table.row("c", 7.0, "s")]
    expected = [new[0], *old[1:], new[1]]
    assert table.updated(document, new) == document.replace(table.markdown(old), table.markdown(expected))
    with pytest.raises(ValueError, match="measured"):
        table.updated("no table", new)


@pytest.mark.parametrize("broken", ["", table.BEGIN, table.END])
def test_a_document_without_its_markers_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="measured"):
        table.replaced(broken, "new")


def test_the_target_against_geopandas_is_ten_times() -> None:
    assert TIMES_FASTER == 10


def test_made_up_lists_are_labelled_and_the_same_each_time() -> None:
    made = station_list(300, datum=Datum.GCJ02, seed=1)
    assert made.equals(station_list(300, datum=Datum.GCJ02, seed=1))
    assert made["站点名称"].str.startswith("示例").all()
    assert made["站点名称"].is_unique
    assert Counter(made["坐标系"]) == {"GCJ-02": 300}


def test_interchange_finds_what_greedy_missed() -> None:
    """The middle site is the best alone; the best two are at both ends."""
    cost = np.abs(np.array([0.0, 1, 4, 5])[:, np.newaxis] - [2.5, 0.5, 4.5])
    weights = np.ones(4)
    assert greedy_interchange._greedy(cost, weights, sites=2)[0] == 0
    assert sorted(greedy_interchange.chosen(cost, weights, sites=2)) == [1, 2]


@pytest.mark.parametrize(
    ("sentence", "gap"),
    [
        ("80.0% of 3,033,528 within 1,000 m. Not proven: 1 station fewer may be enough (gap 0.85%).", 0.85),
        ("It is proven that no other choice is better (gap 0%). Searched for 3.3 s.", 0),
        ("Not proven: another choice may reach up to 9,000 people more (gap 1,200.00%).", 1200),
        ("Not proven: another choice may reach up to 9,000 people more (gap ∞).", float("inf")),
    ],
)
def test_the_gap_is_read_from_the_sentence_of_the_siting_page(sentence: str, gap: float) -> None:
    assert gap_told(sentence) == gap
