"""A map for paper says how it was made, can be drawn again, and is held against the register."""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from stations.model.errors import BadChoice, BadFile
from stations.model.settings import Settings
from stations.model.vocabulary import PageLayout, SnapshotKind, Tier
from stations.output.traces import same_picture
from stations.planning.coverage.assess import Question
from stations.planning.coverage.inputs import OtherInputs
from stations.planning.maps.sheets import Wish, sheet_of
from stations.planning.maps.snapshot_tables import verdict_sentences, verdict_table
from stations.planning.maps.snapshots import OtherClock, again, picture, traced, verified, wish_from, wish_words
from stations.planning.questions import scenario_of
from stations.planning.register import holdings
from stations.store.register import UnknownRevision
from tests.planning.town import EAST, RADIUS_M, degrees, rewritten, write, write_couriers

if TYPE_CHECKING:
    from stations.planning.maps.snapshots import Verdict

Format = Literal["png", "svg", "pdf"]
FORMATS: tuple[Format, ...] = ("png", "svg", "pdf")
ASKED = Question(RADIUS_M)


def wish(kind: SnapshotKind = SnapshotKind.GAPS, format: Format = "png") -> Wish:  # noqa: A002 - as the wish says it
    return Wish(kind, ASKED, dpi=72, format=format)


def changed(settings: Settings) -> None:
    """Let the register go on: a station more, which covers somebody."""
    write(
        settings, station_id="T-9", name="示例九号驿站", tier="national", status="in_use", place=(3.5, 0.5), added=True
    )


def test_the_map_of_a_union_shows_its_district_and_counts_its_own(zoned: Settings) -> None:
    whole = sheet_of(zoned, wish())
    sheet = sheet_of(zoned, replace(wish(), focus=EAST))
    assert sheet.extent == pytest.approx(whole.districts.loc[EAST].geometry.bounds)
    (panel,), (city,) = sheet.panels, whole.panels
    assert len(panel.told) < len(panel.stations) == len(city.stations)
    assert "示例东区" in sheet.title
    drawn = picture(zoned, replace(wish(), focus=EAST))
    assert verified(zoned, drawn, name="map.png").proven
    with pytest.raises(BadChoice, match="Union"):
        sheet_of(zoned, replace(wish(), focus="nobody"))


def told(verdict: Verdict) -> str:
    return " ".join(verdict_sentences(verdict))


@pytest.mark.parametrize("format", FORMATS)
def test_a_map_is_drawn_again_from_its_revision_when_the_register_has_gone_on(
    demonstrated: Settings,
    format: Format,  # noqa: A002
) -> None:
    drawn = picture(demonstrated, wish(format=format))
    changed(demonstrated)
    assert picture(demonstrated, wish(format=format)) != drawn
    assert again(demonstrated, drawn, name="map") == drawn


@pytest.mark.parametrize("kind", SnapshotKind)
def test_every_kind_can_be_drawn_again(demonstrated: Settings, kind: SnapshotKind) -> None:
    question = Question(RADIUS_M, scenario=scenario_of(add=["{},{}".format(*degrees(3.5, 0.5))]))
    drawn = picture(demonstrated, Wish(kind, question, dpi=72, bases=True))
    changed(demonstrated)
    assert again(demonstrated, drawn, name="map") == drawn


def test_city_language_and_day_are_those_of_the_file_not_of_whoever_draws_again(demonstrated: Settings) -> None:
    past = demonstrated.having(on=dt.date(2024, 5, 1), language="zh_CN")
    drawn = picture(past, wish())
    assert again(demonstrated.having(language="en"), drawn, name="map") == drawn


def test_a_fresh_map_is_proven_and_holds(demonstrated: Settings) -> None:
    verdict = verified(demonstrated, picture(demonstrated, wish()), name="map")
    assert (verdict.picture_same, verdict.proven, verdict.holds) == (True, True, True)
    assert "the same" in told(verdict)


def test_of_an_older_map_the_figures_of_now_are_told_beside_its_own(demonstrated: Settings) -> None:
    drawn = picture(demonstrated, wish())
    changed(demonstrated)
    verdict = verified(demonstrated, drawn, name="map")
    assert (verdict.proven, verdict.holds) == (True, False)
    table = verdict_table(verdict)
    assert table.loc["Stations"].to_list() == [4, 4, 5]
    assert table.loc["Stations, National"].to_list() == [1, 1, 2]
    assert table.loc["Covered people"].to_list() == [280, 280, 367]
    assert "other figures" in told(verdict)


def test_a_station_that_moves_makes_another_picture_though_all_figures_stay(demonstrated: Settings) -> None:
    drawn = picture(demonstrated, Wish(dpi=72, format="svg"))
    rewritten(demonstrated, place=(1.0, 1.8))
    verdict = verified(demonstrated, drawn, name="map.svg")
    assert (verdict.proven, verdict.figures_hold, verdict.picture_holds, verdict.holds) == (True, True, False, False)
    assert "the same figures, but another picture" in told(verdict)


def test_what_is_not_on_the_picture_changes_neither_it_nor_its_figures(demonstrated: Settings) -> None:
    drawn = picture(demonstrated, wish())
    rewritten(demonstrated, address="示例路 99 号")
    verdict = verified(demonstrated, drawn, name="map")
    assert (verdict.proven, verdict.picture_holds, verdict.holds) == (True, True, True)
    assert "still gives these figures and, but for day and revision, this picture" in told(verdict)


def test_the_years_of_a_picture_are_compared_one_by_one(lived: Settings) -> None:
    drawn = picture(lived, Wish(SnapshotKind.YEARS, dpi=72))
    before = verified(lived, drawn, name="map")
    write(lived, station_id="B", opened_on=dt.date(2020, 1, 1))
    verdict = verified(lived, drawn, name="map")
    assert (before.holds, verdict.proven, verdict.figures_hold) == (True, True, False)
    assert [row for row in verdict_table(verdict).index if row.startswith("Stations (20")]


def test_the_share_of_each_district_and_the_gain_of_each_proposal_are_in_the_trace(demonstrated: Settings) -> None:
    districts = verified(demonstrated, picture(demonstrated, wish(SnapshotKind.DISTRICTS)), name="map")
    assert verdict_table(districts).loc["Covered share (示例东区)"].to_list() == [0.636364] * 3
    question = Question(RADIUS_M, scenario=scenario_of(add=["{},{}".format(*degrees(3.5, 0.5))]))
    proposals = picture(demonstrated, Wish(SnapshotKind.PROPOSALS, question, dpi=72))
    table = verdict_table(verified(demonstrated, proposals, name="map"))
    assert table.loc["Newly covered (1)"].to_list() == table.loc["Newly covered"].to_list() == [87] * 3


def test_a_map_that_was_painted_over_is_found_out(demonstrated: Settings) -> None:
    drawn = picture(demonstrated, wish())
    with Image.open(BytesIO(drawn)) as opened:
        said, pixels = opened.info["Description"], np.asarray(opened).copy()
    pixels[100:110, 100:110] = 0
    about = PngImagePlugin.PngInfo()
    about.add_text("Description", said)
    forged = BytesIO()
    Image.fromarray(pixels).save(forged, "PNG", pnginfo=about)
    verdict = verified(demonstrated, forged.getvalue(), name="map")
    assert (verdict.picture_same, verdict.proven) == (False, False)
    assert "another one" in told(verdict)


def test_figures_that_were_forged_in_the_file_are_found_out(demonstrated: Settings) -> None:
    drawn = picture(demonstrated, wish(format="svg"))
    forged = drawn.replace(b"&quot;stations&quot;: 4", b"&quot;stations&quot;: 9").replace(
        b'"stations": 4', b'"stations": 9'
    )
    assert forged != drawn
    verdict = verified(demonstrated, forged, name="map")
    assert not verdict.proven


@pytest.mark.parametrize("format", FORMATS)
def test_with_other_data_on_people_nothing_is_drawn_again_but_said(
    demonstrated: Settings,
    tmp_path: Path,
    format: Format,  # noqa: A002
) -> None:
    people = write_couriers(tmp_path / "people.csv")
    drawn = picture(demonstrated.having(demand=people), wish(format=format))
    with pytest.raises(OtherInputs, match="the data on people"):
        again(demonstrated, drawn, name="map")
    assert "the data on people" in told(verified(demonstrated, drawn, name="map"))
    moved = tmp_path / "elsewhere" / people.name
    moved.parent.mkdir()
    moved.write_bytes(people.read_bytes())  # the same content at another place
    assert again(demonstrated.having(demand=moved), drawn, name="map") == drawn
    moved.write_bytes(people.read_bytes() + b"\n")
    with pytest.raises(OtherInputs):
        again(demonstrated.having(demand=moved), drawn, name="map")


def test_a_map_that_asks_nothing_does_not_hang_on_the_data_on_people(demonstrated: Settings, tmp_path: Path) -> None:
    drawn = picture(demonstrated.having(demand=write_couriers(tmp_path / "people.csv")), Wish(dpi=72))
    assert again(demonstrated, drawn, name="map") == drawn


def test_the_map_of_the_years_is_the_same_when_a_year_has_passed(
    lived: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = picture(lived, Wish(SnapshotKind.YEARS, dpi=72))
    later = dt.date.today() + dt.timedelta(days=400)  # noqa: DTZ011 - any day
    for place in ("questions", "maps.sheets"):
        monkeypatch.setattr(f"stations.planning.{place}.today", lambda: later)
    assert again(lived, drawn, name="map") == drawn
    assert verified(lived, drawn, name="map").proven


def test_in_another_time_zone_nothing_is_drawn_again_but_said(
    demonstrated: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = picture(demonstrated, wish())
    written = holdings(demonstrated).revised_at
    assert written is not None
    zones = [ZoneInfo(name) for name in ("Pacific/Kiritimati", "Etc/GMT+12")]  # the first and the last to have a day
    away = next(zone for zone in zones if written.astimezone(zone).date() != written.astimezone().date())
    monkeypatch.setenv("TZ", away.key)
    time.tzset()
    try:
        with pytest.raises(OtherClock):
            again(demonstrated, drawn, name="map")
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_map_of_another_register_cannot_be_drawn_again_and_says_why(
    demonstrated: Settings, real: Settings, tmp_path: Any
) -> None:
    drawn = picture(demonstrated, wish())
    other = demonstrated.having(database=str(tmp_path / "other.sqlite3"))
    changed(other)
    with pytest.raises(UnknownRevision):
        again(other, drawn, name="map")
    verdict = verified(other, drawn, name="map")
    assert verdict.picture_same is None
    assert "no revision" in told(verdict)


HOSTILE = [
    b"",
    b"not a picture",
    b"%PDF-1.7\n%%EOF",
    b"<svg><dc:description>{}</dc:description></svg>",
    b"<svg><dc:description>" + b"[" * 200_000 + b"</dc:description></svg>",
    b'<svg><dc:description>{"made_by": "station-atlas"}</dc:description></svg>',
    b'<!DOCTYPE x [<!ENTITY a "b">]><svg><dc:description>&a;</dc:description></svg>',
]


@pytest.mark.parametrize("content", HOSTILE)
def test_a_file_that_does_not_say_how_it_was_made_is_refused_in_words(demonstrated: Settings, content: bytes) -> None:
    with pytest.raises(BadFile, match="does not say how it was made"):
        verified(demonstrated, content, name="map.svg")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("wish", {"kind": "nonsense"}),
        ("wish", {"kind": "gaps", "radius": "-1"}),
        ("city", "../../etc"),
        ("on", "never"),
    ],
)
def test_what_a_file_says_is_checked_as_what_anybody_types(demonstrated: Settings, name: str, value: Any) -> None:
    told = {**traced(picture(demonstrated, wish()), name="map"), name: value}
    content = f"<svg><dc:description>{json.dumps(told)}</dc:description></svg>".encode()
    with pytest.raises(BadChoice):
        verified(demonstrated, content, name="map.svg")


@pytest.mark.parametrize(
    "wished",
    [
        Wish(),
        Wish(
            SnapshotKind.PAIR, Question(750.5, tier=Tier.MUNICIPAL), PageLayout.SLIDE, dt.date(2024, 1, 31), True, 600
        ),
        Wish(SnapshotKind.EACH_TIER, layout=PageLayout.SQUARE, format="pdf"),
        Wish(tiers=(Tier.NATIONAL, Tier.NONE)),
    ],
)
def test_a_wish_is_read_back_from_its_address(wished: Wish) -> None:
    assert wish_from(wish_words(wished)) == wished


@pytest.mark.parametrize(
    "words",
    [
        {"kind": "map"},
        {"layout": "a3"},
        {"dpi": "71"},
        {"dpi": "10000"},
        {"dpi": "9" * 5000},
        {"format": "jpg"},
        {"tiers": "x"},
    ],
)
def test_a_wish_for_what_is_not_offered_is_refused(words: dict[str, str]) -> None:
    with pytest.raises(BadChoice):
        wish_from(words)


def test_drawing_does_not_change_a_picture_that_is_compared(demonstrated: Settings) -> None:
    drawn = picture(demonstrated, wish())
    assert same_picture(drawn, picture(demonstrated, wish()))
