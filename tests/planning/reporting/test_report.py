"""The yearly report: its figures are the assessment's, its layout the standard's, its text nobody's template."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from stations.model.errors import BadChoice, BadFile, NotWritten
from stations.model.language import use_language
from stations.model.settings import Settings
from stations.output.report.parts import Count
from stations.output.report.word import sentence
from stations.planning.access.accounts import audit
from stations.planning.coverage.assess import Question, assess
from stations.planning.maps.verifying import verified
from stations.planning.questions import scenario_of
from stations.planning.register import holdings
from stations.planning.reporting import report as planned
from stations.planning.reporting.batch import MANIFEST, every_union
from stations.planning.reporting.sentences import changes
from stations.planning.reporting.tags import TAGS
from stations.planning.reporting.text_check import check_text
from tests.planning.town import COVERED, EAST, PEOPLE, RADIUS_M, SINCE, ZONE, degrees, write

ASKED = Question(RADIUS_M)
DAY = dt.date(2024, 12, 31)
NO_OFFICE = (
    "No LibreOffice was found, so the pages of the report were not looked at. Install it, on Debian with "
    "`apt-get install libreoffice-writer-nogui`."
)


def ordered(settings: Settings, **wishes: Any) -> planned.Order:
    return planned.order(settings, (settings.on or dt.date.today()).year, question=ASKED, **wishes)  # noqa: DTZ011 - the machine's


def word(settings: Settings, **wishes: Any) -> Any:
    return Document(BytesIO(planned.made(settings, ordered(settings, **wishes), formats=(".docx",))["report.docx"]))


def rows(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def titled(document: Any, title: str) -> list[list[str]]:
    """Return the rows of the table that stands below a title."""
    body = list(document.element.body)
    at = next(n for n, each in enumerate(body) if title in "".join(each.itertext()) and each.tag == qn("w:p"))
    return rows(next(table for table in document.tables if table._tbl is body[at + 1]))


def text_of(document: Any) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def edited(settings: Settings, text: str) -> tuple[bytes, str]:
    """Return the template with one paragraph more."""
    document = Document(BytesIO(planned.template(settings)))
    document.add_paragraph(text)
    file = BytesIO()
    document.save(file)
    return file.getvalue(), "office.docx"


def test_the_page_is_that_of_the_standard(demonstrated: Settings) -> None:
    document = word(demonstrated.having(language="zh_CN"))
    section = document.sections[0]
    edges = ("page_width", "page_height", "top_margin", "left_margin", "right_margin", "bottom_margin")
    assert [round(getattr(section, name).mm) for name in edges] == [210, 297, 37, 28, 26, 35]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")
    looks = {
        "Title": ("方正小标宋简体", 22),
        "Normal": ("仿宋_GB2312", 16),
        "Heading 1": ("黑体", 16),
        "Heading 2": ("楷体_GB2312", 16),
    }
    for name, (font, size) in looks.items():
        style = document.styles[name]
        assert (style.element.rPr.rFonts.get(qn("w:eastAsia")), style.font.size.pt) == (font, size)
    assert "PAGE" in section.footer._element.xml
    fonts = next(part for part in document.part.package.iter_parts() if part.partname.endswith("fontTable.xml"))
    assert "altName" in fonts.blob.decode()
    assert not [part.partname for part in document.part.package.iter_parts() if "/fonts/" in part.partname]


def test_titles_stand_above_tables_and_below_pictures(demonstrated: Settings) -> None:
    document = word(demonstrated)
    body = [each for each in document.element.body if each.tag in {qn("w:p"), qn("w:tbl")}]
    for at, each in enumerate(body):
        before, after = ("".join(body[near].itertext()) for near in (at - 1, min(at + 1, len(body) - 1)))
        if each.tag == qn("w:tbl"):
            assert re.match(r"Table \d+  ", before)
        elif each.findall(".//" + qn("w:drawing")):
            assert re.match(r"Figure \d+  ", after)
    told = [paragraph.text for paragraph in document.paragraphs if re.match(r"(Table|Figure) \d", paragraph.text)]
    for kind in ("Table", "Figure"):
        numbers = [int(re.findall(r"\d+", text)[0]) for text in told if text.startswith(kind)]
        assert numbers == list(range(1, len(numbers) + 1))
    assert len(document.inline_shapes) == 2
    assert all(shape._inline.docPr.get("descr") for shape in document.inline_shapes)


def test_the_figures_are_those_of_the_register_and_of_the_assessment(demonstrated: Settings) -> None:
    document, answer = word(demonstrated), assess(demonstrated, ASKED)
    assert f"{COVERED} of the {PEOPLE} people" in text_of(document)
    assert "had 4 service stations: 1 national, 1 provincial, 1 municipal and 1 without" in text_of(document)
    coverage = titled(document, "Coverage by district")
    assert coverage[-1][1:3] == [f"{PEOPLE}", f"{COVERED}"]
    assert [row[2] for row in coverage[1:-1]] == [f"{value:,.0f}" for value in answer.districts["covered_people"]]
    assert [row[1] for row in titled(document, "Stations of each tier")] == ["Stations", "1", "1", "1", "1", "4"]
    assert len(titled(document, "Gaps, and the bases")) == len(answer.gaps) + 1


def test_the_first_paragraph_stands_the_number_check(demonstrated: Settings) -> None:
    settings = demonstrated.having(language="zh_CN")
    wish = ordered(settings)
    checked = check_text(settings.having(on=wish.on), planned.lead(planned.report_of(settings, wish)), since=wish.since)
    assert checked.count("agrees") >= 5
    assert checked.count("conflicts") == 0


def test_made_up_data_is_named_on_the_face(demonstrated: Settings) -> None:
    files = planned.made(demonstrated.having(language="zh_CN"), ordered(demonstrated))
    assert "示例数据" in text_of(Document(BytesIO(files["report.docx"])))
    assert "示例数据" in files["report.html"].decode()
    book = openpyxl.load_workbook(BytesIO(files["report.xlsx"]))
    assert all("示例数据" in str(sheet["A2"].value) for sheet in book)


def test_the_year_is_told(lived: Settings) -> None:
    document = word(lived.having(on=DAY), since=SINCE)
    assert "1 stations added, 0 upgraded, 0 moved, 1 delisted" in text_of(document)
    moved = titled(document, "What happened to the stations")
    assert [row[1:3] for row in moved[1:]] == [["示例乙", "added"], ["示例甲", "delisted"]]
    account = titled(document, "The year by tier")
    assert account[-1][1:4] == ["1", "1", "1"]


def test_stations_of_unknown_opening_are_not_told_as_added(lived: Settings) -> None:
    settings = lived.having(language="zh_CN")
    wish = ordered(settings, since=SINCE)
    report = planned.report_of(settings, wish)
    told = planned.lead(report)
    assert "新增驿站1个" in told
    assert "另有1个为此后录入，启用日期不明" in told
    assert check_text(settings.having(on=wish.on), told, since=SINCE).count("conflicts") == 0
    document = word(settings, since=SINCE)
    assert titled(document, "各等级站点年度变化表")[0][3] == "启用日期不明"
    assert titled(document, "各等级站点年度变化表")[-1][1:] == ["1", "1", "1", "1", "0", "0", "2"]
    assert ["示例丙", "此后录入，启用日期不明"] in [row[1:3] for row in titled(document, "站点变动情况")]
    assert "此前可能已经存在" in text_of(document)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_town_without_people_bases_or_stations_has_a_report(bare_town: Settings, language: Any) -> None:
    settings = bare_town.having(language=language)
    document = word(settings)
    assert {"zh_CN": "尚无人口数据", "en": "There is no population data"}[language] in text_of(document)
    assert titled(document, {"zh_CN": "站点等级情况表", "en": "Stations of each tier"}[language])[-1][1] == "0"


def test_a_union_has_a_report_of_its_own_and_each_station_is_of_one(zoned: Settings) -> None:
    document = word(zoned, union=ZONE)
    assert "had 1 service stations" in text_of(document)
    assert "are counted with those of" in text_of(document)
    whole = titled(word(zoned), "Stations and bases by county-level union")
    assert sum(int(row[1]) for row in whole[1:-1]) == int(whole[-1][1]) == 3


def test_the_report_of_a_union_tells_whose_stations_count_and_what_its_own_reach(zoned: Settings) -> None:
    told = planned.lead(planned.report_of(zoned, ordered(zoned, union=EAST)))
    answer = assess(zoned, ASKED)
    people, covered = (int(answer.districts.loc[EAST, name]) for name in ("people", "covered_people"))
    assert f"{covered} of the {people} people in 示例东区" in told
    assert "a station of the city, whosever it is" in told
    own = planned.report_of(zoned, ordered(zoned, union=EAST)).scope.own
    assert own is not None
    assert list(own.used.index) == ["B", "C"]
    assert f"alone reach {int(own.districts.loc[EAST, 'covered_people'])} of them" in told


def test_a_union_that_is_not_known_and_a_day_out_of_order_are_refused(demonstrated: Settings) -> None:
    with pytest.raises(BadChoice, match="Union"):
        ordered(demonstrated, union="nobody")
    with pytest.raises(BadChoice, match="Compared with"):
        planned.order(demonstrated.having(on=SINCE), 2023, question=ASKED, since=SINCE)
    with pytest.raises(BadChoice, match="Year"):
        planned.order(demonstrated, 1234, question=ASKED)


HOSTILE = "{{7919*7907}}<b>&{% raw %}{# ]]> " + "驿" * 24


def test_text_of_the_register_is_never_a_template_or_markup(demonstrated: Settings) -> None:
    write(demonstrated, station_id="T-9", name=HOSTILE, added=True, opened_on="2026-01-01")
    files = planned.made(demonstrated, ordered(demonstrated))
    document = Document(BytesIO(files["report.docx"]))
    shown = "\n".join(cell for table in document.tables for row in rows(table) for cell in row)
    assert "{{7919*7907}}<b>&{% raw %}" in shown
    assert "驿" * 24 in shown
    page = files["report.html"].decode()
    assert "<b>&amp;" not in page
    assert "{{7919*7907}}&lt;b&gt;&amp;{% raw %}" in page
    assert "62615533" not in shown + page


def test_a_workbook_has_every_row_and_no_formula(demonstrated: Settings) -> None:
    write(demonstrated, station_id="T-9", name="=1+1", added=True)
    files = planned.made(demonstrated, ordered(demonstrated), formats=(".xlsx",))
    assert list(files) == ["report.xlsx"]
    book = openpyxl.load_workbook(BytesIO(files["report.xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "f" not in {cell.data_type for cell in cells}
    assert "'=1+1" in {cell.value for cell in cells}
    known = planned.contents(planned.report_of(demonstrated, ordered(demonstrated)))
    assert [sheet.max_row - 4 for sheet in book] == list(known.values())


def test_what_was_entered_later_is_not_known_of_an_earlier_year_and_never_none(demonstrated: Settings) -> None:
    wish = planned.order(demonstrated, 2022, question=ASKED)
    files = planned.made(demonstrated, wish, formats=(".docx", ".xlsx"))
    document = Document(BytesIO(files["report.docx"]))
    text = text_of(document)
    reason = "1 activity base was entered later: nobody knows whether it was there on 2022-12-31"
    assert f"How many activity bases there were is not known ({reason})." in text
    assert "is not known (4 stations have no opening date and were entered later" in text
    assert "0 activity bases" not in text
    assert not {"bases", "stations"} & set(json.loads(document.core_properties.comments)["figures"])
    assert "gaps with bases that could host a station: not known" in text
    for title in ("Stations and bases by district", "Activity bases by kind"):
        assert {row[-1] for row in titled(document, title)[1:]} == {"not known"}
    assert {row[1] for row in titled(document, "Stations of each tier")[1:]} == {"not known"}
    assert {row[-1] for row in titled(document, "Gaps, and the bases")[1:]} == {"not known"}
    assert text.count(reason) >= 4
    sheet = openpyxl.load_workbook(BytesIO(files["report.xlsx"])).worksheets[0]
    assert (sheet.cell(sheet.max_row, sheet.max_column).value, reason in sheet["A3"].value) == ("not known", True)


def test_a_table_has_the_same_number_in_word_and_in_the_workbook(demonstrated: Settings) -> None:
    document = Document(BytesIO(planned.template(demonstrated)))
    body = {key: at for at, p in enumerate(document.paragraphs) for key in re.findall(r"\{\{p tables\.(\w+)", p.text)}
    first = document.paragraphs[0]
    for at in range(body["coverage"] - 2, body["coverage"] + 3):  # an office has its coverage first
        first._element.addprevious(document.paragraphs[at]._element)
    file = BytesIO()
    document.save(file)
    for own in (None, (file.getvalue(), "office.docx")):
        files = planned.made(demonstrated, ordered(demonstrated), own=own)
        told = [p.text for p in Document(BytesIO(files["report.docx"])).paragraphs if re.match(r"Table \d+  ", p.text)]
        sheets = openpyxl.load_workbook(BytesIO(files["report.xlsx"])).worksheets
        assert [sheet["A1"].value for sheet in sheets][: len(told)] == told
        assert all(title in files["report.html"].decode() for title in told)
    assert told[0].endswith("Coverage by district")


def test_a_page_asks_nobody_for_anything(demonstrated: Settings) -> None:
    page = planned.made(demonstrated, ordered(demonstrated), formats=(".html",))["report.html"].decode()
    assert page.count("data:image/png;base64,") == 2
    assert not re.findall(r"(?:src|href)=[\"'](?!data:)", page)
    assert "<script" not in page


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("an unclosed {{ tag", "“an unclosed {{ tag”: it is not written as a tag is, for example {{ stations }}"),
        ("{% if %}", "“{% if %}”: it is not written as a tag is"),
        ("{% if union %}", "“{% if … %}” has no “{% endif %}” behind it"),
        ("{% if union %}a{% endfi %}", "“endfi” is misspelt"),
        ("{{ title|shout }}", "“shout” is misspelt"),
        ("nobody knows {{ nothing }}", "there is no tag “nothing”; the tags are year, place, city"),
        ("{% if union %}nobody knows {{ nothing }}{% endif %}", "there is no tag “nothing”"),  # and none is asked for
        ("{{ tables.nothing }}", "there is no tag “tables.nothing”; the tags are tables.districts, tables.tiers"),
        (
            "as {{ tables }} shows",
            "“as {{ tables }} shows”: “tables” is no text that can stand here; write tables.districts",
        ),
        ("{{p figures }}", "“figures” is no text that can stand here; write figures."),
        ("{{ method }}", "write {% for line in method %}"),
        ("Table {{ table_number }}", "write {{ table_number() }}"),
        ("{{ tables.tiers }}", "“tables.tiers” is no text that can stand here; write {{p tables.tiers }} alone in its"),
        ("a map: {{figures.gaps}}", "“figures.gaps” is no text that can stand here; write {{p figures.gaps }} alone"),
        ("{{ title.__class__.__mro__ }}", "unsafe"),
        ("{{ 1 / 0 }}", "cannot be worked out"),
        ("{{ stations + 'x' }}", "cannot be worked out"),
        ("{{ 'x' * 9999999999 }}", "unsafe"),
        ("{%p for line in method %}", "“{% for … %}” has no “{% endfor %}” behind it"),
    ],
)
def test_a_template_with_a_broken_tag_says_which_and_writes_nothing(
    demonstrated: Settings, tmp_path: Path, text: str, fault: str
) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(b"before")
    with pytest.raises(BadFile, match=r"office\.docx") as refused:
        planned.write(demonstrated, path, ordered(demonstrated), own=edited(demonstrated, text))
    assert fault in str(refused.value)
    assert "--template-out" in str(refused.value)
    assert path.read_bytes() == b"before"
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".docx"] == ["report.docx"]


def test_what_is_no_word_file_is_no_template(demonstrated: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="not a Word file"):
        planned.write(demonstrated, tmp_path / "report.docx", ordered(demonstrated), own=(b"PK\x03\x04", "x.docx"))


SPOTS = ["{},{}".format(*degrees(*place)) for place in ((3.5, 0.5), (3.5, 1.5))]


def test_a_report_names_the_proposed_stations_in_which_gap_and_whom_they_reach(demonstrated: Settings) -> None:
    wish = ordered(demonstrated, scenario=scenario_of(add=SPOTS))
    files = planned.made(demonstrated, wish)
    document = Document(BytesIO(files["report.docx"]))
    assert f"{COVERED} of the {PEOPLE} people" in text_of(document)  # no other figure is counted with them
    assert "2 stations are proposed" in text_of(document)
    assert "they newly cover 87 people together" in text_of(document)
    told = titled(document, "Proposed stations, and whom each newly covers by itself")
    assert [row[0] for row in told[1:]] == ["1", "2", "All together"]
    assert [row[4] for row in told[1:]] == ["87", "80", "87"]
    gaps = titled(document, "Gaps, and the bases")
    assert gaps[0][-1] == "Proposed stations"
    for number, row in (("1", told[1]), ("2", told[2])):
        assert row[3] == ", ".join(gap[0] for gap in gaps[1:] if number in gap[-1].split(", "))
    assert any(row[3] for row in told[1:])
    assert len(document.inline_shapes) == 3
    assert "proposals.png" in files
    verdict = verified(demonstrated, files["report.docx"], name="report.docx")
    assert (verdict.proven, verdict.holds, verdict.now["newly_covered"]) == (True, True, 87)


def test_a_proposal_on_a_base_has_its_name_and_one_without_stations_is_refused(demonstrated: Settings) -> None:
    base = holdings(demonstrated).bases.iloc[0]
    scenario = scenario_of(add=[f"{base.geometry.x:.6f},{base.geometry.y:.6f}"])
    told = planned.report_of(demonstrated, ordered(demonstrated, scenario=scenario)).tables["proposals"]
    assert told is not None
    assert told.frame["Place"].iloc[0] == base["name"]
    with pytest.raises(BadChoice, match="Scenario"):
        ordered(demonstrated, scenario=scenario_of(close=["T-1"]))


def test_a_corrected_first_paragraph_is_what_the_files_say(demonstrated: Settings) -> None:
    files = planned.made(demonstrated, ordered(demonstrated), lead_text="Corrected <b>&{{7*7}}.")
    text = text_of(Document(BytesIO(files["report.docx"])))
    assert "Corrected <b>&{{7*7}}." in text
    assert "without an honour" not in text
    assert "Corrected &lt;b&gt;&amp;{{7*7}}." in files["report.html"].decode()


def test_staff_reword_every_sentence_in_word_and_its_figures_stay(demonstrated: Settings) -> None:
    document = Document(BytesIO(planned.template(demonstrated)))
    reworded = {
        "At the end of {{ day }}, {{ place }} had": "On {{ day }} we counted",
        "have a station within {{ radius }}": "need not walk {{ radius }}",
        "stations added,": "came,",
    }
    for paragraph in document.paragraphs:
        for old, new in reworded.items():
            paragraph.text = paragraph.text.replace(old, new)
    file = BytesIO()
    document.save(file)
    files = planned.made(demonstrated, ordered(demonstrated), own=(file.getvalue(), "office.docx"), formats=(".docx",))
    text = text_of(Document(BytesIO(files["report.docx"])))
    assert "we counted 4 service stations: 1 national" in text
    assert len(re.findall(rf"{COVERED} of the {PEOPLE} people in Sample Town \(\w+\) need not walk 1,050 m", text)) == 2
    assert text.count("0 came, 0 upgraded") == 2
    assert "stations added," not in text


def test_staff_reword_the_titles_of_tables_and_maps(demonstrated: Settings) -> None:
    document = Document(BytesIO(planned.template(demonstrated)))
    reworded = {
        "Stations of each tier": "How many of {{ stations }}",
        "beyond {{ radius }}": "without a station nearby",
    }
    for paragraph in document.paragraphs:
        for old, new in reworded.items():
            paragraph.text = paragraph.text.replace(old, new)
    file = BytesIO()
    document.save(file)
    files = planned.made(demonstrated, ordered(demonstrated), own=(file.getvalue(), "office.docx"), formats=(".docx",))
    text = text_of(Document(BytesIO(files["report.docx"])))
    assert re.search(r"^Table \d+  How many of 4$", text, re.MULTILINE)
    assert re.search(r"^Figure \d+  Gaps in Sample Town without a station nearby", text, re.MULTILINE)
    assert "Stations of each tier" not in text


def test_no_figure_of_a_chinese_report_is_set_apart_from_its_words(demonstrated: Settings) -> None:
    settings = demonstrated.having(language="zh_CN")
    wish = ordered(settings, scenario=scenario_of(add=SPOTS))
    text = text_of(Document(BytesIO(planned.made(settings, wish, formats=(".docx",))["report.docx"])))
    assert "1,050米" in text
    assert not re.search(r"\d [\u4e00-\u9fff]|[\u4e00-\u9fff] \d", text)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_template_asks_for_nothing_that_has_no_meaning_in_words(demonstrated: Settings, language: Any) -> None:
    document = Document(BytesIO(planned.template(demonstrated.having(language=language))))
    text = text_of(document)
    asked = set(re.findall(r"\{\{p? (\w+)", text)) | set(re.findall(r"% (?:if|for line in) (\w+)", text)) - {"line"}
    assert asked - {"line"} <= set(TAGS)
    values = planned.report_of(demonstrated, ordered(demonstrated)).words
    beside = {"lead", "tables", "notes", "figures", "table_number", "figure_number"}
    assert set(TAGS) == set(values) | beside


def test_a_first_year_and_a_lower_tier_are_told_as_what_they_are(demonstrated: Settings) -> None:
    words = planned.report_of(demonstrated, ordered(demonstrated)).words
    first = {"stations_before": Count(0), "undated": Count(0), "added": Count(1234)}
    assert "no station of" in sentence(changes(), words | first)
    assert "1,234 were added since." in sentence(changes(), words | first)
    told = sentence(changes(), words | {"stations_before": Count(3), "undated": Count(0), "downgraded": Count(2)})
    assert told.endswith("0 delisted. Stations with a lower tier than before: 2.")


def test_an_edited_template_is_what_the_report_says(demonstrated: Settings) -> None:
    own = edited(demonstrated, "Signed for {{ place }}, {{ year }}: {{ stations }}.")
    files = planned.made(demonstrated, ordered(demonstrated), own=own)
    words = f"Signed for Sample Town, {ordered(demonstrated).year}: 4."
    assert words in text_of(Document(BytesIO(files["report.docx"])))
    assert words in files["report.html"].decode()


def test_a_report_says_how_it_was_made_and_the_audit_who_took_it(demonstrated: Settings, tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    planned.write(demonstrated, path, ordered(demonstrated))
    said = json.loads(Document(str(path)).core_properties.comments)
    assert (said["revision"], said["wish"]["radius"], said["paper"]) == (1, "1050", "report")
    assert "report → report.docx" in audit(demonstrated, at_most=9).to_string()


def test_a_place_that_cannot_be_written_and_another_format_are_refused(demonstrated: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotWritten):
        planned.write(demonstrated, tmp_path / "none" / "report.xlsx", ordered(demonstrated))
    with pytest.raises(BadChoice, match="File format"):
        planned.write(demonstrated, tmp_path / "report.odt", ordered(demonstrated))


def test_every_union_gets_a_folder_once(zoned: Settings, tmp_path: Path) -> None:
    wish = ordered(zoned)
    first = list(every_union(zoned, tmp_path, wish))
    assert all(each.made for each in first)
    for each in first:
        said = json.loads((each.path / MANIFEST).read_text("utf-8"))
        sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in each.path.iterdir()}
        del sums[MANIFEST]
        assert said["files"] == sums
        assert set(sums) == {"report.docx", "report.html", "report.xlsx", "tiers.png", "gaps.png"}
        assert said["parameters"]["union"] == each.union
    (first[0].path / "tiers.png").write_bytes(b"changed")
    (first[1].path / MANIFEST).write_text("[", "utf-8")
    again = list(every_union(zoned, tmp_path, wish))
    assert [each.made for each in again] == [True, True, *[False] * (len(first) - 2)]
    write(zoned, station_id="D", name="示例丁", added=True)
    assert all(each.made for each in every_union(zoned, tmp_path, wish))


def test_any_city_has_a_report(town: Settings) -> None:
    document = word(town.having(city="410100"))
    assert "There is no population data" in text_of(document)
    assert len(titled(document, "Coverage by district")) > 10


@pytest.fixture(scope="module")
def office() -> str:
    """Return the path of a LibreOffice; without one, fail in CI and skip elsewhere."""
    if path := shutil.which("soffice"):
        return path
    if os.environ.get("CI") == "true":
        pytest.fail(NO_OFFICE, pytrace=False)
    pytest.skip(NO_OFFICE)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_an_office_program_opens_it_and_shows_its_pages(
    demonstrated: Settings, office: str, tmp_path: Path, language: Any
) -> None:
    settings = demonstrated.having(language=language)
    write(settings, station_id="T-9", name="长" * 60, added=True)
    planned.write(settings, tmp_path / "report.docx", ordered(settings))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "report.docx"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert "Error" not in done.stderr + done.stdout
    pages = [page.extract_text() for page in PdfReader(tmp_path / "report.pdf").pages]
    assert 4 <= len(pages) <= 12
    text = "".join("".join(pages).split())
    use_language(language)
    title = planned.report_of(settings, ordered(settings)).words["title"]
    assert "".join(title.split()) in text
    assert "长" * 12 in text
    assert all(f"—{number}—" in "".join(page.split()) for number, page in enumerate(pages, start=1))
