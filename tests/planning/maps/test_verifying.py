"""Reports and map pages say how they were made, and are held against the register by their figures."""

from __future__ import annotations

import datetime as dt
import html
import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from stations.model.errors import BadChoice, BadFile, StationsError
from stations.model.language import Language, current_language, use_language
from stations.model.settings import Settings
from stations.planning.coverage.assess import Question
from stations.planning.maps.map_file import map_html
from stations.planning.maps.sheets import Wish
from stations.planning.maps.snapshot_tables import cell_table, figure_name, verdict_sentences, verdict_table
from stations.planning.maps.snapshots import again, anew, picture, traced
from stations.planning.maps.verifying import verified
from stations.planning.reporting import report as planned
from tests.planning.town import RADIUS_M, rewritten, write

ASKED = Question(RADIUS_M)
KINDS = ("report.docx", "report.html", "report.xlsx", "map.html", "tiers.html")


def handed_out(settings: Settings, kind: str) -> bytes:
    if not kind.startswith("report"):
        return map_html(settings, ASKED if kind == "map.html" else None).encode()
    wish = planned.order(settings, dt.date.today().year, question=ASKED)  # noqa: DTZ011 - the machine's
    return planned.made(settings, wish, formats=(kind.removeprefix("report"),))[kind]


def forged(told: dict[str, Any]) -> bytes:
    """Return a page that says this of itself."""
    return f'<meta name="station-atlas" content="{html.escape(json.dumps(told))}">'.encode()


@pytest.mark.parametrize("kind", KINDS)
def test_every_paper_says_how_it_was_made_and_is_proven(demonstrated: Settings, kind: str) -> None:
    content = handed_out(demonstrated, kind)
    told = traced(content, name=kind)
    assert {"version", "revision", "state", "data_date", "wish", "figures"} <= set(told)
    assert told["figures"]["stations_national"] == 1
    verdict = verified(demonstrated, content, name=kind)
    assert (verdict.proven, verdict.holds, verdict.picture_same) == (True, True, None)
    assert "figures and tables are the same" in " ".join(verdict_sentences(verdict))


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_of_an_older_revision_is_proven_and_no_longer_holds(demonstrated: Settings, kind: str) -> None:
    content = handed_out(demonstrated, kind)
    write(demonstrated, station_id="T-9", name="示例九号驿站", tier="national", status="in_use", added=True)
    verdict = verified(demonstrated, content, name=kind)
    assert (verdict.proven, verdict.holds) == (True, False)
    assert verdict_table(verdict).loc["Stations"].to_list() == [4, 4, 5]


@pytest.mark.parametrize("kind", ["report.docx", "report.xlsx"])
def test_a_report_of_which_one_row_of_a_table_has_changed_no_longer_holds(demonstrated: Settings, kind: str) -> None:
    content = handed_out(demonstrated, kind)
    rewritten(demonstrated, district="示例东区")  # the sums of all districts are what they were
    verdict = verified(demonstrated, content, name=kind)
    assert (verdict.proven, verdict.holds, dict(verdict.now) == dict(verdict.again)) == (True, False, True)
    said = " ".join(verdict_sentences(verdict))
    assert "other figures, in these tables: " in said
    assert "Stations and bases by district" in said
    cell = "Stations and bases by district: {}, Stations"
    assert verdict_table(verdict).loc[cell.format("示例西区")].to_list() == [2, 2, 1]
    assert verdict_table(verdict).loc[cell.format("示例东区")].to_list() == [2, 2, 3]


def test_a_corrected_paragraph_that_contradicts_the_tables_is_told_and_one_that_does_not_is_proven(
    demonstrated: Settings,
) -> None:
    languages: tuple[tuple[Language, str], ...] = (("en", "The city has 4 stations."), ("zh_CN", "全市驿站4个。"))
    for language, said in languages:
        settings = demonstrated.having(language=language)
        wish = planned.order(settings, dt.date.today().year, question=ASKED)  # noqa: DTZ011 - the machine's
        for lead in (said, said.replace("4", "5")):
            made = planned.made(settings, wish, formats=(".docx",), lead_text=lead)["report.docx"]
            use_language("en")
            verdict = verified(demonstrated, made, name="report.docx")
            assert (verdict.counted_again, verdict.words_same) == (True, True)
            assert verdict.proven == (lead == said)
            told = f"contradicts the rest of it: “{lead.rstrip('.。')}”: 5, the register gives 4."
            assert (told in " ".join(verdict_sentences(verdict))) == (lead != said)


def test_a_report_of_the_office_s_own_template_is_proven_and_says_so(demonstrated: Settings) -> None:
    wish = planned.order(demonstrated, dt.date.today().year, question=ASKED)  # noqa: DTZ011 - the machine's
    own = (planned.template(demonstrated), "office.docx")
    made = planned.made(demonstrated, wish, formats=(".docx",), own=own)["report.docx"]
    verdict = verified(demonstrated, made, name="report.docx")
    assert verdict.proven
    assert "a template of the office's own" in " ".join(verdict_sentences(verdict))


def test_the_numbers_of_the_tables_of_a_report_are_told_beside_what_they_are_now(demonstrated: Settings) -> None:
    content = handed_out(demonstrated, "report.docx")
    rewritten(demonstrated, district="示例东区")
    table = cell_table(verified(demonstrated, content, name="report.docx"))
    assert table.iloc[0].to_list() == ["示例西区", "Stations", 2, 2, 1]  # what is another one now comes first
    coverage = table.loc["Coverage by district"]
    assert ["示例西区", "People"] in coverage[["Row", "Column"]].to_numpy().tolist()
    assert set(table.index) >= {"Stations of each tier", "The year by tier", "Activity bases by kind"}


def changed_in(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return a packed file in a part of which some words are others."""
    file = BytesIO()
    with ZipFile(BytesIO(content)) as book, ZipFile(file, "w") as other:
        for name in book.namelist():
            data = book.read(name)
            assert name != part or old in data
            other.writestr(name, data.replace(old, new) if name == part else data)
    return file.getvalue()


def test_a_report_whose_words_were_changed_is_not_proven(demonstrated: Settings) -> None:
    said = {}
    for kind, part in (("report.docx", "word/document.xml"), ("report.xlsx", "xl/worksheets/sheet1.xml")):
        content = handed_out(demonstrated, kind)
        same = changed_in(content, part, b"", b"") if part else content
        assert verified(demonstrated, same, name=kind).proven
        old, new = (b"4 stations", b"40 stations") if kind == "report.docx" else (b"<v>4</v>", b"<v>40</v>")
        said[kind] = verified(demonstrated, changed_in(content, part, old, new), name=kind)
    page = handed_out(demonstrated, "report.html")
    said["report.html"] = verified(demonstrated, page.replace(b"4 stations", b"40 stations"), name="x.html")
    for verdict in said.values():
        assert (verdict.proven, verdict.words_same, verdict.counted_again) == (False, False, True)
        assert "changed afterwards" in " ".join(verdict_sentences(verdict))


def test_words_that_are_only_divided_otherwise_are_the_same(demonstrated: Settings) -> None:
    content = handed_out(demonstrated, "report.docx")
    split = changed_in(content, "word/document.xml", b"4 stations", b"4 sta</w:t></w:r><w:r><w:t>tions")
    assert verified(demonstrated, split, name="x.docx").proven


def test_tables_that_were_forged_in_the_trace_are_found_out(demonstrated: Settings) -> None:
    told = traced(handed_out(demonstrated, "report.html"), name="x")
    told["tables"]["tiers"] = "0" * 16
    verdict = verified(demonstrated, forged(told), name="x.html")
    assert not verdict.counted_again
    assert "Other tables at its revision: Stations of each tier" in " ".join(verdict_sentences(verdict))


def test_a_workbook_that_was_saved_by_another_program_still_says_it(demonstrated: Settings) -> None:
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(handed_out(demonstrated, "report.xlsx")))
    file = BytesIO()
    book.save(file)
    assert verified(demonstrated, file.getvalue(), name="report.xlsx").proven


def test_a_paper_of_another_register_cannot_be_counted_again_and_says_why(
    demonstrated: Settings, real: Settings, tmp_path: Any
) -> None:
    content = handed_out(demonstrated, "report.html")
    verdict = verified(demonstrated.having(database=str(tmp_path / "other.sqlite3")), content, name="x.html")
    assert not verdict.proven
    assert "cannot be counted again" in " ".join(verdict_sentences(verdict))


@pytest.mark.parametrize(
    "change",
    [
        {"figures": {"stations": 99}},
        {"revision": 10**30},
        {"revision": -1},
        {"paper": "wall"},
        {"paper": []},
        {"report": None},
        {"report": {"year": 99999, "since": "2023-12-31", "union": ""}},
        {"report": {"year": 2026, "since": "never", "union": ""}},
        {"report": {"year": 2026, "since": "2023-12-31", "union": "../../etc"}},
        {"wish": {"radius": "-1"}},
        {"wish": {"radius": "1e999"}},
        {"wish": {"kind": "{{7*7}}", "radius": "1000"}},
        {"wish": {}},
        {"on": "tomorrow"},
        {"city": "../../../etc/passwd"},
        {"figures": {"stations": float("inf")}},
        {"figures": {"stations": float("nan")}},
        {"figures": {"stations": 10**400}},
    ],
)
@pytest.mark.parametrize("paper", ["report", "map"])
def test_a_hostile_trace_is_refused_in_words_or_not_proven(
    demonstrated: Settings, change: dict[str, Any], paper: str
) -> None:
    wish = planned.order(demonstrated, dt.date.today().year, question=ASKED)  # noqa: DTZ011 - the machine's
    told = planned.report_trace(demonstrated, wish, planned.report_of(demonstrated, wish))
    try:
        verdict = verified(demonstrated, forged({**told, "paper": paper, **change}), name="x.html")
    except StationsError as error:
        said = [str(error)]
    else:
        assert not verdict.proven or set(change) & {"report", "wish"}
        said = verdict_sentences(verdict)
        assert len(verdict_table(verdict))
    assert said
    assert all(said)


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK", b"<html>", b'<meta name="station-atlas" content="[">', b""])
def test_what_says_nothing_is_refused(demonstrated: Settings, content: bytes) -> None:
    with pytest.raises(BadFile, match="how it was made"):
        verified(demonstrated, content, name="x")


def test_who_asks_is_answered_in_his_language_whatever_the_file_speaks(demonstrated: Settings) -> None:
    other = demonstrated.having(language="zh_CN")
    for content, name in ((picture(other, Wish(dpi=72)), "x.png"), (handed_out(other, "report.xlsx"), "x.xlsx")):
        use_language("en")
        verdict = verified(demonstrated, content, name=name)
        assert current_language() == "en"
        assert "are the same" in " ".join(verdict_sentences(verdict))


def test_every_figure_of_a_trace_has_a_name_in_words(demonstrated: Settings) -> None:
    wish = planned.order(demonstrated, dt.date.today().year, question=ASKED)  # noqa: DTZ011 - the machine's
    names = planned.figures_of(planned.report_of(demonstrated, wish))
    assert not [name for name in names if figure_name(name) == name]


def test_a_map_drawn_again_to_be_handed_out_says_what_is_counted_not_what_was_forged(demonstrated: Settings) -> None:
    drawn = picture(demonstrated, Wish(dpi=72, format="svg"))
    forged_one = drawn.replace(b'"stations": 4', b'"stations": 99')
    assert forged_one != drawn
    assert anew(demonstrated, forged_one, name="x.svg", into="svg") == drawn


def test_a_packed_bomb_is_not_unpacked(demonstrated: Settings) -> None:
    file = BytesIO()
    with ZipFile(file, "w", compression=8) as book:
        book.writestr("docProps/core.xml", b" " * 50_000_000 + b"<dc:description>{}</dc:description>")
    with pytest.raises(BadFile):
        verified(demonstrated, file.getvalue(), name="x.docx")


def test_a_picture_is_never_drawn_again_into_another_format_and_a_report_not_at_all(demonstrated: Settings) -> None:
    drawn = picture(demonstrated, Wish(dpi=72))
    assert anew(demonstrated, drawn, name="x.png", into="png") == drawn
    with pytest.raises(BadChoice, match="svg"):
        anew(demonstrated, drawn, name="x.png", into="svg")
    with pytest.raises(BadFile, match="no picture"):
        again(demonstrated, handed_out(demonstrated, "tiers.html"), name="map.html")
